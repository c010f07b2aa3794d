package org.velocitydb.engine.table;

import org.agrona.BufferUtil;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.collections.LongArrayList;

/**
 * Gathers the hashes of a table's keys and then makes its filter, in slices; see {@link FilterDescriptor}. Grows with
 * the number of keys and is used again for the next table. One thread.
 */
final class FilterBuilder implements AutoCloseable
{
    /** Some hundred microseconds. */
    private static final int SLICE_KEY_COUNT = 8 * 1024;
    private static final int INITIAL_LENGTH = 16 * 1024;

    private final FilterSizing sizing;
    private final LongArrayList hashes = new LongArrayList();
    private final ExpandableDirectByteBuffer image = new ExpandableDirectByteBuffer(INITIAL_LENGTH);
    private int blockCount;
    private int clearedLength;
    private int addedCount;

    FilterBuilder(final double falsePositiveRate)
    {
        sizing = new FilterSizing(falsePositiveRate);
    }

    void reset()
    {
        hashes.clear();
        clearedLength = 0;
        addedCount = 0;
        blockCount = 0;
    }

    void add(final long keyHash)
    {
        hashes.addLong(keyHash);
    }

    int keyCount()
    {
        return hashes.size();
    }

    /**
     * Makes a part of the filter.
     *
     * @return whether it is all made.
     */
    boolean makeSlice()
    {
        blockCount = sizing.blockCount(hashes.size());
        if (clearedLength < lengthBytes())
        {
            final int part = Math.min(TableOutput.CHUNK_LENGTH, lengthBytes() - clearedLength);
            image.setMemory(clearedLength, part, (byte) 0);
            clearedLength += part;
            return false;
        }
        final int end = Math.min(addedCount + SLICE_KEY_COUNT, hashes.size());
        for (int i = addedCount; i < end; i++)
        {
            FilterDescriptor.add(image, blockCount, sizing.probes(), hashes.getLong(i));
        }
        addedCount = end;
        return end == hashes.size();
    }

    ExpandableDirectByteBuffer image()
    {
        return image;
    }

    int lengthBytes()
    {
        return blockCount * FilterDescriptor.BLOCK_LENGTH;
    }

    int probes()
    {
        return sizing.probes();
    }

    @Override
    public void close()
    {
        BufferUtil.free(image);
    }
}
