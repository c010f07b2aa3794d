package org.velocitydb.server.users;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts. Any thread; nothing here is on the way of a request that is served.
 */
public final class AccessCounters
{
    private final AtomicLongArray counts = new AtomicLongArray(AccessCounter.values().length);

    /**
     * Counts one more.
     *
     * @param counter of what.
     */
    public void increment(final AccessCounter counter)
    {
        counts.incrementAndGet(counter.ordinal());
    }

    /**
     * How many there were.
     *
     * @param counter of what.
     * @return since the start.
     */
    public long get(final AccessCounter counter)
    {
        return counts.get(counter.ordinal());
    }
}
