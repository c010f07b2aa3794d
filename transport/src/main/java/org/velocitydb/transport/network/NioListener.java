package org.velocitydb.transport.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * A listening TCP socket.
 */
final class NioListener implements Listener
{
    private final ServerSocketChannel channel;
    private final InetSocketAddress localAddress;
    private SelectionKey key;

    NioListener(final ServerSocketChannel channel, final InetSocketAddress localAddress)
    {
        this.channel = channel;
        this.localAddress = localAddress;
    }

    @Override
    public Connection accept() throws IOException
    {
        final SocketChannel accepted = channel.accept();
        if (accepted == null)
        {
            return null;
        }
        try
        {
            accepted.configureBlocking(false);
            // Answers are gathered by the event loop already; the system is not to hold back a small one.
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            KeepAlive.apply(accepted);
            return new NioConnection(accepted, (InetSocketAddress) accepted.getRemoteAddress());
        }
        catch (final IOException ex)
        {
            NioConnection.closeQuietly(accepted);
            throw ex;
        }
    }

    @Override
    public InetSocketAddress localAddress()
    {
        return localAddress;
    }

    @Override
    public void pause()
    {
        if (key != null && key.isValid())
        {
            key.interestOps(0);
        }
    }

    @Override
    public void resume()
    {
        if (key != null && key.isValid())
        {
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    @Override
    public void close()
    {
        NioConnection.closeQuietly(channel);
    }

    ServerSocketChannel channel()
    {
        return channel;
    }

    void key(final SelectionKey selectionKey)
    {
        key = selectionKey;
    }
}
