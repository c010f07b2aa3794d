package org.velocitydb.transport;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One event loop's counters. The loop's thread alone writes; any thread reads, and sees values that may be a moment old
 * but never torn and, for those that only grow, never going back.
 */
public final class TransportCounters
{
    /** A cache line and the one that the prefetcher brings with it, so that loops do not disturb one another. */
    private static final int PADDING = 128 / Long.BYTES;
    private static final int CLOSED_BASE = PADDING + TransportCounter.values().length;
    private static final int FAULTS_BASE = CLOSED_BASE + CloseReason.values().length;
    private static final int LENGTH = FAULTS_BASE + FrameFault.values().length + PADDING;

    private final AtomicLongArray values = new AtomicLongArray(LENGTH);

    TransportCounters()
    {
    }

    /**
     * Reads a counter.
     *
     * @param counter which.
     * @return its value.
     */
    public long get(final TransportCounter counter)
    {
        return values.getAcquire(PADDING + counter.ordinal());
    }

    /**
     * How many sessions ended for a reason.
     *
     * @param reason which.
     * @return the count.
     */
    public long closed(final CloseReason reason)
    {
        return values.getAcquire(CLOSED_BASE + reason.ordinal());
    }

    /**
     * How many sessions sent what is no frame.
     *
     * @param fault which.
     * @return the count.
     */
    public long faults(final FrameFault fault)
    {
        return values.getAcquire(FAULTS_BASE + fault.ordinal());
    }

    void add(final TransportCounter counter, final long delta)
    {
        addAt(PADDING + counter.ordinal(), delta);
    }

    void set(final TransportCounter counter, final long value)
    {
        values.setRelease(PADDING + counter.ordinal(), value);
    }

    void onClosed(final CloseReason reason)
    {
        addAt(CLOSED_BASE + reason.ordinal(), 1);
    }

    void onFault(final FrameFault fault)
    {
        addAt(FAULTS_BASE + fault.ordinal(), 1);
    }

    private void addAt(final int index, final long delta)
    {
        // Release: pairs with the acquire of the readers, so that who sees a frame counted also sees what was counted
        // before it. A plain read is enough since no other thread writes.
        values.setRelease(index, values.getPlain(index) + delta);
    }
}
