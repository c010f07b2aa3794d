package org.velocitydb.server.node;

/**
 * What one connection's requests have to pass: the connection's own bucket, its user's and the server's, in this order.
 * Owned by the connection's event loop; allocation-free.
 */
final class RequestTokens
{
    /** Whose limit it was. */
    enum Refusal
    {
        /** The connection's. */
        CONNECTION("too many requests a second on this connection", LimitCounter.RATE_LIMITED_CONNECTION),
        /** The user's, over all of its connections. */
        USER("too many requests a second of this user", LimitCounter.RATE_LIMITED_USER),
        /** The server's, over all connections. */
        SERVER("too many requests a second on this server", LimitCounter.RATE_LIMITED_SERVER);

        private final String text;
        private final LimitCounter counter;

        Refusal(final String text, final LimitCounter counter)
        {
            this.text = text;
            this.counter = counter;
        }

        String text()
        {
            return text;
        }

        LimitCounter counter()
        {
            return counter;
        }
    }

    private final RateLimits limits;
    private final TokenBucket ofConnection;
    private SharedTokenBucket ofUser = SharedTokenBucket.NO_LIMIT;
    private Refusal refusal = Refusal.CONNECTION;

    RequestTokens(final RateLimits limits, final long nowNs)
    {
        this.limits = limits;
        ofConnection = limits.ratePerConnection() == TokenBucket.UNLIMITED
            ? TokenBucket.NO_LIMIT
            : new TokenBucket(limits.ratePerConnection(), nowNs);
    }

    void user(final String name)
    {
        ofUser = limits.ofUser(name);
    }

    /**
     * Takes a token from each bucket, or from none.
     *
     * @param nowNs the present.
     * @return false where one of them is empty; see {@link #refusal()}.
     */
    boolean tryTake(final long nowNs)
    {
        if (!ofConnection.tryTake(nowNs))
        {
            refusal = Refusal.CONNECTION;
            return false;
        }
        if (!ofUser.tryTake(nowNs))
        {
            ofConnection.giveBack();
            refusal = Refusal.USER;
            return false;
        }
        if (!limits.ofServer().tryTake(nowNs))
        {
            ofConnection.giveBack();
            ofUser.giveBack();
            refusal = Refusal.SERVER;
            return false;
        }
        return true;
    }

    /**
     * Gives all three back: what they were taken for has not begun and will ask again.
     */
    void giveBack()
    {
        ofConnection.giveBack();
        ofUser.giveBack();
        limits.ofServer().giveBack();
    }

    /**
     * Whose bucket was empty when {@link #tryTake(long)} failed last.
     *
     * @return which.
     */
    Refusal refusal()
    {
        return refusal;
    }

    /**
     * How long until the bucket that was empty has a token.
     *
     * @param nowNs the present.
     * @return milliseconds, at least 1.
     */
    int waitMs(final long nowNs)
    {
        return (int) switch (refusal)
        {
            case CONNECTION -> ofConnection.waitMs(nowNs);
            case USER -> ofUser.waitMs(nowNs);
            case SERVER -> limits.ofServer().waitMs(nowNs);
        };
    }
}
