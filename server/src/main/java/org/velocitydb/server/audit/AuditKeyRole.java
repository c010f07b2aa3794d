package org.velocitydb.server.audit;

/**
 * What a key of an event is there for.
 */
public enum AuditKeyRole
{
    /** It was read. */
    READ("read"),
    /** It was written. */
    PUT("put"),
    /** It was deleted. */
    DELETE("delete"),
    /** A condition was asked of it. */
    CHECK("check"),
    /** Its number was added to. */
    INCREMENT("increment"),
    /** All keys that begin with it were read. */
    PREFIX("prefix"),
    /** A range begins with it. */
    FROM("from"),
    /** A range ends before it. */
    TO("to");

    private static final AuditKeyRole[] BY_CODE = values();

    private final String text;

    AuditKeyRole(final String text)
    {
        this.text = text;
    }

    String text()
    {
        return text;
    }

    int code()
    {
        return ordinal();
    }

    static AuditKeyRole ofCode(final int code)
    {
        return BY_CODE[code];
    }

    boolean isOfRange()
    {
        return this == PREFIX || this == FROM || this == TO;
    }
}
