package org.velocitydb.engine;

import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.velocitydb.engine.compaction.CompactionJob;
import org.velocitydb.engine.compaction.CompactionOptions;
import org.velocitydb.engine.compaction.CompactionPicker;
import org.velocitydb.engine.compaction.CompactionPlan;
import org.velocitydb.engine.compaction.CompactionStats;
import org.velocitydb.engine.compaction.FlushJob;
import org.velocitydb.engine.compaction.JobOutcome;
import org.velocitydb.engine.entry.KeyspaceSet;
import org.velocitydb.engine.memtable.MemtableCursor;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.engine.version.TableSet;
import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.Journal;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFullException;

/**
 * What the store does behind the writer's back, a slice at a time: make the next journal segment ready, flush the
 * oldest frozen memtable, decide what is compacted, keep the cache of blocks, and free what no reader can see any more.
 * It owns the manifest and
 * the epochs' reclaiming end.
 *
 * <p>A compaction that copies is passed to {@link StoreCompaction} and comes back with the tables written, so flushes
 * go
 * on meanwhile; there is one at a time. A compaction that moves or drops whole tables is an edit of the manifest and
 * done here. Neither flush nor compaction changes the view: the resulting table set goes to the writer, which publishes
 * it. Until the writer has done so nothing new is decided.
 *
 * <p>When a job fails it leaves nothing behind and is tried again after a pause, unless it is the manifest that failed:
 * then nobody knows which tables are the store's, and the store stops. After {@link #ATTEMPT_COUNT} failures in a row
 * the store says so, and the writer refuses what it would have to wait for. A full disk is told to the writer, which
 * refuses writes until there is room again.
 */
final class StoreMaintenance implements Agent
{
    /** Failures of flushes or compactions in a row before the store says so: some eight seconds with their pauses. */
    static final int ATTEMPT_COUNT = 5;
    /** A store that has filled no memtable for this long is left alone, so what is merely worth while is done. */
    static final long IDLE_AFTER_NS = 30_000_000_000L;
    /** A set of tables for which nothing was found to do is looked at again so often: entries may have expired. */
    private static final long REST_NS = 1_000_000_000L;
    /** Room on the disk, in journal segments, at which a full disk counts as usable again. */
    private static final int FREE_SEGMENT_COUNT_MIN = 2;

    private final StoreState state;
    private final StoreContext context;
    private final Journal journal;
    private final VersionSet versions;
    private final NanoClock clock;
    private final EpochClock epochClock;
    private final ErrorHandler errorHandler;
    private final StoreCounters counters;
    private final CompactionStats stats;
    private final CompactionOptions compactionOptions;
    private final CompactionPicker picker;
    private final TableWriter flushWriter;
    private final MemtableCursor flushCursor = new MemtableCursor();
    private final RetryTimer journalRetry = new RetryTimer();
    private final RetryTimer flushRetry = new RetryTimer();
    private final RetryTimer compactionRetry = new RetryTimer();

    private long nowNs;
    private long nowMs;
    /** The memtable that is being flushed, or was flushed last. */
    private SharedMemtable flushing;
    private FlushJob flush;
    private Checkpoint checkpoint;
    /** Passed to the compaction agent, and not come back. */
    private CompactionJob compaction;
    /** What was looked at last and found to need nothing; not referenced, and compared by identity alone. */
    private TableSet restingTables;
    private KeyspaceSet restingKeyspaces;
    private boolean isRestingIdle;
    private long restUntilNs;
    private long frozenCount;
    private long lastFrozenNs;

    StoreMaintenance(
        final StoreState state, final StoreContext context, final Journal journal, final VersionSet versions)
    {
        this.state = state;
        this.context = context;
        this.journal = journal;
        this.versions = versions;
        clock = context.nanoClock();
        epochClock = context.epochClock();
        errorHandler = context.errorHandler();
        counters = state.counters();
        stats = counters.compaction();
        compactionOptions = context.compactionOptions();
        picker = new CompactionPicker(compactionOptions);
        flushWriter = new TableWriter(context.storage(), context.tableOptions(0));
        lastFrozenNs = clock.nanoTime();
    }

    @Override
    public String roleName()
    {
        return "velocity-maintenance";
    }

    @Override
    public int doWork()
    {
        int workCount = retireViews() + state.epochs().reclaim() + versions.janitor().doWork();
        if (state.failure() != null)
        {
            return workCount;
        }
        nowNs = clock.nanoTime();
        try
        {
            noticeFreeDisk();
            workCount += prepareJournal() + doFlushes() + doCompactions() + doCheckpoint() +
                state.blocks().doWork(versions.current());
        }
        catch (final RuntimeException | Error ex)
        {
            // Nothing would flush any more, and the writer would wait for it without a word.
            state.failed(ex);
            state.writerSignal().signal();
            throw ex;
        }
        return workCount;
    }

    /**
     * Gives up what is under way and frees all that nobody reads. The last call on this agent, after the writer's and
     * the compaction agent's.
     */
    @Override
    public void onClose()
    {
        CloseHelper.closeAll(errorHandler, flush, compaction, checkpoint);
        for (Checkpoint.Request request = state.pollCheckpoint(); request != null; request = state.pollCheckpoint())
        {
            new Checkpoint(state, versions, request).close();
        }
        for (TableInstall install = state.pollInstall(); install != null; install = state.pollInstall())
        {
            install.tables().release();
        }
        retireViews();
        state.epochs().reclaim();
        state.blocks().close();
        CloseHelper.closeAll(errorHandler, flushWriter, flushCursor);
    }

    private int retireViews()
    {
        int count = 0;
        for (StoreView view = state.pollReplacedView(); view != null; view = state.pollReplacedView())
        {
            state.epochs().retire(view::release);
            count++;
        }
        return count;
    }

    private void noticeFreeDisk()
    {
        if (state.isDiskFull() &&
            context.storage().usableBytes() > (long) FREE_SEGMENT_COUNT_MIN * context.segmentLength())
        {
            state.diskFull(false);
            state.writerSignal().signal();
        }
    }

    /** Log time, which never goes back. */
    private long timeMs()
    {
        nowMs = Math.max(nowMs, epochClock.time());
        return nowMs;
    }

    // --- failures ---

    private void onFailure(final StorageException ex, final RetryTimer retry)
    {
        counters.maintenanceFailures.addOpaque(1);
        retry.failed(nowNs);
        if (versions.isBroken())
        {
            state.failed(ex);
            state.writerSignal().signal();
        }
        else if (retry.failureCount() >= ATTEMPT_COUNT)
        {
            state.maintenanceFailure(ex);
        }
        errorHandler.onError(ex);
    }

    private void onSuccess(final RetryTimer retry)
    {
        retry.succeeded();
        if (state.maintenanceFailure() != null && flushRetry.failureCount() < ATTEMPT_COUNT &&
            compactionRetry.failureCount() < ATTEMPT_COUNT && journalRetry.failureCount() < ATTEMPT_COUNT)
        {
            state.maintenanceFailure(null);
        }
    }

    private int prepareJournal()
    {
        if (!journalRetry.isDue(nowNs))
        {
            return 0;
        }
        try
        {
            final int workCount = journal.prepare();
            onSuccess(journalRetry);
            return workCount;
        }
        catch (final StorageFullException ex)
        {
            state.diskFull(true);
            journalRetry.pause(nowNs);
        }
        catch (final StorageException ex)
        {
            onFailure(ex, journalRetry);
        }
        return 1;
    }

    // --- flushes ---

    private int doFlushes()
    {
        if (!flushRetry.isDue(nowNs))
        {
            return 0;
        }
        try
        {
            return flush == null ? beginFlush() : doFlush();
        }
        catch (final StorageException ex)
        {
            CloseHelper.close(errorHandler, flush);
            flush = null;
            flushing = null;
            onFailure(ex, flushRetry);
            return 1;
        }
    }

    private int beginFlush()
    {
        final StoreView view = state.currentView();
        if (view.frozenCount() == 0)
        {
            return 0;
        }
        final SharedMemtable oldest = view.frozen(view.frozenCount() - 1);
        if (oldest == flushing)
        {
            // It is flushed, and the writer is about to publish the view without it.
            return 0;
        }
        flushing = oldest;
        // The memtable is frozen and all of it is visible; the view keeps it until its flush has been installed.
        flushCursor.reset(oldest.memtable(), Long.MAX_VALUE);
        flush = new FlushJob(
            flushCursor, oldest.memtable().lastSequence(), timeMs(), state.keyspaces(), versions, flushWriter, stats);
        return 1;
    }

    private int doFlush()
    {
        final int workCount = flush.doWork();
        if (flush.isDone())
        {
            final FlushJob ended = flush;
            flush = null;
            ended.close();
            if (ended.outcome() == JobOutcome.DONE)
            {
                counters.flushes.addOpaque(1);
                onSuccess(flushRetry);
                install(ended.result(), flushing, false);
            }
            else
            {
                flushing = null;
                state.diskFull(true);
                state.writerSignal().signal();
                flushRetry.pause(nowNs);
            }
        }
        return workCount;
    }

    private void install(final TableSet tables, final SharedMemtable flushed, final boolean hasDroppedTombstones)
    {
        tables.retain();
        state.install(new TableInstall(tables, flushed, hasDroppedTombstones));
    }

    // --- checkpoints ---

    private int doCheckpoint()
    {
        if (checkpoint == null)
        {
            final Checkpoint.Request request = state.pollCheckpoint();
            if (request == null)
            {
                return 0;
            }
            checkpoint = new Checkpoint(state, versions, request);
        }
        if (checkpoint.doWork())
        {
            checkpoint.close();
            checkpoint = null;
            return 1;
        }
        // It may wait for a flush, whose steps are counted where they are taken.
        return 0;
    }

    // --- compactions ---

    private int doCompactions()
    {
        try
        {
            return compaction == null ? beginCompaction() : endCompaction();
        }
        catch (final StorageException ex)
        {
            onFailure(ex, compactionRetry);
            return 1;
        }
    }

    private int endCompaction()
    {
        final CopiedCompaction copied = state.pollCopied();
        if (copied == null)
        {
            return 0;
        }
        compaction = null;
        try (CompactionJob ended = copied.job())
        {
            if (copied.failure() != null)
            {
                throw copied.failure();
            }
            final TableSet result = ended.install();
            if (result == null)
            {
                onFullDisk();
            }
            else
            {
                counters.compactions.addOpaque(1);
                onSuccess(compactionRetry);
                install(result, null, ended.hasDroppedHidingEntries());
            }
        }
        return 1;
    }

    private void onFullDisk()
    {
        // Below the limit reads and writes go on without it.
        if (versions.current().tableCount(0) >= context.level0TableCountMax())
        {
            state.diskFull(true);
            state.writerSignal().signal();
        }
        compactionRetry.pause(nowNs);
    }

    private int beginCompaction()
    {
        if (state.hasInstalls() || !compactionRetry.isDue(nowNs))
        {
            return 0;
        }
        final TableSet tables = versions.current();
        final KeyspaceSet keyspaces = state.keyspaces();
        final boolean isIdle = isIdle();
        if (tables == restingTables && keyspaces == restingKeyspaces && isIdle == isRestingIdle &&
            restUntilNs - nowNs > 0)
        {
            return 0;
        }
        final CompactionPlan plan = isIdle ? picker.pickIdle(tables, keyspaces) : picker.pick(tables, keyspaces);
        if (plan == null)
        {
            restingTables = tables;
            restingKeyspaces = keyspaces;
            isRestingIdle = isIdle;
            restUntilNs = nowNs + REST_NS;
            return 0;
        }
        begin(plan, keyspaces);
        return 1;
    }

    private void begin(final CompactionPlan plan, final KeyspaceSet keyspaces)
    {
        if (plan.isEditAlone())
        {
            final TableSet result = applyEdit(plan);
            if (result != null)
            {
                stats.onEdit(plan);
                onSuccess(compactionRetry);
                install(result, null, false);
            }
            return;
        }
        compaction = new CompactionJob(plan, compactionOptions, timeMs(), keyspaces, versions, stats);
        state.compact(compaction);
    }

    private TableSet applyEdit(final CompactionPlan plan)
    {
        try
        {
            return versions.apply(plan.edit());
        }
        catch (final StorageFullException ex)
        {
            onFullDisk();
            return null;
        }
    }

    private boolean isIdle()
    {
        final long frozen = counters.memtablesFrozen();
        if (frozen != frozenCount)
        {
            frozenCount = frozen;
            lastFrozenNs = nowNs;
        }
        return nowNs - lastFrozenNs >= IDLE_AFTER_NS;
    }
}
