package org.velocitydb.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.velocitydb.engine.cache.CacheSize;
import org.velocitydb.engine.cache.EntryCache;

/**
 * The readers that are open, and the memory that their caches take of the store's budget. Any thread.
 */
final class OpenReaders
{
    private final StoreState state;
    private final MemoryBudget memory;
    private final List<StoreReader> readers = new CopyOnWriteArrayList<>();

    OpenReaders(final StoreState state, final MemoryBudget memory)
    {
        this.state = state;
        this.memory = memory;
    }

    /**
     * Opens a reader.
     *
     * @param cacheSize of its cache; less is given where the budget has not as much left.
     * @return the reader, to be closed.
     * @throws IllegalStateException when there are as many as there may be.
     */
    StoreReader open(final CacheSize cacheSize)
    {
        final EntryCache cache = newCache(cacheSize);
        StoreReader reader = null;
        try
        {
            reader = new StoreReader(state, cache, this::onClosed);
        }
        finally
        {
            if (reader == null)
            {
                memory.releaseRowCache(cache.allocatedBytes());
                cache.close();
            }
        }
        readers.add(reader);
        return reader;
    }

    private EntryCache newCache(final CacheSize cacheSize)
    {
        final long wantedBytes = EntryCache.lengthBytes(cacheSize);
        final long grantedBytes = memory.reserveRowCache(wantedBytes);
        long takenBytes = 0;
        try
        {
            final EntryCache cache = new EntryCache(
                grantedBytes == wantedBytes ? cacheSize : CacheSize.ofBytes(grantedBytes));
            takenBytes = cache.allocatedBytes();
            return cache;
        }
        finally
        {
            // A cache consists of whole sets, so it may take less than was granted; one that cannot be made, nothing.
            memory.releaseRowCache(grantedBytes - takenBytes);
        }
    }

    private void onClosed(final StoreReader reader)
    {
        if (readers.remove(reader))
        {
            memory.releaseRowCache(reader.cacheBytes());
        }
    }

    long cacheHits()
    {
        return readers.stream().mapToLong(StoreReader::cacheHits).sum();
    }

    long cacheMisses()
    {
        return readers.stream().mapToLong(StoreReader::cacheMisses).sum();
    }

    long cacheBytes()
    {
        return readers.stream().mapToLong(StoreReader::cacheBytes).sum();
    }

    long cacheUsedBytes()
    {
        return readers.stream().mapToLong(StoreReader::cacheUsedBytes).sum();
    }
}
