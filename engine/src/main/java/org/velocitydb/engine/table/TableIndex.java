package org.velocitydb.engine.table;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.journal.storage.CorruptionException;

/**
 * Finds the block that may hold a key, in the index as {@link IndexDescriptor} draws it, in place in the mapped file.
 * Immutable; any number of threads; allocation-free. The constructor checks every offset once, so that searches need
 * not.
 */
final class TableIndex
{
    private final DirectBuffer file;
    private final int indexOffset;
    private final int blockCount;
    private final int commonLength;
    private final int blockOffsetsOffset;
    private final int separatorOffsetsOffset;
    private final int separatorsOffset;

    TableIndex(final TableFile sections)
    {
        file = sections.buffer();
        indexOffset = sections.indexOffset();
        final int indexLength = sections.indexLength();
        if (indexLength < IndexDescriptor.MIN_LENGTH)
        {
            throw corruption(sections, "table index too short", indexLength);
        }
        blockCount = file.getInt(indexOffset + IndexDescriptor.BLOCK_COUNT_OFFSET, ByteOrder.LITTLE_ENDIAN);
        commonLength = file.getInt(indexOffset + IndexDescriptor.COMMON_LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN);
        if (blockCount <= 0 || blockCount > indexLength / Long.BYTES)
        {
            throw corruption(sections, "table index block count out of range", blockCount);
        }
        if (commonLength < 0 || commonLength > Keys.MAX_INTERNAL_KEY_LENGTH)
        {
            throw corruption(sections, "table index common length out of range", commonLength);
        }
        final int offsetsLength = (blockCount + 1) * Integer.BYTES;
        blockOffsetsOffset = indexOffset + IndexDescriptor.prefixesEnd(blockCount);
        separatorOffsetsOffset = blockOffsetsOffset + offsetsLength;
        separatorsOffset = separatorOffsetsOffset + offsetsLength;
        final int separatorsLength = indexOffset + indexLength - TableChecksum.LENGTH - separatorsOffset;
        if (separatorsLength < 0)
        {
            throw corruption(sections, "table index too short for its blocks", blockCount);
        }
        checkOffsets(sections, blockOffsetsOffset, BlockDescriptor.MIN_BLOCK_LENGTH, sections.dataLength());
        checkOffsets(sections, separatorOffsetsOffset, 0, separatorsLength);
    }

    private void checkOffsets(
        final TableFile sections, final int offsetsOffset, final int minLength, final int expectedEnd)
    {
        long previous = IndexDescriptor.offset(file, offsetsOffset, 0);
        if (previous != 0)
        {
            throw corruption(sections, "table index does not begin at 0", previous);
        }
        for (int i = 1; i <= blockCount; i++)
        {
            final long offset = IndexDescriptor.offset(file, offsetsOffset, i);
            if (offset - previous < minLength)
            {
                throw corruption(sections, "table index offset out of order", offset);
            }
            previous = offset;
        }
        if (previous != expectedEnd)
        {
            throw corruption(sections, "table index does not reach its end", previous);
        }
    }

    private static CorruptionException corruption(final TableFile sections, final String what, final long value)
    {
        return new CorruptionException(
            what + ": file=" + sections.name() + ", offset=" + sections.indexOffset() + ", value=" + value);
    }

    int blockCount()
    {
        return blockCount;
    }

    int blockOffset(final int block)
    {
        return IndexDescriptor.offset(file, blockOffsetsOffset, block);
    }

    int blockLength(final int block)
    {
        return blockOffset(block + 1) - blockOffset(block);
    }

    /**
     * The only block that may hold the key.
     *
     * @param key         that is not before the table's smallest nor after its largest key, so that it begins with what
     *                    all of them begin with.
     * @param offset      of the key.
     * @param lengthBytes of the key.
     * @return the last block whose separator is not after the key.
     */
    int find(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        final int skipped = Math.min(commonLength, lengthBytes);
        final long prefix = Keys.prefix(key, offset + skipped, lengthBytes - skipped);
        int low = 0;
        int high = blockCount - 1;
        while (low < high)
        {
            final int middle = (low + high + 1) >>> 1;
            if (isSeparatorAfter(middle, prefix, key, offset, lengthBytes))
            {
                high = middle - 1;
            }
            else
            {
                low = middle;
            }
        }
        return low;
    }

    private boolean isSeparatorAfter(
        final int block, final long prefix, final DirectBuffer key, final int offset, final int lengthBytes)
    {
        final long blockPrefix = IndexDescriptor.prefix(file, indexOffset, block);
        if (blockPrefix != prefix)
        {
            return Long.compareUnsigned(blockPrefix, prefix) > 0;
        }
        final int begin = IndexDescriptor.offset(file, separatorOffsetsOffset, block);
        final int end = IndexDescriptor.offset(file, separatorOffsetsOffset, block + 1);
        return Keys.compare(file, separatorsOffset + begin, end - begin, key, offset, lengthBytes) > 0;
    }
}
