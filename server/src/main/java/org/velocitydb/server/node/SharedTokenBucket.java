package org.velocitydb.server.node;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A {@link TokenBucket} that the event loops share without a lock: all of it is one number, which they exchange.
 * Allocation-free. A loop that loses an exchange tries again with what the winner left, and one of them always wins.
 *
 * <p>The loops' clocks are one monotonic clock read at slightly different times. A loop whose time is a little behind
 * finds a token later, never one too many.
 */
final class SharedTokenBucket
{
    /** A bucket that is never empty. */
    static final SharedTokenBucket NO_LIMIT = new SharedTokenBucket(TokenBucket.UNLIMITED, 0);

    /** A cache line and the one that the prefetcher brings with it, on either side of the number. */
    private static final int PADDING = 128 / Long.BYTES;

    /** The time up to which tokens have been taken, in the middle. Any loop writes, by exchange. */
    private final AtomicLongArray takenUpToNs = new AtomicLongArray(PADDING + 1 + PADDING);
    private final long tokenNs;

    /**
     * A full bucket.
     *
     * @param ratePerSecond tokens gained a second, and held at most; {@link TokenBucket#UNLIMITED} for no limit.
     * @param nowNs         the present.
     */
    SharedTokenBucket(final long ratePerSecond, final long nowNs)
    {
        tokenNs = TokenBucket.tokenNs(ratePerSecond);
        takenUpToNs.setPlain(PADDING, nowNs - TokenBucket.BURST_NS);
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
        while (true)
        {
            // Opaque here and plain below are enough: nothing but the number itself travels between the loops.
            final long before = takenUpToNs.getOpaque(PADDING);
            final long from = nowNs - before > TokenBucket.BURST_NS ? nowNs - TokenBucket.BURST_NS : before;
            if (nowNs - from < tokenNs)
            {
                return false;
            }
            if (takenUpToNs.weakCompareAndSetPlain(PADDING, before, from + tokenNs))
            {
                return true;
            }
        }
    }

    /**
     * Gives a token back: what it was taken for has not begun.
     */
    void giveBack()
    {
        if (tokenNs != 0)
        {
            takenUpToNs.getAndAdd(PADDING, -tokenNs);
        }
    }

    /**
     * How long until there is a token, if nobody else takes it.
     *
     * @param nowNs the present.
     * @return milliseconds, at least 1.
     */
    long waitMs(final long nowNs)
    {
        return TokenBucket.waitMsOf(takenUpToNs.getOpaque(PADDING) + tokenNs - nowNs);
    }
}
