package org.velocitydb.server.audit;

/**
 * What an event is about. The texts stand in the log and are frozen.
 */
public enum AuditKind
{
    /** A connection came. */
    CONNECT("connect"),
    /** A connection that nobody had logged in on has gone; the status says why. */
    DISCONNECT("disconnect"),
    /** A login was decided, or refused undecided. */
    LOGIN("login"),
    /** A connection that somebody had logged in on has gone; the status says why. */
    LOGOUT("logout"),
    /** One key was read. */
    GET("get"),
    /** Several keys were read. */
    MULTI_GET("multi_get"),
    /** A range of keys was read. */
    SCAN("scan"),
    /** One key was written. */
    PUT("put"),
    /** One key was deleted. */
    DELETE("delete"),
    /** Anything else that a single operation can be. */
    OPERATION("operation"),
    /** Several operations were done together, or were to be. */
    BATCH("batch"),
    /** An SQL statement. */
    SQL("sql"),
    /** A table was made or dropped, or was to be. */
    DDL("ddl"),
    /** The server was asked about itself or told what to do. */
    ADMIN("admin"),
    /** A result that had been begun could not be ended. */
    RESULT("result");

    private static final AuditKind[] BY_CODE = values();

    private final String text;

    AuditKind(final String text)
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

    static AuditKind ofCode(final int code)
    {
        return BY_CODE[code];
    }
}
