package org.velocitydb.engine.table;

import java.util.ArrayList;
import java.util.List;

import org.agrona.DirectBuffer;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.MappedFile;
import org.velocitydb.journal.storage.Storage;

/**
 * Checks everything about a table's file: each checksum, that sections leave no gaps, that each block, the index and
 * the filter are the very bytes that the entries give when they are written again, that keys ascend, and that the
 * properties say what is there. A damaged block does not keep the others from being looked at; where footer, index or
 * properties are damaged there is nothing to find blocks by, and the check ends there.
 *
 * <p>One thread. Needs memory for the table's index and filter, besides a block.
 */
public final class TableVerifier
{
    /** Findings after which a check gives up: who has read so many knows enough. */
    public static final int MAX_FINDING_COUNT = 100;

    private final Storage storage;
    private final TableReadContext context = new TableReadContext();
    private final BlockBuffer blockBuffer = new BlockBuffer();
    private final Block block = new Block();
    private final List<TableFinding> findings = new ArrayList<>();
    private String name;
    private boolean hasBadBlock;
    /** Whether the last key before the block at hand could be read. */
    private boolean isKeyBeforeKnown;

    /**
     * A verifier of one store's tables.
     *
     * @param storage that holds them.
     */
    public TableVerifier(final Storage storage)
    {
        this.storage = storage;
    }

    /**
     * Checks a table.
     *
     * @param tableNumber of the table.
     * @return what is wrong with it, in the order found, {@link #MAX_FINDING_COUNT} at most; empty if nothing is.
     * @throws MissingCompressionException when its blocks cannot be read without a library that is missing.
     * @throws org.velocitydb.journal.storage.StorageException when the file cannot be mapped, or has another format.
     */
    public List<TableFinding> verify(final long tableNumber)
    {
        findings.clear();
        hasBadBlock = false;
        isKeyBeforeKnown = true;
        name = TableNames.of(tableNumber);
        try (Table table = Table.open(storage, tableNumber, context); MappedFile mapping = storage.map(name))
        {
            final TableFile file = new TableFile(mapping.buffer(), name, tableNumber, context);
            verifyContents(table, file);
        }
        catch (final CorruptionException e)
        {
            find(0, e.getMessage());
        }
        finally
        {
            blockBuffer.forget();
            context.close();
        }
        return List.copyOf(findings);
    }

    private boolean isFull()
    {
        return findings.size() >= MAX_FINDING_COUNT;
    }

    private void find(final long offset, final String what)
    {
        if (!isFull())
        {
            findings.add(new TableFinding(name, offset, what));
        }
    }

    private void verifyContents(final Table table, final TableFile file)
    {
        final TableIndex index = new TableIndex(file);
        final DirectBuffer buffer = file.buffer();
        try (Rebuilt rebuilt = new Rebuilt(table.info()))
        {
            for (int i = 0; i < index.blockCount() && !isFull(); i++)
            {
                verifyBlock(table, index, i, rebuilt);
            }
            if (hasBadBlock || isFull())
            {
                // What follows is compared with all entries, and some are not known.
                return;
            }
            final TableInfo found = rebuilt.properties.toInfo(buffer.capacity());
            if (!found.equals(table.info()))
            {
                find(file.propertiesOffset(), "table properties differ: stored=" + table.info() + ", found=" + found);
            }
            if (PropertiesDescriptor.getInt(buffer, file.propertiesOffset(), PropertiesDescriptor.RESERVED_OFFSET) != 0)
            {
                find(file.propertiesOffset(), "table properties have something where zero belongs");
            }
            verifyKey(file, table.smallestKey(), rebuilt.smallestKey, "smallest");
            verifyKey(file, table.largestKey(), rebuilt.key, "largest");
            rebuilt.index.make(file.dataLength(), rebuilt.properties.commonLength());
            verifySame(buffer, file.indexOffset(), file.indexLength() - TableChecksum.LENGTH, rebuilt.index.image(),
                rebuilt.index.lengthBytes(), "index");
            verifyFilter(file, rebuilt.hashes);
        }
    }

    private void verifyKey(final TableFile file, final DirectBuffer stored, final DirectBuffer found,
        final String which)
    {
        if (Keys.compare(stored, 0, stored.capacity(), found, 0, found.capacity()) != 0)
        {
            find(file.propertiesOffset(), "table's " + which + " key differs from that of its entries");
        }
    }

    private void verifySame(
        final DirectBuffer file,
        final int offset,
        final int lengthBytes,
        final DirectBuffer expected,
        final int expectedLength,
        final String what)
    {
        final int common = TableKeys.commonLength(file, offset, expected, 0, Math.min(lengthBytes, expectedLength));
        if (common < lengthBytes || common < expectedLength)
        {
            find(offset + common, "table " + what + " differs from what its entries give: length=" + lengthBytes +
                ", expected=" + expectedLength);
        }
    }

    private void verifyFilter(final TableFile file, final LongArrayList hashes)
    {
        final int lengthBytes = file.filterLength() - FilterDescriptor.TRAILER_LENGTH;
        final int probes = FilterDescriptor.probes(file.buffer(), file.filterOffset(), file.filterLength());
        final UnsafeBuffer expected = new UnsafeBuffer(new byte[lengthBytes]);
        for (int i = 0; i < hashes.size(); i++)
        {
            FilterDescriptor.add(expected, lengthBytes / FilterDescriptor.BLOCK_LENGTH, probes, hashes.getLong(i));
        }
        verifySame(file.buffer(), file.filterOffset(), lengthBytes, expected, lengthBytes, "filter");
    }

    private void verifyBlock(final Table table, final TableIndex index, final int blockIndex, final Rebuilt rebuilt)
    {
        final int offset = index.blockOffset(blockIndex);
        try
        {
            table.wrapBlock(blockIndex, block, blockBuffer, context);
            for (int i = 0; i < block.entryCount(); i++)
            {
                block.show(i);
                rebuilt.take(block);
                verifyEntry(table, offset, i, rebuilt);
            }
            verifyForm(index, blockIndex, rebuilt);
            isKeyBeforeKnown = true;
        }
        catch (final CorruptionException e)
        {
            isKeyBeforeKnown = false;
            hasBadBlock = true;
            find(offset, e.getMessage());
        }
        rebuilt.block.reset();
    }

    private void verifyEntry(final Table table, final int offset, final int entryIndex, final Rebuilt rebuilt)
    {
        if (!rebuilt.isAscending)
        {
            find(offset, "table keys do not ascend: entry=" + entryIndex);
            hasBadBlock = true;
        }
        if (!table.mayContain(rebuilt.keyHash))
        {
            find(offset, "table filter does not know a key: entry=" + entryIndex);
        }
        if (block.isTombstone() && block.expiryMs() != Expiry.NEVER_MS)
        {
            find(offset, "table tombstone expires: entry=" + entryIndex);
        }
    }

    /** Writes the entries of a block again, and expects the same bytes. */
    private void verifyForm(final TableIndex index, final int blockIndex, final Rebuilt rebuilt)
    {
        final int offset = index.blockOffset(blockIndex);
        rebuilt.addToIndex(offset);
        final int length = rebuilt.block.encode();
        final boolean isSame = length == block.lengthBytes() &&
            TableKeys.isEqual(rebuilt.block.block(), 0, block.buffer(), block.begin(), length);
        if (!isSame)
        {
            find(offset, "table block differs from what its entries give: length=" + block.lengthBytes() +
                ", expected=" + length);
        }
        if (isKeyBeforeKnown)
        {
            verifySeparator(index, blockIndex, rebuilt);
        }
    }

    private void verifySeparator(final TableIndex index, final int blockIndex, final Rebuilt rebuilt)
    {
        final int separatorLength = index.separatorLength(blockIndex);
        if (separatorLength != rebuilt.separatorLength || !TableKeys.isEqual(
            index.file(), index.separatorOffset(blockIndex), rebuilt.blockKey, 0, separatorLength))
        {
            find(index.separatorOffset(blockIndex), "table index separator is not the shortest: block=" + blockIndex);
        }
    }

    /** What the entries met so far give. */
    private static final class Rebuilt implements AutoCloseable
    {
        private final BlockBuilder block = new BlockBuilder();
        private final IndexBuilder index = new IndexBuilder();
        private final PropertiesBuilder properties = new PropertiesBuilder();
        private final LongArrayList hashes = new LongArrayList();
        private UnsafeBuffer smallestKey;
        /** First key of the block at hand, and the entry's key. */
        private UnsafeBuffer blockKey;
        private UnsafeBuffer key = new UnsafeBuffer(0, 0);
        private int separatorLength;
        private long keyHash;
        private boolean isAscending;

        Rebuilt(final TableInfo info)
        {
            block.reset();
            index.reset();
            properties.reset(info.tableNumber(), info.creationTimeMs(), info.compression());
        }

        void take(final Block entry)
        {
            final UnsafeBuffer previous = key;
            final int prefixLength = entry.prefixLength();
            final int keyLength = prefixLength + entry.suffixLength();
            key = new UnsafeBuffer(new byte[keyLength]);
            key.putBytes(0, entry.buffer(), entry.prefixOffset(), prefixLength);
            key.putBytes(prefixLength, entry.buffer(), entry.suffixOffset(), entry.suffixLength());
            final boolean isFirst = properties.entryCount() == 0;
            isAscending = isFirst || Keys.compare(previous, 0, previous.capacity(), key, 0, keyLength) < 0;
            final int common = isFirst
                ? 0
                : TableKeys.commonLength(previous, 0, key, 0, Math.min(previous.capacity(), keyLength));
            if (block.entryCount() == 0)
            {
                blockKey = key;
                separatorLength = isFirst ? 0 : Math.min(common + 1, keyLength);
                smallestKey = isFirst ? key : smallestKey;
            }
            keyHash = KeyHash.hash(key, 0, keyLength);
            hashes.addLong(keyHash);
            final int valueLength = entry.valueLength();
            block.add(keyLength, common, valueLength, entry.sequence(), entry.expiryMs(), entry.isTombstone(),
                (int) keyHash);
            block.stage(key, 0, keyLength, entry.buffer(), entry.valueOffset(), valueLength);
            properties.add(key, 0, keyLength, common, entry.sequence(), entry.expiryMs(), entry.isTombstone(),
                valueLength);
        }

        void addToIndex(final int blockOffset)
        {
            index.addBlock(blockOffset, blockKey, 0, separatorLength);
        }

        @Override
        public void close()
        {
            index.close();
            properties.close();
        }
    }
}
