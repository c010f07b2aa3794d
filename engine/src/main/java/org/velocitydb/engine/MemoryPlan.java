package org.velocitydb.engine;

import org.velocitydb.engine.cache.BlockCache;
import org.velocitydb.engine.command.CommandRing;
import org.velocitydb.engine.memtable.Memtable;

/**
 * How a store's memory budget is split. What the context sets is taken as it is; what it leaves open becomes as large
 * as its default, or smaller where the budget is small. Rows that readers keep at hand get what is left.
 *
 * @param budgetBytes       to be split.
 * @param memtableBytesMax  bound of one memtable.
 * @param memtablesBytes    the active one and all that may be frozen.
 * @param ringOverflowBytes bound on commands that do not fit into their slots.
 * @param ringBytes         the command ring, overflow included.
 * @param blockCacheBytes   bound on decompressed blocks.
 * @param buildersBytes     what the group and the tables that are being written take.
 */
record MemoryPlan(
    long budgetBytes,
    long memtableBytesMax,
    long memtablesBytes,
    long ringOverflowBytes,
    long ringBytes,
    long blockCacheBytes,
    long buildersBytes)
{
    /** What stands for a setting that the budget decides. */
    static final long UNSET = 0;

    /** One memtable, and one ring overflow, of so many parts of the budget. */
    private static final int PART_DIVISOR = 16;
    /** The group's buffer, and for a flush and a compaction at a time block, filter, index and output. */
    private static final long BUILDERS_BYTES = 16L * 1024 * 1024;

    /**
     * Splits.
     *
     * @param budgetBytes       of the store.
     * @param memtableBytes     as set, or {@link #UNSET}.
     * @param memtableCount     how many there are at a time.
     * @param ringSlotCount     slots of the ring.
     * @param ringOverflowBytes as set, or {@link #UNSET}.
     * @param blockCacheBytes   as set, or {@link #UNSET}.
     * @return the plan.
     * @throws MemoryBudgetException when the parts do not fit, with each of them.
     */
    static MemoryPlan split(
        final long budgetBytes,
        final long memtableBytes,
        final int memtableCount,
        final int ringSlotCount,
        final long ringOverflowBytes,
        final long blockCacheBytes)
    {
        final long memtable = memtableBytes != UNSET
            ? memtableBytes
            : Math.max(
                StoreConfiguration.MEMTABLE_BYTES_MIN,
                Math.min(StoreConfiguration.MEMTABLE_BYTES_DEFAULT, budgetBytes / PART_DIVISOR));
        final long memtables = memtableCount * Memtable.reservedBytes(memtable);
        final long overflow = ringOverflowBytes != UNSET
            ? ringOverflowBytes
            : Math.min(StoreConfiguration.RING_OVERFLOW_BYTES_DEFAULT, budgetBytes / PART_DIVISOR);
        final long ring = overflow + (long) ringSlotCount * CommandRing.SLOT_LENGTH;
        final long rest = budgetBytes - memtables - ring - BUILDERS_BYTES;
        final long blockCache = blockCacheBytes != UNSET
            ? blockCacheBytes
            : Math.max(BlockCache.MAX_BYTES_MIN, Math.min(StoreConfiguration.BLOCK_CACHE_BYTES_DEFAULT, rest / 2));
        if (rest < blockCache)
        {
            throw new MemoryBudgetException(
                "memory budget too small: budget=" + budgetBytes + ", needed=" +
                    (memtables + ring + BUILDERS_BYTES + blockCache) + ", memtables=" + memtables + " (" +
                    memtableCount + " of " + memtable + " and a filter), command ring=" + ring + ", block cache=" +
                    blockCache +
                    ", builders=" + BUILDERS_BYTES);
        }
        return new MemoryPlan(budgetBytes, memtable, memtables, overflow, ring, blockCache, BUILDERS_BYTES);
    }

    /**
     * What is left for rows that readers keep at hand.
     *
     * @return bytes, 0 or more.
     */
    long rowCacheBytes()
    {
        return budgetBytes - memtablesBytes - ringBytes - blockCacheBytes - buildersBytes;
    }
}
