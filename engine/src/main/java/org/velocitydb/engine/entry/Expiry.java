package org.velocitydb.engine.entry;

/**
 * When an entry ceases to be, in epoch milliseconds of log time. An expired entry reads as if it were not there; the
 * bytes leave with a later compaction.
 */
public final class Expiry
{
    /** Of an entry that stays until it is deleted; later than any time. */
    public static final long NEVER_MS = Long.MAX_VALUE;

    private Expiry()
    {
    }

    /**
     * The end of a time to live that begins now.
     *
     * @param nowMs log time in epoch milliseconds.
     * @param ttlMs time to live, 1 or more.
     * @return expiry time; {@link #NEVER_MS} where the sum lies beyond the end of time.
     */
    public static long afterTtl(final long nowMs, final long ttlMs)
    {
        return ttlMs >= NEVER_MS - nowMs ? NEVER_MS : nowMs + ttlMs;
    }

    /**
     * Whether an entry has ceased to be.
     *
     * @param expiryMs of the entry, {@link #NEVER_MS} where it stays.
     * @param nowMs    log time in epoch milliseconds.
     * @return true from the expiry time on.
     */
    public static boolean isExpired(final long expiryMs, final long nowMs)
    {
        return expiryMs <= nowMs;
    }
}
