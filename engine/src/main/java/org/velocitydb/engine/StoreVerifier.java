package org.velocitydb.engine;

import java.util.ArrayList;
import java.util.List;

import org.agrona.CloseHelper;
import org.agrona.collections.LongHashSet;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.version.LevelVerifier;
import org.velocitydb.engine.version.ListedTable;
import org.velocitydb.engine.version.ManifestContents;
import org.velocitydb.engine.version.ManifestVerifier;
import org.velocitydb.journal.JournalContext;
import org.velocitydb.journal.JournalSummary;
import org.velocitydb.journal.JournalVerifier;
import org.velocitydb.journal.storage.Finding;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFile;
import org.velocitydb.journal.storage.StorageLock;

/**
 * Checks every checksum and every invariant of a store that is not open, or of a copy of one, and says where and what
 * is wrong. It writes nothing but the text in the lock file, whose lock it holds for the time. One thread.
 *
 * <p>It goes on after a finding where it can. Where the manifest cannot be read, it is unknown which tables belong to
 * the store: then each table is judged alone, and the journal from behind the newest entry that is in any of them.
 *
 * <p>What no verification can see: a store says nowhere how far its journal must reach, so the loss of the last
 * records, if no record behind them calls them durable, looks like the torn tail that a crash leaves, and is a note.
 * {@link StoreReport#lastSequence()} says what is there. Every byte that a read of the store depends on is covered;
 * not covered are the padding behind a segment's header and behind each record, and segments that are not needed any
 * more.
 */
public final class StoreVerifier
{
    /** Findings that are kept unless told otherwise: more than anybody reads. */
    public static final int FINDING_COUNT_MAX_DEFAULT = 1000;

    private static final String JOURNAL = JournalContext.Configuration.DIRECTORY_DEFAULT;
    private static final Progress SILENT = (what, done, total) ->
    {
    };

    private final Storage storage;
    private final List<Table> sound = new ArrayList<>();
    private TableReadContext context;
    private FindingList findings;
    private int findingCountMax = FINDING_COUNT_MAX_DEFAULT;
    private Progress progress = SILENT;
    private long entryCount;

    /** Told now and then how far a verification has come. */
    @FunctionalInterface
    public interface Progress
    {
        /**
         * Some more has been done.
         *
         * @param what  is being read: tables, levels, or the journal.
         * @param done  of it.
         * @param total of it, in the same unit, if nothing is wrong.
         */
        void onProgress(String what, long done, long total);
    }

    /**
     * Verifies a store.
     *
     * @param storage of the store.
     */
    public StoreVerifier(final Storage storage)
    {
        this.storage = storage;
    }

    /**
     * Bounds the findings that are kept; all are counted.
     *
     * @param count at most so many.
     * @return this.
     */
    public StoreVerifier findingCountMax(final int count)
    {
        findingCountMax = count;
        return this;
    }

    /**
     * Lets somebody know how far it has come.
     *
     * @param listener called on the thread that verifies.
     * @return this.
     */
    public StoreVerifier progress(final Progress listener)
    {
        progress = listener;
        return this;
    }

    /**
     * Verifies.
     *
     * @return what was found.
     * @throws org.velocitydb.journal.storage.StorageLockedException when the store is open.
     */
    public StoreReport verify()
    {
        findings = new FindingList(findingCountMax);
        entryCount = 0;
        if (!ManifestVerifier.isStore(storage) && !storage.exists(JOURNAL))
        {
            findings.accept(Finding.error("CURRENT", Finding.NULL_OFFSET, "no store here"));
            return report(0, List.of(), new JournalSummary(0, 0, 0, 1, 0), 0);
        }
        final StorageLock lock = StoreResources.lock(storage);
        try
        {
            context = new TableReadContext();
            return verifyLocked();
        }
        finally
        {
            CloseHelper.closeAll(sound);
            sound.clear();
            CloseHelper.closeAll(context, lock);
        }
    }

    private StoreReport verifyLocked()
    {
        final ManifestContents manifest = new ManifestVerifier(storage, findings).verify();
        final List<ListedTable> tables = manifest == null ? tablesFound() : manifest.tables();
        final LevelVerifier levels = new LevelVerifier(context, findings);
        verifyTables(manifest, tables, levels);
        if (manifest != null)
        {
            levels.verify((done) -> progress.onProgress("levels", done, entryCount));
            tellOrphans(tables);
        }
        final long flushedSequence = manifest == null ? newestInTables() : manifest.flushedSequence();
        final LogEntryCheck entries = new LogEntryCheck(findings, new JournalProgress());
        final JournalSummary journal = verifyJournal(flushedSequence, entries);
        return report(manifest == null ? 0 : flushedSequence, tables, journal, entries.entryCount());
    }

    private StoreReport report(
        final long flushedSequence,
        final List<ListedTable> tables,
        final JournalSummary journal,
        final long logEntryCount)
    {
        return new StoreReport(
            findings.findings(), findings.errorCount(), findings.noteCount(), flushedSequence,
            journal.lastSequence(), tables.size(), tables.stream().mapToLong(ListedTable::lengthBytes).sum(),
            entryCount, journal.segmentCount(), journal.lengthBytes(), journal.recordCount(), logEntryCount);
    }

    // --- tables ---

    /** All tables that lie around, where nothing says which of them belong to the store. */
    private List<ListedTable> tablesFound()
    {
        final List<ListedTable> tables = new ArrayList<>();
        for (final String fileName : tableFiles())
        {
            final long number = TableNames.number(fileName);
            if (number != TableNames.NULL_TABLE_NUMBER)
            {
                tables.add(new ListedTable(0, number, lengthBytes(TableNames.of(number))));
            }
        }
        return tables;
    }

    private List<String> tableFiles()
    {
        return storage.exists(TableNames.DIRECTORY) ? storage.list(TableNames.DIRECTORY) : List.of();
    }

    private long lengthBytes(final String name)
    {
        try (StorageFile file = storage.open(name))
        {
            return file.lengthBytes();
        }
    }

    private void verifyTables(
        final ManifestContents manifest, final List<ListedTable> tables, final LevelVerifier levels)
    {
        final TableCheck check = new TableCheck(storage, context, findings);
        final long totalBytes = tables.stream().mapToLong(ListedTable::lengthBytes).sum();
        long doneBytes = 0;
        for (final ListedTable listed : tables)
        {
            final Table table = verifyTable(listed, check);
            if (table != null)
            {
                sound.add(table);
                entryCount += table.info().entryCount();
                levels.add(listed.level(), table);
                if (manifest != null)
                {
                    compareWithManifest(manifest, table);
                }
            }
            doneBytes += listed.lengthBytes();
            progress.onProgress("tables", doneBytes, totalBytes);
        }
    }

    private Table verifyTable(final ListedTable listed, final TableCheck check)
    {
        if (!storage.exists(listed.file()))
        {
            findings.accept(
                Finding.error(
                    listed.file(), Finding.NULL_OFFSET, "table is missing: level=" + listed.level() + ", length=" +
                        listed.lengthBytes()));
            return null;
        }
        try
        {
            final long lengthBytes = lengthBytes(listed.file());
            if (lengthBytes != listed.lengthBytes())
            {
                findings.accept(
                    Finding.error(
                        listed.file(), Math.min(lengthBytes, listed.lengthBytes()), "table length differs: length=" +
                            lengthBytes + ", in the manifest=" + listed.lengthBytes()));
            }
        }
        catch (final StorageException ex)
        {
            findings.accept(Finding.of(listed.file(), ex));
            return null;
        }
        return check.verify(listed.tableNumber());
    }

    private void compareWithManifest(final ManifestContents manifest, final Table table)
    {
        if (table.info().maxSequence() > manifest.flushedSequence())
        {
            findings.accept(
                Finding.error(
                    table.name(), Finding.NULL_OFFSET,
                    "table holds entries that are not flushed yet: largest sequence=" +
                        table.info().maxSequence() + ", flushed sequence=" + manifest.flushedSequence()));
        }
        if (table.number() >= manifest.nextTableNumber())
        {
            findings.accept(
                Finding.error(
                    manifest.file(), Finding.NULL_OFFSET, "next table number is taken: next=" +
                        manifest.nextTableNumber() + ", table=" + table.name()));
        }
    }

    private void tellOrphans(final List<ListedTable> tables)
    {
        final LongHashSet listed = new LongHashSet();
        tables.forEach(table -> listed.add(table.tableNumber()));
        for (final String fileName : tableFiles())
        {
            final long number = TableNames.number(fileName);
            if (!listed.contains(number))
            {
                findings.accept(
                    Finding.note(
                        TableNames.DIRECTORY + '/' + fileName, Finding.NULL_OFFSET,
                        number == TableNames.NULL_TABLE_NUMBER
                            ? "no file of a store"
                            : "belongs to no manifest; the next start deletes it"));
            }
        }
    }

    private long newestInTables()
    {
        return sound.stream().mapToLong(table -> table.info().maxSequence()).max().orElse(0);
    }

    // --- the journal ---

    private JournalSummary verifyJournal(final long flushedSequence, final LogEntryCheck entries)
    {
        final boolean isThere = storage.exists(JOURNAL) &&
            storage.list(JOURNAL).stream().anyMatch(StoreResources::isTraceOfJournal);
        if (isThere)
        {
            return new JournalVerifier(storage, JOURNAL, entries, findings).verify(flushedSequence + 1);
        }
        findings.accept(
            flushedSequence > 0
                ? Finding.error(JOURNAL, Finding.NULL_OFFSET, "journal is missing: flushed sequence=" + flushedSequence)
                : Finding.note(JOURNAL, Finding.NULL_OFFSET, "no journal: nothing was ever written, or it is lost"));
        return new JournalSummary(0, 0, 0, flushedSequence + 1, flushedSequence);
    }

    /** Adds up how far the journal has been read: the segments before the one at hand, and where it is in that. */
    private final class JournalProgress implements LogEntryCheck.RecordProgress
    {
        private static final int STEP_BYTES = 1 << 20;

        private final long totalBytes;
        private String file = "";
        private long beforeBytes;
        private int endOffset;
        private long toldBytes;

        JournalProgress()
        {
            totalBytes = storage.exists(JOURNAL)
                ? storage.list(JOURNAL).stream().filter(StoreResources::isTraceOfJournal).mapToLong(
                    name -> lengthBytes(JOURNAL + '/' + name)).sum()
                : 0;
        }

        @Override
        public void onRecord(final String recordFile, final int recordEndOffset)
        {
            if (!file.equals(recordFile))
            {
                beforeBytes += endOffset;
                file = recordFile;
            }
            endOffset = recordEndOffset;
            if (beforeBytes + endOffset - toldBytes >= STEP_BYTES)
            {
                toldBytes = beforeBytes + endOffset;
                progress.onProgress("journal", toldBytes, totalBytes);
            }
        }
    }
}
