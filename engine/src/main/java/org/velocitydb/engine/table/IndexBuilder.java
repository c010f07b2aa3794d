package org.velocitydb.engine.table;

import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.collections.IntArrayList;
import org.velocitydb.engine.entry.Keys;

/**
 * Gathers the index of a table while its blocks are written; see {@link IndexDescriptor}. Grows with the number of
 * blocks and is used again for the next table. One thread.
 */
final class IndexBuilder implements AutoCloseable
{
    private static final int INITIAL_LENGTH = 16 * 1024;

    private final IntArrayList blockOffsets = new IntArrayList();
    private final IntArrayList separatorOffsets = new IntArrayList();
    private final ExpandableDirectByteBuffer separators = new ExpandableDirectByteBuffer(INITIAL_LENGTH);
    private int separatorsLength;

    void reset()
    {
        blockOffsets.clear();
        separatorOffsets.clear();
        separatorsLength = 0;
    }

    void addBlock(final int blockOffset, final DirectBuffer separator, final int offset, final int lengthBytes)
    {
        blockOffsets.addInt(blockOffset);
        separatorOffsets.addInt(separatorsLength);
        separators.putBytes(separatorsLength, separator, offset, lengthBytes);
        separatorsLength += lengthBytes;
    }

    int blockCount()
    {
        return blockOffsets.size();
    }

    /** Writes all but the checksum. */
    void writeTo(final TableOutput output, final int dataLength, final int commonLength)
    {
        output.putInt(blockCount());
        output.putInt(commonLength);
        for (int i = 0; i < blockCount(); i++)
        {
            output.putLong(Long.reverseBytes(prefix(i, commonLength)));
        }
        writeOffsets(output, blockOffsets, dataLength);
        writeOffsets(output, separatorOffsets, separatorsLength);
        output.putBytes(separators, 0, separatorsLength);
    }

    private long prefix(final int block, final int commonLength)
    {
        final int begin = separatorOffsets.getInt(block);
        final int end = block + 1 < blockCount() ? separatorOffsets.getInt(block + 1) : separatorsLength;
        final int skipped = Math.min(commonLength, end - begin);
        return Keys.prefix(separators, begin + skipped, end - begin - skipped);
    }

    private static void writeOffsets(final TableOutput output, final IntArrayList offsets, final int end)
    {
        for (int i = 0; i < offsets.size(); i++)
        {
            output.putInt(offsets.getInt(i));
        }
        output.putInt(end);
    }

    @Override
    public void close()
    {
        BufferUtil.free(separators);
    }
}
