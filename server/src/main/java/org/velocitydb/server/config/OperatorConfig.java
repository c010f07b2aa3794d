package org.velocitydb.server.config;

import java.util.Objects;
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

    static final String OFF = "off";

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

    String text(final ConfigKey key)
    {
        return switch (key)
        {
            case SLOW_LOG_THRESHOLD ->
                slowLogThresholdNs == NO_SLOW_LOG ? quoted(OFF) : quoted(Durations.format(slowLogThresholdNs));
            case SHUTDOWN_TIMEOUT -> quoted(Durations.format(shutdownTimeoutNs));
            case ADMIN_BIND -> quoted(adminBind == null ? OFF : adminBind);
            case ADMIN_ALLOW_REMOTE -> Boolean.toString(isRemoteAllowed);
            default -> throw new IllegalArgumentException("not an operator's key: key=" + key);
        };
    }

    private static String quoted(final Object value)
    {
        return '"' + Objects.toString(value) + '"';
    }
}
