package org.velocitydb.protocol.aeron;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The first message of a client's publication: where the answers are to go. Everything that follows is the stream of
 * frames, in messages that are cut anywhere. Numbers are little-endian.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |           Magic: 0x52454156, on the wire 56 41 45 52          |   0
 *  +---------------+-----------------------------------------------+
 *  |  Version = 1  |                    Zero                       |   4
 *  +---------------+-----------------------------------------------+
 *  |  Stream Id of the answers, i32, positive                      |   8
 *  +---------------------------------------------------------------+
 *  |  Session Id of the answers, i32, any                          |  12
 *  +---------------------------------------------------------------+
 *  |  Port of the answers, u32: 0 over IPC, 1 to 65535 over UDP    |  16
 *  +---------------------------------------------------------------+
 *  |                             Zero                              |  20
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * There is no address beside the port: answers go to where the requests come from, so nobody can have a server send to
 * somebody else.
 *
 * @param streamId  of the answers.
 * @param sessionId of the answers.
 * @param port      of the answers, or {@link #NO_PORT}.
 */
public record ConnectMessage(int streamId, int sessionId, int port)
{
    /** Length in bytes. */
    public static final int LENGTH = 24;
    /** The port over IPC. */
    public static final int NO_PORT = 0;

    private static final int MAGIC = 0x52454156;
    /** One byte of version, three of zero. */
    private static final int VERSION = 1;
    private static final int MAX_PORT = 65_535;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 4;
    private static final int STREAM_ID_OFFSET = 8;
    private static final int SESSION_ID_OFFSET = 12;
    private static final int PORT_OFFSET = 16;
    private static final int ZERO_OFFSET = 20;

    /**
     * As it is sent.
     *
     * @return the bytes, from position 0 to the limit.
     */
    public ByteBuffer encode()
    {
        return ByteBuffer.allocateDirect(LENGTH).order(ByteOrder.LITTLE_ENDIAN)
            .putInt(MAGIC_OFFSET, MAGIC)
            .putInt(VERSION_OFFSET, VERSION)
            .putInt(STREAM_ID_OFFSET, streamId)
            .putInt(SESSION_ID_OFFSET, sessionId)
            .putInt(PORT_OFFSET, port);
    }

    /**
     * Reads what came.
     *
     * @param message all of it, from its position to its limit.
     * @return the message, or null where it is none.
     */
    public static ConnectMessage tryDecode(final ByteBuffer message)
    {
        if (message.remaining() != LENGTH)
        {
            return null;
        }
        final ByteBuffer bytes = message.slice().order(ByteOrder.LITTLE_ENDIAN);
        final int streamId = bytes.getInt(STREAM_ID_OFFSET);
        final int port = bytes.getInt(PORT_OFFSET);
        final boolean isSound = bytes.getInt(MAGIC_OFFSET) == MAGIC && bytes.getInt(VERSION_OFFSET) == VERSION &&
            bytes.getInt(ZERO_OFFSET) == 0 && streamId > 0 && port >= NO_PORT && port <= MAX_PORT;
        return isSound ? new ConnectMessage(streamId, bytes.getInt(SESSION_ID_OFFSET), port) : null;
    }
}
