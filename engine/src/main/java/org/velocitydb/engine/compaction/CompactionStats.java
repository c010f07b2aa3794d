package org.velocitydb.engine.compaction;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what flushes and compactions did. The thread that owns the version set counts as jobs end; any thread reads,
 * each figure by itself.
 */
public final class CompactionStats
{
    private final AtomicLong flushes = new AtomicLong();
    private final AtomicLong compactions = new AtomicLong();
    private final AtomicLong moves = new AtomicLong();
    private final AtomicLong flushedBytes = new AtomicLong();
    private final AtomicLong readBytes = new AtomicLong();
    private final AtomicLong writtenBytes = new AtomicLong();
    private final AtomicLong removedTables = new AtomicLong();
    private final AtomicLong droppedTombstones = new AtomicLong();
    private final AtomicLong droppedExpired = new AtomicLong();
    private final AtomicLong droppedDead = new AtomicLong();
    private final AtomicLong fullDisks = new AtomicLong();

    /**
     * All zero.
     */
    public CompactionStats()
    {
    }

    void onFlush(final long lengthBytes)
    {
        add(flushes, 1);
        add(flushedBytes, lengthBytes);
    }

    void onCompaction(final long readLengthBytes, final long writtenLengthBytes)
    {
        add(compactions, 1);
        add(readBytes, readLengthBytes);
        add(writtenBytes, writtenLengthBytes);
    }

    /**
     * Counts a plan that was carried out by an edit alone.
     *
     * @param plan that moved or dropped tables.
     */
    public void onEdit(final CompactionPlan plan)
    {
        if (plan.kind() == CompactionPlan.Kind.MOVE)
        {
            add(moves, 1);
        }
        else
        {
            add(removedTables, plan.inputs().size());
        }
    }

    void onDropped(final RetentionRule rule)
    {
        add(droppedTombstones, rule.droppedTombstones());
        add(droppedExpired, rule.droppedExpired());
        add(droppedDead, rule.droppedDead());
    }

    void onFullDisk()
    {
        add(fullDisks, 1);
    }

    /** One thread writes, and a figure that is read a little late harms nobody. */
    private static void add(final AtomicLong counter, final long amount)
    {
        counter.lazySet(counter.get() + amount);
    }

    /**
     * Flushes that became current.
     *
     * @return how many.
     */
    public long flushes()
    {
        return flushes.get();
    }

    /**
     * Merges that became current.
     *
     * @return how many.
     */
    public long compactions()
    {
        return compactions.get();
    }

    /**
     * Times that tables went down a level without being written anew.
     *
     * @return how many.
     */
    public long moves()
    {
        return moves.get();
    }

    /**
     * Length of the tables that flushes wrote.
     *
     * @return bytes.
     */
    public long flushedBytes()
    {
        return flushedBytes.get();
    }

    /**
     * Length of the tables that merges took.
     *
     * @return bytes.
     */
    public long readBytes()
    {
        return readBytes.get();
    }

    /**
     * Length of the tables that merges wrote.
     *
     * @return bytes.
     */
    public long writtenBytes()
    {
        return writtenBytes.get();
    }

    /**
     * Tombstones that left because nothing of their key was left below.
     *
     * @return how many.
     */
    public long droppedTombstones()
    {
        return droppedTombstones.get();
    }

    /**
     * Entries that left because they had expired.
     *
     * @return how many.
     */
    public long droppedExpired()
    {
        return droppedExpired.get();
    }

    /**
     * Entries that left because their keyspace had been dropped, those of whole tables not counted.
     *
     * @return how many.
     */
    public long droppedDead()
    {
        return droppedDead.get();
    }

    /**
     * Tables that went without being read since their keyspace had been dropped.
     *
     * @return how many.
     */
    public long removedTables()
    {
        return removedTables.get();
    }

    /**
     * Jobs that ended because the disk was full.
     *
     * @return how many.
     */
    public long fullDisks()
    {
        return fullDisks.get();
    }
}
