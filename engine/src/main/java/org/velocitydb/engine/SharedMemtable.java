package org.velocitydb.engine;

import java.util.concurrent.atomic.AtomicInteger;

import org.velocitydb.engine.memtable.Memtable;

/**
 * A memtable and how many views contain it. The last view that goes frees its memory.
 */
final class SharedMemtable
{
    private final Memtable memtable;
    private final AtomicInteger viewCount = new AtomicInteger();

    SharedMemtable(final Memtable memtable)
    {
        this.memtable = memtable;
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
