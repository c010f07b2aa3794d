package org.velocitydb.server.node;

/**
 * Limits how often something is done: it holds up to a second's worth of tokens, gains them evenly, and each request
 * takes one. Owned by one thread; allocation-free.
 */
final class TokenBucket
{
    static final long UNLIMITED = 0;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private long ratePerSecond;
    private long tokenNs;
    /** Time up to which tokens have been taken; at most a second behind the present. */
    private long takenUpToNs;

    /**
     * A full bucket.
     *
     * @param ratePerSecond tokens gained a second, and held at most; {@link #UNLIMITED} for no limit.
     * @param nowNs         the present.
     */
    TokenBucket(final long ratePerSecond, final long nowNs)
    {
        rate(ratePerSecond, nowNs);
    }

    /**
     * Changes the rate. The bucket is full then.
     *
     * @param tokensPerSecond as for the constructor.
     * @param nowNs           the present.
     */
    void rate(final long tokensPerSecond, final long nowNs)
    {
        ratePerSecond = tokensPerSecond;
        tokenNs = ratePerSecond == UNLIMITED ? 0 : Math.max(1, NS_PER_SECOND / ratePerSecond);
        takenUpToNs = nowNs - NS_PER_SECOND;
    }

    /**
     * Takes a token.
     *
     * @param nowNs the present.
     * @return false where there is none.
     */
    boolean tryTake(final long nowNs)
    {
        if (ratePerSecond == UNLIMITED)
        {
            return true;
        }
        if (nowNs - takenUpToNs > NS_PER_SECOND)
        {
            takenUpToNs = nowNs - NS_PER_SECOND;
        }
        if (nowNs - takenUpToNs < tokenNs)
        {
            return false;
        }
        takenUpToNs += tokenNs;
        return true;
    }

    /**
     * Gives a token back: what it was taken for has not begun and will ask again.
     */
    void giveBack()
    {
        takenUpToNs -= tokenNs;
    }

    /**
     * How long until there is a token.
     *
     * @param nowNs the present.
     * @return milliseconds, at least 1.
     */
    long waitMs(final long nowNs)
    {
        return Math.max(1, (takenUpToNs + tokenNs - nowNs + 999_999) / 1_000_000);
    }
}
