package org.velocitydb.engine.table;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;

/**
 * How far two keys agree. Allocation-free.
 */
final class TableKeys
{
    private TableKeys()
    {
    }

    /**
     * Bytes that two keys have in common at their beginning.
     *
     * @param limit that both keys reach to at least.
     */
    static int commonLength(
        final DirectBuffer left, final int leftOffset, final DirectBuffer right, final int rightOffset, final int limit)
    {
        int i = 0;
        for (; i + Long.BYTES <= limit; i += Long.BYTES)
        {
            final long difference = left.getLong(leftOffset + i, ByteOrder.LITTLE_ENDIAN) ^
                right.getLong(rightOffset + i, ByteOrder.LITTLE_ENDIAN);
            if (difference != 0)
            {
                return i + (Long.numberOfTrailingZeros(difference) >>> 3);
            }
        }
        while (i < limit && left.getByte(leftOffset + i) == right.getByte(rightOffset + i))
        {
            i++;
        }
        return i;
    }

    /** Whether so many bytes are the same. */
    static boolean isEqual(
        final DirectBuffer left,
        final int leftOffset,
        final DirectBuffer right,
        final int rightOffset,
        final int lengthBytes)
    {
        int i = 0;
        for (; i + Long.BYTES <= lengthBytes; i += Long.BYTES)
        {
            if (left.getLong(leftOffset + i, ByteOrder.LITTLE_ENDIAN) != right
                .getLong(rightOffset + i, ByteOrder.LITTLE_ENDIAN))
            {
                return false;
            }
        }
        for (; i < lengthBytes; i++)
        {
            if (left.getByte(leftOffset + i) != right.getByte(rightOffset + i))
            {
                return false;
            }
        }
        return true;
    }
}
