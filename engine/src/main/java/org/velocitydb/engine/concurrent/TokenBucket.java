package org.velocitydb.engine.concurrent;

/**
 * Lets so many bytes pass in a second. Filled by the time that passes, up to a burst; whoever takes more than there is
 * leaves a debt, which is worked off before anything passes again. One thread; time is the caller's.
 */
public final class TokenBucket
{
    private static final double NS_PER_SECOND = 1_000_000_000.0;

    private double tokens;
    private long filledNs;
    private boolean isStarted;

    /**
     * A bucket that is full from its first use on.
     */
    public TokenBucket()
    {
    }

    /**
     * Fills the bucket for the time since the last call.
     *
     * @param nowNs          monotonic time.
     * @param bytesPerSecond that pass from now on.
     * @param burstBytes     most that may gather.
     */
    public void fill(final long nowNs, final double bytesPerSecond, final double burstBytes)
    {
        if (isStarted)
        {
            tokens += (nowNs - filledNs) / NS_PER_SECOND * bytesPerSecond;
        }
        else
        {
            isStarted = true;
            tokens = burstBytes;
        }
        tokens = Math.min(tokens, burstBytes);
        filledNs = nowNs;
    }

    /**
     * Whether anything may pass.
     *
     * @return true until what there was has been taken.
     */
    public boolean isOpen()
    {
        return tokens > 0;
    }

    /**
     * Takes what has passed.
     *
     * @param bytes        that passed.
     * @param debtBytesMax most that may be owed afterwards, so that one large piece does not close the way for long.
     */
    public void take(final long bytes, final double debtBytesMax)
    {
        tokens = Math.max(tokens - bytes, -debtBytesMax);
    }
}
