package org.velocitydb.server.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.agrona.ErrorHandler;
import org.velocitydb.engine.StoreContext;
import org.velocitydb.engine.cache.CacheSize;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.table.Compression;
import org.velocitydb.journal.storage.FileStorage;
import org.velocitydb.server.config.BlockCompression;
import org.velocitydb.server.config.Capacity;
import org.velocitydb.server.config.MemoryConfig;
import org.velocitydb.server.config.SyncMode;
import org.velocitydb.server.config.TableConfig;
import org.velocitydb.server.config.VelocityConfig;

/**
 * Says to the engine what the configuration says.
 */
final class StoreContexts
{
    private StoreContexts()
    {
    }

    static StoreContext of(final VelocityConfig config, final Path dataDir, final ErrorHandler errorHandler)
    {
        final MemoryConfig memory = config.memory();
        final TableConfig tables = config.tables();
        final StoreContext context = new StoreContext()
            .storage(new FileStorage(dataDir))
            .errorHandler(errorHandler)
            .cacheSize(cacheSize(memory.cache(), AeronContexts.loopCount(config)))
            .targetCacheHitRate(memory.targetCacheHitRate())
            .compression(compression(tables.compression()))
            .bloomFalsePositiveRate(tables.bloomFalsePositiveRate())
            .compactionThreshold(tables.compactionThreshold())
            .compactionBytesPerSecondMax(tables.compactionBytesPerSecond())
            .durability(durability(config.sync().mode()))
            .forceIntervalNs(TimeUnit.MILLISECONDS.toNanos(config.sync().intervalMs()));
        if (memory.budgetBytes() != MemoryConfig.NO_BUDGET)
        {
            context.memoryBudgetBytes(memory.budgetBytes());
        }
        if (memory.memtable() == null)
        {
            return context;
        }
        // Counted in entries, a memtable has the default bound in bytes as well: entries may be of any length.
        return memory.memtable().isEntries()
            ? context.memtableEntryCountMax((int) memory.memtable().amount())
            : context.memtableBytesMax(memory.memtable().amount());
    }

    /** Each event loop has a cache of its own; what is configured is all of them together. */
    private static CacheSize cacheSize(final Capacity capacity, final int eventLoops)
    {
        final long share = Math.max(1, capacity.amount() / eventLoops);
        return capacity.isEntries() ? CacheSize.ofEntries(share) : CacheSize.ofBytes(share);
    }

    private static Compression[] compression(final List<BlockCompression> levels)
    {
        return levels.stream().map(StoreContexts::compression).toArray(Compression[]::new);
    }

    private static Compression compression(final BlockCompression kind)
    {
        return switch (kind)
        {
            case NONE -> Compression.NONE;
            case LZ4 -> Compression.LZ4;
            case ZSTD -> Compression.ZSTD;
        };
    }

    private static Durability durability(final SyncMode mode)
    {
        return switch (mode)
        {
            case GROUP -> Durability.GROUP;
            case INTERVAL -> Durability.INTERVAL;
            case NONE -> Durability.NONE;
        };
    }
}
