package org.velocitydb.server.config;

import java.util.Objects;

/**
 * What the section {@code [database]} says of memory.
 *
 * @param budgetBytes        what the database may take of memory, or {@link #NO_BUDGET}.
 * @param memtable           what a memtable holds before it is flushed, or null where the memory budget decides.
 * @param cache              what the cache holds, over all event loops.
 * @param targetCacheHitRate of the looks into compressed blocks, the part that finds them in memory, if the bound of
 *                           the cache allows it; more than 0, at most 1.
 */
public record MemoryConfig(long budgetBytes, Capacity memtable, Capacity cache, double targetCacheHitRate)
{
    /** {@link #budgetBytes()} where the machine decides. */
    public static final long NO_BUDGET = 0;

    static final MemoryConfig DEFAULTS = new MemoryConfig(
        NO_BUDGET, null, ConfigKey.Defaults.CACHE, ConfigKey.Defaults.TARGET_CACHE_HIT_RATE);

    private static final long MIN_BUDGET = 32L << 20;
    private static final long MAX_BUDGET = 1L << 40;
    private static final long MIN_BYTES = 1L << 20;
    private static final long MIN_MEMTABLE_ENTRIES = 100;
    private static final long MAX_MEMTABLE_ENTRIES = 1_000_000_000;
    private static final long MAX_MEMTABLE_BYTES = 1L << 30;
    private static final long MIN_CACHE_ENTRIES = 1;
    private static final long MAX_CACHE_ENTRIES = 3_000_000;
    /** One slab each for at most 2 GiB; see EntryCache. */
    private static final long MAX_CACHE_BYTES = 1L << 30;
    private static final double MIN_HIT_RATE = 0.01;

    /**
     * Checks that nothing is missing.
     *
     * @param budgetBytes        see above.
     * @param memtable           see above.
     * @param cache              see above.
     * @param targetCacheHitRate see above.
     */
    public MemoryConfig
    {
        Objects.requireNonNull(cache, "cache");
    }

    MemoryConfig withBudget(final long bytes)
    {
        return new MemoryConfig(bytes, memtable, cache, targetCacheHitRate);
    }

    MemoryConfig withMemtable(final Capacity value)
    {
        return new MemoryConfig(budgetBytes, value, cache, targetCacheHitRate);
    }

    MemoryConfig withCache(final Capacity value)
    {
        return new MemoryConfig(budgetBytes, memtable, value, targetCacheHitRate);
    }

    MemoryConfig withTargetCacheHitRate(final double value)
    {
        return new MemoryConfig(budgetBytes, memtable, cache, value);
    }

    MemoryConfig with(final ConfigKey key, final ConfigValue value)
    {
        return switch (key)
        {
            case MEMORY_BUDGET -> withBudget(value.lengthBytes(MIN_BUDGET, MAX_BUDGET));
            case MAX_MEMTABLE_SIZE -> withMemtable(value.isText()
                ? Capacity.ofBytes(value.lengthBytes(MIN_BYTES, MAX_MEMTABLE_BYTES))
                : Capacity.ofEntries(value.integer(MIN_MEMTABLE_ENTRIES, MAX_MEMTABLE_ENTRIES)));
            case CACHE_SIZE -> withCache(value.isText()
                ? Capacity.ofBytes(value.lengthBytes(MIN_BYTES, MAX_CACHE_BYTES))
                : Capacity.ofEntries(value.integer(MIN_CACHE_ENTRIES, MAX_CACHE_ENTRIES)));
            case TARGET_CACHE_HIT_RATE -> withTargetCacheHitRate(value.number(MIN_HIT_RATE, 1));
            default -> throw new IllegalArgumentException("not about memory: key=" + key);
        };
    }

    String text(final ConfigKey key)
    {
        return switch (key)
        {
            case MEMORY_BUDGET ->
                budgetBytes == NO_BUDGET ? key.defaultText() : ConfigValue.quoted(Lengths.format(budgetBytes));
            case MAX_MEMTABLE_SIZE -> memtable == null ? key.defaultText() : memtable.toString();
            case CACHE_SIZE -> cache.toString();
            case TARGET_CACHE_HIT_RATE -> Double.toString(targetCacheHitRate);
            default -> throw new IllegalArgumentException("not about memory: key=" + key);
        };
    }
}
