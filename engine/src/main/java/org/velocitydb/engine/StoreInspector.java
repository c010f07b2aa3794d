package org.velocitydb.engine;

import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.List;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.KeyText;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableInfo;
import org.velocitydb.engine.table.TableInspector;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.version.ListedTable;
import org.velocitydb.engine.version.ManifestContents;
import org.velocitydb.engine.version.ManifestInspector;
import org.velocitydb.engine.version.ManifestVerifier;
import org.velocitydb.journal.Counted;
import org.velocitydb.journal.JournalContext;
import org.velocitydb.journal.JournalInspector;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFile;

/**
 * Prints in words what a store, or any file of one, holds. Changes nothing and takes no lock: beside a running server
 * what is being written just now may look unfinished.
 */
public final class StoreInspector
{
    private static final int MAGIC_LENGTH = Long.BYTES;

    private final Storage storage;
    private final PrintStream out;

    /**
     * Inspects the files of a storage.
     *
     * @param storage to read; that of a store, or any directory with files of one.
     * @param out     where the words go.
     */
    public StoreInspector(final Storage storage, final PrintStream out)
    {
        this.storage = storage;
        this.out = out;
    }

    /**
     * Prints a table, a segment of the journal, a manifest or {@code CURRENT}. Which of them it is, is told by its
     * magic number, and where that is damaged by its name.
     *
     * @param path        of the file in its storage.
     * @param withEntries whether to list the entries of a table or a segment.
     * @throws CorruptionException                                       at the first damage; what came before is
     * printed.
     * @throws org.velocitydb.journal.storage.UnsupportedFormatException when a newer release wrote it.
     * @throws StorageException                                          when it is no file of a store.
     */
    public void inspect(final String path, final boolean withEntries)
    {
        final UnsafeBuffer beginning = new UnsafeBuffer(new byte[MAGIC_LENGTH]);
        final UnsafeBuffer end = new UnsafeBuffer(new byte[MAGIC_LENGTH]);
        readEnds(path, beginning, end);
        final String name = path.substring(path.lastIndexOf('/') + 1);
        if (JournalInspector.isSegment(beginning))
        {
            inspectSegment(path, withEntries);
        }
        else if (ManifestInspector.isManifest(beginning))
        {
            new ManifestInspector(storage, out).inspect(path);
        }
        else if (TableInspector.isTable(end))
        {
            new TableInspector(storage, out).inspect(path, withEntries);
        }
        else
        {
            inspectByName(path, name, withEntries);
        }
    }

    private void inspectByName(final String path, final String name, final boolean withEntries)
    {
        if (ManifestInspector.isCurrentName(name))
        {
            new ManifestInspector(storage, out).inspectCurrent();
        }
        else if (ManifestInspector.isManifestName(name))
        {
            new ManifestInspector(storage, out).inspect(path);
        }
        else if (JournalInspector.isSegmentName(name))
        {
            inspectSegment(path, withEntries);
        }
        else if (TableNames.number(name) != TableNames.NULL_TABLE_NUMBER)
        {
            new TableInspector(storage, out).inspect(path, withEntries);
        }
        else
        {
            throw new StorageException("neither name nor magic number is that of a file of a store: file=" + path);
        }
    }

    private void readEnds(final String path, final UnsafeBuffer beginning, final UnsafeBuffer end)
    {
        try (StorageFile file = storage.open(path))
        {
            file.read(ByteBuffer.wrap(beginning.byteArray()), 0);
            file.read(ByteBuffer.wrap(end.byteArray()), Math.max(0, file.lengthBytes() - MAGIC_LENGTH));
        }
    }

    private void inspectSegment(final String path, final boolean withEntries)
    {
        final JournalInspector inspector = new JournalInspector(storage, out);
        final boolean isIntact = withEntries ? inspector.inspect(path, this::printEntries) : inspector.inspect(path);
        if (!isIntact)
        {
            throw new CorruptionException("segment is damaged: file=" + path);
        }
    }

    private void printEntries(
        final DirectBuffer buffer,
        final int offset,
        final int length,
        final long firstSequence,
        final int entryCount,
        final long timeMs)
    {
        int entryOffset = offset;
        for (int i = 0; i < entryCount; i++)
        {
            final int end = LogEntryDescriptor.checkedEnd(buffer, entryOffset, offset + length, firstSequence + i);
            final int kind = LogEntryDescriptor.kind(buffer, entryOffset);
            final String key = KeyText.of(
                buffer, LogEntryDescriptor.keyOffset(kind, entryOffset),
                LogEntryDescriptor.keyLength(buffer, entryOffset));
            out.println("    " + key + " sequence " + (firstSequence + i) + describe(buffer, entryOffset, kind));
            entryOffset = end;
        }
    }

    private static String describe(final DirectBuffer buffer, final int entryOffset, final int kind)
    {
        return switch (kind)
        {
            case LogEntryDescriptor.KIND_TOMBSTONE -> " tombstone";
            case LogEntryDescriptor.KIND_EXPIRING_PUT ->
                " value of " + Counted.of(LogEntryDescriptor.valueLength(buffer, entryOffset), "byte") +
                    ", expires at " +
                    LogEntryDescriptor.expiryMs(buffer, entryOffset) + " ms";
            default -> " value of " + Counted.of(LogEntryDescriptor.valueLength(buffer, entryOffset), "byte");
        };
    }

    /**
     * Prints which tables make up the store, level by level, and the segments of its journal.
     *
     * @throws CorruptionException where the manifest or a table is damaged; what came before is printed.
     */
    public void overview()
    {
        if (!ManifestVerifier.isStore(storage))
        {
            throw new StorageException("no store here: file=CURRENT is missing");
        }
        final ManifestContents manifest = new ManifestVerifier(storage, finding -> out.println(finding)).verify();
        if (manifest == null)
        {
            throw new CorruptionException("the manifest cannot be read, so it is unknown which tables there are");
        }
        out.println("manifest " + manifest.file() + ", flushed sequence " + manifest.flushedSequence() +
            ", next table number " + manifest.nextTableNumber());
        printTables(manifest.tables());
        if (storage.exists(JournalContext.Configuration.DIRECTORY_DEFAULT))
        {
            new JournalInspector(storage, out).list(JournalContext.Configuration.DIRECTORY_DEFAULT);
        }
    }

    private void printTables(final List<ListedTable> tables)
    {
        int level = -1;
        for (final ListedTable listed : tables)
        {
            if (listed.level() != level)
            {
                level = listed.level();
                printLevel(level, tables);
            }
            try (TableReadContext context = new TableReadContext();
                Table table = Table.open(storage, listed.tableNumber(), context))
            {
                final TableInfo info = table.info();
                out.println("  " + table.name() + "  " + Counted.of(info.lengthBytes(), "byte") + ", " +
                    Counted.of(info.entryCount(), "entry", "entries") + ", " +
                    Counted.of(info.tombstoneCount(), "tombstone") + ", sequences " + info.minSequence() + " to " +
                    info.maxSequence() + ", keys " +
                    KeyText.of(table.smallestKey(), 0, table.smallestKey().capacity()) + " to " +
                    KeyText.of(table.largestKey(), 0, table.largestKey().capacity()));
            }
        }
    }

    private void printLevel(final int level, final List<ListedTable> tables)
    {
        long count = 0;
        long lengthBytes = 0;
        for (final ListedTable table : tables)
        {
            count += table.level() == level ? 1 : 0;
            lengthBytes += table.level() == level ? table.lengthBytes() : 0;
        }
        out.println("level " + level + ": " + Counted.of(count, "table") + ", " +
            Counted.of(lengthBytes, "byte"));
    }
}
