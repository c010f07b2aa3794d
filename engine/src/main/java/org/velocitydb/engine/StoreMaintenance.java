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
import org.velocitydb.engine.memtable.MemtableCursor;
import org.velocitydb.engine.table.TableOptions;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.engine.version.TableSet;
import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.Journal;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFullException;

/**
 * What the store does behind the writer's back, a slice at a time: make the next journal segment ready, flush the
 * oldest frozen memtable, compact tables, and free what no reader can see any more. It owns the manifest and the
 * epochs' reclaiming end.
 *
 * <p>A flush goes before a compaction, since the writer waits for flushes first. Neither changes the view: the
 * resulting table set goes to the writer, which publishes it. Until the writer has done so no new job is begun, so each
 * job starts from the newest state.
 *
 * <p>When a job fails it leaves nothing behind and is tried again after a pause, unless it is the manifest that failed:
 * then nobody knows which tables are the store's, and the store stops. A full disk is told to the writer,
 * which refuses writes until there is room again.
 */
final class StoreMaintenance implements Agent
{
    /** Pause after a failure: long enough not to fill the log, short enough to notice room that was made. */
    private static final long RETRY_PAUSE_NS = 500_000_000L;
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
    private final TableReadContext tableContext = new TableReadContext();
    private final CompactionStats compactionStats = new CompactionStats();
    private final CompactionPicker picker;
    private final CompactionOptions compactionOptions;
    private final TableWriter flushWriter;
    private final TableWriter compactionWriter;
    private final MemtableCursor flushCursor = new MemtableCursor();

    /** The memtable that is being flushed, or was flushed last. */
    private SharedMemtable flushing;
    private FlushJob flush;
    private CompactionJob compaction;
    /** Tombstones that compactions had dropped when the one under way began. */
    private long droppedBefore;
    private boolean isPausing;
    private long retryNs;

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
        compactionOptions = new CompactionOptions(
            context.compactionThreshold(), CompactionOptions.DEFAULT_LEVEL_1_LENGTH,
            CompactionOptions.DEFAULT_TABLE_LENGTH);
        picker = new CompactionPicker(compactionOptions);
        final TableOptions tableOptions = context.tableOptions();
        flushWriter = new TableWriter(context.storage(), tableOptions);
        compactionWriter = new TableWriter(context.storage(), tableOptions);
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
        final long nowNs = clock.nanoTime();
        if (state.failure() != null || isPausing && retryNs - nowNs > 0)
        {
            return workCount;
        }
        isPausing = false;
        try
        {
            noticeFreeDisk();
            workCount += journal.prepare();
            workCount += doJobs();
        }
        catch (final StorageFullException ex)
        {
            state.diskFull(true);
            pause(nowNs);
        }
        catch (final StorageException ex)
        {
            abandonJobs();
            counters.maintenanceFailures.addOpaque(1);
            if (versions.isBroken())
            {
                state.failed(ex);
                state.writerSignal().signal();
            }
            errorHandler.onError(ex);
            pause(nowNs);
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
     * Gives up what is under way and frees all that nobody reads. The last call on this agent, after the writer's.
     */
    @Override
    public void onClose()
    {
        abandonJobs();
        for (TableInstall install = state.pollInstall(); install != null; install = state.pollInstall())
        {
            install.tables().release();
        }
        retireViews();
        state.epochs().reclaim();
        CloseHelper.closeAll(errorHandler, flushWriter, compactionWriter, flushCursor, tableContext);
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

    private void pause(final long nowNs)
    {
        isPausing = true;
        retryNs = nowNs + RETRY_PAUSE_NS;
    }

    // --- jobs ---

    private int doJobs()
    {
        if (flush != null)
        {
            return doFlush();
        }
        if (state.hasInstalls())
        {
            // The view that the next job starts from is not there yet.
            return 0;
        }
        final StoreView view = state.currentView();
        if (view.frozenCount() == 0)
        {
            return doCompaction();
        }
        final SharedMemtable oldest = view.frozen(view.frozenCount() - 1);
        if (oldest == flushing)
        {
            // The writer has taken the install and is about to publish the view without this memtable.
            return 0;
        }
        beginFlush(oldest);
        return 1;
    }

    private void beginFlush(final SharedMemtable memtable)
    {
        flushing = memtable;
        // The memtable is frozen and all of it is visible; the view keeps it until its flush has been installed.
        flushCursor.reset(memtable.memtable(), Long.MAX_VALUE);
        flush = new FlushJob(
            flushCursor, memtable.memtable().lastSequence(), epochClock.time(), versions, flushWriter,
            compactionStats);
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
                install(ended.result(), flushing, false);
            }
            else
            {
                final long neededBytes = flushing.memtable().allocatedBytes();
                flushing = null;
                throw new StorageFullException("no room for a flush: bytes=" + neededBytes);
            }
        }
        return workCount;
    }

    private int doCompaction()
    {
        if (compaction == null)
        {
            final CompactionPlan plan = picker.pick(versions.current());
            if (plan == null)
            {
                return 0;
            }
            droppedBefore = compactionStats.droppedTombstones();
            compaction = new CompactionJob(
                plan, compactionOptions, epochClock.time(), versions, compactionWriter, tableContext,
                compactionStats);
        }
        final int workCount = compaction.doWork();
        if (compaction.isDone())
        {
            final CompactionJob ended = compaction;
            compaction = null;
            ended.close();
            if (ended.outcome() == JobOutcome.DONE)
            {
                counters.compactions.addOpaque(1);
                install(ended.result(), null, compactionStats.droppedTombstones() > droppedBefore);
            }
            else if (versions.current().tableCount(0) >= context.level0TableCountMax())
            {
                throw new StorageFullException(
                    "no room for a compaction that writes wait for: level 0 tables=" +
                        versions.current().tableCount(0));
            }
            else
            {
                // Reads and writes go on without it.
                pause(clock.nanoTime());
            }
        }
        return workCount;
    }

    private void install(final TableSet tables, final SharedMemtable flushed, final boolean hasDroppedTombstones)
    {
        tables.retain();
        state.install(new TableInstall(tables, flushed, hasDroppedTombstones));
    }

    private void abandonJobs()
    {
        CloseHelper.closeAll(errorHandler, flush, compaction);
        flushing = flush == null ? flushing : null;
        flush = null;
        compaction = null;
    }
}
