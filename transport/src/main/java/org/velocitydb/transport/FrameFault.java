package org.velocitydb.transport;

/**
 * What is wrong with the bytes that a peer sent. After any of them the stream can no longer be trusted: the session
 * ends.
 */
public enum FrameFault
{
    /** The first four bytes are not the protocol's. */
    WRONG_MAGIC("frame does not begin with the protocol's magic number"),
    /** A version that this server does not speak. */
    UNKNOWN_VERSION("protocol version is not supported"),
    /** Another version than that of the connection's first frame. */
    CHANGED_VERSION("protocol version differs from that of the connection's first frame"),
    /** More bytes than the session may send in one frame. */
    FRAME_TOO_LONG("frame is longer than the connection's limit"),
    /** The checksum does not match the bytes. */
    WRONG_CHECKSUM("frame checksum does not match"),
    /** The stream ended inside a frame. */
    TRUNCATED_FRAME("stream ended inside a frame"),
    /** Of a scanned protocol: the number of a frame's parts is none, or out of range. */
    WRONG_COUNT("invalid number of parts"),
    /** Of a scanned protocol: the length of a part is none, or out of range. */
    WRONG_LENGTH("invalid length of a part"),
    /** Of a scanned protocol: a part begins with something else than it should. */
    WRONG_TYPE("part of an unknown type"),
    /** Of a scanned protocol: a line without an end. */
    LINE_TOO_LONG("line is too long");

    private final String message;

    FrameFault(final String message)
    {
        this.message = message;
    }

    /**
     * The fault in words, for the error frame.
     *
     * @return the same text each time; it names nothing that the peer does not know.
     */
    public String message()
    {
        return message;
    }
}
