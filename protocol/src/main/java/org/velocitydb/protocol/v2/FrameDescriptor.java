package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.FrameVersion;

/**
 * Layout of a frame of version 2. Little-endian.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |            Magic: 0x56454C4F, on the wire 4F 4C 45 56         |
 *  +---------------+---------------+-------------------------------+
 *  |  Version = 2  |     Type      |             Flags             |
 *  +---------------+---------------+-------------------------------+
 *  |     Body Length (unsigned): all after the header              |
 *  +---------------------------------------------------------------+
 *  |     CRC-32C over bytes 0..11 and 16..end                      |
 *  +---------------------------------------------------------------+
 *  |     Correlation Id                                            |
 *  |                                                               |
 *  +===============================================================+  Body
 *  |     Timeout in microseconds           (with HAS_TIMEOUT)      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |     Client Id                         (with HAS_REQUEST_ID)   |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |     Request Number                    (with HAS_REQUEST_ID)   |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |     Message                                                  ...
 *  +---------------------------------------------------------------+
 *
 *  Flags: bit 0 HAS_TIMEOUT, bit 1 HAS_REQUEST_ID, bit 2 MORE, bit 3 ANSWERS_PING; all others zero.
 * </pre>
 */
public final class FrameDescriptor
{
    /** The body begins with the request's time budget. */
    public static final int FLAG_HAS_TIMEOUT = 1;
    /** The body then has the identity under which the request may be retried. */
    public static final int FLAG_HAS_REQUEST_ID = 1 << 1;
    /** Further frames with the same correlation id follow. */
    public static final int FLAG_MORE = 1 << 2;
    /** On HELLO: the client answers the server's PING. */
    public static final int FLAG_ANSWERS_PING = 1 << 3;

    /**
     * Correlation id of an error about a frame that could not be read, and of the server's PING and its PONG; no
     * request that is answered has it.
     */
    public static final long NULL_CORRELATION_ID = 0;
    /** Stands for a request without a time budget. */
    public static final long NULL_TIMEOUT_US = 0;
    /** Stands for a request that has no number and cannot be retried safely. */
    public static final long NULL_REQUEST_NUMBER = 0;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = MAGIC_OFFSET + Integer.BYTES;
    private static final int TYPE_OFFSET = VERSION_OFFSET + Byte.BYTES;
    private static final int FLAGS_OFFSET = TYPE_OFFSET + Byte.BYTES;
    private static final int BODY_LENGTH_OFFSET = FLAGS_OFFSET + Short.BYTES;
    static final int CRC_OFFSET = BODY_LENGTH_OFFSET + Integer.BYTES;
    static final int CORRELATION_ID_OFFSET = CRC_OFFSET + Integer.BYTES;
    /** Bytes before the body. */
    public static final int HEADER_LENGTH = CORRELATION_ID_OFFSET + Long.BYTES;

    static final int TIMEOUT_LENGTH = Long.BYTES;
    static final int REQUEST_ID_LENGTH = Long.BYTES + Long.BYTES;

    private FrameDescriptor()
    {
    }

    /**
     * Bytes of the extensions between header and message.
     *
     * @param flags of the frame.
     * @return 0 to 24.
     */
    public static int extensionsLength(final int flags)
    {
        return ((flags & FLAG_HAS_TIMEOUT) != 0 ? TIMEOUT_LENGTH : 0) +
            ((flags & FLAG_HAS_REQUEST_ID) != 0 ? REQUEST_ID_LENGTH : 0);
    }

    static int type(final ByteBuffer buffer, final int offset)
    {
        return buffer.get(offset + TYPE_OFFSET) & 0xFF;
    }

    static int flags(final ByteBuffer buffer, final int offset)
    {
        return buffer.getShort(offset + FLAGS_OFFSET) & 0xFFFF;
    }

    static void flags(final ByteBuffer buffer, final int offset, final int flags)
    {
        buffer.putShort(offset + FLAGS_OFFSET, (short) flags);
    }

    static long bodyLength(final ByteBuffer buffer, final int offset)
    {
        return buffer.getInt(offset + BODY_LENGTH_OFFSET) & 0xFFFF_FFFFL;
    }

    static void bodyLength(final ByteBuffer buffer, final int offset, final int bodyLength)
    {
        buffer.putInt(offset + BODY_LENGTH_OFFSET, bodyLength);
    }

    static int crc(final ByteBuffer buffer, final int offset)
    {
        return buffer.getInt(offset + CRC_OFFSET);
    }

    static void crc(final ByteBuffer buffer, final int offset, final int crc)
    {
        buffer.putInt(offset + CRC_OFFSET, crc);
    }

    static long correlationId(final ByteBuffer buffer, final int offset)
    {
        return buffer.getLong(offset + CORRELATION_ID_OFFSET);
    }

    static void putHeader(
        final ByteBuffer buffer, final int offset, final int type, final int flags, final long correlationId)
    {
        buffer.putInt(offset + MAGIC_OFFSET, FrameVersion.MAGIC);
        buffer.put(offset + VERSION_OFFSET, (byte) FrameVersion.VERSION_2);
        buffer.put(offset + TYPE_OFFSET, (byte) type);
        flags(buffer, offset, flags);
        buffer.putLong(offset + CORRELATION_ID_OFFSET, correlationId);
    }
}
