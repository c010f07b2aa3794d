package org.velocitydb.server.node;

/**
 * Limits how often something is done: it holds up to a second's worth of tokens, gains them evenly, and each request
 * takes one. Owned by one thread; allocation-free.
 */
final class TokenBucket
{
    static final long UNLIMITED = 0;
    /** How far back tokens are gained: a peer that was silent may send a second's worth at once. */
    static final long BURST_NS = 1_000_000_000L;
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long NS_PER_MS = 1_000_000;
    /** A bucket that is never empty and never changes, so that any thread may share it. */
    static final TokenBucket NO_LIMIT = new TokenBucket(UNLIMITED, 0);

    /** Time in which a token is gained; 0 where there is no limit. */
    private final long tokenNs;
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
        tokenNs = tokenNs(ratePerSecond);
        takenUpToNs = nowNs - BURST_NS;
    }

    static long tokenNs(final long ratePerSecond)
    {
        return ratePerSecond == UNLIMITED ? 0 : Math.max(1, NS_PER_SECOND / ratePerSecond);
    }

    static long waitMsOf(final long waitNs)
    {
        return Math.max(1, (waitNs + NS_PER_MS - 1) / NS_PER_MS);
    }

    /**
     * Takes a token.
     *
     * @param nowNs the present.
     * @return false where there is none.
     */
    boolean tryTake(final long nowNs)
    {
        if (tokenNs == 0)
        {
            return true;
        }
        if (nowNs - takenUpToNs > BURST_NS)
        {
            takenUpToNs = nowNs - BURST_NS;
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
        if (tokenNs != 0)
        {
            takenUpToNs -= tokenNs;
        }
    }

    /**
     * How long until there is a token.
     *
     * @param nowNs the present.
     * @return milliseconds, at least 1.
     */
    long waitMs(final long nowNs)
    {
        return waitMsOf(takenUpToNs + tokenNs - nowNs);
    }
}
