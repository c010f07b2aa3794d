package org.velocitydb.engine.cache;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Blocks whose length and every byte follow from their name, so that whoever finds one can tell whether it is the right
 * one and whole.
 */
final class PatternBlocks implements BlockLoader
{
    private final int minLength;
    private final int lengthRange;
    private int loadCount;

    PatternBlocks(final int minLength, final int lengthRange)
    {
        this.minLength = minLength;
        this.lengthRange = lengthRange;
    }

    int loadCount()
    {
        return loadCount;
    }

    @Override
    public int lengthBytes(final long tableNumber, final int blockOffset)
    {
        return minLength + (int) Long.remainderUnsigned(seed(tableNumber, blockOffset), lengthRange);
    }

    @Override
    public boolean load(final long tableNumber, final int blockOffset, final MutableDirectBuffer target)
    {
        loadCount++;
        final long seed = seed(tableNumber, blockOffset);
        for (int i = 0; i <= target.capacity() - Long.BYTES; i += Long.BYTES)
        {
            target.putLong(i, seed + i);
        }
        for (int i = target.capacity() & -Long.BYTES; i < target.capacity(); i++)
        {
            target.putByte(i, (byte) (seed + i));
        }
        return true;
    }

    boolean isBlock(final long tableNumber, final int blockOffset, final DirectBuffer block)
    {
        if (block.capacity() != lengthBytes(tableNumber, blockOffset))
        {
            return false;
        }
        final long seed = seed(tableNumber, blockOffset);
        for (int i = 0; i <= block.capacity() - Long.BYTES; i += Long.BYTES)
        {
            if (block.getLong(i) != seed + i)
            {
                return false;
            }
        }
        for (int i = block.capacity() & -Long.BYTES; i < block.capacity(); i++)
        {
            if (block.getByte(i) != (byte) (seed + i))
            {
                return false;
            }
        }
        return true;
    }

    private static long seed(final long tableNumber, final int blockOffset)
    {
        return BlockKey.hash(tableNumber << 32 | blockOffset) * 31;
    }
}
