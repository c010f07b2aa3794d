package org.velocitydb.protocol.v1;

/**
 * Types of version 1's frames. Frozen.
 */
public final class MessageType
{
    /** Client's greeting; empty. */
    public static final int HELLO = 0x01;
    /** Server's version and fingerprint as text. */
    public static final int SERVER_INFO = 0x02;
    /** User name, NUL, password. */
    public static final int AUTH_REQUEST = 0x03;
    /** <code>OK</code>, or the reason in words. */
    public static final int AUTH_RESPONSE = 0x04;
    /** Farewell of either side; empty. */
    public static final int DISCONNECT = 0x05;
    /** One SQL statement. */
    public static final int COMMAND = 0x10;
    /** A result as JSON. */
    public static final int RESPONSE = 0x11;
    /** An error in words. */
    public static final int ERROR = 0x12;
    /** Asks for a {@link #PONG}; empty. */
    public static final int PING = 0x20;
    /** Answers a {@link #PING}; empty. */
    public static final int PONG = 0x21;
    /** Asks for statistics; empty. */
    public static final int STATS = 0x22;

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
            case AUTH_REQUEST -> "AUTH_REQUEST";
            case DISCONNECT -> "DISCONNECT";
            case COMMAND -> "COMMAND";
            case PING -> "PING";
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
        switch (type)
        {
            case HELLO :
            case AUTH_REQUEST :
            case DISCONNECT :
            case COMMAND :
            case PING :
            case STATS :
                return true;
            default :
                return false;
        }
    }
}
