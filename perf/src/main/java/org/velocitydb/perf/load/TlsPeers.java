package org.velocitydb.perf.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Connections over TLS to a server of which nothing is verified: a measurement gives nothing away but a password of its
 * own. Any thread may use it.
 */
final class TlsPeers
{
    private static final String PROTOCOL = "TLSv1.3";

    private final SSLContext context;

    /** Believes everybody. */
    private static final class Credulous implements X509TrustManager
    {
        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String authType)
        {
        }

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String authType)
        {
        }

        @Override
        public X509Certificate[] getAcceptedIssuers()
        {
            return new X509Certificate[0];
        }
    }

    TlsPeers()
    {
        try
        {
            context = SSLContext.getInstance(PROTOCOL);
            context.init(null, new TrustManager[]{ new Credulous() }, null);
        }
        catch (final GeneralSecurityException ex)
        {
            throw new LoadException("TLS cannot be set up: cause=" + ex.getMessage());
        }
    }

    /** The first message of a handshake, to be sent any number of times. */
    ByteBuffer clientHello() throws IOException
    {
        final SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        final ByteBuffer message = ByteBuffer.allocateDirect(engine.getSession().getPacketBufferSize());
        final SSLEngineResult result = engine.wrap(ByteBuffer.allocate(0), message);
        if (result.bytesProduced() == 0)
        {
            throw new LoadException("no first message: result=" + result);
        }
        return message.flip();
    }

    /** Connects and shakes hands. */
    SSLSocket open(final InetSocketAddress address) throws IOException
    {
        final Socket plain = new Socket();
        boolean isOpen = false;
        try
        {
            plain.connect(address);
            plain.setTcpNoDelay(true);
            final SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(plain, address.getHostString(), address.getPort(), true);
            socket.startHandshake();
            isOpen = true;
            return socket;
        }
        finally
        {
            if (!isOpen)
            {
                plain.close();
            }
        }
    }
}
