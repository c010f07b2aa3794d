package org.velocitydb.engine.concurrent;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A number that one thread writes and others read, alone on its cache lines, so that writing it does not slow whoever
 * works on what lies beside it.
 *
 * <p>The access mode is in the name of each operation, as in {@link java.lang.invoke.VarHandle}.
 */
public final class PaddedLong
{
    /** Memory that one takes, without object headers. */
    public static final long BYTES = 4 * 64;

    private static final int LONGS_PER_TWO_LINES = 128 / Long.BYTES;

    // The value sits in the middle of four cache lines: two on each side, since the prefetcher fetches lines in pairs.
    private final AtomicLongArray cells = new AtomicLongArray(2 * LONGS_PER_TWO_LINES);

    /**
     * A padded number.
     *
     * @param initialValue to begin with.
     */
    public PaddedLong(final long initialValue)
    {
        cells.set(LONGS_PER_TWO_LINES, initialValue);
    }

    /**
     * Plain load, for the thread that writes.
     *
     * @return the value.
     */
    public long getPlain()
    {
        return cells.getPlain(LONGS_PER_TWO_LINES);
    }

    /**
     * Load that orders nothing, for whoever only wants to know the number.
     *
     * @return some recent value.
     */
    public long getOpaque()
    {
        return cells.getOpaque(LONGS_PER_TWO_LINES);
    }

    /**
     * Load with acquire.
     *
     * @return the value; what was written before its release is visible.
     */
    public long getAcquire()
    {
        return cells.getAcquire(LONGS_PER_TWO_LINES);
    }

    /**
     * Load with full ordering.
     *
     * @return the value.
     */
    public long getVolatile()
    {
        return cells.get(LONGS_PER_TWO_LINES);
    }

    /**
     * Store that orders nothing, for counters.
     *
     * @param value new value.
     */
    public void setOpaque(final long value)
    {
        cells.setOpaque(LONGS_PER_TWO_LINES, value);
    }

    /**
     * Store with release.
     *
     * @param value new value.
     */
    public void setRelease(final long value)
    {
        cells.setRelease(LONGS_PER_TWO_LINES, value);
    }

    /**
     * Store with full ordering: loads that follow are not done before it.
     *
     * @param value new value.
     */
    public void setVolatile(final long value)
    {
        cells.set(LONGS_PER_TWO_LINES, value);
    }

    /**
     * Adds as the only writer: not atomic, ordered with nothing.
     *
     * @param delta to add.
     */
    public void addOpaque(final long delta)
    {
        setOpaque(getPlain() + delta);
    }

    /**
     * Adds one, atomically.
     *
     * @return the value before.
     */
    public long getAndIncrement()
    {
        return cells.getAndIncrement(LONGS_PER_TWO_LINES);
    }
}
