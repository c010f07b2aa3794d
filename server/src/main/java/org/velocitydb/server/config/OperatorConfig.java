package org.velocitydb.server.config;

import java.util.concurrent.TimeUnit;

/**
 * What is set up for whoever runs the server: the slow log, the end, and the admin port.
 *
 * @param slowLogThresholdNs what takes longer is kept in the slow log, or {@link #NO_SLOW_LOG}.
 * @param shutdownTimeoutNs  how long a server that ends waits for what is under way.
 * @param adminBind          where health and metrics are told, or null for nowhere.
 * @param isRemoteAllowed    whether that may be an address that others can reach.
 */
public record OperatorConfig(
    long slowLogThresholdNs, long shutdownTimeoutNs, BindAddress adminBind, boolean isRemoteAllowed)
{
    /** {@link #slowLogThresholdNs()} where nothing is kept. */
    public static final long NO_SLOW_LOG = Long.MAX_VALUE;

    /** No slow log, no admin port, and ten seconds: what stops a service usually waits longer than that. */
    static final OperatorConfig DEFAULTS = new OperatorConfig(
        NO_SLOW_LOG, TimeUnit.SECONDS.toNanos(10), null, false);

    /** Less than this is the time of a force, so that every write would be slow. */
    private static final long MIN_SLOW_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long MAX_SLOW_NS = TimeUnit.HOURS.toNanos(1);
    private static final long MIN_SHUTDOWN_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MAX_SHUTDOWN_NS = TimeUnit.MINUTES.toNanos(10);

    OperatorConfig withSlowLogThreshold(final long ns)
    {
        return new OperatorConfig(ns, shutdownTimeoutNs, adminBind, isRemoteAllowed);
    }

    OperatorConfig withShutdownTimeout(final long ns)
    {
        return new OperatorConfig(slowLogThresholdNs, ns, adminBind, isRemoteAllowed);
    }

    OperatorConfig withAdminBind(final BindAddress address)
    {
        return new OperatorConfig(slowLogThresholdNs, shutdownTimeoutNs, address, isRemoteAllowed);
    }

    OperatorConfig withRemoteAllowed(final boolean isAllowed)
    {
        return new OperatorConfig(slowLogThresholdNs, shutdownTimeoutNs, adminBind, isAllowed);
    }

    /** What a reload may change, taken from another configuration. */
    OperatorConfig withChangeableOf(final OperatorConfig other)
    {
        return withSlowLogThreshold(other.slowLogThresholdNs).withShutdownTimeout(other.shutdownTimeoutNs);
    }

    /**
     * Says what is wrong with the admin port.
     *
     * @return in words, or null where nothing is.
     */
    String contradiction()
    {
        return adminBind == null || isRemoteAllowed || adminBind.isLoopback()
            ? null
            : "admin.bind = \"" + adminBind + "\" can be reached by others, and nobody logs in there: bind it to " +
                "127.0.0.1 or [::1], or write admin.allow_remote = true";
    }

    OperatorConfig with(final ConfigKey key, final ConfigValue value)
    {
        return switch (key)
        {
            case SLOW_LOG_THRESHOLD ->
                withSlowLogThreshold(value.isOff() ? NO_SLOW_LOG : value.timeNs(MIN_SLOW_NS, MAX_SLOW_NS));
            case SHUTDOWN_TIMEOUT -> withShutdownTimeout(value.timeNs(MIN_SHUTDOWN_NS, MAX_SHUTDOWN_NS));
            case ADMIN_BIND -> withAdminBind(value.addressOrOff());
            case ADMIN_ALLOW_REMOTE -> withRemoteAllowed(value.isTrue());
            default -> throw new IllegalArgumentException("not an operator's key: key=" + key);
        };
    }

    String text(final ConfigKey key)
    {
        return switch (key)
        {
            case SLOW_LOG_THRESHOLD ->
                ConfigValue.quoted(
                    slowLogThresholdNs == NO_SLOW_LOG ? ConfigValue.OFF : Durations.format(slowLogThresholdNs));
            case SHUTDOWN_TIMEOUT -> ConfigValue.quoted(Durations.format(shutdownTimeoutNs));
            case ADMIN_BIND -> ConfigValue.quoted(adminBind == null ? ConfigValue.OFF : adminBind);
            case ADMIN_ALLOW_REMOTE -> Boolean.toString(isRemoteAllowed);
            default -> throw new IllegalArgumentException("not an operator's key: key=" + key);
        };
    }
}
