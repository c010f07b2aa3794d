package org.velocitydb.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Which servers a pool connects to, as whom, and within which bounds. Set it up on one thread; a pool reads it once,
 * when it connects.
 */
public final class PoolOptions
{
    /** A connection carries any number of threads; more of them spread the work over the server's event loops. */
    public static final int DEFAULT_CONNECTIONS_PER_SERVER = 4;
    /** Enough for a server that is restarted, when each waits longer than the one before. */
    public static final int DEFAULT_MAX_ATTEMPTS = 5;
    /** About the time in which a connection is made anew. */
    public static final Duration DEFAULT_MIN_BACKOFF = Duration.ofMillis(20);
    /** A server that comes back is found within this time. */
    public static final Duration DEFAULT_MAX_BACKOFF = Duration.ofSeconds(2);
    /** As many as one connection takes, four times. */
    public static final int DEFAULT_MAX_OUTSTANDING_REQUESTS = 4 * ClientOptions.DEFAULT_MAX_OUTSTANDING_REQUESTS;

    private static final PoolListener NOBODY = new PoolListener()
    {
    };

    private final List<ClientOptions> servers = new ArrayList<>();
    private String user;
    private String password;
    private int connectionsPerServer = DEFAULT_CONNECTIONS_PER_SERVER;
    private int maxOutstandingRequests = DEFAULT_MAX_OUTSTANDING_REQUESTS;
    private int maxAttempts = DEFAULT_MAX_ATTEMPTS;
    private Balancing balancing = Balancing.FIRST_REACHABLE;
    private Backoff backoff = new Backoff(DEFAULT_MIN_BACKOFF.toNanos(), DEFAULT_MAX_BACKOFF.toNanos());
    private PoolListener listener = NOBODY;

    private PoolOptions(final ClientOptions server)
    {
        servers.add(server);
    }

    /**
     * Options for a server with default options.
     *
     * @param address <code>host:port</code>.
     * @return options with defaults for everything else.
     */
    public static PoolOptions of(final String address)
    {
        return of(ClientOptions.of(address));
    }

    /**
     * Options for a server.
     *
     * @param server and how to connect to it. The time of its requests and the buffer of its scans are those of the
     *               pool.
     * @return options with defaults for everything else.
     */
    public static PoolOptions of(final ClientOptions server)
    {
        return new PoolOptions(Objects.requireNonNull(server, "server"));
    }

    /**
     * Adds a server. Servers share no data of their own accord; see {@link VelocityPool}.
     *
     * @param server and how to connect to it.
     * @return these options.
     */
    public PoolOptions server(final ClientOptions server)
    {
        servers.add(Objects.requireNonNull(server, "server"));
        return this;
    }

    /**
     * Sets who logs in on each connection. Without, the servers' client certificates say.
     *
     * @param name   of the user.
     * @param secret password of the user.
     * @return these options.
     */
    public PoolOptions login(final String name, final String secret)
    {
        user = Objects.requireNonNull(name, "name");
        password = Objects.requireNonNull(secret, "secret");
        return this;
    }

    /**
     * Sets how many connections to a server there may be. The first is made at once, another when those that are there
     * have much to do; each logs in, which costs the server the work that passwords are made to cost.
     *
     * @param count positive.
     * @return these options.
     */
    public PoolOptions connectionsPerServer(final int count)
    {
        connectionsPerServer = positive("connections per server", count);
        return this;
    }

    /**
     * Sets how many requests may be under way in the pool, those that wait for another attempt included; further ones
     * wait for room.
     *
     * @param count positive.
     * @return these options.
     */
    public PoolOptions maxOutstandingRequests(final int count)
    {
        maxOutstandingRequests = positive("outstanding requests", count);
        return this;
    }

    /**
     * Sets how often a request is sent at most, within its time.
     *
     * @param count 1 for no retries.
     * @return these options.
     */
    public PoolOptions maxAttempts(final int count)
    {
        maxAttempts = positive("attempts", count);
        return this;
    }

    /**
     * Sets which server gets a request.
     *
     * @param rule by which it is chosen.
     * @return these options.
     */
    public PoolOptions balancing(final Balancing rule)
    {
        balancing = Objects.requireNonNull(rule, "rule");
        return this;
    }

    /**
     * Sets how long to wait between attempts, of requests and of connecting: twice as long each time, less a random
     * part of up to a half.
     *
     * @param min first wait, positive.
     * @param max of all waits, no less.
     * @return these options.
     */
    public PoolOptions backoff(final Duration min, final Duration max)
    {
        if (ClientOptions.positive("least backoff", min).compareTo(max) > 0)
        {
            throw new IllegalArgumentException("least backoff exceeds the longest: min=" + min + ", max=" + max);
        }
        backoff = new Backoff(min.toNanos(), max.toNanos());
        return this;
    }

    /**
     * Sets who is told what the pool does.
     *
     * @param told of requests, retries and connections.
     * @return these options.
     */
    public PoolOptions listener(final PoolListener told)
    {
        listener = new GuardedListener(Objects.requireNonNull(told, "told"));
        return this;
    }

    List<ClientOptions> servers()
    {
        return servers;
    }

    String user()
    {
        return user;
    }

    String password()
    {
        return password;
    }

    int connectionsPerServer()
    {
        return connectionsPerServer;
    }

    int maxOutstandingRequests()
    {
        return maxOutstandingRequests;
    }

    int maxAttempts()
    {
        return maxAttempts;
    }

    Balancing balancing()
    {
        return balancing;
    }

    Backoff backoff()
    {
        return backoff;
    }

    PoolListener listener()
    {
        return listener;
    }

    private static int positive(final String name, final int count)
    {
        if (count < 1)
        {
            throw new IllegalArgumentException(name + " must be positive: count=" + count);
        }
        return count;
    }
}
