package org.velocitydb.server.node;

/**
 * How the answer to a command of the Redis protocol is made of what its operations have come to. It travels with the
 * command through the writer, or waits in a transaction.
 */
enum RespForm
{
    /** OK. */
    OK,
    /** OK where the operation was done, else nothing. */
    OK_OR_NIL,
    /** The value that was there. */
    OLD_VALUE,
    /** A part of the value that was there. */
    RANGE,
    /** What the operation has come to. */
    NUMBER,
    /** 1 where the operation was done, else 0. */
    APPLIED,
    /** How many of the operations were done. */
    APPLIED_COUNT,
    /** 1 where the last of the operations was done, else 0. */
    LAST_APPLIED,
    /** How many of the keys were there. */
    FOUND_COUNT,
    /** The values that were there. */
    VALUES,
    /** Time to live in seconds. */
    TTL_S,
    /** Time to live in milliseconds. */
    TTL_MS,
    /** Time of expiry in seconds. */
    EXPIRY_S,
    /** Time of expiry in milliseconds. */
    EXPIRY_MS,
    /** What kind of value was there. */
    TYPE,
    /** Says what was to be said without any operation. */
    LITERAL,
    /** Says nothing: the operations are the keys that were watched. */
    WATCHED,
    /** The answers of a transaction. */
    EXEC,
    /** A part of the keys was deleted; the stream that did it goes on. */
    FLUSH;

    private static final RespForm[] FORMS = values();

    static RespForm ofCode(final int code)
    {
        return FORMS[code];
    }
}
