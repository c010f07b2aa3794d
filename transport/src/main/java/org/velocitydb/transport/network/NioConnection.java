package org.velocitydb.transport.network;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * A TCP connection.
 */
final class NioConnection implements Connection
{
    private final SocketChannel channel;
    private final InetSocketAddress remoteAddress;
    private SelectionKey key;

    NioConnection(final SocketChannel channel, final InetSocketAddress remoteAddress)
    {
        this.channel = channel;
        this.remoteAddress = remoteAddress;
    }

    @Override
    public int read(final ByteBuffer dst) throws IOException
    {
        return channel.read(dst);
    }

    @Override
    public int write(final ByteBuffer src) throws IOException
    {
        return channel.write(src);
    }

    @Override
    public void shutdownOutput() throws IOException
    {
        channel.shutdownOutput();
    }

    @Override
    public InetSocketAddress remoteAddress()
    {
        return remoteAddress;
    }

    @Override
    public void close()
    {
        closeQuietly(channel);
    }

    SocketChannel channel()
    {
        return channel;
    }

    SelectionKey key()
    {
        return key;
    }

    void key(final SelectionKey selectionKey)
    {
        key = selectionKey;
    }

    static void closeQuietly(final Closeable channel)
    {
        if (channel == null)
        {
            return;
        }
        try
        {
            channel.close();
        }
        catch (final IOException ignore)
        {
            // The descriptor is gone either way, and nobody could do anything about it.
        }
    }
}
