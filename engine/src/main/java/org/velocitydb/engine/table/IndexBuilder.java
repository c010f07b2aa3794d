package org.velocitydb.engine.table;

import java.nio.ByteOrder;

import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.collections.IntArrayList;
import org.velocitydb.engine.entry.Keys;

/**
 * Gathers the index of a table while its blocks are written, and then makes it; see {@link IndexDescriptor}. Grows with
 * the number of blocks and is used again for the next table. One thread.
 */
final class IndexBuilder implements AutoCloseable
{
    private static final int INITIAL_LENGTH = 16 * 1024;
    /** What fills the last node of a level. */
    private static final long FILLER = -1;

    private final IntArrayList blockOffsets = new IntArrayList();
    private final IntArrayList separatorOffsets = new IntArrayList();
    private final ExpandableDirectByteBuffer separators = new ExpandableDirectByteBuffer(INITIAL_LENGTH);
    private final ExpandableDirectByteBuffer image = new ExpandableDirectByteBuffer(INITIAL_LENGTH);
    private int separatorsLength;
    private int lengthBytes;

    void reset()
    {
        blockOffsets.clear();
        separatorOffsets.clear();
        separatorsLength = 0;
    }

    void addBlock(final int blockOffset, final DirectBuffer separator, final int offset, final int separatorLength)
    {
        blockOffsets.addInt(blockOffset);
        separatorOffsets.addInt(separatorsLength);
        separators.putBytes(separatorsLength, separator, offset, separatorLength);
        separatorsLength += separatorLength;
    }

    int blockCount()
    {
        return blockOffsets.size();
    }

    /** Makes all but the checksum: a few nanoseconds for a block, so that it need not be cut into slices. */
    void make(final int dataLength, final int commonLength)
    {
        int levelsLength = 0;
        int levelCount = blockCount();
        while (levelCount > IndexDescriptor.NODE_COUNT)
        {
            levelsLength += IndexDescriptor.levelLength(levelCount);
            levelCount = IndexDescriptor.countAbove(levelCount);
        }
        levelsLength += IndexDescriptor.levelLength(levelCount);
        makeLevels(levelsLength, commonLength);

        int position = putOffsets(levelsLength, blockOffsets, dataLength);
        position = putOffsets(position, separatorOffsets, separatorsLength);
        image.putBytes(position, separators, 0, separatorsLength);
        position += separatorsLength;
        image.putInt(position, blockCount(), ByteOrder.LITTLE_ENDIAN);
        image.putInt(position + Integer.BYTES, commonLength, ByteOrder.LITTLE_ENDIAN);
        lengthBytes = position + 2 * Integer.BYTES;
    }

    /** From the lowest level, which ends at an offset, up to the first byte. */
    private void makeLevels(final int levelsEnd, final int commonLength)
    {
        int count = blockCount();
        int levelOffset = levelsEnd - IndexDescriptor.levelLength(count);
        for (int i = 0; i < count; i++)
        {
            putPrefix(levelOffset, i, prefix(i, commonLength));
        }
        fillNode(levelOffset, count);
        while (levelOffset > 0)
        {
            final int below = levelOffset;
            count = IndexDescriptor.countAbove(count);
            levelOffset -= IndexDescriptor.levelLength(count);
            for (int i = 0; i < count; i++)
            {
                putPrefix(levelOffset, i, IndexDescriptor.prefix(image, below, i * IndexDescriptor.NODE_COUNT));
            }
            fillNode(levelOffset, count);
        }
    }

    private void fillNode(final int levelOffset, final int count)
    {
        for (int i = count; i % IndexDescriptor.NODE_COUNT != 0; i++)
        {
            putPrefix(levelOffset, i, FILLER);
        }
    }

    private void putPrefix(final int levelOffset, final int index, final long prefix)
    {
        image.putLong(levelOffset + index * Long.BYTES, prefix, ByteOrder.LITTLE_ENDIAN);
    }

    private long prefix(final int block, final int commonLength)
    {
        final int begin = separatorOffsets.getInt(block);
        final int end = block + 1 < blockCount() ? separatorOffsets.getInt(block + 1) : separatorsLength;
        final int skipped = Math.min(commonLength, end - begin);
        return Keys.prefix(separators, begin + skipped, end - begin - skipped);
    }

    private int putOffsets(final int imageOffset, final IntArrayList offsets, final int end)
    {
        int position = imageOffset;
        for (int i = 0; i < offsets.size(); i++)
        {
            image.putInt(position, offsets.getInt(i), ByteOrder.LITTLE_ENDIAN);
            position += Integer.BYTES;
        }
        image.putInt(position, end, ByteOrder.LITTLE_ENDIAN);
        return position + Integer.BYTES;
    }

    ExpandableDirectByteBuffer image()
    {
        return image;
    }

    int lengthBytes()
    {
        return lengthBytes;
    }

    @Override
    public void close()
    {
        BufferUtil.free(separators);
        BufferUtil.free(image);
    }
}
