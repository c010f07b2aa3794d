package org.velocitydb.server.cli;

import java.net.InetSocketAddress;

import org.agrona.ErrorHandler;
import org.velocitydb.server.config.AeronConfig;
import org.velocitydb.server.config.VelocityConfig;
import org.velocitydb.transport.aeron.AeronContext;

/**
 * Says to the transport what the configuration says of Aeron.
 */
final class AeronContexts
{
    private AeronContexts()
    {
    }

    /** Null where nobody connects over Aeron. */
    static AeronContext of(final VelocityConfig config, final ErrorHandler errorHandler)
    {
        final AeronConfig aeron = config.aeron();
        if (!aeron.isOn())
        {
            return null;
        }
        InetSocketAddress address = null;
        if (aeron.bind() != null)
        {
            address = aeron.bind().resolve();
            if (address.isUnresolved())
            {
                throw new CommandException(ExitCode.FAILURE, "no such host: " + aeron.bind().host());
            }
        }
        return new AeronContext()
            .isIpc(aeron.isIpc())
            .udpAddress(address)
            .isDriverEmbedded(aeron.isDriverEmbedded())
            .directory(aeron.directory())
            .streamId(aeron.streamId())
            .errorHandler(errorHandler);
    }

    /** For the log: what a client's address has to say. */
    static String text(final AeronConfig aeron)
    {
        return (aeron.isIpc() ? "ipc, " : "") + (aeron.bind() == null ? "" : "udp " + aeron.bind() + ", ") +
            "stream " + aeron.streamId() + ", media driver in " + aeron.directory();
    }

    /** Event loops, that of Aeron included. */
    static int loopCount(final VelocityConfig config)
    {
        return config.aeron().isOn() ? config.server().eventLoops() + 1 : config.server().eventLoops();
    }
}
