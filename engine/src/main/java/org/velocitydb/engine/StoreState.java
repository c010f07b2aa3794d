package org.velocitydb.engine;

import java.util.concurrent.atomic.AtomicReference;

import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.velocitydb.engine.command.CommandRing;
import org.velocitydb.engine.compaction.CompactionJob;
import org.velocitydb.engine.concurrent.Epochs;
import org.velocitydb.engine.concurrent.PaddedLong;
import org.velocitydb.engine.concurrent.WakeSignal;
import org.velocitydb.engine.memtable.Memtable;

/**
 * What the writer, maintenance and readers share. Each field says who writes it.
 */
final class StoreState
{
    /** More than the hand-overs that can be under way: maintenance does one job at a time and empties both. */
    private static final int HAND_OVER_CAPACITY = 1024;
    private static final double THOUSAND = 1000;
    /** More than the compactions that can be under way, of which there is one. */
    private static final int COMPACTION_CAPACITY = 2;
    /** Requests about checkpoints that may wait; they are done one at a time. */
    private static final int CHECKPOINT_CAPACITY = 16;
    /** The interval at which unforced writes are forced, and the throttle, are held to within this. */
    private static final long WRITER_PARK_NS = 4_000_000;
    /** Spare segments, replaced views and the room on the disk are looked after within this. */
    private static final long MAINTENANCE_PARK_NS = 8_000_000;
    /** It has no timers, but whoever closes it waits for as long. */
    private static final long COMPACTION_PARK_NS = 16_000_000;

    private final StoreContext context;
    private final CommandRing ring;
    private final WakeSignal writerSignal;
    private final WakeSignal maintenanceSignal;
    private final WakeSignal compactionSignal;
    private final StoreCounters counters = new StoreCounters();
    private final Epochs epochs = new Epochs();
    private final LogClock logClock;
    private final KeyspaceCatalogue keyspaces = new KeyspaceCatalogue();
    private final OneToOneConcurrentArrayQueue<TableInstall> installs = new OneToOneConcurrentArrayQueue<>(
        HAND_OVER_CAPACITY);
    private final OneToOneConcurrentArrayQueue<StoreView> replacedViews = new OneToOneConcurrentArrayQueue<>(
        HAND_OVER_CAPACITY);
    private final OneToOneConcurrentArrayQueue<CompactionJob> compactions = new OneToOneConcurrentArrayQueue<>(
        COMPACTION_CAPACITY);
    private final OneToOneConcurrentArrayQueue<CopiedCompaction> copied = new OneToOneConcurrentArrayQueue<>(
        COMPACTION_CAPACITY);

    private final ManyToOneConcurrentArrayQueue<CheckpointRequest> checkpoints = new ManyToOneConcurrentArrayQueue<>(
        CHECKPOINT_CAPACITY);

    private final StoreBlocks blocks;

    /** Written by the writer. */
    private final AtomicReference<StoreView> currentView = new AtomicReference<>();
    /** Written by the writer. */
    private final PaddedLong visibleSequence;
    /** Written by the writer: the bits of a double, see {@link Backlog}. */
    private final PaddedLong load = new PaddedLong(0);
    /** Written by the compaction agent: thousandths of a table of level 0 that it has copied. */
    private final PaddedLong copiedLevel0 = new PaddedLong(0);
    /** Written by maintenance: thousandths of a memtable that it has flushed. */
    private final PaddedLong flushed = new PaddedLong(0);
    /** Set by the writer when the journal finds no room, and by maintenance, which clears it. */
    private volatile boolean isDiskFull;
    /** Written by maintenance. */
    private volatile Throwable maintenanceFailure;
    /** Written by maintenance: the writer freezes a memtable that holds anything up to here. */
    private volatile long freezeSequence;
    /** Set by whoever looks for slow requests. */
    private volatile boolean areGroupsTimed;
    /** Written once, by whoever closes the store. */
    private volatile boolean isClosing;
    /** The first one counts: written by the writer or by maintenance. */
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    StoreState(final StoreContext context, final long visibleSequence, final long lastRecordMs)
    {
        this.context = context;
        logClock = new LogClock(context.epochClock(), lastRecordMs);
        this.visibleSequence = new PaddedLong(visibleSequence);
        blocks = new StoreBlocks(context, epochs);
        writerSignal = new WakeSignal(context.idleSpinCount(), WRITER_PARK_NS);
        maintenanceSignal = new WakeSignal(0, MAINTENANCE_PARK_NS);
        compactionSignal = new WakeSignal(0, COMPACTION_PARK_NS);
        ring = new CommandRing(context.ringSlotCount(), context.ringOverflowBytes(), writerSignal);
    }

    CommandRing ring()
    {
        return ring;
    }

    StoreCounters counters()
    {
        return counters;
    }

    Epochs epochs()
    {
        return epochs;
    }

    StoreBlocks blocks()
    {
        return blocks;
    }

    WakeSignal writerSignal()
    {
        return writerSignal;
    }

    WakeSignal maintenanceSignal()
    {
        return maintenanceSignal;
    }

    WakeSignal compactionSignal()
    {
        return compactionSignal;
    }

    LogClock logClock()
    {
        return logClock;
    }

    /**
     * The catalogue; the writer's but for what is visible of it.
     *
     * @return the catalogue.
     */
    KeyspaceCatalogue catalogue()
    {
        return keyspaces;
    }

    /**
     * The keyspaces that readers see; any thread.
     *
     * @return the newest.
     */
    Keyspaces keyspaces()
    {
        return keyspaces.visible();
    }

    // --- the view and the visible sequence ---

    StoreView currentView()
    {
        return currentView.getAcquire();
    }

    void publishView(final StoreView view)
    {
        // Volatile: the epoch that retires the old view must not be taken before readers can see the new one.
        currentView.set(view);
    }

    long visibleSequence()
    {
        return visibleSequence.getAcquire();
    }

    void publishSequence(final long sequence)
    {
        // First: whoever sees that a keyspace was dropped by the sequence must find it gone.
        final boolean areKeyspacesNew = keyspaces.publish(sequence);
        visibleSequence.setRelease(sequence);
        if (areKeyspacesNew)
        {
            // What was dropped may leave the tables.
            maintenanceSignal.signal();
        }
    }

    SharedMemtable newMemtable(final long footprintBytes)
    {
        return newMemtable(context, footprintBytes);
    }

    static SharedMemtable newMemtable(final StoreContext context, final long footprintBytes)
    {
        final long capacityBytes = Math.max(context.memtableBytesMax(), footprintBytes + Memtable.OVERHEAD_BYTES);
        return new SharedMemtable(new Memtable(capacityBytes), context.memory());
    }

    // --- hand-overs between the writer and maintenance ---

    /**
     * Hands a replaced view to maintenance, which frees it once no reader can hold it. Writer only.
     *
     * @param view that is no longer current.
     */
    void retire(final StoreView view)
    {
        if (!replacedViews.offer(view))
        {
            throw new IllegalStateException("too many replaced views: max=" + HAND_OVER_CAPACITY);
        }
    }

    StoreView pollReplacedView()
    {
        return replacedViews.poll();
    }

    void install(final TableInstall install)
    {
        if (!installs.offer(install))
        {
            throw new IllegalStateException("too many installs: max=" + HAND_OVER_CAPACITY);
        }
        writerSignal.signal();
    }

    boolean hasInstalls()
    {
        return !installs.isEmpty();
    }

    TableInstall pollInstall()
    {
        return installs.poll();
    }

    void signalMaintenance()
    {
        maintenanceSignal.signal();
    }

    // --- hand-overs between maintenance and the compaction agent ---

    void compact(final CompactionJob job)
    {
        if (!compactions.offer(job))
        {
            throw new IllegalStateException("too many compactions: max=" + COMPACTION_CAPACITY);
        }
        compactionSignal.signal();
    }

    CompactionJob pollCompaction()
    {
        return compactions.poll();
    }

    void compactionCopied(final CopiedCompaction compaction)
    {
        if (!copied.offer(compaction))
        {
            throw new IllegalStateException("too many copied compactions: max=" + COMPACTION_CAPACITY);
        }
        maintenanceSignal.signal();
    }

    CopiedCompaction pollCopied()
    {
        return copied.poll();
    }

    // --- how far flushes and compactions are behind ---

    double load()
    {
        return Double.longBitsToDouble(load.getOpaque());
    }

    void load(final double newLoad)
    {
        load.setOpaque(Double.doubleToRawLongBits(newLoad));
    }

    /** Tables of level 0 that the compaction under way, or the last one, has copied. Opaque, since it only paces. */
    double copiedLevel0Tables()
    {
        return copiedLevel0.getOpaque() / THOUSAND;
    }

    void copiedLevel0Tables(final double tables)
    {
        copiedLevel0.setOpaque((long) (tables * THOUSAND));
    }

    /** The part of the oldest frozen memtable that has been flushed. Opaque, since it only paces. */
    double flushedPart()
    {
        return flushed.getOpaque() / THOUSAND;
    }

    void flushedPart(final double part)
    {
        flushed.setOpaque((long) (part * THOUSAND));
    }

    // --- checkpoints ---

    /**
     * Asks for something to be done with checkpoints. Any thread.
     *
     * @return false where too many wait already.
     */
    boolean offerCheckpoint(final CheckpointRequest request)
    {
        final boolean isTaken = checkpoints.offer(request);
        maintenanceSignal.signal();
        return isTaken;
    }

    CheckpointRequest pollCheckpoint()
    {
        return checkpoints.poll();
    }

    void freezeUpTo(final long sequence)
    {
        if (freezeSequence < sequence)
        {
            freezeSequence = sequence;
            writerSignal.signal();
        }
    }

    long freezeSequence()
    {
        return freezeSequence;
    }

    // --- conditions of the whole store ---

    /**
     * Why flushes or compactions have failed several times in a row, if they have.
     *
     * @return the last failure, or null while they succeed.
     */
    Throwable maintenanceFailure()
    {
        return maintenanceFailure;
    }

    void maintenanceFailure(final Throwable cause)
    {
        maintenanceFailure = cause;
        writerSignal.signal();
    }

    boolean isDiskFull()
    {
        return isDiskFull;
    }

    void diskFull(final boolean isFull)
    {
        isDiskFull = isFull;
    }

    boolean areGroupsTimed()
    {
        return areGroupsTimed;
    }

    void areGroupsTimed(final boolean areTimed)
    {
        areGroupsTimed = areTimed;
    }

    boolean isClosing()
    {
        return isClosing;
    }

    void closing()
    {
        isClosing = true;
    }

    Throwable failure()
    {
        return failure.get();
    }

    void failed(final Throwable cause)
    {
        failure.compareAndSet(null, cause);
    }
}
