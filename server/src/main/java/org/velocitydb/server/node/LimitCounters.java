package org.velocitydb.server.node;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The node's {@link LimitCounter}s. Any thread adds and reads. Limits are met seldom, or by peers that pay for it with
 * a refusal, so the loops may share the counters.
 */
final class LimitCounters
{
    private final AtomicLongArray counts = new AtomicLongArray(LimitCounter.values().length);

    void increment(final LimitCounter counter)
    {
        counts.getAndIncrement(counter.ordinal());
    }

    long get(final LimitCounter counter)
    {
        return counts.get(counter.ordinal());
    }
}
