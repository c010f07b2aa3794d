package org.velocitydb.protocol;

/**
 * What is wrong with bytes that were to be decoded. Decoding never throws for what a peer sent: it returns one of
 * these, which says which error answers it and whether the stream can still be trusted.
 */
public enum Fault
{
    /** Nothing is wrong. */
    NONE(ErrorCode.SUCCESS, false),
    /** So far nothing is wrong, but more bytes are needed. */
    INCOMPLETE(ErrorCode.PROTOCOL_ERROR, true),
    /** The first four bytes are not the magic: not ours, or out of step. */
    BAD_MAGIC(ErrorCode.PROTOCOL_ERROR, true),
    /** A version that is not spoken here, or not the one the connection began with. */
    BAD_VERSION(ErrorCode.PROTOCOL_ERROR, true),
    /** The checksum does not match. */
    BAD_CHECKSUM(ErrorCode.PROTOCOL_ERROR, true),
    /** Longer than is accepted here. */
    FRAME_TOO_LARGE(ErrorCode.FRAME_TOO_LARGE, true),
    /** A sound frame of a type that is unknown, or that the other end never sends. */
    UNKNOWN_TYPE(ErrorCode.UNSUPPORTED, false),
    /** Unknown flags, or flags that do not fit the message. */
    BAD_FLAGS(ErrorCode.PROTOCOL_ERROR, true),
    /** Lengths and counts inside do not add up to the length of the whole. */
    BAD_LAYOUT(ErrorCode.PROTOCOL_ERROR, true),
    /** A byte that must be zero is not. */
    RESERVED_NOT_ZERO(ErrorCode.PROTOCOL_ERROR, true),
    /** A field holds a value that it cannot have. */
    BAD_FIELD(ErrorCode.PROTOCOL_ERROR, true),
    /** Text that is not UTF-8. */
    NOT_UTF8(ErrorCode.PROTOCOL_ERROR, true),
    /** A user name or a password that is longer than any can be. */
    CREDENTIALS_TOO_LONG(ErrorCode.INVALID_CREDENTIALS, false),
    /** A keyspace id above {@link Limits#MAX_KEYSPACE}. */
    KEYSPACE_OUT_OF_RANGE(ErrorCode.INVALID_COMMAND, false),
    /** A key that is empty or too long. */
    KEY_OUT_OF_RANGE(ErrorCode.KEY_OUT_OF_RANGE, false),
    /** A value that is too long. */
    VALUE_TOO_LARGE(ErrorCode.VALUE_TOO_LARGE, false),
    /** A batch without operations, or a multi-get without keys. */
    BATCH_EMPTY(ErrorCode.INVALID_COMMAND, false),
    /** More operations or keys than one request may hold. */
    BATCH_TOO_LARGE(ErrorCode.BATCH_TOO_LARGE, false);

    private final ErrorCode errorCode;
    private final boolean closesConnection;

    Fault(final ErrorCode errorCode, final boolean closesConnection)
    {
        this.errorCode = errorCode;
        this.closesConnection = closesConnection;
    }

    /**
     * The error that answers it.
     *
     * @return the code; {@link ErrorCode#SUCCESS} for {@link #NONE}.
     */
    public ErrorCode errorCode()
    {
        return errorCode;
    }

    /**
     * Whether the connection ends after the error, because the peer can no longer be followed.
     *
     * @return true if it does. In version 1 every fault ends the connection.
     */
    public boolean closesConnection()
    {
        return closesConnection;
    }
}
