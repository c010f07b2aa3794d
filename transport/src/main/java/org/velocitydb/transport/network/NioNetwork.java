package org.velocitydb.transport.network;

import java.net.InetSocketAddress;

/**
 * TCP of this machine, through {@link java.nio.channels.Selector}.
 */
public final class NioNetwork implements Network
{
    @Override
    public Listener listen(final InetSocketAddress address)
    {
        throw new UnsupportedOperationException("interface only");
    }

    @Override
    public Poller newPoller()
    {
        throw new UnsupportedOperationException("interface only");
    }
}
