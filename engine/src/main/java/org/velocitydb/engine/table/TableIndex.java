package org.velocitydb.engine.table;

import java.nio.ByteOrder;
import java.util.Arrays;

import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.journal.storage.CorruptionException;

/**
 * Finds the block that may hold a key, in the index as {@link IndexDescriptor} draws it, in place in the mapped file.
 * Immutable; any number of threads; allocation-free. The constructor checks every offset and the order of the prefixes
 * once, so that searches need not.
 */
final class TableIndex
{
    /** What {@link #blockAt} answers where no block begins. */
    static final int NULL_BLOCK = -1;

    private static final boolean IS_LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private final TableFile sections;
    private final DirectBuffer file;
    private final int blockCount;
    private final int commonLength;
    private final int[] levelOffsets;
    private final int[] levelCounts;
    private final int prefixesOffset;
    private final int blockOffsetsOffset;
    private final int separatorOffsetsOffset;
    private final int separatorsOffset;

    TableIndex(final TableFile sections)
    {
        this.sections = sections;
        file = sections.buffer();
        final int indexLength = sections.indexLength();
        if (indexLength < IndexDescriptor.MIN_LENGTH)
        {
            throw corruption("table index too short", indexLength);
        }
        final int trailerOffset = sections.indexOffset() + indexLength - IndexDescriptor.TRAILER_LENGTH;
        blockCount = file.getInt(trailerOffset, ByteOrder.LITTLE_ENDIAN);
        commonLength = file.getInt(trailerOffset + Integer.BYTES, ByteOrder.LITTLE_ENDIAN);
        if (blockCount <= 0 || blockCount > indexLength / Long.BYTES)
        {
            throw corruption("table index block count out of range", blockCount);
        }
        if (commonLength < 0 || commonLength > Keys.MAX_INTERNAL_KEY_LENGTH)
        {
            throw corruption("table index common length out of range", commonLength);
        }
        levelCounts = countLevels(blockCount);
        long levelsLength = 0;
        for (final int count : levelCounts)
        {
            levelsLength += IndexDescriptor.levelLength(count);
        }
        final long offsetsLength = (blockCount + 1L) * Integer.BYTES;
        if (sections.indexOffset() + levelsLength + 2 * offsetsLength > trailerOffset)
        {
            throw corruption("table index too short for its blocks", blockCount);
        }
        levelOffsets = new int[levelCounts.length];
        int position = sections.indexOffset();
        for (int level = levelCounts.length - 1; level >= 0; level--)
        {
            levelOffsets[level] = position;
            position += IndexDescriptor.levelLength(levelCounts[level]);
        }
        prefixesOffset = levelOffsets[0];
        blockOffsetsOffset = position;
        separatorOffsetsOffset = blockOffsetsOffset + (int) offsetsLength;
        separatorsOffset = separatorOffsetsOffset + (int) offsetsLength;
        checkOffsets(blockOffsetsOffset, BlockDescriptor.MIN_STORED_LENGTH, sections.dataLength());
        checkOffsets(separatorOffsetsOffset, 0, trailerOffset - separatorsOffset);
        checkPrefixes();
    }

    private static int[] countLevels(final int blockCount)
    {
        final int[] counts = new int[IndexDescriptor.MAX_LEVEL_COUNT];
        int levelCount = 0;
        counts[levelCount++] = blockCount;
        while (counts[levelCount - 1] > IndexDescriptor.NODE_COUNT)
        {
            counts[levelCount] = IndexDescriptor.countAbove(counts[levelCount - 1]);
            levelCount++;
        }
        return Arrays.copyOf(counts, levelCount);
    }

    private void checkOffsets(final int offsetsOffset, final int minLength, final int expectedEnd)
    {
        long previous = IndexDescriptor.offset(file, offsetsOffset, 0);
        if (previous != 0)
        {
            throw corruption("table index does not begin at 0", previous);
        }
        for (int i = 1; i <= blockCount; i++)
        {
            final long offset = IndexDescriptor.offset(file, offsetsOffset, i);
            if (offset - previous < minLength)
            {
                throw corruption("table index offset out of order", offset);
            }
            previous = offset;
        }
        if (previous != expectedEnd)
        {
            throw corruption("table index does not reach its end", previous);
        }
    }

    /** The first separator is empty, so that each key has a block; the others ascend; and upper levels say the same. */
    private void checkPrefixes()
    {
        if (separatorLength(0) != 0 || IndexDescriptor.prefix(file, prefixesOffset, 0) != 0)
        {
            throw corruption("table index does not begin with an empty separator", separatorLength(0));
        }
        for (int i = 1; i < blockCount; i++)
        {
            if (Long.compareUnsigned(IndexDescriptor.prefix(file, prefixesOffset, i - 1),
                IndexDescriptor.prefix(file, prefixesOffset, i)) > 0)
            {
                throw corruption("table index prefixes do not ascend", i);
            }
        }
        for (int level = 1; level < levelCounts.length; level++)
        {
            for (int i = 0; i < levelCounts[level]; i++)
            {
                if (IndexDescriptor.prefix(file, levelOffsets[level], i) != IndexDescriptor
                    .prefix(file, levelOffsets[level - 1], i * IndexDescriptor.NODE_COUNT))
                {
                    throw corruption("table index levels differ", i);
                }
            }
        }
    }

    private CorruptionException corruption(final String what, final long value)
    {
        return sections.corruption(what, sections.indexOffset(), value);
    }

    int blockCount()
    {
        return blockCount;
    }

    /** The mapped file, which separators are read from. */
    DirectBuffer file()
    {
        return file;
    }

    int blockOffset(final int block)
    {
        return IndexDescriptor.offset(file, blockOffsetsOffset, block);
    }

    /** Of the block as stored, its checksum included. */
    int blockLength(final int block)
    {
        return blockOffset(block + 1) - blockOffset(block);
    }

    /** The block that begins at an offset in the file, or {@link #NULL_BLOCK}. */
    int blockAt(final int offset)
    {
        int low = 0;
        int high = blockCount - 1;
        while (low < high)
        {
            final int middle = (low + high + 1) >>> 1;
            if (blockOffset(middle) <= offset)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }
        return blockOffset(low) == offset ? low : NULL_BLOCK;
    }

    int separatorOffset(final int block)
    {
        return separatorsOffset + IndexDescriptor.offset(file, separatorOffsetsOffset, block);
    }

    int separatorLength(final int block)
    {
        return separatorOffset(block + 1) - separatorOffset(block);
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
        int found = 0;
        for (int level = levelCounts.length - 1; level >= 0; level--)
        {
            final int first = found << IndexDescriptor.NODE_COUNT_SHIFT;
            final int count = countNotAfter(levelOffsets[level] + first * Long.BYTES, prefix);
            // What fills the last node is not after the greatest prefix.
            found = Math.min(first + count, levelCounts[level]) - 1;
        }
        return IndexDescriptor.prefix(file, prefixesOffset, found) == prefix
            ? findAmongEqual(found, prefix, key, offset, lengthBytes)
            : found;
    }

    /**
     * How many prefixes of a node are not after the given one; without a branch, which could not be predicted, and with
     * one check of bounds for all of them.
     */
    private int countNotAfter(final int nodeOffset, final long prefix)
    {
        file.boundsCheck(nodeOffset, IndexDescriptor.NODE_LENGTH);
        final byte[] array = file.byteArray();
        final long node = file.addressOffset() + nodeOffset;
        final long wanted = prefix + Long.MIN_VALUE;
        int count = 0;
        for (int i = 0; i < IndexDescriptor.NODE_LENGTH; i += Long.BYTES)
        {
            final long stored = UnsafeApi.getLong(array, node + i);
            final long other = (IS_LITTLE_ENDIAN ? stored : Long.reverseBytes(stored)) + Long.MIN_VALUE;
            count += other <= wanted ? 1 : 0;
        }
        return count;
    }

    /** Among the separators whose prefix is the key's, of which the last is given; or the one before them. */
    private int findAmongEqual(
        final int last, final long prefix, final DirectBuffer key, final int offset, final int lengthBytes)
    {
        int low = Math.max(0, firstEqual(last, prefix) - 1);
        int high = last;
        while (low < high)
        {
            final int middle = (low + high + 1) >>> 1;
            if (Keys.compare(file, separatorOffset(middle), separatorLength(middle), key, offset, lengthBytes) > 0)
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

    private int firstEqual(final int last, final long prefix)
    {
        int low = 0;
        int high = last;
        while (low < high)
        {
            final int middle = (low + high) >>> 1;
            if (IndexDescriptor.prefix(file, prefixesOffset, middle) == prefix)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        return low;
    }
}
