package org.velocitydb.engine;

import com.sun.management.OperatingSystemMXBean;

import java.lang.management.ManagementFactory;

import org.velocitydb.engine.command.Durability;

/**
 * What a {@link StoreContext} holds where nothing is set, and its bounds, each beside its reason.
 */
public final class StoreConfiguration
{
    /** Default bound on decompressed blocks; blocks of uncompressed tables take none of it. */
    public static final long BLOCK_CACHE_BYTES_DEFAULT = 256L * 1024 * 1024;
    /** Default of {@link StoreContext#targetCacheHitRate()}. */
    public static final double TARGET_CACHE_HIT_RATE_DEFAULT = 0.9;
    /** Large enough that a flush makes a worthwhile table, small enough that four of them fit anywhere. */
    public static final long MEMTABLE_BYTES_DEFAULT = 64L * 1024 * 1024;
    /** Without a bound on entries the bytes decide. */
    public static final int MEMTABLE_ENTRY_COUNT_DEFAULT = Integer.MAX_VALUE;
    /** Smallest memtable in bytes: below this a store would do little but flush. */
    public static final long MEMTABLE_BYTES_MIN = 64L * 1024;
    /** An off-heap arena is addressed by an int. */
    public static final long MEMTABLE_BYTES_MAX = 1024L * 1024 * 1024;
    /** Two to be filled while one is flushed and one is waiting. */
    public static final int FROZEN_MEMTABLE_COUNT_DEFAULT = 4;
    /** Rows that each reading thread keeps at hand, as in the original's configuration. */
    public static final int CACHE_ENTRY_COUNT_DEFAULT = 5000;
    /** One read in a thousand that finds nothing touches a block in vain. */
    public static final double BLOOM_FALSE_POSITIVE_RATE_DEFAULT = 0.001;
    /** Level-0 tables that start a compaction. */
    public static final int COMPACTION_THRESHOLD_DEFAULT = 8;
    /** Writers wait when level 0 has this many times the compaction threshold. */
    public static final int LEVEL_0_STALL_FACTOR = 4;
    /** Compactions are as fast as they have to be. */
    public static final long COMPACTION_BYTES_PER_SECOND_MAX_DEFAULT = Long.MAX_VALUE;
    /** Time between forces in the mode {@link Durability#INTERVAL}. */
    public static final long FORCE_INTERVAL_NS_DEFAULT = 10_000_000L;
    /** Journal segment. */
    public static final int SEGMENT_LENGTH_DEFAULT = 64 * 1024 * 1024;
    /** More commands than all event loops have outstanding in practice; the slab is 2 MiB. */
    public static final int RING_SLOT_COUNT_DEFAULT = 4096;
    /** Bound on commands that do not fit into their slots. */
    public static final long RING_OVERFLOW_BYTES_DEFAULT = 128L * 1024 * 1024;
    /** Idle cycles before a thread sleeps: few, since on few cores spinning takes time from others. */
    public static final int IDLE_SPIN_COUNT_DEFAULT = 100;

    /** Part of the machine's memory, or of its container's, that a store keeps to unless told otherwise. */
    public static final int MEMORY_BUDGET_DIVISOR = 4;

    private StoreConfiguration()
    {
    }

    /**
     * A part of the machine's memory, or of the container's where that is less.
     *
     * @return bytes.
     */
    public static long memoryBudgetBytesDefault()
    {
        final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return system.getTotalMemorySize() / MEMORY_BUDGET_DIVISOR;
    }
}
