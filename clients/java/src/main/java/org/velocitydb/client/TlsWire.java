package org.velocitydb.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A connection over TLS 1.3, by the JDK's socket, which lets one thread read while another writes. The server is judged
 * during the handshake ({@link TlsTrust}), before anything else is sent to it.
 */
final class TlsWire implements Wire
{
    private static final String[] PROTOCOLS = { "TLSv1.3" };

    private final Socket socket;
    private final SSLSocket tls;
    private final String fingerprint;
    private final InputStream in;
    private final OutputStream out;

    private TlsWire(final Socket socket, final SSLSocket tls, final String fingerprint) throws IOException
    {
        this.socket = socket;
        this.tls = tls;
        this.fingerprint = fingerprint;
        in = tls.getInputStream();
        out = tls.getOutputStream();
    }

    /**
     * Connects and shakes hands.
     *
     * @throws VelocityException if the server is not to be trusted.
     * @throws IOException       if it cannot be reached, or speaks no TLS.
     */
    static TlsWire open(final ClientOptions options) throws IOException
    {
        final Socket socket = new ReadAheadSocket();
        boolean isOpen = false;
        try
        {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.connect(new InetSocketAddress(options.host(), options.port()), options.connectTimeoutMs());
            socket.setSoTimeout(options.loginTimeoutMs());
            final TlsWire wire = handshake(options, socket);
            socket.setSoTimeout(0);
            isOpen = true;
            return wire;
        }
        finally
        {
            if (!isOpen)
            {
                socket.close();
            }
        }
    }

    private static TlsWire handshake(final ClientOptions options, final Socket socket) throws IOException
    {
        final TlsTrust trust = new TlsTrust(options);
        try
        {
            final SSLSocket tls = (SSLSocket) trust.newContext().getSocketFactory()
                .createSocket(socket, options.host(), options.port(), true);
            final SSLParameters parameters = tls.getSSLParameters();
            parameters.setProtocols(PROTOCOLS);
            if (options.tlsOptions().hasAuthorities())
            {
                // The name in the certificate has to be the one that was asked for.
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            return new TlsWire(socket, tls, trust.fingerprint());
        }
        catch (final GeneralSecurityException ex)
        {
            throw new IOException("TLS cannot be set up: " + ex.getMessage(), ex);
        }
        catch (final IOException ex)
        {
            if (trust.refusal() != null)
            {
                throw trust.refusal();
            }
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
        return true;
    }

    @Override
    public String fingerprint()
    {
        return fingerprint;
    }

    @Override
    public void close()
    {
        try
        {
            // Not the TLS on it, which would wait for a write that the server does not take. The protocol's own
            // farewell has gone before.
            socket.close();
        }
        catch (final IOException ignored)
        {
            // The connection is given up in any case.
        }
    }

    @Override
    public String toString()
    {
        return "server=" + tls.getRemoteSocketAddress() + ", fingerprint=" + fingerprint;
    }

    /**
     * Reads whatever has come with one system call, where the TLS on it would make one for each record's header and
     * another for its text.
     */
    private static final class ReadAheadSocket extends Socket
    {
        private static final int AHEAD_LENGTH = 32 * 1024;

        private InputStream ahead;

        @Override
        public synchronized InputStream getInputStream() throws IOException
        {
            if (ahead == null)
            {
                ahead = new BufferedInputStream(super.getInputStream(), AHEAD_LENGTH);
            }
            return ahead;
        }
    }
}
