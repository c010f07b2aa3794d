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
    private final int ratePerConnection;
    private final int ratePerUser;
    private final NanoClock clock;
    private final SharedTokenBucket ofServer;
    /** There are as many as users; nobody gets one without a password. */
    private final Map<String, SharedTokenBucket> ofUsers = new ConcurrentHashMap<>();

    RateLimits(final int ratePerConnection, final NodeLimits limits, final NanoClock clock)
    {
        this.ratePerConnection = ratePerConnection;
        this.ratePerUser = limits.ratePerUser();
        this.clock = clock;
        ofServer = limits.ratePerServer() == NodeLimits.UNLIMITED
            ? SharedTokenBucket.NO_LIMIT
            : new SharedTokenBucket(limits.ratePerServer(), clock.nanoTime());
    }

    int ratePerConnection()
    {
        return ratePerConnection;
    }

    SharedTokenBucket ofServer()
    {
        return ofServer;
    }

    /**
     * A user's bucket. Allocates the first time that the user logs in.
     *
     * @param user who has logged in.
     * @return the same for all connections of the user.
     */
    SharedTokenBucket ofUser(final String user)
    {
        return ratePerUser == NodeLimits.UNLIMITED
            ? SharedTokenBucket.NO_LIMIT
            : ofUsers.computeIfAbsent(user, (name) -> new SharedTokenBucket(ratePerUser, clock.nanoTime()));
    }
}
