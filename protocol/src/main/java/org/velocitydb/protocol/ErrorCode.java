package org.velocitydb.protocol;

/**
 * What went wrong, as a number that crosses the wire. Codes are frozen: they are added, never renumbered or reused. 0
 * to 7 were published with version 1, whose ERROR frame carries words alone; version 2 carries the code.
 */
public enum ErrorCode
{
    /** Nothing went wrong. Never sent in an ERROR frame. */
    SUCCESS(0),
    /** User or password is wrong; which of the two is not said. */
    INVALID_CREDENTIALS(1),
    /** A token bucket of the connection, the user or the server is empty. */
    RATE_LIMITED(2),
    /** The request is well-formed and asks for something that makes no sense. */
    INVALID_COMMAND(3),
    /** A key that must exist does not. */
    KEY_NOT_FOUND(4),
    /** The store failed; the server's log says more. */
    STORAGE_ERROR(5),
    /** The peer broke the protocol; the connection is closed after this error. */
    PROTOCOL_ERROR(6),
    /** A queue is full; try again later. */
    SERVER_OVERLOADED(7),
    /** The request needs a successful AUTH before it. */
    NOT_AUTHENTICATED(8),
    /** The statement is wrong; the error carries the character position. */
    SQL_ERROR(9),
    /** A key is empty or longer than {@link Limits#MAX_KEY_LENGTH}. */
    KEY_OUT_OF_RANGE(10),
    /** A value is longer than {@link Limits#MAX_VALUE_LENGTH}. */
    VALUE_TOO_LARGE(11),
    /** The request's time budget ran out. */
    DEADLINE_EXCEEDED(12),
    /** The server does not know this message or this feature of it. */
    UNSUPPORTED(13),
    /** No room to write; reads go on. */
    DISK_FULL(14),
    /** Stored bytes do not match their checksum. */
    CORRUPTION(15),
    /** The server is on its way down. */
    SHUTTING_DOWN(16),
    /** The frame is longer than the server accepts; the connection is closed after this error. */
    FRAME_TOO_LARGE(17),
    /** The answer would be longer than the server gives. */
    RESULT_TOO_LARGE(18),
    /** A scan took longer than a snapshot may live. */
    SNAPSHOT_EXPIRED(19),
    /** More operations or keys than one request may hold. */
    BATCH_TOO_LARGE(20),
    /** The server has as many connections as it accepts. */
    CONNECTION_LIMIT(21),
    /** The connection was idle for longer than it may. */
    IDLE_TIMEOUT(22),
    /** A mistake of ours; the server's log says more. */
    INTERNAL_ERROR(23),
    /** The user's role or scopes do not allow the request. */
    FORBIDDEN(24),
    /** A password came over a connection that others may read; it was not looked at. */
    PLAINTEXT_REFUSED(25),
    /** An operator ended the connection. */
    CONNECTION_KILLED(26),
    /** A condition between BEGIN and COMMIT does not hold; nothing was done. */
    CONDITION_FAILED(27);

    private static final ErrorCode[] BY_CODE = values();

    private final int code;

    ErrorCode(final int code)
    {
        if (code != ordinal())
        {
            throw new IllegalArgumentException("error code out of place: code=" + code + ", ordinal=" + ordinal());
        }
        this.code = code;
    }

    /**
     * The frozen number.
     *
     * @return as it crosses the wire.
     */
    public int code()
    {
        return code;
    }

    /**
     * Finds a code by its number.
     *
     * @param code as it crossed the wire.
     * @return the code; {@link #INTERNAL_ERROR} for a number that this version does not know, since a newer server may
     *         have more of them and none of ours would be true.
     */
    public static ErrorCode of(final int code)
    {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : INTERNAL_ERROR;
    }
}
