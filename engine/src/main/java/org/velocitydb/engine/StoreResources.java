package org.velocitydb.engine;

import java.util.SplittableRandom;

import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.collections.MutableLong;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.compaction.CompactionStats;
import org.velocitydb.engine.compaction.FlushJob;
import org.velocitydb.engine.compaction.JobOutcome;
import org.velocitydb.engine.entry.BoundedCursor;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.KeyspaceSet;
import org.velocitydb.engine.entry.LiveCursor;
import org.velocitydb.engine.memtable.Memtable;
import org.velocitydb.engine.memtable.MemtableCursor;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.Journal;
import org.velocitydb.journal.JournalContext;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageFullException;
import org.velocitydb.journal.storage.StorageLock;

/**
 * What an open store holds: the lock, the tables, the journal and what they have been read into. Opening goes through
 * them in that order; closing goes back. A failure on the way closes what was opened.
 */
final class StoreResources implements AutoCloseable
{
    private static final String LOCK_NAME = "LOCK";
    private static final SharedMemtable[] NONE_FROZEN = {};

    private final StoreContext context;
    private StorageLock lock;
    private VersionSet versions;
    private StoreState state;
    private Journal journal;

    private StoreResources(final StoreContext context)
    {
        this.context = context;
    }

    /**
     * Opens a store's files and recovers its state.
     *
     * @param context concluded.
     * @return what was opened.
     */
    static StoreResources open(final StoreContext context)
    {
        final StoreResources resources = new StoreResources(context);
        boolean isOpen = false;
        try
        {
            resources.open();
            isOpen = true;
            return resources;
        }
        finally
        {
            if (!isOpen)
            {
                resources.close();
            }
        }
    }

    private void open()
    {
        final Storage storage = context.storage();
        storage.makeDirectory("");
        lock = lock(storage);
        versions = VersionSet.open(storage);
        final long flushedSequence = versions.current().flushedSequence();
        requireJournal(storage, flushedSequence);
        final Recovery recovery = new Recovery(context, versions);
        try
        {
            journal = Journal.open(
                new JournalContext()
                    .storage(storage)
                    .segmentLength(context.segmentLength())
                    .syncMethod(context.journalSyncMethod())
                    .nanoClock(context.nanoClock()::nanoTime)
                    .epochClockMs(context.epochClock()::time)
                    .tagSource(new SplittableRandom(context.seed())::nextLong),
                flushedSequence + 1, recovery::onRecord);
            // What recovery has read may be in the page cache alone. It becomes visible below, so it must be durable.
            journal.force();
            state = new StoreState(context, recovery.lastSequence(), recovery.lastRecordMs());
            state.publishView(new StoreView(recovery.memtable(), NONE_FROZEN, versions.current(), 0));
            loadKeyspaces();
        }
        catch (final RuntimeException ex)
        {
            recovery.abandon();
            throw ex;
        }
    }

    private void loadKeyspaces()
    {
        final InternalKey prefix = new InternalKey().setKeyspace(OperationDescriptor.CATALOGUE_KEYSPACE);
        // The catalogue's entries never expire, so any time will do.
        try (EntryCursor everything = state.currentView().cursor(state.visibleSequence(), new TableReadContext());
            LiveCursor entries = new LiveCursor())
        {
            state.catalogue().load(
                entries.reset(
                    new BoundedCursor().resetToPrefix(everything, prefix.buffer(), 0, prefix.lengthBytes()),
                    LiveCursor.UNLIMITED, 0));
        }
    }

    static StorageLock lock(final Storage storage)
    {
        return storage.lock(LOCK_NAME, "pid " + ProcessHandle.current().pid());
    }

    /**
     * A store that has flushed anything has written a journal, and what was acknowledged since the flush is in nothing
     * else. So where no segment is left, not even one that a repair has set aside, the journal has been lost: to begin
     * a new one would lose those writes without a word.
     */
    private static void requireJournal(final Storage storage, final long flushedSequence)
    {
        final String directory = JournalContext.Configuration.DIRECTORY_DEFAULT;
        storage.makeDirectory(directory);
        if (flushedSequence > 0 && storage.list(directory).stream().noneMatch(StoreResources::isTraceOfJournal))
        {
            throw new CorruptionException(
                "journal is missing: directory=" + directory + ", flushed sequence=" + flushedSequence);
        }
    }

    /** Whether a file of the journal's directory is a segment, or one that a repair has set aside. */
    static boolean isTraceOfJournal(final String fileName)
    {
        return fileName.contains(".log");
    }

    VersionSet versions()
    {
        return versions;
    }

    StoreState state()
    {
        return state;
    }

    Journal journal()
    {
        return journal;
    }

    @Override
    public void close()
    {
        if (state != null && state.currentView() != null)
        {
            state.currentView().release();
        }
        CloseHelper.closeAll(
            context.errorHandler(), journal, versions, state == null ? null : state.ring(), lock);
    }

    /**
     * Puts the journal's entries back into a memtable, and flushes it on the way whenever it is full, so that recovery
     * needs no more memory than the store itself.
     */
    private static final class Recovery
    {
        private final StoreContext context;
        private final VersionSet versions;
        private final MutableLong lastSequence = new MutableLong();
        private SharedMemtable memtable;
        private long lastRecordMs;

        Recovery(final StoreContext context, final VersionSet versions)
        {
            this.context = context;
            this.versions = versions;
            lastSequence.set(versions.current().flushedSequence());
            memtable = StoreState.newMemtable(context, 0);
        }

        long lastSequence()
        {
            return lastSequence.get();
        }

        long lastRecordMs()
        {
            return lastRecordMs;
        }

        SharedMemtable memtable()
        {
            return memtable;
        }

        void onRecord(
            final DirectBuffer payload,
            final int offset,
            final int length,
            final long firstSequence,
            final int entryCount,
            final long timeMs)
        {
            final int limit = offset + length;
            lastRecordMs = Math.max(lastRecordMs, timeMs);
            // A group is whole in one memtable: if it were flushed in parts, a crash before the journal is forced could
            // leave one part in a table and take the other.
            makeRoom(footprintBytes(payload, offset, limit, firstSequence, entryCount));
            int entryOffset = offset;
            for (int i = 0; i < entryCount; i++)
            {
                final long sequence = firstSequence + i;
                final int end = LogEntryDescriptor.checkedEnd(payload, entryOffset, limit, sequence);
                if (sequence > lastSequence.get())
                {
                    insert(payload, entryOffset, sequence);
                    lastSequence.set(sequence);
                }
                entryOffset = end;
            }
        }

        private long footprintBytes(
            final DirectBuffer payload,
            final int offset,
            final int limit,
            final long firstSequence,
            final int entryCount)
        {
            long bytes = 0;
            int entryOffset = offset;
            for (int i = 0; i < entryCount; i++)
            {
                final int end = LogEntryDescriptor.checkedEnd(payload, entryOffset, limit, firstSequence + i);
                bytes += Memtable.footprintBytes(
                    LogEntryDescriptor.keyLength(payload, entryOffset),
                    LogEntryDescriptor.valueLength(payload, entryOffset));
                entryOffset = end;
            }
            return bytes;
        }

        private void makeRoom(final long footprintBytes)
        {
            final Memtable current = memtable.memtable();
            if (current.allocatedBytes() + footprintBytes > current.capacityBytes() ||
                current.entryCount() >= context.memtableEntryCountMax())
            {
                replaceMemtable(footprintBytes);
            }
        }

        private void insert(final DirectBuffer payload, final int offset, final long sequence)
        {
            final int kind = LogEntryDescriptor.kind(payload, offset);
            final int keyOffset = LogEntryDescriptor.keyOffset(kind, offset);
            final int keyLength = LogEntryDescriptor.keyLength(payload, offset);
            final int valueLength = LogEntryDescriptor.valueLength(payload, offset);
            if (kind == LogEntryDescriptor.KIND_TOMBSTONE)
            {
                memtable.memtable().delete(payload, keyOffset, keyLength, sequence);
            }
            else
            {
                memtable.memtable().put(
                    payload, keyOffset, keyLength, sequence, LogEntryDescriptor.expiryMs(payload, offset), payload,
                    keyOffset + keyLength, valueLength);
            }
        }

        private void replaceMemtable(final long footprintBytes)
        {
            if (memtable.memtable().entryCount() > 0)
            {
                flush();
            }
            memtable.close();
            memtable = StoreState.newMemtable(context, footprintBytes);
        }

        private void flush()
        {
            // The store's time goes on from what this flush takes for expired.
            lastRecordMs = Math.max(lastRecordMs, context.epochClock().time());
            try (TableWriter writer = new TableWriter(context.storage(), context.tableOptions(0));
                FlushJob job = new FlushJob(
                    new MemtableCursor().reset(memtable.memtable(), Long.MAX_VALUE), lastSequence.get(),
                    lastRecordMs, KeyspaceSet.ALL_LIVE, versions, writer, new CompactionStats()))
            {
                while (!job.isDone())
                {
                    job.doWork();
                }
                if (job.outcome() != JobOutcome.DONE)
                {
                    throw new StorageFullException(
                        "no room to flush while the journal is replayed: sequence=" + lastSequence.get());
                }
            }
        }

        void abandon()
        {
            memtable.close();
        }
    }
}
