package org.velocitydb.engine;

import java.util.concurrent.atomic.AtomicInteger;

import org.velocitydb.engine.memtable.Memtable;

/**
 * A memtable and how many views contain it. The last view that goes frees its memory.
 */
final class SharedMemtable
{
    private final Memtable memtable;
    private final long capacityBytes;
    private final AtomicInteger viewCount = new AtomicInteger();

    SharedMemtable(final long capacityBytes, final long seed)
    {
        this.memtable = new Memtable(capacityBytes, seed);
        this.capacityBytes = capacityBytes;
    }

    /**
     * How much the memtable can allocate.
     *
     * @return bytes.
     */
    long capacityBytes()
    {
        return capacityBytes;
    }

    Memtable memtable()
    {
        return memtable;
    }

    void retain()
    {
        viewCount.incrementAndGet();
    }

    void release()
    {
        if (viewCount.decrementAndGet() == 0)
        {
            memtable.close();
        }
    }
}
