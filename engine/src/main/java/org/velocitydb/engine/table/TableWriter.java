package org.velocitydb.engine.table;

import java.nio.ByteBuffer;

import org.agrona.BufferUtil;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageFile;

/**
 * Writes tables, one after the other, from entries that come in ascending order of their keys, one entry to a key. One
 * thread owns it and drives it in steps as small as it likes: {@link #begin}, any number of {@link #add}, then {@link
 * #finish} or {@link #abandon}.
 *
 * <p>Memory: a chunk of 256 KiB, two keys, and for the table at hand 8 bytes for each entry (its hash, until the filter
 * is built), the filter and the index. All of it is kept for the next table. Adding allocates nothing once these have
 * grown.
 *
 * <p>Until {@link #finish} has returned nothing is durable and nothing names the file. Any exception leaves the table
 * unfinished; the caller then abandons it, which deletes the file.
 */
public final class TableWriter implements AutoCloseable
{
    /**
     * Data that one table may hold: filter and index are at most as long again, and the whole must be mapped by an int.
     */
    public static final long MAX_DATA_LENGTH = 768L * 1024 * 1024;

    private static final int INITIAL_FILTER_LENGTH = 16 * 1024;

    private final Storage storage;
    private final TableOptions options;
    private final FilterSizing filterSizing;
    private final TableOutput output = new TableOutput();
    private final IndexBuilder index = new IndexBuilder();
    private final LongArrayList hashes = new LongArrayList();
    private final IntArrayList restarts = new IntArrayList();
    private final ExpandableDirectByteBuffer filter = new ExpandableDirectByteBuffer(INITIAL_FILTER_LENGTH);
    private final UnsafeBuffer smallestKey = newKeyBuffer();
    private final UnsafeBuffer lastKey = newKeyBuffer();

    private StorageFile file;
    private String name;
    private long tableNumber;
    private long creationTimeMs;
    private long tombstoneCount;
    private long minSequence;
    private long maxSequence;
    private long rawLength;
    private int smallestKeyLength;
    private int lastKeyLength;

    private long blockPosition;
    private int blockEntryCount;

    /**
     * A writer that any number of tables are written with.
     *
     * @param storage where the tables go; its directory {@link TableNames#DIRECTORY} exists.
     * @param options for all of them.
     */
    public TableWriter(final Storage storage, final TableOptions options)
    {
        this.storage = storage;
        this.options = options;
        filterSizing = new FilterSizing(options.bloomFalsePositiveRate());
    }

    private static UnsafeBuffer newKeyBuffer()
    {
        return new UnsafeBuffer(ByteBuffer.allocateDirect(Keys.MAX_INTERNAL_KEY_LENGTH));
    }

    /**
     * Begins a table.
     *
     * @param newTableNumber    that no other table ever had.
     * @param newCreationTimeMs log time, for the properties.
     */
    public void begin(final long newTableNumber, final long newCreationTimeMs)
    {
        if (isOpen())
        {
            throw new IllegalStateException("table is still being written: file=" + name);
        }
        name = TableNames.of(newTableNumber);
        file = storage.create(name, 0);
        output.open(file, newTableNumber);
        tableNumber = newTableNumber;
        creationTimeMs = newCreationTimeMs;
        tombstoneCount = 0;
        minSequence = Long.MAX_VALUE;
        maxSequence = 0;
        rawLength = 0;
        lastKeyLength = 0;
        blockEntryCount = 0;
        hashes.clear();
        restarts.clear();
        index.reset();
    }

    /**
     * Whether a table has been begun and neither finished nor abandoned.
     *
     * @return true between {@link #begin} and {@link #finish} or {@link #abandon}.
     */
    public boolean isOpen()
    {
        return file != null;
    }

    /**
     * Entries added to the table at hand.
     *
     * @return entries, tombstones included.
     */
    public int entryCount()
    {
        return hashes.size();
    }

    /**
     * Data of the table at hand so far.
     *
     * @return bytes of blocks, neither filter nor index included.
     */
    public long dataLength()
    {
        return output.position();
    }

    /**
     * Whether an entry still fits in what one table can hold.
     *
     * @param keyLength   of the entry in bytes.
     * @param valueLength of the entry in bytes.
     * @return false if the table must be finished first.
     */
    public boolean hasRoom(final int keyLength, final int valueLength)
    {
        return output.position() + keyLength + valueLength <= MAX_DATA_LENGTH;
    }

    /**
     * Adds the entry that a cursor stands on.
     *
     * @param entry at a valid position; its key comes after the one added before.
     */
    public void add(final EntryCursor entry)
    {
        add(
            entry.keyBuffer(),
            entry.keyOffset(),
            entry.keyLength(),
            entry.sequence(),
            entry.expiryMs(),
            entry.isTombstone(),
            entry.valueBuffer(),
            entry.valueOffset(),
            entry.valueLength());
    }

    /**
     * Adds an entry.
     *
     * @param key         buffer that holds the key.
     * @param keyOffset   of the key, which comes after the one added before.
     * @param keyLength   in bytes.
     * @param sequence    of the entry, 0 or more.
     * @param expiryMs    when it ceases to be, {@code Expiry.NEVER_MS} where it stays.
     * @param isTombstone whether it deletes the key.
     * @param value       buffer that holds the value; not touched for a tombstone.
     * @param valueOffset of the value.
     * @param valueLength in bytes; 0 for a tombstone.
     */
    public void add(
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final long sequence,
        final long expiryMs,
        final boolean isTombstone,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength)
    {
        checkEntry(keyLength, sequence, isTombstone, valueLength);
        final int common = checkOrder(key, keyOffset, keyLength);
        if (blockEntryCount > 0 && !fitsBlock(keyLength - common, valueLength))
        {
            endBlock();
        }
        if (blockEntryCount == 0)
        {
            beginBlock(key, keyOffset, common);
        }
        int shared = common;
        if (blockEntryCount % BlockDescriptor.RESTART_INTERVAL == 0)
        {
            restarts.addInt((int) (output.position() - blockPosition));
            shared = 0;
        }
        output.putVarint(shared);
        output.putVarint(keyLength - shared);
        output.putVarint(valueLength);
        output.putLong(BlockDescriptor.tag(sequence, isTombstone));
        output.putBytes(key, keyOffset + shared, keyLength - shared);
        output.putBytes(value, valueOffset, valueLength);
        blockEntryCount++;
        count(key, keyOffset, keyLength, common, sequence, isTombstone, valueLength);
    }

    private void checkEntry(
        final int keyLength, final long sequence, final boolean isTombstone, final int valueLength)
    {
        if (keyLength < 0 || keyLength > Keys.MAX_INTERNAL_KEY_LENGTH || valueLength < 0 ||
            valueLength > Keys.MAX_VALUE_LENGTH || isTombstone && valueLength > 0 || sequence < 0)
        {
            throw new IllegalArgumentException("entry out of range: key length=" + keyLength + ", value length=" +
                valueLength + ", sequence=" + sequence + ", tombstone=" + isTombstone);
        }
        if (!hasRoom(keyLength, valueLength))
        {
            throw new IllegalStateException(
                "table is full: file=" + name + ", length=" + output.position() + ", max=" + MAX_DATA_LENGTH);
        }
    }

    /** Bytes that the key shares with the one before, which it must come after. */
    private int checkOrder(final DirectBuffer key, final int keyOffset, final int keyLength)
    {
        final int limit = Math.min(keyLength, lastKeyLength);
        final int common = TableKeys.commonLength(lastKey, 0, key, keyOffset, limit);
        final boolean isAfter = common == limit
            ? keyLength > lastKeyLength
            : (key.getByte(keyOffset + common) & 0xFF) > (lastKey.getByte(common) & 0xFF);
        if (!isAfter && entryCount() > 0)
        {
            throw new IllegalArgumentException("key is not after the one before: file=" + name + ", entry=" +
                entryCount() + ", key length=" + keyLength + ", common=" + common);
        }
        return common;
    }

    private boolean fitsBlock(final int unsharedLength, final int valueLength)
    {
        final long length = output.position() - blockPosition + BlockDescriptor.MAX_ENTRY_HEADER_LENGTH +
            unsharedLength + valueLength + (restarts.size() + 1) * BlockDescriptor.RESTART_LENGTH +
            BlockDescriptor.TRAILER_LENGTH;
        return length <= options.blockLengthBytes();
    }

    private void beginBlock(final DirectBuffer key, final int keyOffset, final int common)
    {
        blockPosition = output.position();
        output.beginSection();
        final int separatorLength = index.blockCount() == 0 ? 0 : common + 1;
        index.addBlock((int) blockPosition, key, keyOffset, separatorLength);
    }

    private void endBlock()
    {
        for (int i = 0; i < restarts.size(); i++)
        {
            output.putInt(restarts.getInt(i));
        }
        output.putInt(restarts.size());
        output.endSection();
        restarts.clear();
        blockEntryCount = 0;
    }

    private void count(
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final int common,
        final long sequence,
        final boolean isTombstone,
        final int valueLength)
    {
        if (entryCount() == 0)
        {
            smallestKey.putBytes(0, key, keyOffset, keyLength);
            smallestKeyLength = keyLength;
        }
        lastKey.putBytes(common, key, keyOffset + common, keyLength - common);
        lastKeyLength = keyLength;
        hashes.addLong(KeyHash.hash(key, keyOffset, keyLength));
        tombstoneCount += isTombstone ? 1 : 0;
        minSequence = Math.min(minSequence, sequence);
        maxSequence = Math.max(maxSequence, sequence);
        rawLength += keyLength + valueLength;
    }

    /**
     * Ends the table: writes filter, index, properties and footer, forces the file and then its directory.
     *
     * @return what was written.
     */
    public TableInfo finish()
    {
        if (entryCount() == 0)
        {
            throw new IllegalStateException("table has no entries: file=" + name);
        }
        endBlock();
        final int dataLength = (int) output.position();
        output.align(FilterDescriptor.BLOCK_LENGTH);
        final int filterOffset = (int) output.position();
        writeFilter();
        final int filterEnd = (int) output.position();
        output.align(FooterDescriptor.SECTION_ALIGNMENT);
        final int indexOffset = (int) output.position();
        writeIndex(dataLength);
        final int indexEnd = (int) output.position();
        output.align(FooterDescriptor.SECTION_ALIGNMENT);
        final int propertiesOffset = (int) output.position();
        writeProperties();
        final int propertiesEnd = (int) output.position();
        output.align(FooterDescriptor.SECTION_ALIGNMENT);

        output.beginSection();
        output.putInt(dataLength);
        output.putInt(filterOffset);
        output.putInt(filterEnd - filterOffset);
        output.putInt(indexOffset);
        output.putInt(indexEnd - indexOffset);
        output.putInt(propertiesOffset);
        output.putInt(propertiesEnd - propertiesOffset);
        output.putInt(0);
        output.putLong(tableNumber);
        final long fileLength = output.position() - FooterDescriptor.FILE_LENGTH_OFFSET + FooterDescriptor.LENGTH;
        output.putLong(fileLength);
        output.putInt(FooterDescriptor.VERSION);
        output.endSection();
        output.putLong(FooterDescriptor.MAGIC);

        output.flush();
        output.force();
        storage.forceDirectory(TableNames.DIRECTORY);
        file.close();
        file = null;
        return new TableInfo(
            tableNumber,
            fileLength,
            entryCount(),
            tombstoneCount,
            minSequence,
            maxSequence,
            rawLength,
            creationTimeMs);
    }

    private void writeFilter()
    {
        final int blockCount = filterSizing.blockCount(entryCount());
        final int length = blockCount * FilterDescriptor.BLOCK_LENGTH;
        filter.setMemory(0, length, (byte) 0);
        for (int i = 0; i < hashes.size(); i++)
        {
            FilterDescriptor.add(filter, blockCount, filterSizing.probes(), hashes.getLong(i));
        }
        output.beginSection();
        output.putBytes(filter, 0, length);
        output.putInt(filterSizing.probes());
        output.endSection();
    }

    private void writeIndex(final int dataLength)
    {
        final int limit = Math.min(smallestKeyLength, lastKeyLength);
        output.beginSection();
        index.writeTo(output, dataLength, TableKeys.commonLength(smallestKey, 0, lastKey, 0, limit));
        output.endSection();
    }

    private void writeProperties()
    {
        output.beginSection();
        output.putLong(entryCount());
        output.putLong(tombstoneCount);
        output.putLong(minSequence);
        output.putLong(maxSequence);
        output.putLong(rawLength);
        output.putLong(creationTimeMs);
        output.putInt(smallestKeyLength);
        output.putInt(lastKeyLength);
        output.putBytes(smallestKey, 0, smallestKeyLength);
        output.putBytes(lastKey, 0, lastKeyLength);
        output.endSection();
    }

    /**
     * Gives up the table at hand, if there is one, and removes its file.
     */
    public void abandon()
    {
        if (isOpen())
        {
            final StorageFile abandoned = file;
            file = null;
            try
            {
                abandoned.close();
            }
            finally
            {
                storage.delete(name);
            }
        }
    }

    /**
     * Abandons what is unfinished and frees the buffers.
     */
    @Override
    public void close()
    {
        abandon();
        CloseHelper.close(output);
        CloseHelper.close(index);
        BufferUtil.free(smallestKey);
        BufferUtil.free(lastKey);
        BufferUtil.free(filter);
    }
}
