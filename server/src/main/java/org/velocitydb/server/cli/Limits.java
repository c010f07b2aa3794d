package org.velocitydb.server.cli;

import java.util.concurrent.TimeUnit;

import org.velocitydb.server.config.ServerLimits;
import org.velocitydb.server.node.NodeLimits;

/**
 * Says to the node what the configuration says of limits.
 */
final class Limits
{
    private Limits()
    {
    }

    static NodeLimits of(final ServerLimits limits)
    {
        final NodeLimits nodeLimits = new NodeLimits()
            .connectionsPerAddressMax(limits.maxConnectionsPerAddress())
            .ratePerUser(limits.rateLimitPerUser())
            .ratePerServer(limits.globalRateLimitPerSecond())
            .loginTimeoutNs(TimeUnit.MILLISECONDS.toNanos(limits.loginTimeoutMs()))
            .pingIntervalNs(TimeUnit.MILLISECONDS.toNanos(limits.pingIntervalMs()))
            .outstandingRequestCountMax(limits.maxOutstandingRequests())
            .resultBytesMax(limits.maxResultBytes());
        if (limits.maxConcurrentLogins() != ServerLimits.NOT_SET)
        {
            nodeLimits.loginConcurrency(limits.maxConcurrentLogins());
        }
        return limits.maxResultRows() == ServerLimits.NOT_SET
            ? nodeLimits
            : nodeLimits.resultRowCountMax(limits.maxResultRows());
    }
}
