package org.velocitydb.engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A store's account of its memory: what memtables have reserved, and what readers' caches of rows have taken of their
 * part. Any thread.
 */
final class MemoryBudget
{
    private final MemoryPlan plan;
    private final AtomicLong memtableBytes = new AtomicLong();
    private final AtomicLong rowCacheBytes = new AtomicLong();

    MemoryBudget(final MemoryPlan plan)
    {
        this.plan = plan;
    }

    MemoryPlan plan()
    {
        return plan;
    }

    /** Reserved by memtables that are open. */
    long memtableBytes()
    {
        return memtableBytes.get();
    }

    void onMemtable(final long deltaBytes)
    {
        memtableBytes.addAndGet(deltaBytes);
    }

    /** Taken by the caches of readers that are open. */
    long rowCacheBytes()
    {
        return rowCacheBytes.get();
    }

    /**
     * Takes memory for a reader's cache.
     *
     * @param wantedBytes 0 or more.
     * @return what is granted, as much as there is left at most; to be given back.
     */
    long reserveRowCache(final long wantedBytes)
    {
        while (true)
        {
            final long taken = rowCacheBytes.get();
            final long granted = Math.max(0, Math.min(wantedBytes, plan.rowCacheBytes() - taken));
            if (rowCacheBytes.compareAndSet(taken, taken + granted))
            {
                return granted;
            }
        }
    }

    void releaseRowCache(final long grantedBytes)
    {
        rowCacheBytes.addAndGet(-grantedBytes);
    }
}
