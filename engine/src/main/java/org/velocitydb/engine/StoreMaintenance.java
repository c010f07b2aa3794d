package org.velocitydb.engine;

import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.velocitydb.engine.compaction.CompactionJob;
import org.velocitydb.engine.compaction.CompactionOptions;
import org.velocitydb.engine.compaction.CompactionPicker;
import org.velocitydb.engine.compaction.CompactionPlan;
import org.velocitydb.engine.compaction.CompactionStats;
import org.velocitydb.engine.compaction.FlushJob;
import org.velocitydb.engine.compaction.JobOutcome;
import org.velocitydb.engine.entry.KeyspaceSet;
import org.velocitydb.engine.memtable.Memtable;
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
 * It owns the manifest and the epochs' reclaiming end.
 *
 * <p>A compaction that copies is passed to {@link StoreCompaction} and comes back with the tables written, so flushes
 * go on meanwhile; there is one at a time. A compaction that moves or drops whole tables is an edit of the manifest and
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
    /**
     * Part of a memtable that must be taken so that it is flushed when the store is left alone; or that the journal
     * takes, which cannot give back a segment before.
     */
    private static final int IDLE_FLUSH_PART = 8;
    /** A set of tables for which nothing was found to do is looked at again so often: entries may have expired. */
    private static final long REST_NS = 1_000_000_000L;

    /** What compactions are for at the moment. */
    private enum Aim
    {
        /** What is due. */
        KEEP_UP,
        /** The store is left alone: what is worth while, too. */
        TIDY,
        /** The disk is full: what frees room and needs no more than there is. */
        FREE_ROOM
    }

    private final StoreState state;
    private final StoreContext context;
    private final Journal journal;
    private final VersionSet versions;
    private final NanoClock clock;
    private final ErrorHandler errorHandler;
    private final StoreCounters counters;
    private final CompactionStats stats;
    private final CompactionOptions compactionOptions;
    private final CompactionPicker picker;
    private final Checkpoints checkpoints;
    private final TableWriter flushWriter;
    private final MemtableCursor flushCursor = new MemtableCursor();
    private final RetryTimer journalRetry = new RetryTimer();
    private final IdleWatch idleWatch;
    private final DiskReserve disk;
    private final RetryTimer flushRetry = new RetryTimer();
    private final RetryTimer compactionRetry = new RetryTimer();

    private long nowNs;
    /** The memtable that is being flushed, or was flushed last. */
    private SharedMemtable flushing;
    private FlushJob flush;
    private long flushedBytes;
    /** Passed to the compaction agent, and not come back. */
    private CompactionJob compaction;
    /** What was looked at last and found to need nothing; not referenced, and compared by identity alone. */
    private TableSet restingTables;
    private KeyspaceSet restingKeyspaces;
    private Aim restingAim;
    private long restUntilNs;

    StoreMaintenance(
        final StoreState state, final StoreContext context, final Journal journal, final VersionSet versions)
    {
        this.state = state;
        this.context = context;
        this.journal = journal;
        this.versions = versions;
        clock = context.nanoClock();
        errorHandler = context.errorHandler();
        counters = state.counters();
        stats = counters.compaction();
        compactionOptions = context.compactionOptions();
        picker = new CompactionPicker(compactionOptions);
        flushWriter = new TableWriter(context.storage(), context.tableOptions(0));
        checkpoints = new Checkpoints(state, context, versions);
        final long startNs = clock.nanoTime();
        disk = new DiskReserve(state, context, versions, startNs);
        idleWatch = new IdleWatch(state.visibleSequence(), startNs);
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
            return workCount + checkpoints.refuseAll(
                CheckpointStatus.STORAGE_FAILED, "the store has failed: " + state.failure());
        }
        nowNs = clock.nanoTime();
        try
        {
            disk.watch(nowNs);
            workCount += prepareJournal() + doFlushes() + doCompactions() + checkpoints.doWork(nowNs) +
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
        CloseHelper.closeAll(errorHandler, flush, compaction, checkpoints);
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
            disk.onFull();
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
        flushedBytes = 0;
        state.flushedPart(0);
        // The memtable is frozen and all of it is visible; the view keeps it until its flush has been installed.
        flushCursor.reset(oldest.memtable(), Long.MAX_VALUE);
        flush = new FlushJob(
            flushCursor, oldest.memtable().lastSequence(), state.logClock().nowMs(), state.keyspaces(), versions,
            flushWriter,
            stats);
        return 1;
    }

    private int doFlush()
    {
        final int workCount = flush.doWork();
        flushedBytes += flush.sliceBytes();
        state.flushedPart(Math.min(1.0, (double) flushedBytes / flushing.memtable().allocatedBytes()));
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
                disk.onFull();
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

    // --- compactions ---

    private int doCompactions()
    {
        if (versions.isBroken())
        {
            // By the flush of this very pass; the store has failed, and nothing more can be installed.
            return 0;
        }
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
                disk.onMergeRefused(ended.plan());
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
        if (disk.isLevel0Full())
        {
            disk.onFull();
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
        final Aim aim = aim();
        if (tables == restingTables && keyspaces == restingKeyspaces && aim == restingAim && restUntilNs - nowNs > 0)
        {
            return 0;
        }
        final CompactionPlan plan = pick(tables, keyspaces, aim);
        if (plan == null || aim != Aim.FREE_ROOM && !leavesReserve(plan))
        {
            restingTables = tables;
            restingKeyspaces = keyspaces;
            restingAim = aim;
            restUntilNs = nowNs + REST_NS;
            return 0;
        }
        begin(plan, keyspaces);
        return 1;
    }

    private boolean leavesReserve(final CompactionPlan plan)
    {
        if (plan.isEditAlone() || disk.hasRoomFor(plan))
        {
            return true;
        }
        disk.onMergeRefused(plan);
        onFullDisk();
        return false;
    }

    private CompactionPlan pick(final TableSet tables, final KeyspaceSet keyspaces, final Aim aim)
    {
        switch (aim)
        {
            case KEEP_UP :
                return picker.pick(tables, keyspaces, state.logClock().nowMs());
            case TIDY :
                return picker.pickIdle(tables, keyspaces, state.logClock().nowMs());
            case FREE_ROOM :
                return picker.pickWithin(
                    tables, keyspaces, state.logClock().nowMs(), context.storage().usableBytes());
            default :
                throw new IllegalStateException("unknown aim: aim=" + aim);
        }
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
        compaction = new CompactionJob(plan, compactionOptions, state.logClock().nowMs(), keyspaces, versions, stats);
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

    private Aim aim()
    {
        if (state.isDiskFull())
        {
            return Aim.FREE_ROOM;
        }
        return isIdle() ? Aim.TIDY : Aim.KEEP_UP;
    }

    private boolean isIdle()
    {
        final long visibleSequence = state.visibleSequence();
        if (idleWatch.look(nowNs, visibleSequence, counters.memtablesFrozen()))
        {
            final Memtable active = state.currentView().active().memtable();
            final long worthBytes = active.capacityBytes() / IDLE_FLUSH_PART;
            if (active.allocatedBytes() >= worthBytes || journal.lengthBytes() > worthBytes)
            {
                state.freezeUpTo(visibleSequence);
            }
        }
        return idleWatch.isIdle(nowNs);
    }
}
