package org.velocitydb.server.node;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.agrona.concurrent.NanoClock;

/**
 * The limits of requests a second that hold for a whole node: one bucket for the server, and one for each user who has
 * logged in since the node was opened, shared by all of that user's connections. Any thread.
 */
final class RateLimits
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

    private final NanoClock clock;
    /** Written by the constructor and under the lock. */
    private int ratePerServer;
    private volatile SharedTokenBucket ofServer;
    private volatile UserBuckets ofUsers;

    /**
     * The buckets of one limit. There are as many as users; nobody gets one without a password. Replaced as a whole, so
     * that whoever comes late with the limit of before puts its bucket where nobody looks any more.
     */
    private record UserBuckets(int rate, Map<String, SharedTokenBucket> buckets)
    {
        UserBuckets(final int rate)
        {
            this(rate, new ConcurrentHashMap<>());
        }
    }

    RateLimits(final NodeLimits limits, final NanoClock clock)
    {
        this.clock = clock;
        ratePerServer = limits.ratePerServer();
        ofServer = newBucket(ratePerServer);
        ofUsers = new UserBuckets(limits.ratePerUser());
    }

    private SharedTokenBucket newBucket(final int rate)
    {
        return rate == NodeLimits.UNLIMITED
            ? SharedTokenBucket.NO_LIMIT
            : new SharedTokenBucket(rate, clock.nanoTime());
    }

    /**
     * Makes full buckets of new limits where they differ. A token that was taken from a bucket before may be given back
     * to its successor, which is then one request more. A user's connections get theirs by {@link #ofUser(String)}.
     *
     * @param limits in force from now on.
     */
    synchronized void change(final NodeLimits limits)
    {
        if (limits.ratePerServer() != ratePerServer)
        {
            ratePerServer = limits.ratePerServer();
            ofServer = newBucket(ratePerServer);
        }
        if (limits.ratePerUser() != ofUsers.rate())
        {
            ofUsers = new UserBuckets(limits.ratePerUser());
        }
    }

    /** A connection's own bucket, full. */
    static TokenBucket newConnection(final int ratePerConnection, final long nowNs)
    {
        return ratePerConnection == NodeLimits.UNLIMITED
            ? TokenBucket.NO_LIMIT
            : new TokenBucket(ratePerConnection, nowNs);
    }

    /**
     * Takes a token from the buckets of a connection, of its user and of the server, or from none. Allocation-free.
     *
     * @param ofConnection owned by the calling loop.
     * @param ofUser       of the connection's user.
     * @param nowNs        the present.
     * @return null, or whose bucket is empty.
     */
    Refusal tryTake(final TokenBucket ofConnection, final SharedTokenBucket ofUser, final long nowNs)
    {
        if (!ofConnection.tryTake(nowNs))
        {
            return Refusal.CONNECTION;
        }
        if (!ofUser.tryTake(nowNs))
        {
            ofConnection.giveBack();
            return Refusal.USER;
        }
        if (!ofServer.tryTake(nowNs))
        {
            ofConnection.giveBack();
            ofUser.giveBack();
            return Refusal.SERVER;
        }
        return null;
    }

    /**
     * Gives all three back: what they were taken for has not begun and will ask again.
     *
     * @param ofConnection owned by the calling loop.
     * @param ofUser       of the connection's user.
     */
    void giveBack(final TokenBucket ofConnection, final SharedTokenBucket ofUser)
    {
        ofConnection.giveBack();
        ofUser.giveBack();
        ofServer.giveBack();
    }

    /**
     * How long until the bucket that was empty has a token.
     *
     * @param refusal      whose it was.
     * @param ofConnection owned by the calling loop.
     * @param ofUser       of the connection's user.
     * @param nowNs        the present.
     * @return milliseconds, at least 1.
     */
    int waitMs(
        final Refusal refusal, final TokenBucket ofConnection, final SharedTokenBucket ofUser, final long nowNs)
    {
        return (int) switch (refusal)
        {
            case CONNECTION -> ofConnection.waitMs(nowNs);
            case USER -> ofUser.waitMs(nowNs);
            case SERVER -> ofServer.waitMs(nowNs);
        };
    }

    /**
     * A user's bucket. Allocates the first time that the user logs in.
     *
     * @param user who has logged in.
     * @return the same for all connections of the user.
     */
    SharedTokenBucket ofUser(final String user)
    {
        final UserBuckets current = ofUsers;
        return current.rate() == NodeLimits.UNLIMITED
            ? SharedTokenBucket.NO_LIMIT
            : current.buckets().computeIfAbsent(user, (name) -> newBucket(current.rate()));
    }
}
