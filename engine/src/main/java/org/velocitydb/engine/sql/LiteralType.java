package org.velocitydb.engine.sql;

/**
 * What a literal or a parameter was written as. The store knows bytes alone; this decides where it may stand.
 */
enum LiteralType
{
    /** UTF-8. */
    TEXT,
    /** Any bytes. */
    BYTES,
    /** A whole number as text. */
    INTEGER,
    /** A floating-point number as text. */
    FLOAT,
    /** {@code true} or {@code false}. */
    BOOLEAN,
    /** Nothing. */
    NULL;

    /** Bytes of NULL, which nobody looks at. */
    static final byte[] NOTHING = {};

    private static final byte[] TRUE = { 't', 'r', 'u', 'e' };
    private static final byte[] FALSE = { 'f', 'a', 'l', 's', 'e' };

    /**
     * A boolean as it is stored.
     */
    static byte[] text(final boolean value)
    {
        return value ? TRUE : FALSE;
    }
}
