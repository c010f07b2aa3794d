package org.velocitydb.transport.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;

/**
 * TCP of this machine, through {@link Selector}.
 */
public final class NioNetwork implements Network
{
    /** Peers that may wait to be accepted; the system may hold fewer. A burst of reconnecting clients fits in. */
    private static final int BACKLOG = 1024;

    @Override
    public Listener listen(final InetSocketAddress address)
    {
        ServerSocketChannel channel = null;
        try
        {
            channel = ServerSocketChannel.open();
            // A restarted server binds although connections of the one before are still in TIME_WAIT.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.configureBlocking(false);
            channel.bind(address, BACKLOG);
            return new NioListener(channel, (InetSocketAddress) channel.getLocalAddress());
        }
        catch (final IOException | IllegalArgumentException ex)
        {
            NioConnection.closeQuietly(channel);
            throw new NetworkException("cannot listen: address=" + address + ", cause=" + ex.getMessage(), ex);
        }
    }

    @Override
    public Poller newPoller()
    {
        try
        {
            return new NioPoller(Selector.open());
        }
        catch (final IOException ex)
        {
            throw new NetworkException("cannot open a selector: cause=" + ex.getMessage(), ex);
        }
    }
}
