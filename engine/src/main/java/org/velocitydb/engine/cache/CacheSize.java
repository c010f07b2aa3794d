package org.velocitydb.engine.cache;

/**
 * Bound of a cache, as a number of entries or of bytes.
 *
 * @param unit   what is counted.
 * @param amount how many; 0 for no cache.
 */
public record CacheSize(Unit unit, long amount)
{
    /** What a bound counts. */
    public enum Unit
    {
        /** Entries, whatever their length. */
        ENTRIES,
        /** All memory that the cache takes. */
        BYTES
    }

    /**
     * Checks the amount.
     */
    public CacheSize
    {
        if (amount < 0)
        {
            throw new IllegalArgumentException("cache size is negative: amount=" + amount + ", unit=" + unit);
        }
    }

    /**
     * A bound on entries.
     *
     * @param count rounded up by the cache to whole sets.
     * @return the bound.
     */
    public static CacheSize ofEntries(final long count)
    {
        return new CacheSize(Unit.ENTRIES, count);
    }

    /**
     * A bound on memory.
     *
     * @param count rounded down by the cache to whole sets.
     * @return the bound.
     */
    public static CacheSize ofBytes(final long count)
    {
        return new CacheSize(Unit.BYTES, count);
    }
}
