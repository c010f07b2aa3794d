package org.velocitydb.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * A connection without TLS, by the JDK's socket and not by a channel: a thread that is interrupted while it writes to a
 * channel closes it, and with it the requests of all other threads.
 */
final class PlainWire implements Wire
{
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private PlainWire(final Socket socket) throws IOException
    {
        this.socket = socket;
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    static PlainWire open(final ClientOptions options) throws IOException
    {
        final Socket socket = new Socket();
        try
        {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.connect(new InetSocketAddress(options.host(), options.port()), options.connectTimeoutMs());
            return new PlainWire(socket);
        }
        catch (final IOException ex)
        {
            close(socket);
            throw ex;
        }
    }

    @Override
    public int read(final ByteBuffer dst) throws IOException
    {
        return WireStreams.read(in, dst);
    }

    @Override
    public void write(final ByteBuffer src) throws IOException
    {
        WireStreams.write(src, out);
    }

    @Override
    public InetAddress remoteAddress()
    {
        return socket.getInetAddress();
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
        close(socket);
    }

    private static void close(final Socket socket)
    {
        try
        {
            socket.close();
        }
        catch (final IOException ignored)
        {
            // The connection is given up in any case.
        }
    }
}
