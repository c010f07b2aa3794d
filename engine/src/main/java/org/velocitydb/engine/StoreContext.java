package org.velocitydb.engine;

import java.security.SecureRandom;
import java.util.Objects;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;
import org.velocitydb.engine.cache.BlockCache;
import org.velocitydb.engine.cache.CacheSize;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.compaction.CompactionOptions;
import org.velocitydb.engine.table.Compression;
import org.velocitydb.engine.table.TableOptions;
import org.velocitydb.engine.version.TableSet;
import org.velocitydb.journal.SyncMethod;
import org.velocitydb.journal.storage.Storage;

/**
 * What a store is made with: everything that it touches of the outside, and its settings. Set what differs from the
 * defaults, then pass it to {@link Store#open(StoreContext)}, which concludes it; afterwards it does not change.
 */
public final class StoreContext
{
    private Storage storage;
    private NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private EpochClock epochClock = SystemEpochClock.INSTANCE;
    private ErrorHandler errorHandler;
    private long seed = new SecureRandom().nextLong();
    private boolean isInvoked;
    private long memoryBudgetBytes = MemoryPlan.UNSET;
    private MemoryBudget memory;
    private long memtableBytesMax = MemoryPlan.UNSET;
    private int memtableEntryCountMax = StoreConfiguration.MEMTABLE_ENTRY_COUNT_DEFAULT;
    private int frozenMemtableCountMax = StoreConfiguration.FROZEN_MEMTABLE_COUNT_DEFAULT;
    private CacheSize cacheSize = CacheSize.ofEntries(StoreConfiguration.CACHE_ENTRY_COUNT_DEFAULT);
    private long blockCacheBytesMax = MemoryPlan.UNSET;
    private double targetCacheHitRate = StoreConfiguration.TARGET_CACHE_HIT_RATE_DEFAULT;
    private Compression[] compression = { Compression.NONE };
    private double bloomFalsePositiveRate = StoreConfiguration.BLOOM_FALSE_POSITIVE_RATE_DEFAULT;
    private int compactionThreshold = StoreConfiguration.COMPACTION_THRESHOLD_DEFAULT;
    private long compactionBytesPerSecondMax = StoreConfiguration.COMPACTION_BYTES_PER_SECOND_MAX_DEFAULT;
    private Durability durability = Durability.GROUP;
    private long forceIntervalNs = StoreConfiguration.FORCE_INTERVAL_NS_DEFAULT;
    private int segmentLength = StoreConfiguration.SEGMENT_LENGTH_DEFAULT;
    private SyncMethod journalSyncMethod = SyncMethod.AUTO;
    private int ringSlotCount = StoreConfiguration.RING_SLOT_COUNT_DEFAULT;
    private long ringOverflowBytes = MemoryPlan.UNSET;
    private int idleSpinCount = StoreConfiguration.IDLE_SPIN_COUNT_DEFAULT;
    private boolean isWriterOwned;
    private boolean isConcluded;

    /**
     * Checks the values and fixes them. Called by {@link Store#open(StoreContext)}, once.
     *
     * @throws MemoryBudgetException    when the parts do not fit the memory budget.
     * @throws IllegalArgumentException for a value out of its range, named.
     * @throws IllegalStateException    when it was concluded before.
     */
    void conclude()
    {
        if (isConcluded)
        {
            throw new IllegalStateException("a store context serves one store");
        }
        Objects.requireNonNull(storage, "storage");
        Objects.requireNonNull(errorHandler, "errorHandler");
        check("frozen memtables", frozenMemtableCountMax, 1, 64);
        splitMemory();
        check("memtable bytes", memtableBytesMax, StoreConfiguration.MEMTABLE_BYTES_MIN,
            StoreConfiguration.MEMTABLE_BYTES_MAX);
        check("memtable entries", memtableEntryCountMax, 1, Integer.MAX_VALUE);
        check("compaction rate", compactionBytesPerSecondMax, 1, Long.MAX_VALUE);
        check("compaction threshold", compactionThreshold, 2, 1024);
        check("block cache bytes", blockCacheBytesMax, BlockCache.MAX_BYTES_MIN, Long.MAX_VALUE);
        check("compression levels", compression.length, 1, TableSet.LEVEL_COUNT);
        for (final Compression each : compression)
        {
            // Else the first flush would find out, and fail for ever.
            each.requireLibrary();
        }
        if (!(targetCacheHitRate > 0 && targetCacheHitRate <= 1))
        {
            throw new IllegalArgumentException("target cache hit rate out of range: value=" + targetCacheHitRate +
                ", min=0, excluded, max=1");
        }
        if (!(bloomFalsePositiveRate > 0 && bloomFalsePositiveRate < 1))
        {
            throw new IllegalArgumentException("bloom false positive rate out of range: value=" +
                bloomFalsePositiveRate + ", min=0, max=1, both excluded");
        }
        if (durability == Durability.STORE_DEFAULT)
        {
            throw new IllegalArgumentException("the store's durability must be one of NONE, INTERVAL and GROUP");
        }
        isConcluded = true;
    }

    /** Fixes what was left open; from here on the settings are those of the plan. */
    private void splitMemory()
    {
        if (memoryBudgetBytes == MemoryPlan.UNSET)
        {
            memoryBudgetBytes = StoreConfiguration.memoryBudgetBytesDefault();
        }
        final MemoryPlan plan = MemoryPlan.split(
            memoryBudgetBytes, memtableBytesMax, frozenMemtableCountMax + 1, ringSlotCount, ringOverflowBytes,
            blockCacheBytesMax);
        memtableBytesMax = plan.memtableBytesMax();
        ringOverflowBytes = plan.ringOverflowBytes();
        blockCacheBytesMax = plan.blockCacheBytes();
        memory = new MemoryBudget(plan);
    }

    /**
     * The account of the store's memory, once this is concluded.
     *
     * @return the account.
     */
    MemoryBudget memory()
    {
        return memory;
    }

    private static void check(final String name, final long value, final long min, final long max)
    {
        if (value < min || value > max)
        {
            throw new IllegalArgumentException(
                name + " out of range: value=" + value + ", min=" + min + ", max=" + max);
        }
    }

    private StoreContext set()
    {
        if (isConcluded)
        {
            throw new IllegalStateException("the store context is concluded");
        }
        return this;
    }

    /**
     * The files of the store; required.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext storage(final Storage value)
    {
        set().storage = value;
        return this;
    }

    /**
     * The files of the store; required.
     *
     * @return the value.
     */
    public Storage storage()
    {
        return storage;
    }

    /**
     * The monotonic clock of deadlines.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext nanoClock(final NanoClock value)
    {
        set().nanoClock = value;
        return this;
    }

    /**
     * The monotonic clock of deadlines.
     *
     * @return the value.
     */
    public NanoClock nanoClock()
    {
        return nanoClock;
    }

    /**
     * The clock whose time the log carries.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext epochClock(final EpochClock value)
    {
        set().epochClock = value;
        return this;
    }

    /**
     * The clock whose time the log carries.
     *
     * @return the value.
     */
    public EpochClock epochClock()
    {
        return epochClock;
    }

    /**
     * Gets what no caller can be told: a failed journal, a failed flush; required.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext errorHandler(final ErrorHandler value)
    {
        set().errorHandler = value;
        return this;
    }

    /**
     * Gets what no caller can be told: a failed journal, a failed flush; required.
     *
     * @return the value.
     */
    public ErrorHandler errorHandler()
    {
        return errorHandler;
    }

    /**
     * Seed of all choices that are random, such as the tags of journal segments; another one at each open.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext seed(final long value)
    {
        set().seed = value;
        return this;
    }

    /**
     * Seed of all choices that are random, such as the tags of journal segments; another one at each open.
     *
     * @return the value.
     */
    public long seed()
    {
        return seed;
    }

    /**
     * Whether the caller steps the agents of {@link Store#agents()} instead of threads.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext isInvoked(final boolean value)
    {
        set().isInvoked = value;
        return this;
    }

    /**
     * Whether the caller steps the agents of {@link Store#agents()} instead of threads.
     *
     * @return the value.
     */
    public boolean isInvoked()
    {
        return isInvoked;
    }

    /**
     * Whether one thread of the program takes the writer's role, through {@link Store#writer()}, instead of a thread of
     * the store's own.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext isWriterOwned(final boolean value)
    {
        set().isWriterOwned = value;
        return this;
    }

    /**
     * Whether one thread of the program takes the writer's role.
     *
     * @return the value.
     */
    public boolean isWriterOwned()
    {
        return isWriterOwned;
    }

    /**
     * Memory that the store keeps to, mapped files apart: memtables, command ring, caches, builders. A quarter of the
     * machine's unless set. Settings that do not fit it are refused; what is not set becomes smaller with it.
     *
     * @param value bytes.
     * @return this context.
     */
    public StoreContext memoryBudgetBytes(final long value)
    {
        set().memoryBudgetBytes = value;
        return this;
    }

    /**
     * Memory that the store keeps to.
     *
     * @return bytes; 0 while neither set nor concluded.
     */
    public long memoryBudgetBytes()
    {
        return memoryBudgetBytes;
    }

    /**
     * A memtable is frozen when it has allocated this many bytes. Unless set, {@link
     * StoreConfiguration#MEMTABLE_BYTES_DEFAULT}, or a sixteenth of the memory budget where that is less.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext memtableBytesMax(final long value)
    {
        set().memtableBytesMax = value;
        return this;
    }

    /**
     * A memtable is frozen when it has allocated this many bytes.
     *
     * @return the value; 0 while neither set nor concluded.
     */
    public long memtableBytesMax()
    {
        return memtableBytesMax;
    }

    /**
     * A memtable is frozen when it has this many entries.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext memtableEntryCountMax(final int value)
    {
        set().memtableEntryCountMax = value;
        return this;
    }

    /**
     * A memtable is frozen when it has this many entries.
     *
     * @return the value.
     */
    public int memtableEntryCountMax()
    {
        return memtableEntryCountMax;
    }

    /**
     * The writer waits while this many memtables are frozen and not flushed.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext frozenMemtableCountMax(final int value)
    {
        set().frozenMemtableCountMax = value;
        return this;
    }

    /**
     * The writer waits while this many memtables are frozen and not flushed.
     *
     * @return the value.
     */
    public int frozenMemtableCountMax()
    {
        return frozenMemtableCountMax;
    }

    /**
     * How much each reading thread keeps at hand of what it found in tables.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext cacheSize(final CacheSize value)
    {
        set().cacheSize = value;
        return this;
    }

    /**
     * How much each reading thread keeps at hand of what it found in tables.
     *
     * @return the value.
     */
    public CacheSize cacheSize()
    {
        return cacheSize;
    }

    /**
     * Share of the reads of absent keys that a filter lets through.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext bloomFalsePositiveRate(final double value)
    {
        set().bloomFalsePositiveRate = value;
        return this;
    }

    /**
     * Share of the reads of absent keys that a filter lets through.
     *
     * @return the value.
     */
    public double bloomFalsePositiveRate()
    {
        return bloomFalsePositiveRate;
    }

    /**
     * Level-0 tables that start a compaction.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext compactionThreshold(final int value)
    {
        set().compactionThreshold = value;
        return this;
    }

    /**
     * Level-0 tables that start a compaction.
     *
     * @return the value.
     */
    public int compactionThreshold()
    {
        return compactionThreshold;
    }

    /**
     * Keys and values that compactions copy in a second at most, however far they are behind.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext compactionBytesPerSecondMax(final long value)
    {
        set().compactionBytesPerSecondMax = value;
        return this;
    }

    /**
     * Keys and values that compactions copy in a second at most, however far they are behind.
     *
     * @return the value.
     */
    public long compactionBytesPerSecondMax()
    {
        return compactionBytesPerSecondMax;
    }

    /**
     * Durability of a write that does not ask for another.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext durability(final Durability value)
    {
        set().durability = value;
        return this;
    }

    /**
     * Durability of a write that does not ask for another.
     *
     * @return the value.
     */
    public Durability durability()
    {
        return durability;
    }

    /**
     * Time between forces for writes of durability INTERVAL.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext forceIntervalNs(final long value)
    {
        set().forceIntervalNs = value;
        return this;
    }

    /**
     * Time between forces for writes of durability INTERVAL.
     *
     * @return the value.
     */
    public long forceIntervalNs()
    {
        return forceIntervalNs;
    }

    /**
     * Length of a journal segment in bytes.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext segmentLength(final int value)
    {
        set().segmentLength = value;
        return this;
    }

    /**
     * Length of a journal segment in bytes.
     *
     * @return the value.
     */
    public int segmentLength()
    {
        return segmentLength;
    }

    /**
     * How the journal makes groups durable.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext journalSyncMethod(final SyncMethod value)
    {
        set().journalSyncMethod = value;
        return this;
    }

    /**
     * How the journal makes groups durable.
     *
     * @return the value.
     */
    public SyncMethod journalSyncMethod()
    {
        return journalSyncMethod;
    }

    /**
     * Slots of the command ring, a power of two.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext ringSlotCount(final int value)
    {
        set().ringSlotCount = value;
        return this;
    }

    /**
     * Slots of the command ring, a power of two.
     *
     * @return the value.
     */
    public int ringSlotCount()
    {
        return ringSlotCount;
    }

    /**
     * Bound on the bytes of commands that do not fit into a slot. Unless set, {@link
     * StoreConfiguration#RING_OVERFLOW_BYTES_DEFAULT}, or a sixteenth of the memory budget where that is less.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext ringOverflowBytes(final long value)
    {
        set().ringOverflowBytes = value;
        return this;
    }

    /**
     * Bound on the bytes of commands that do not fit into a slot.
     *
     * @return the value; 0 while neither set nor concluded.
     */
    public long ringOverflowBytes()
    {
        return ringOverflowBytes;
    }

    /**
     * Idle duty cycles of the writer before its thread sleeps.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext idleSpinCount(final int value)
    {
        set().idleSpinCount = value;
        return this;
    }

    /**
     * Idle duty cycles of the writer before its thread sleeps.
     *
     * @return the value.
     */
    public int idleSpinCount()
    {
        return idleSpinCount;
    }

    /**
     * Bound on the memory of decompressed blocks of compressed tables, all of the cache's included. Unless set, {@link
     * StoreConfiguration#BLOCK_CACHE_BYTES_DEFAULT}, or half of what is left of the memory budget where that is less.
     *
     * @param value to set.
     * @return this context.
     */
    public StoreContext blockCacheBytesMax(final long value)
    {
        set().blockCacheBytesMax = value;
        return this;
    }

    /**
     * Bound on the memory of decompressed blocks.
     *
     * @return the value; 0 while neither set nor concluded.
     */
    public long blockCacheBytesMax()
    {
        return blockCacheBytesMax;
    }

    /**
     * Part of the looks into compressed blocks that is to find them decompressed: the cache becomes as large as that
     * needs, within its bound.
     *
     * @param value more than 0, at most 1.
     * @return this context.
     */
    public StoreContext targetCacheHitRate(final double value)
    {
        set().targetCacheHitRate = value;
        return this;
    }

    /**
     * Part of the looks into compressed blocks that is to find them decompressed.
     *
     * @return the value.
     */
    public double targetCacheHitRate()
    {
        return targetCacheHitRate;
    }

    /**
     * How the tables of each level are compressed when they are written.
     *
     * @param levels for level 0 and on; the last one holds for all further levels.
     * @return this context.
     */
    public StoreContext compression(final Compression... levels)
    {
        set().compression = levels.clone();
        return this;
    }

    /**
     * How the tables of a level are compressed when they are written.
     *
     * @param level from 0.
     * @return the compression.
     */
    public Compression compression(final int level)
    {
        return compression[Math.min(level, compression.length - 1)];
    }

    /**
     * How the tables of a level are written.
     *
     * @param level from 0.
     * @return block length, filter and compression.
     */
    TableOptions tableOptions(final int level)
    {
        return new TableOptions(TableOptions.DEFAULT_BLOCK_LENGTH, bloomFalsePositiveRate, compression(level));
    }

    /**
     * Level-0 tables at which the writer waits for the compaction.
     *
     * @return the count.
     */
    int level0TableCountMax()
    {
        return compactionThreshold * StoreConfiguration.LEVEL_0_STALL_FACTOR;
    }

    /**
     * How tables are compacted.
     *
     * @return the threshold and the lengths.
     */
    CompactionOptions compactionOptions()
    {
        return new CompactionOptions(
            compactionThreshold, CompactionOptions.DEFAULT_BASE_LENGTH, CompactionOptions.DEFAULT_TABLE_LENGTH);
    }
}
