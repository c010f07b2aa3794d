package org.velocitydb.client;

/**
 * One server of a pool: its connections, and whether it can be reached. For any number of threads.
 */
final class PooledServer
{
    /** Requests outstanding on each connection from which on another is made. */
    private static final int BUSY_COUNT = 16;

    private final ClientOptions options;
    private final PoolOptions pool;
    private final PooledConnection[] places;
    /** Places, from the first, that are to have a connection. Written under this object's monitor. */
    private volatile int wantedCount = 1;
    /** Why the last attempt to connect failed, or null if it did not. */
    private volatile VelocityException failure;
    private volatile boolean isClosed;

    PooledServer(final ClientOptions options, final PoolOptions pool)
    {
        this.options = options;
        this.pool = pool;
        places = new PooledConnection[pool.connectionsPerServer()];
        for (int i = 0; i < places.length; i++)
        {
            places[i] = new PooledConnection(this);
        }
    }

    ClientOptions options()
    {
        return options;
    }

    PoolOptions pool()
    {
        return pool;
    }

    String name()
    {
        return options.server();
    }

    /** Has the first connection made. */
    void connectLater()
    {
        places[0].connectLater(0);
    }

    /** Makes the first connection on the caller's thread. Where that fails, another attempt is due. */
    Handshake.Identity connect()
    {
        try
        {
            return places[0].connect();
        }
        catch (final VelocityException ex)
        {
            onConnectFailed(1, ex);
            places[0].connectLater(pool.backoff().delayNs(1));
            throw ex;
        }
    }

    /** The connection with the fewest requests outstanding, or null where there is none. */
    Connection pick()
    {
        Connection least = null;
        int leastCount = Integer.MAX_VALUE;
        final int count = wantedCount;
        for (int i = 0; i < count; i++)
        {
            final Connection connection = places[i].get();
            if (connection != null && !connection.isLost() && connection.outstandingCount() < leastCount)
            {
                least = connection;
                leastCount = connection.outstandingCount();
            }
        }
        if (least != null && leastCount >= BUSY_COUNT && count < places.length)
        {
            grow(count);
        }
        return least;
    }

    private synchronized void grow(final int count)
    {
        // One at a time: the next only once this one is there and busy, too.
        if (wantedCount == count && places[count - 1].get() != null && !isClosed)
        {
            wantedCount = count + 1;
            places[count].connectLater(0);
        }
    }

    boolean isConnected()
    {
        for (int i = 0, end = wantedCount; i < end; i++)
        {
            final Connection connection = places[i].get();
            if (connection != null && !connection.isLost())
            {
                return true;
            }
        }
        return false;
    }

    int outstandingCount()
    {
        int sum = 0;
        for (int i = 0, end = wantedCount; i < end; i++)
        {
            final Connection connection = places[i].get();
            sum += connection == null ? 0 : connection.outstandingCount();
        }
        return sum;
    }

    /** Why it cannot be reached, or null where it can, or where that is about to be found out. */
    VelocityException unreachableReason()
    {
        return isConnected() ? null : failure;
    }

    void onConnected(final int attempts)
    {
        failure = null;
        pool.listener().connected(name(), attempts);
    }

    void onConnectFailed(final int attempt, final VelocityException reason)
    {
        failure = reason;
        pool.listener().connectFailed(name(), attempt, reason);
    }

    void onLost(final VelocityException reason)
    {
        // Whether it can be reached is to be found out anew.
        failure = null;
        pool.listener().connectionLost(name(), reason);
    }

    boolean isClosed()
    {
        return isClosed;
    }

    void close()
    {
        isClosed = true;
        for (final PooledConnection place : places)
        {
            place.close();
        }
    }
}
