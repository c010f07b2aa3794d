package org.velocitydb.engine.table;

import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLongArray;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.concurrent.ReferenceCount;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.MappedFile;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.UnsupportedFormatException;

/**
 * An immutable table, read in place from a mapping of its whole file. Any number of threads read at once, each with its
 * own {@link TableReadContext}; reads take no lock and allocate nothing.
 *
 * <p>Opening verifies everything but the blocks. A block's checksum is verified when it is first touched, and
 * remembered; a bad one is met with a {@link CorruptionException} that names file and offset, at every touch.
 *
 * <p>Lifetime: whoever opens a table holds its first reference. Everyone who may still read holds one, and the last to
 * {@link #release()} has the mapping taken away. A read after that throws; it never reaches memory that is gone, unless
 * it began while a reference was held and went on without one, which holders of references rule out.
 */
public final class Table implements AutoCloseable
{
    private static final int BITS_PER_WORD_SHIFT = 6;

    private final MappedFile mapping;
    private final String name;
    private final DirectBuffer buffer;
    private final TableInfo info;
    private final TableIndex index;
    private final int indexLength;
    private final int filterOffset;
    private final int filterBlockCount;
    private final int filterProbes;
    private final UnsafeBuffer smallestKey = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer largestKey = new UnsafeBuffer(0, 0);

    /**
     * A bit for each block whose checksum was found right. Read and written opaque: a bit publishes nothing but itself,
     * since the bytes it speaks of never change, and two threads that set bits of one word at once may lose one of
     * them, which costs another verification and no more.
     */
    private final AtomicLongArray verifiedBlocks;
    private final ReferenceCount references;
    private volatile boolean isClosed;

    private Table(final MappedFile mapping, final long tableNumber, final TableReadContext context)
    {
        this.mapping = mapping;
        name = mapping.name();
        references = new ReferenceCount("table, file=" + name);
        buffer = mapping.buffer();
        final TableFile file = new TableFile(buffer, name, tableNumber, context);
        index = new TableIndex(file);
        indexLength = file.indexLength();
        filterOffset = file.filterOffset();
        final int filterLength = file.filterLength() - FilterDescriptor.TRAILER_LENGTH;
        filterBlockCount = filterLength / FilterDescriptor.BLOCK_LENGTH;
        if (filterBlockCount <= 0 || filterLength % FilterDescriptor.BLOCK_LENGTH != 0)
        {
            throw file.corruption("table filter length out of range", filterOffset, filterLength);
        }
        filterProbes = FilterDescriptor.probes(buffer, filterOffset, file.filterLength());
        if (filterProbes <= 0 || filterProbes > FilterDescriptor.MAX_PROBES)
        {
            throw file.corruption("table filter probes out of range", filterOffset, filterProbes);
        }
        readKeys(file);
        info = PropertiesDescriptor.read(file);
        verifiedBlocks = new AtomicLongArray(((index.blockCount() - 1) >>> BITS_PER_WORD_SHIFT) + 1);
    }

    private void readKeys(final TableFile file)
    {
        final int offset = file.propertiesOffset();
        final int lengthBytes = file.propertiesLength();
        if (lengthBytes < PropertiesDescriptor.MIN_LENGTH)
        {
            throw file.corruption("table properties too short", offset, lengthBytes);
        }
        final int smallestLength = PropertiesDescriptor.getInt(buffer, offset,
            PropertiesDescriptor.SMALLEST_KEY_LENGTH_OFFSET);
        final int largestLength = PropertiesDescriptor.getInt(buffer, offset,
            PropertiesDescriptor.LARGEST_KEY_LENGTH_OFFSET);
        if (smallestLength < 0 || largestLength < 0 ||
            (long) smallestLength + largestLength != lengthBytes - PropertiesDescriptor.MIN_LENGTH)
        {
            throw file.corruption("table key lengths out of range", offset, smallestLength);
        }
        smallestKey.wrap(buffer, offset + PropertiesDescriptor.KEYS_OFFSET, smallestLength);
        largestKey.wrap(buffer, offset + PropertiesDescriptor.KEYS_OFFSET + smallestLength, largestLength);
    }

    /**
     * Maps a table and verifies footer, filter, index and properties.
     *
     * @param storage     that holds it.
     * @param tableNumber of the table.
     * @param context     of the calling thread.
     * @return the table, with one reference that the caller releases.
     * @throws CorruptionException        when it is damaged.
     * @throws UnsupportedFormatException when a newer release wrote it.
     */
    public static Table open(final Storage storage, final long tableNumber, final TableReadContext context)
    {
        return open(storage.map(TableNames.of(tableNumber)), tableNumber, context);
    }

    /** Opens a file by its path; where its name says no number, the one in its footer counts. */
    static Table open(final Storage storage, final String path, final TableReadContext context)
    {
        final MappedFile mapping = storage.map(path);
        final long number = TableNames.number(path.substring(path.lastIndexOf('/') + 1));
        final int footerOffset = mapping.buffer().capacity() - FooterDescriptor.LENGTH;
        final boolean isNumberInFooter = number == TableNames.NULL_TABLE_NUMBER && footerOffset >= 0;
        return open(
            mapping, isNumberInFooter
                ? FooterDescriptor.getLong(mapping.buffer(), footerOffset, FooterDescriptor.TABLE_NUMBER_OFFSET)
                : number,
            context);
    }

    private static Table open(final MappedFile mapping, final long tableNumber, final TableReadContext context)
    {
        try
        {
            return new Table(mapping, tableNumber, context);
        }
        catch (final RuntimeException e)
        {
            mapping.close();
            throw e;
        }
    }

    /**
     * What is known of this table.
     *
     * @return its properties.
     */
    public TableInfo info()
    {
        return info;
    }

    /**
     * Extent of the index section.
     *
     * @return bytes.
     */
    public int indexLengthBytes()
    {
        return indexLength;
    }

    /**
     * Extent of the filter section.
     *
     * @return bytes.
     */
    public int filterLengthBytes()
    {
        return filterBlockCount * FilterDescriptor.BLOCK_LENGTH + FilterDescriptor.TRAILER_LENGTH;
    }

    /**
     * Number that names the file.
     *
     * @return the number.
     */
    public long number()
    {
        return info.tableNumber();
    }

    /**
     * The file's name.
     *
     * @return relative name.
     */
    public String name()
    {
        return name;
    }

    /**
     * The first entry's key.
     *
     * @return a buffer whose capacity is the key's length, valid as long as the table.
     */
    public DirectBuffer smallestKey()
    {
        return smallestKey;
    }

    /**
     * The last entry's key.
     *
     * @return a buffer whose capacity is the key's length, valid as long as the table.
     */
    public DirectBuffer largestKey()
    {
        return largestKey;
    }

    /**
     * Whether the key of a hash may be here, as the filter says. Allocation-free.
     *
     * @param keyHash {@link org.velocitydb.engine.entry.KeyHash} of the key.
     * @return false if it certainly is not.
     */
    public boolean mayContain(final long keyHash)
    {
        checkOpen();
        return FilterDescriptor.mayContain(buffer, filterOffset, filterBlockCount, filterProbes, keyHash);
    }

    /**
     * Looks a key up. Allocation-free.
     *
     * @param key     buffer that holds the key.
     * @param offset  of the key.
     * @param length  of the key in bytes.
     * @param keyHash {@link org.velocitydb.engine.entry.KeyHash} of the key.
     * @param view    that shows the entry, if there is one; valid as long as the table, but from a compressed table
     *                only until the context's next read or the end of the read section, whichever comes first.
     * @param context of the calling thread.
     * @return whether there is an entry, be it a tombstone.
     * @throws CorruptionException         when the block that should hold it is damaged.
     * @throws MissingCompressionException when the table is compressed and the library for it is missing.
     */
    public boolean get(
        final DirectBuffer key,
        final int offset,
        final int length,
        final long keyHash,
        final EntryView view,
        final TableReadContext context)
    {
        if (!mayContain(keyHash) || isBeforeSmallest(key, offset, length) || isAfterLargest(key, offset, length))
        {
            return false;
        }
        final Block block = context.block();
        final int blockIndex = index.find(key, offset, length);
        if (!wrapCachedBlock(blockIndex, block, context))
        {
            wrapBlock(blockIndex, block, context.blockBuffer(), context);
        }
        return block.get(key, offset, length, keyHash, view);
    }

    /** Asks the cache for a compressed block. */
    private boolean wrapCachedBlock(final int blockIndex, final Block block, final TableReadContext context)
    {
        final DecompressedBlocks cache = context.cache();
        final int offset = index.blockOffset(blockIndex);
        if (cache == null || !isCompressed(offset) || context.blockBuffer().holds(this, offset))
        {
            return false;
        }
        final UnsafeBuffer cached = context.cachedBlock();
        if (!cache.find(number(), offset, cached))
        {
            cache.missed(number(), offset);
            return false;
        }
        block.wrap(cached, 0, cached.capacity() - BlockDescriptor.SLACK_LENGTH, name, offset);
        return true;
    }

    /**
     * Whether a key comes before all keys of this table.
     *
     * @param key    buffer that holds the key.
     * @param offset of the key.
     * @param length of the key in bytes.
     * @return true if it does.
     */
    public boolean isBeforeSmallest(final DirectBuffer key, final int offset, final int length)
    {
        return Keys.compare(key, offset, length, smallestKey, 0, smallestKey.capacity()) < 0;
    }

    /**
     * Whether a key comes after all keys of this table.
     *
     * @param key    buffer that holds the key.
     * @param offset of the key.
     * @param length of the key in bytes.
     * @return true if it does.
     */
    public boolean isAfterLargest(final DirectBuffer key, final int offset, final int length)
    {
        return Keys.compare(key, offset, length, largestKey, 0, largestKey.capacity()) > 0;
    }

    /**
     * Blocks of the table.
     *
     * @return how many.
     */
    public int blockCount()
    {
        return index.blockCount();
    }

    /**
     * Blocks that a walk over a range of keys reads at most.
     *
     * @param from       first key of the range, at the buffer's beginning.
     * @param fromLength of that key in bytes.
     * @param to         first key beyond the range, at the buffer's beginning.
     * @param toLength   of that key in bytes.
     * @return how many; 0 where the table does not touch the range.
     */
    public int blockCountBetween(
        final DirectBuffer from, final int fromLength, final DirectBuffer to, final int toLength)
    {
        checkOpen();
        if (isAfterLargest(from, 0, fromLength) ||
            Keys.compare(smallestKey, 0, smallestKey.capacity(), to, 0, toLength) >= 0)
        {
            return 0;
        }
        final int first = isBeforeSmallest(from, 0, fromLength) ? 0 : index.find(from, 0, fromLength);
        final int last = isAfterLargest(to, 0, toLength) ? index.blockCount() - 1 : index.find(to, 0, toLength);
        return last - first + 1;
    }

    /** Blocks that are stored compressed. */
    int compressedBlockCount()
    {
        int count = 0;
        for (int i = 0; i < index.blockCount(); i++)
        {
            count += isCompressed(index.blockOffset(i)) ? 1 : 0;
        }
        return count;
    }

    /** The only block that may hold a key between the smallest and the largest. */
    int findBlock(final DirectBuffer key, final int offset, final int length)
    {
        return index.find(key, offset, length);
    }

    /**
     * Points a flyweight at a block, whose checksum is verified if it was not before.
     *
     * @param blockBuffer where it is decompressed to, if it is compressed.
     */
    void wrapBlock(
        final int blockIndex, final Block block, final BlockBuffer blockBuffer, final TableReadContext context)
    {
        verifyOnce(blockIndex, context);
        final int offset = index.blockOffset(blockIndex);
        if (isCompressed(offset))
        {
            load(blockIndex, blockBuffer, context);
            block.wrap(blockBuffer.buffer(), 0, blockBuffer.lengthBytes(), name, offset);
        }
        else
        {
            block.wrap(buffer, offset, index.blockLength(blockIndex) - TableChecksum.LENGTH, name, offset);
        }
    }

    private boolean isCompressed(final int blockOffset)
    {
        return info.compression() != Compression.NONE && buffer.getByte(blockOffset) < 0;
    }

    private void verifyOnce(final int blockIndex, final TableReadContext context)
    {
        checkOpen();
        final int word = blockIndex >>> BITS_PER_WORD_SHIFT;
        final long bit = 1L << blockIndex;
        if ((verifiedBlocks.getOpaque(word) & bit) == 0)
        {
            verifyBlock(index.blockOffset(blockIndex), index.blockLength(blockIndex), context);
            verifiedBlocks.setOpaque(word, verifiedBlocks.getOpaque(word) | bit);
        }
    }

    private void load(final int blockIndex, final BlockBuffer blockBuffer, final TableReadContext context)
    {
        final int offset = index.blockOffset(blockIndex);
        if (blockBuffer.holds(this, offset))
        {
            return;
        }
        final int length = uncompressedLength(offset);
        final int storedLength = index.blockLength(blockIndex) - BlockDescriptor.COMPRESSED_HEADER_LENGTH -
            TableChecksum.LENGTH;
        final int header = buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN);
        final byte[] target = blockBuffer.prepare(length);
        if (header != BlockDescriptor.FLAG_COMPRESSED + info.compression().code() || !context.loader().decompress(
            buffer,
            offset + BlockDescriptor.COMPRESSED_HEADER_LENGTH,
            storedLength,
            info.compression(),
            target,
            length))
        {
            throw new CorruptionException("table block does not decompress: file=" + name + ", offset=" + offset +
                ", length=" + storedLength + ", expected=" + length + ", compression=" + info.compression());
        }
        blockBuffer.filled(this, offset);
    }

    private int uncompressedLength(final int blockOffset)
    {
        final int length = buffer.getInt(
            blockOffset + BlockDescriptor.COMPRESSED_LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN);
        if (length < BlockDescriptor.MIN_STORED_LENGTH - TableChecksum.LENGTH ||
            length > BlockDescriptor.MAX_COMPRESSIBLE_LENGTH)
        {
            throw new CorruptionException("table block length out of range: file=" + name + ", offset=" + blockOffset +
                ", length=" + length + ", max=" + BlockDescriptor.MAX_COMPRESSIBLE_LENGTH);
        }
        return length;
    }

    /**
     * Room that {@link #readBlock} needs for a compressed block.
     *
     * @param blockOffset as {@link DecompressedBlocks#missed} has told it.
     * @param context     of the calling thread.
     * @return bytes; a little more than the block has when decompressed.
     * @throws IllegalArgumentException when no compressed block begins there.
     * @throws CorruptionException      when it is damaged.
     */
    public int blockBufferLength(final int blockOffset, final TableReadContext context)
    {
        verifyOnce(compressedBlockAt(blockOffset), context);
        return uncompressedLength(blockOffset) + BlockDescriptor.SLACK_LENGTH;
    }

    /**
     * Decompresses a block for a cache, which shows it to readers later. The caller holds a reference to the table.
     *
     * @param blockOffset as {@link DecompressedBlocks#missed} has told it.
     * @param target      with room for {@link #blockBufferLength} bytes from offset 0 on, all of which are written.
     * @param context     of the calling thread.
     * @throws IllegalArgumentException when no compressed block begins there.
     * @throws CorruptionException      when it is damaged.
     */
    public void readBlock(final int blockOffset, final MutableDirectBuffer target, final TableReadContext context)
    {
        final int blockIndex = compressedBlockAt(blockOffset);
        verifyOnce(blockIndex, context);
        final BlockBuffer blockBuffer = context.blockBuffer();
        load(blockIndex, blockBuffer, context);
        target.putBytes(0, blockBuffer.buffer(), 0, blockBuffer.lengthBytes());
        target.setMemory(blockBuffer.lengthBytes(), BlockDescriptor.SLACK_LENGTH, (byte) 0);
    }

    private int compressedBlockAt(final int blockOffset)
    {
        checkOpen();
        final int blockIndex = index.blockAt(blockOffset);
        if (blockIndex == TableIndex.NULL_BLOCK || !isCompressed(blockOffset))
        {
            throw new IllegalArgumentException("no compressed block: file=" + name + ", offset=" + blockOffset);
        }
        return blockIndex;
    }

    private void verifyBlock(final int offset, final int lengthBytes, final TableReadContext context)
    {
        final int checkedLength = lengthBytes - TableChecksum.LENGTH;
        final int stored = buffer.getInt(offset + checkedLength, ByteOrder.LITTLE_ENDIAN);
        final int computed = context.checksum(buffer, number(), offset, checkedLength);
        if (stored != computed)
        {
            throw new CorruptionException(
                "table block checksum differs: file=" + name + ", offset=" + offset + ", length=" + lengthBytes +
                    ", stored=" + Integer.toHexString(stored) + ", computed=" + Integer.toHexString(computed));
        }
    }

    private void checkOpen()
    {
        if (isClosed)
        {
            throw new IllegalStateException("table is closed: file=" + name);
        }
    }

    /**
     * Takes another reference. Only who knows that one is held may call.
     */
    public void retain()
    {
        references.retain();
    }

    /**
     * Gives a reference back.
     *
     * @return true if it was the last one; the caller then sees to {@link #close()}.
     */
    public boolean release()
    {
        return references.release();
    }

    /**
     * Takes the mapping away. May be called twice; nobody reads any more.
     */
    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            mapping.close();
        }
    }
}
