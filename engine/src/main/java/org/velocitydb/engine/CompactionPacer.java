package org.velocitydb.engine;

import org.velocitydb.engine.concurrent.TokenBucket;

/**
 * Says how fast a compaction may copy: slowly while little waits, so that reads and the journal's forces do not feel
 * it; the faster the more waits ({@link Backlog}); as fast as it can once writers are slowed. A configured rate bounds
 * all of that. Owned by the compaction agent.
 */
final class CompactionPacer
{
    /** Enough to rewrite the largest base level within seconds, a fraction of what any disk gives. */
    static final double SLOWEST_BYTES_PER_SECOND = 32.0 * 1024 * 1024;
    private static final double FASTEST_BYTES_PER_SECOND = 1024.0 * 1024 * 1024;
    /** What may gather: some milliseconds' worth, since an agent that waits may sleep for one. */
    private static final double BURST_SECONDS = 0.004;
    /** At least a slice, or nothing would ever pass. */
    private static final double BURST_BYTES_MIN = 64 * 1024;

    private final double bytesPerSecondMax;
    private final TokenBucket bucket = new TokenBucket();
    private boolean isUnlimited;

    /**
     * A pacer.
     *
     * @param bytesPerSecondMax that no load exceeds; {@link Long#MAX_VALUE} for no bound.
     */
    CompactionPacer(final long bytesPerSecondMax)
    {
        this.bytesPerSecondMax = bytesPerSecondMax;
    }

    /** Whether the next slice may be copied now. */
    boolean mayCopy(final double load, final long nowNs)
    {
        isUnlimited = load >= Backlog.FULL_LOAD && bytesPerSecondMax == Long.MAX_VALUE;
        if (isUnlimited)
        {
            return true;
        }
        final double bytesPerSecond = bytesPerSecond(load);
        bucket.fill(nowNs, bytesPerSecond, Math.max(BURST_BYTES_MIN, BURST_SECONDS * bytesPerSecond));
        return bucket.isOpen();
    }

    private double bytesPerSecond(final double load)
    {
        final double wanted = load >= Backlog.FULL_LOAD
            ? Double.MAX_VALUE
            : SLOWEST_BYTES_PER_SECOND * Math.pow(FASTEST_BYTES_PER_SECOND / SLOWEST_BYTES_PER_SECOND, load);
        return Math.min(bytesPerSecondMax, wanted);
    }

    void onCopied(final long bytes)
    {
        if (!isUnlimited)
        {
            bucket.take(bytes, Double.MAX_VALUE);
        }
    }
}
