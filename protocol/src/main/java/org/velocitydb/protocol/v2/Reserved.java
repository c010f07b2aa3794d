package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

/**
 * Bytes between fields that must be zero, so that they can mean something one day.
 */
final class Reserved
{
    private static final int THREE_BYTES_MASK = 0xFFFFFF00;

    private Reserved()
    {
    }

    /** Whether the three bytes after the byte at an offset are zero. */
    static boolean areThreeZero(final ByteBuffer buffer, final int offset)
    {
        return (buffer.getInt(offset) & THREE_BYTES_MASK) == 0;
    }

    /** Writes a byte and three zeros after it. */
    static void putByteAndZeros(final ByteBuffer buffer, final int offset, final int value)
    {
        buffer.putInt(offset, value & 0xFF);
    }
}
