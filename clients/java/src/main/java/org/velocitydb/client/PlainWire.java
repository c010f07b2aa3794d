package org.velocitydb.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A connection without TLS.
 */
final class PlainWire implements Wire
{
    private final SocketChannel channel;

    private PlainWire(final SocketChannel channel)
    {
        this.channel = channel;
    }

    static PlainWire open(final ClientOptions options) throws IOException
    {
        final PlainWire wire = new PlainWire(SocketChannel.open());
        try
        {
            wire.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            wire.channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            wire.channel.socket().connect(options.resolvedAddress(), options.connectTimeoutMs());
            return wire;
        }
        catch (final IOException ex)
        {
            wire.close();
            throw ex;
        }
    }

    @Override
    public int read(final ByteBuffer dst) throws IOException
    {
        return channel.read(dst);
    }

    @Override
    public void write(final ByteBuffer src) throws IOException
    {
        while (src.hasRemaining())
        {
            channel.write(src);
        }
    }

    @Override
    public InetAddress remoteAddress()
    {
        return channel.socket().getInetAddress();
    }

    @Override
    public boolean isSecure()
    {
        return false;
    }

    @Override
    public String fingerprint()
    {
        return null;
    }

    @Override
    public void close()
    {
        try
        {
            channel.close();
        }
        catch (final IOException ignored)
        {
            // The connection is given up in any case.
        }
    }
}
