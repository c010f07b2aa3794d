package org.velocitydb.server.node;

import java.util.concurrent.atomic.LongAdder;

/**
 * What the event loops count of SQL. Any thread adds and reads; adding allocates nothing once warm.
 */
final class SqlCounters
{
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder fast = new LongAdder();
    private final LongAdder prepared = new LongAdder();

    /** A statement was found by its text. */
    void hit()
    {
        hits.increment();
    }

    /** A statement was not found by its text. */
    void missed()
    {
        misses.increment();
    }

    /** A statement was executed straight from its parameters. */
    void executedFast()
    {
        fast.increment();
    }

    /** A statement was prepared. */
    void prepared()
    {
        prepared.increment();
    }

    long hits()
    {
        return hits.sum();
    }

    long misses()
    {
        return misses.sum();
    }

    long executedFastCount()
    {
        return fast.sum();
    }

    long preparedCount()
    {
        return prepared.sum();
    }
}
