package org.velocitydb.protocol.v1;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.FrameVersion;

/**
 * Layout of a frame of version 1. Little-endian; fields are not aligned.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |            Magic: 0x56454C4F, on the wire 4F 4C 45 56         |
 *  +---------------+---------------+-------------------------------+
 *  |  Version = 1  |     Type      |  Payload Length (unsigned)   ...
 *  +---------------+---------------+-------------------------------+
 * ...                              |  Payload                     ...
 *  +-------------------------------+-------------------------------+
 *  |       CRC-32 (IEEE) over everything before it                 |
 *  +---------------------------------------------------------------+
 * </pre>
 */
public final class FrameDescriptor
{
    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = MAGIC_OFFSET + Integer.BYTES;
    private static final int TYPE_OFFSET = VERSION_OFFSET + Byte.BYTES;
    private static final int PAYLOAD_LENGTH_OFFSET = TYPE_OFFSET + Byte.BYTES;
    /** Bytes before the payload. */
    public static final int HEADER_LENGTH = PAYLOAD_LENGTH_OFFSET + Integer.BYTES;
    /** Bytes after the payload. */
    public static final int TRAILER_LENGTH = Integer.BYTES;

    private FrameDescriptor()
    {
    }

    static int type(final ByteBuffer buffer, final int offset)
    {
        return buffer.get(offset + TYPE_OFFSET) & 0xFF;
    }

    static long payloadLength(final ByteBuffer buffer, final int offset)
    {
        return buffer.getInt(offset + PAYLOAD_LENGTH_OFFSET) & 0xFFFF_FFFFL;
    }

    static void putHeader(final ByteBuffer buffer, final int offset, final int type, final int payloadLength)
    {
        buffer.putInt(offset + MAGIC_OFFSET, FrameVersion.MAGIC);
        buffer.put(offset + VERSION_OFFSET, (byte) FrameVersion.VERSION_1);
        buffer.put(offset + TYPE_OFFSET, (byte) type);
        buffer.putInt(offset + PAYLOAD_LENGTH_OFFSET, payloadLength);
    }
}
