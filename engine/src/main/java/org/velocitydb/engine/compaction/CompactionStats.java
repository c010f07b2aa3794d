package org.velocitydb.engine.compaction;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what flushes and compactions did. The thread that runs the jobs counts; any thread reads, each figure by
 * itself.
 */
public final class CompactionStats
{
    private final AtomicLong flushes = new AtomicLong();
    private final AtomicLong compactions = new AtomicLong();
    private final AtomicLong moves = new AtomicLong();
    private final AtomicLong flushedBytes = new AtomicLong();
    private final AtomicLong readBytes = new AtomicLong();
    private final AtomicLong writtenBytes = new AtomicLong();
    private final AtomicLong droppedTombstones = new AtomicLong();
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

    void onMove()
    {
        add(moves, 1);
    }

    void onTombstoneDropped()
    {
        add(droppedTombstones, 1);
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
     * Jobs that ended because the disk was full.
     *
     * @return how many.
     */
    public long fullDisks()
    {
        return fullDisks.get();
    }
}
