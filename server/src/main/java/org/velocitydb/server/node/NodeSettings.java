package org.velocitydb.server.node;

/**
 * What may be changed about a node while it runs; see {@link VelocityNode#settings(NodeSettings)}.
 *
 * @param maxConnections      connections at a time; those that are over a lowered limit stay.
 * @param rateLimitPerSecond  requests a second for each connection; 0 for no limit.
 * @param idleTimeoutNs       how long a connection may be idle; 0 for ever.
 * @param slowLogThresholdNs  what takes longer is kept in the slow log; {@link #NO_SLOW_LOG} for nothing.
 */
public record NodeSettings(int maxConnections, int rateLimitPerSecond, long idleTimeoutNs, long slowLogThresholdNs)
{
    /** {@link #slowLogThresholdNs()} where nothing is kept. */
    public static final long NO_SLOW_LOG = Long.MAX_VALUE;
}
