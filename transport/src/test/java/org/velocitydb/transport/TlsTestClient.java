package org.velocitydb.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import org.velocitydb.transport.network.Connection;
import org.velocitydb.transport.network.SimulatedEndpoint;

/**
 * A client that speaks TLS over a simulated connection, one pump at a time.
 */
final class TlsTestClient
{
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final int ROOM = 64 * 1024;

    final SimulatedEndpoint endpoint;
    final SSLEngine engine;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final ByteBuffer in = ByteBuffer.allocate(ROOM);
    private ByteBuffer out = ByteBuffer.allocate(0);
    private int receivedCount;
    private boolean hasEnded;

    TlsTestClient(final SimulatedEndpoint endpoint)
    {
        this(endpoint, "TLSv1.3");
    }

    TlsTestClient(final SimulatedEndpoint endpoint, final String protocol)
    {
        this.endpoint = endpoint;
        engine = newContext().createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[]{ protocol });
    }

    /** With a key that is good for nothing but tests: its certificate's name says so. */
    static TlsSettings settings(final boolean isRequired)
    {
        return new TlsSettings(newContext(), isRequired, TlsSettings.ClientAuth.NONE);
    }

    private static SSLContext newContext()
    {
        try (InputStream file = TlsTestClient.class.getResourceAsStream("/tls-test.p12"))
        {
            final KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(file, PASSWORD);
            final KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, PASSWORD);
            final SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[]{ new TrustingManager() }, new SecureRandom());
            return context;
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        catch (final GeneralSecurityException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    void handshake(final SimulatedTransport server) throws IOException
    {
        engine.beginHandshake();
        server.until(() ->
        {
            pump();
            return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
        });
    }

    /** Makes records of the bytes; {@link #pump()} sends them. */
    void write(final byte[] bytes, final int maxRecordText) throws IOException
    {
        for (int at = 0; at < bytes.length; at += maxRecordText)
        {
            wrap(ByteBuffer.wrap(bytes, at, Math.min(maxRecordText, bytes.length - at)));
        }
    }

    void closeOutbound() throws IOException
    {
        engine.closeOutbound();
        wrap(ByteBuffer.allocate(0));
    }

    byte[] received()
    {
        return received.toByteArray();
    }

    int receivedCount()
    {
        return receivedCount;
    }

    boolean hasEnded()
    {
        return hasEnded;
    }

    void sendOnly() throws IOException
    {
        endpoint.write(out);
    }

    void pump()
    {
        try
        {
            if (out.hasRemaining())
            {
                endpoint.write(out);
            }
            if (!hasEnded && in.hasRemaining() && endpoint.read(in) == Connection.END_OF_STREAM)
            {
                hasEnded = true;
            }
            boolean mayGoOn;
            do
            {
                mayGoOn = work();
            }
            while (mayGoOn);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private boolean work() throws IOException
    {
        switch (engine.getHandshakeStatus())
        {
            case NEED_TASK :
                engine.getDelegatedTask().run();
                return true;
            case NEED_WRAP :
                wrap(ByteBuffer.allocate(0));
                return true;
            default :
                return unwrap();
        }
    }

    private boolean unwrap() throws IOException
    {
        in.flip();
        final ByteBuffer plain = ByteBuffer.allocate(ROOM);
        final SSLEngineResult result = engine.unwrap(in, plain);
        in.compact();
        received.write(plain.array(), 0, plain.position());
        receivedCount += plain.position();
        return result.getStatus() == SSLEngineResult.Status.OK && result.bytesConsumed() > 0;
    }

    private void wrap(final ByteBuffer text) throws IOException
    {
        do
        {
            final ByteBuffer record = ByteBuffer.allocate(ROOM);
            engine.wrap(text, record);
            record.flip();
            out = ByteBuffer.allocate(out.remaining() + record.remaining()).put(out).put(record).flip();
        }
        while (text.hasRemaining());
    }

    /** What the server shows is not what these tests are about. */
    private static final class TrustingManager implements X509TrustManager
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
}
