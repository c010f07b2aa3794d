package org.velocitydb.engine.table;

import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageFile;

/**
 * Writes tables, one after the other, from entries that come in ascending order of their keys, one entry to a key. One
 * thread owns it and drives it in steps as small as it likes: {@link #begin}, any number of {@link #add}, then {@link
 * #finishSlice} until it is finished, or {@link #abandon}. Between the steps, {@link #forceSlice} forces what has been
 * written when enough has gathered, so that no force takes long.
 *
 * <p>Memory: a chunk of 256 KiB, two keys, the block at hand, and for the table at hand 8 bytes for each entry (its
 * hash, until the filter is built), the filter and the index. All of it is kept for the next table. Adding allocates
 * nothing once these have grown, except what a compressor allocates.
 *
 * <p>Until the table is finished nothing is durable and nothing names the file. Any exception leaves the table
 * unfinished; the caller then abandons it, which deletes the file.
 */
public final class TableWriter implements AutoCloseable
{
    /**
     * Data that one table may hold: filter and index are at most as long again, and the whole must be mapped by an int.
     */
    public static final long MAX_DATA_LENGTH = 768L * 1024 * 1024;
    /** Entries that one table may hold, which bounds the memory for their hashes. */
    private static final int MAX_ENTRY_COUNT = 64 * 1024 * 1024;

    private final Storage storage;
    private final TableOptions options;
    private final TableOutput output = new TableOutput();
    private final BlockBuilder block = new BlockBuilder();
    private final BlockOutput blocks = new BlockOutput(output);
    private final FilterBuilder filter;
    private final IndexBuilder index = new IndexBuilder();
    private final PropertiesBuilder properties = new PropertiesBuilder();
    private final TableFinish finish;

    private StorageFile file;
    private String name;

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
        filter = new FilterBuilder(options.bloomFalsePositiveRate());
        finish = new TableFinish(storage, output, filter, index, properties);
    }

    /**
     * Begins a table with the compression of the options.
     *
     * @param tableNumber    that no other table ever had.
     * @param creationTimeMs log time, for the properties.
     * @throws MissingCompressionException when a library is missing for it.
     */
    public void begin(final long tableNumber, final long creationTimeMs)
    {
        begin(tableNumber, creationTimeMs, options.compression());
    }

    /**
     * Begins a table.
     *
     * @param tableNumber    that no other table ever had.
     * @param creationTimeMs log time, for the properties.
     * @param compression    of its blocks.
     * @throws MissingCompressionException when a library is missing for it.
     */
    public void begin(final long tableNumber, final long creationTimeMs, final Compression compression)
    {
        if (isOpen())
        {
            throw new IllegalStateException("table is still being written: file=" + name);
        }
        blocks.begin(compression);
        name = TableNames.of(tableNumber);
        file = storage.create(name, 0);
        output.open(file, tableNumber);
        properties.reset(tableNumber, creationTimeMs, compression);
        block.reset();
        filter.reset();
        index.reset();
        finish.reset();
    }

    /**
     * Whether a table has been begun and neither finished nor abandoned.
     *
     * @return true between {@link #begin} and the last {@link #finishSlice} or {@link #abandon}.
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
        return filter.keyCount();
    }

    /**
     * Data of the table at hand so far, the block at hand included but for what compression may save of it.
     *
     * @return bytes of blocks, neither filter nor index included.
     */
    public long dataLength()
    {
        return output.position() + block.lengthBytes();
    }

    /**
     * Bytes of the table at hand that have gone to the file, for whoever paces writing.
     *
     * @return bytes since the table was begun.
     */
    public long writtenBytes()
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
        return dataLength() + keyLength + valueLength <= MAX_DATA_LENGTH && entryCount() < MAX_ENTRY_COUNT;
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
     * @param expiryMs    when it ceases to be, {@code Expiry.NEVER_MS} where it stays and for a tombstone.
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
        checkEntry(keyLength, sequence, expiryMs, isTombstone, valueLength);
        final int common = checkOrder(key, keyOffset, keyLength);
        if (block.entryCount() > 0 && !fitsBlock(keyLength, common, valueLength, sequence, expiryMs))
        {
            endBlock();
        }
        if (block.entryCount() == 0)
        {
            final int separatorLength = index.blockCount() == 0 ? 0 : common + 1;
            index.addBlock((int) output.position(), key, keyOffset, separatorLength);
        }
        final long keyHash = KeyHash.hash(key, keyOffset, keyLength);
        block.add(keyLength, common, valueLength, sequence, expiryMs, isTombstone, (int) keyHash);
        filter.add(keyHash);
        properties.add(key, keyOffset, keyLength, common, sequence, expiryMs, isTombstone, valueLength);
        if (block.entryCount() == 1 && valueLength > BlockDescriptor.MAX_COMPRESSIBLE_LENGTH)
        {
            block.stageKey(key, keyOffset, keyLength);
            blocks.write(block, value, valueOffset, valueLength);
            block.reset();
        }
        else
        {
            block.stage(key, keyOffset, keyLength, value, valueOffset, valueLength);
        }
    }

    private void checkEntry(
        final int keyLength,
        final long sequence,
        final long expiryMs,
        final boolean isTombstone,
        final int valueLength)
    {
        if (!isOpen() || finish.hasBegun())
        {
            throw new IllegalStateException("no table is open for entries: file=" + name);
        }
        if (keyLength < 0 || keyLength > Keys.MAX_INTERNAL_KEY_LENGTH || valueLength < 0 ||
            valueLength > Keys.MAX_VALUE_LENGTH || sequence < 0 ||
            isTombstone && (valueLength > 0 || expiryMs != Expiry.NEVER_MS))
        {
            throw new IllegalArgumentException("entry out of range: key length=" + keyLength + ", value length=" +
                valueLength + ", sequence=" + sequence + ", expiry=" + expiryMs + ", tombstone=" + isTombstone);
        }
        if (!hasRoom(keyLength, valueLength))
        {
            throw new IllegalStateException(
                "table is full: file=" + name + ", length=" + dataLength() + ", max=" + MAX_DATA_LENGTH +
                    ", entries=" + entryCount());
        }
    }

    /** Bytes that the key shares with the one before, which it must come after. */
    private int checkOrder(final DirectBuffer key, final int keyOffset, final int keyLength)
    {
        final DirectBuffer lastKey = properties.lastKey();
        final int lastKeyLength = properties.lastKeyLength();
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

    private boolean fitsBlock(
        final int keyLength, final int common, final int valueLength, final long sequence, final long expiryMs)
    {
        return block.entryCount() < BlockDescriptor.MAX_ENTRY_COUNT &&
            block.lengthWith(keyLength, common, valueLength, sequence, expiryMs) +
                TableChecksum.LENGTH <= options.blockLengthBytes();
    }

    private void endBlock()
    {
        if (block.entryCount() > 0)
        {
            blocks.write(block);
            block.reset();
        }
    }

    /**
     * Forces what has been written, if so much has gathered that it is time: one step of its own, of some milliseconds.
     *
     * @return whether it was time.
     */
    public boolean forceSlice()
    {
        final boolean isDue = isOpen() && output.isForceDue();
        if (isDue)
        {
            output.force();
        }
        return isDue;
    }

    /**
     * Goes on ending the table, by a bounded amount of work: first what is left of data, then filter, index, properties
     * and footer, then the forces of the file and of its directory, each a step of its own.
     *
     * @return whether the table is finished; {@link #info} then says what was written.
     */
    public boolean finishSlice()
    {
        if (!isOpen())
        {
            throw new IllegalStateException("no table is open");
        }
        if (!finish.hasBegun())
        {
            if (entryCount() == 0)
            {
                throw new IllegalStateException("table has no entries: file=" + name);
            }
            endBlock();
        }
        if (!finish.slice())
        {
            return false;
        }
        file.close();
        file = null;
        return true;
    }

    /**
     * What was written, once the table is finished.
     *
     * @return the last finished table.
     */
    public TableInfo info()
    {
        return finish.info();
    }

    /**
     * Ends the table in one go.
     *
     * @return what was written.
     */
    public TableInfo finish()
    {
        boolean isFinished = false;
        while (!isFinished)
        {
            isFinished = finishSlice();
        }
        return info();
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
        CloseHelper.closeAll(blocks, output, filter, index, properties);
    }
}
