package org.velocitydb.engine.table;

import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Room for one decompressed block, which remembers whose it is: the next read of the same block finds it there. One
 * thread. It is on the heap, because the pure Java decompressor is fastest from array to array, and grows to the
 * longest block met, {@link BlockDescriptor#MAX_COMPRESSIBLE_LENGTH} at most.
 */
final class BlockBuffer
{
    private static final int INITIAL_LENGTH = 8 * 1024;
    private static final int NULL_OFFSET = -1;

    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private Table table;
    private int blockOffset = NULL_OFFSET;
    private int lengthBytes;

    /** Whether it holds a block of a table. */
    boolean holds(final Table wantedTable, final int wantedOffset)
    {
        return wantedTable == table && wantedOffset == blockOffset;
    }

    /** Makes room for a block and its slack; it holds none until {@link #filled}. */
    byte[] prepare(final int length)
    {
        forget();
        final int capacity = length + BlockDescriptor.SLACK_LENGTH;
        if (capacity > buffer.capacity())
        {
            buffer.wrap(new byte[Math.max(INITIAL_LENGTH, BitUtil.findNextPositivePowerOfTwo(capacity))]);
        }
        lengthBytes = length;
        return buffer.byteArray();
    }

    void filled(final Table newTable, final int newBlockOffset)
    {
        table = newTable;
        blockOffset = newBlockOffset;
    }

    /** Lets go of the table. */
    void forget()
    {
        table = null;
        blockOffset = NULL_OFFSET;
    }

    UnsafeBuffer buffer()
    {
        return buffer;
    }

    int lengthBytes()
    {
        return lengthBytes;
    }
}
