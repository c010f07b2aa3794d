package org.velocitydb.engine;

import org.velocitydb.engine.concurrent.TokenBucket;

/**
 * Slows the writer while flushes and compactions are behind ({@link Backlog}): so many bytes of commands may be taken
 * from the ring, the rest stays there, and its senders meet back pressure. Nothing sleeps. Owned by the writer.
 */
final class WriteThrottle
{
    /** What may gather: some milliseconds' worth, since a writer that waits may sleep for one. */
    private static final double BURST_SECONDS = 0.004;
    /** At least so much, or a slow rate would let a single command of ordinary size wait for a long time. */
    private static final double BURST_BYTES_MIN = 16 * 1024;
    /** One large command closes the way for no longer than this. */
    private static final double DEBT_SECONDS_MAX = 1;
    private static final double NS_PER_SECOND = 1_000_000_000.0;
    private static final double KIB = 1024;

    private final Backlog backlog;
    private final StoreCounters counters;
    private final TokenBucket bucket = new TokenBucket();
    private double bytesPerSecond;
    private boolean isActive;
    private boolean isHolding;
    private boolean isCounted;
    private long heldSinceNs;

    WriteThrottle(final Backlog backlog, final StoreCounters counters)
    {
        this.backlog = backlog;
        this.counters = counters;
    }

    /** Called once a duty cycle. */
    void load(final double load, final long nowNs)
    {
        isActive = load > Backlog.FULL_LOAD;
        if (isActive)
        {
            bytesPerSecond = backlog.writerBytesPerSecond(load);
            bucket.fill(nowNs, bytesPerSecond, Math.max(BURST_BYTES_MIN, BURST_SECONDS * bytesPerSecond));
            counters.writeDelayNsPerKib.setOpaque((long) (NS_PER_SECOND * KIB / bytesPerSecond));
        }
        else if (counters.writeDelayNsPerKib.getPlain() != 0)
        {
            counters.writeDelayNsPerKib.setOpaque(0);
            isCounted = false;
        }
    }

    boolean isOpen()
    {
        return !isActive || bucket.isOpen();
    }

    void onCommand(final int lengthBytes)
    {
        if (isActive)
        {
            bucket.take(lengthBytes, DEBT_SECONDS_MAX * bytesPerSecond);
        }
    }

    /** Counts how long commands wait for the throttle. Called at the end of a duty cycle. */
    void note(final boolean isHeld, final long nowNs)
    {
        if (isHolding)
        {
            counters.slowdownNs.addOpaque(nowNs - heldSinceNs);
        }
        if (isHeld && !isCounted)
        {
            isCounted = true;
            counters.slowdowns.addOpaque(1);
        }
        isHolding = isHeld;
        heldSinceNs = nowNs;
    }
}
