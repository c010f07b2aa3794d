package org.velocitydb.engine;

import java.util.concurrent.atomic.AtomicReference;

import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.velocitydb.engine.command.CommandRing;
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

    private final StoreContext context;
    private final CommandRing ring;
    private final WakeSignal writerSignal;
    private final WakeSignal maintenanceSignal;
    private final StoreCounters counters = new StoreCounters();
    private final Epochs epochs = new Epochs();
    private final LogClock logClock;
    private final KeyspaceCatalogue keyspaces = new KeyspaceCatalogue();
    private final OneToOneConcurrentArrayQueue<TableInstall> installs = new OneToOneConcurrentArrayQueue<>(
        HAND_OVER_CAPACITY);
    private final OneToOneConcurrentArrayQueue<StoreView> replacedViews = new OneToOneConcurrentArrayQueue<>(
        HAND_OVER_CAPACITY);

    /** Written by the writer. */
    private final AtomicReference<StoreView> currentView = new AtomicReference<>();
    /** Written by the writer. */
    private final PaddedLong visibleSequence;
    /** Set by the writer when the journal finds no room, and by maintenance, which clears it. */
    private volatile boolean isDiskFull;
    /** Written once, by whoever closes the store. */
    private volatile boolean isClosing;
    /** The first one counts: written by the writer or by maintenance. */
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    StoreState(final StoreContext context, final long visibleSequence, final long lastRecordMs)
    {
        this.context = context;
        logClock = new LogClock(context.epochClock(), lastRecordMs);
        this.visibleSequence = new PaddedLong(visibleSequence);
        writerSignal = new WakeSignal(context.idleSpinCount());
        maintenanceSignal = new WakeSignal(0);
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

    WakeSignal writerSignal()
    {
        return writerSignal;
    }

    WakeSignal maintenanceSignal()
    {
        return maintenanceSignal;
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
        keyspaces.publish(sequence);
        visibleSequence.setRelease(sequence);
    }

    SharedMemtable newMemtable(final long footprintBytes)
    {
        return newMemtable(context, footprintBytes);
    }

    static SharedMemtable newMemtable(final StoreContext context, final long footprintBytes)
    {
        final long capacityBytes = Math.max(context.memtableBytesMax(), footprintBytes + Memtable.OVERHEAD_BYTES);
        return new SharedMemtable(new Memtable(capacityBytes));
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

    // --- conditions of the whole store ---

    boolean isDiskFull()
    {
        return isDiskFull;
    }

    void diskFull(final boolean isFull)
    {
        isDiskFull = isFull;
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
