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

    /** Whether the third and the fourth byte from an offset are zero. */
    static boolean areLastTwoZero(final ByteBuffer buffer, final int offset)
    {
        return buffer.getShort(offset + Short.BYTES) == 0;
    }

    /** Writes two bytes and two zeros after them. */
    static void putTwoBytesAndZeros(final ByteBuffer buffer, final int offset, final int first, final int second)
    {
        buffer.putInt(offset, first & 0xFF | (second & 0xFF) << Byte.SIZE);
    }

    /** Writes a byte and three zeros after it. */
    static void putByteAndZeros(final ByteBuffer buffer, final int offset, final int value)
    {
        buffer.putInt(offset, value & 0xFF);
    }
}
