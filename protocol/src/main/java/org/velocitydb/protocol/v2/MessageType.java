package org.velocitydb.protocol.v2;

/**
 * Types of version 2's frames. Frozen. The response to a request has its type with {@link #RESPONSE_BIT} set, or is an
 * {@link #ERROR}.
 */
public final class MessageType
{
    /** Set in every response. */
    public static final int RESPONSE_BIT = 0x80;

    /** See {@link HelloRequest}. */
    public static final int HELLO = 0x01;
    /** See {@link AuthRequest}. */
    public static final int AUTH = 0x02;
    /** Empty; sent by either side, and answered by an empty {@link #PONG}. */
    public static final int PING = 0x03;
    /** Empty; sent by either side as its last frame, and never answered. */
    public static final int DISCONNECT = 0x04;
    /** See {@link GetRequest}. */
    public static final int GET = 0x10;
    /** See {@link MultiGetRequest}. */
    public static final int MULTI_GET = 0x11;
    /** See {@link WriteRequest}. */
    public static final int WRITE = 0x12;
    /** See {@link ScanRequest}. */
    public static final int SCAN = 0x13;
    /** See {@link SqlRequest}. */
    public static final int SQL = 0x14;
    /** Empty; answered by {@link #STATS_RESULT}. */
    public static final int STATS = 0x15;

    /** See {@link ServerHello}. */
    public static final int SERVER_HELLO = HELLO | RESPONSE_BIT;
    /** Empty. */
    public static final int AUTH_OK = AUTH | RESPONSE_BIT;
    /** Empty. */
    public static final int PONG = PING | RESPONSE_BIT;
    /** See {@link GetResult}. */
    public static final int GET_RESULT = GET | RESPONSE_BIT;
    /** See {@link MultiGetResult}. */
    public static final int MULTI_GET_RESULT = MULTI_GET | RESPONSE_BIT;
    /** See {@link WriteResult}. */
    public static final int WRITE_RESULT = WRITE | RESPONSE_BIT;
    /** See {@link ScanResult}. */
    public static final int SCAN_RESULT = SCAN | RESPONSE_BIT;
    /** See {@link SqlResult}. */
    public static final int SQL_RESULT = SQL | RESPONSE_BIT;
    /** The whole message is a JSON object in UTF-8. */
    public static final int STATS_RESULT = STATS | RESPONSE_BIT;
    /** See {@link ErrorMessage}. */
    public static final int ERROR = 0xFF;

    private MessageType()
    {
    }

    /**
     * What a type is called.
     *
     * @param type of a frame that a client sent.
     * @return its name here; of one that a client does not send, its number in words.
     */
    public static String name(final int type)
    {
        return switch (type)
        {
            case HELLO -> "HELLO";
            case AUTH -> "AUTH";
            case PING -> "PING";
            case PONG -> "PONG";
            case DISCONNECT -> "DISCONNECT";
            case GET -> "GET";
            case MULTI_GET -> "MULTI_GET";
            case WRITE -> "WRITE";
            case SCAN -> "SCAN";
            case SQL -> "SQL";
            case STATS -> "STATS";
            default -> "message " + type;
        };
    }

    /**
     * Whether a client may send this type.
     *
     * @param type of a frame.
     * @return true if a server has to understand it.
     */
    public static boolean isFromClient(final int type)
    {
        return type >= HELLO && type <= DISCONNECT || type >= GET && type <= STATS || type == PONG;
    }

    /**
     * Whether a server may send this type.
     *
     * @param type of a frame.
     * @return true if a client has to understand it.
     */
    public static boolean isFromServer(final int type)
    {
        return type >= SERVER_HELLO && type <= PONG || type >= GET_RESULT && type <= STATS_RESULT || type == ERROR ||
            type == DISCONNECT || type == PING;
    }

    /**
     * Whether a frame's correlation id has to be {@link FrameDescriptor#NULL_CORRELATION_ID}, since it belongs to no
     * request: the server's PING and the client's PONG.
     *
     * @param type         of a frame.
     * @param isFromClient who sent it.
     * @return true for those two.
     */
    static boolean isOfNoRequest(final int type, final boolean isFromClient)
    {
        return type == (isFromClient ? PONG : PING);
    }

    /**
     * Flags that a frame of a type may have.
     *
     * @param type of a frame.
     * @return a set of the FLAG constants of {@link FrameDescriptor}.
     */
    public static int permittedFlags(final int type)
    {
        switch (type)
        {
            case HELLO :
                return FrameDescriptor.FLAG_HAS_TIMEOUT | FrameDescriptor.FLAG_ANSWERS_PING;
            case WRITE :
            case SQL :
                return FrameDescriptor.FLAG_HAS_TIMEOUT | FrameDescriptor.FLAG_HAS_REQUEST_ID;
            case MULTI_GET_RESULT :
            case SCAN_RESULT :
            case SQL_RESULT :
                return FrameDescriptor.FLAG_MORE;
            case DISCONNECT :
                return 0;
            default :
                return (type & RESPONSE_BIT) == 0 ? FrameDescriptor.FLAG_HAS_TIMEOUT : 0;
        }
    }

    /**
     * Whether a message of a type has no bytes at all.
     *
     * @param type of a frame.
     * @return true if any byte would be wrong.
     */
    static boolean isEmpty(final int type)
    {
        switch (type)
        {
            case PING :
            case PONG :
            case DISCONNECT :
            case AUTH_OK :
            case STATS :
                return true;
            default :
                return false;
        }
    }
}
