package org.velocitydb.engine;

import java.util.concurrent.atomic.AtomicInteger;

import org.velocitydb.engine.memtable.Memtable;

/**
 * A memtable and how many views contain it. The last view that goes frees its memory.
 */
final class SharedMemtable implements AutoCloseable
{
    private final Memtable memtable;
    private final MemoryBudget memory;
    private final AtomicInteger viewCount = new AtomicInteger();

    SharedMemtable(final Memtable memtable, final MemoryBudget memory)
    {
        this.memtable = memtable;
        this.memory = memory;
        memory.onMemtable(Memtable.reservedBytes(memtable.capacityBytes()));
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
            close();
        }
    }

    /** Frees the memory; called by who knows that no view contains it. */
    @Override
    public void close()
    {
        memory.onMemtable(-Memtable.reservedBytes(memtable.capacityBytes()));
        memtable.close();
    }
}
