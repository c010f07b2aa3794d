package org.velocitydb.server.node;

import java.util.Objects;

import org.velocitydb.server.users.LoginLimits;

/**
 * What may be changed about a node while it runs; see {@link VelocityNode#settings(NodeSettings)}. Immutable: nobody
 * changes the limits that were given to one.
 *
 * @param maxConnections     connections at a time; those that are over a lowered limit stay.
 * @param rateLimitPerSecond requests a second for each connection; 0 for no limit.
 * @param idleTimeoutNs      how long a connection may be idle; 0 for ever.
 * @param slowLogThresholdNs what takes longer is kept in the slow log; {@link #NO_SLOW_LOG} for nothing.
 * @param limits             what clients are allowed beside that. The number of logins that are verified at a time does
 *                           not change.
 * @param loginLimits        how many failed logins are borne, and what follows.
 * @param isPlaintextAllowed whether passwords are taken over connections that others may read.
 */
public record NodeSettings(
    int maxConnections,
    int rateLimitPerSecond,
    long idleTimeoutNs,
    long slowLogThresholdNs,
    NodeLimits limits,
    LoginLimits loginLimits,
    boolean isPlaintextAllowed)
{
    /** {@link #slowLogThresholdNs()} where nothing is kept. */
    public static final long NO_SLOW_LOG = Long.MAX_VALUE;

    /**
     * Checks that nothing is missing.
     *
     * @param maxConnections     see above.
     * @param rateLimitPerSecond see above.
     * @param idleTimeoutNs      see above.
     * @param slowLogThresholdNs see above.
     * @param limits             see above.
     * @param loginLimits        see above.
     * @param isPlaintextAllowed see above.
     */
    public NodeSettings
    {
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(loginLimits, "loginLimits");
    }
}
