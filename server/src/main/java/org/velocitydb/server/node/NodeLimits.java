package org.velocitydb.server.node;

import java.util.concurrent.TimeUnit;

/**
 * What a node allows its clients, beside the limits that {@link NodeContext} has of old. Set what differs from the
 * defaults and hand it to {@link NodeContext#limits(NodeLimits)}; afterwards it does not change.
 */
public final class NodeLimits
{
    /** A limit of connections or requests that is none. */
    public static final int UNLIMITED = 0;
    /** A limit of a result that is none. */
    public static final long NO_RESULT_LIMIT = Long.MAX_VALUE;
    /** Long enough for somebody who waits behind a flood of logins, short enough that strangers do not stay. */
    public static final long LOGIN_TIMEOUT_NS_DEFAULT = TimeUnit.SECONDS.toNanos(30);
    /** {@link #pingIntervalNs()} where nobody is asked. */
    public static final long NO_PING = 0;
    /** Half a minute until somebody who has vanished is gone, and one small frame a quarter minute until then. */
    public static final long PING_INTERVAL_NS_DEFAULT = TimeUnit.SECONDS.toNanos(15);
    /** A fourth of what an event loop has under way at most, so that one connection does not take all of it. */
    public static final int OUTSTANDING_REQUEST_COUNT_MAX_DEFAULT = 1024;
    /** About the longest frame: version 1 sends a result in one. */
    public static final long RESULT_BYTES_MAX_DEFAULT = 64L * 1024 * 1024;

    private int connectionsPerAddressMax = UNLIMITED;
    private int ratePerUser = UNLIMITED;
    private int ratePerServer = UNLIMITED;
    private long loginTimeoutNs = LOGIN_TIMEOUT_NS_DEFAULT;
    private long pingIntervalNs = PING_INTERVAL_NS_DEFAULT;
    private int loginConcurrency = loginConcurrencyDefault();
    private int outstandingRequestCountMax = OUTSTANDING_REQUEST_COUNT_MAX_DEFAULT;
    private long resultRowCountMax = NO_RESULT_LIMIT;
    private long resultBytesMax = RESULT_BYTES_MAX_DEFAULT;

    /**
     * Half the processors, 2 to 4: a login takes all of a processor for a tenth of a second and more, and those who are
     * logged in need the others; but a program that opens its connections all at once must not wait for one thread.
     *
     * @return the number.
     */
    public static int loginConcurrencyDefault()
    {
        return Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));
    }

    /**
     * Connections of one address beyond which its new ones are refused.
     *
     * @param value {@link #UNLIMITED} for none.
     * @return these limits.
     */
    public NodeLimits connectionsPerAddressMax(final int value)
    {
        connectionsPerAddressMax = value;
        return this;
    }

    /**
     * Connections of one address beyond which its new ones are refused.
     *
     * @return the value.
     */
    public int connectionsPerAddressMax()
    {
        return connectionsPerAddressMax;
    }

    /**
     * Requests a second on all connections of a user.
     *
     * @param value {@link #UNLIMITED} for none.
     * @return these limits.
     */
    public NodeLimits ratePerUser(final int value)
    {
        ratePerUser = value;
        return this;
    }

    /**
     * Requests a second on all connections of a user.
     *
     * @return the value.
     */
    public int ratePerUser()
    {
        return ratePerUser;
    }

    /**
     * Requests a second on all connections.
     *
     * @param value {@link #UNLIMITED} for none.
     * @return these limits.
     */
    public NodeLimits ratePerServer(final int value)
    {
        ratePerServer = value;
        return this;
    }

    /**
     * Requests a second on all connections.
     *
     * @return the value.
     */
    public int ratePerServer()
    {
        return ratePerServer;
    }

    /**
     * Time from connecting to being logged in, after which a connection is closed.
     *
     * @param value more than 0.
     * @return these limits.
     */
    public NodeLimits loginTimeoutNs(final long value)
    {
        loginTimeoutNs = value;
        return this;
    }

    /**
     * Time from connecting to being logged in, after which a connection is closed.
     *
     * @return the value.
     */
    public long loginTimeoutNs()
    {
        return loginTimeoutNs;
    }

    /**
     * How long a client that answers PING may be silent until it is asked whether it is there, and how long it then has
     * to answer.
     *
     * @param value 0 or more; {@link #NO_PING} for never.
     * @return these limits.
     */
    public NodeLimits pingIntervalNs(final long value)
    {
        pingIntervalNs = value;
        return this;
    }

    /**
     * How long a client that answers PING may be silent until it is asked whether it is there, and how long it then has
     * to answer.
     *
     * @return the value.
     */
    public long pingIntervalNs()
    {
        return pingIntervalNs;
    }

    /**
     * Passwords that are verified at a time.
     *
     * @param value 1 or more.
     * @return these limits.
     */
    public NodeLimits loginConcurrency(final int value)
    {
        loginConcurrency = value;
        return this;
    }

    /**
     * Passwords that are verified at a time.
     *
     * @return the value.
     */
    public int loginConcurrency()
    {
        return loginConcurrency;
    }

    /**
     * Requests of one connection that are under way beyond which it is not read.
     *
     * @param value 1 or more.
     * @return these limits.
     */
    public NodeLimits outstandingRequestCountMax(final int value)
    {
        outstandingRequestCountMax = value;
        return this;
    }

    /**
     * Requests of one connection that are under way beyond which it is not read.
     *
     * @return the value.
     */
    public int outstandingRequestCountMax()
    {
        return outstandingRequestCountMax;
    }

    /**
     * Rows that the result of a statement may have.
     *
     * @param value {@link #NO_RESULT_LIMIT} for any number.
     * @return these limits.
     */
    public NodeLimits resultRowCountMax(final long value)
    {
        resultRowCountMax = value;
        return this;
    }

    /**
     * Rows that the result of a statement may have.
     *
     * @return the value.
     */
    public long resultRowCountMax()
    {
        return resultRowCountMax;
    }

    /**
     * Bytes of keys and values that the result of a statement may have.
     *
     * @param value {@link #NO_RESULT_LIMIT} for any number.
     * @return these limits.
     */
    public NodeLimits resultBytesMax(final long value)
    {
        resultBytesMax = value;
        return this;
    }

    /**
     * Bytes of keys and values that the result of a statement may have.
     *
     * @return the value.
     */
    public long resultBytesMax()
    {
        return resultBytesMax;
    }
}
