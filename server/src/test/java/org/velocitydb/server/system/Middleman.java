package org.velocitydb.server.system;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.HandshakeTranscript;
import org.velocitydb.protocol.v2.HelloRequest;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.ServerHello;

/**
 * Somebody on the way between a client and its server. At first it passes on what it gets; once it is turned it plays
 * the server, with a key of its own, and passes on what the client says after that.
 */
final class Middleman implements AutoCloseable
{
    /** What it does to connections. */
    enum Mode
    {
        /** Passes bytes on. */
        HONEST,
        /** Ends the client's TLS with a certificate of its own, and speaks TLS with the server itself. */
        OWN_CERTIFICATE,
        /** Answers HELLO with a key of its own. */
        OWN_HOST_KEY
    }

    private static final int HEADER_LENGTH = 24;
    private static final char[] PASSWORD = {};

    private final int serverPort;
    private final ServerSocket socket;
    private final CopyOnWriteArrayList<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger overheardCount = new AtomicInteger();
    private final SSLContext tls;
    private volatile Mode mode = Mode.HONEST;

    Middleman(final int serverPort, final X509Certificate certificate, final PrivateKey key)
    {
        this.serverPort = serverPort;
        try
        {
            tls = newContext(certificate, key);
            socket = new ServerSocket(0, 16, InetAddress.getByName("127.0.0.1"));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        start(this::accept);
    }

    private static SSLContext newContext(final X509Certificate certificate, final PrivateKey key)
        throws IOException
    {
        try
        {
            final KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("middleman", key, PASSWORD, new X509Certificate[]{ certificate });
            final KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, PASSWORD);
            final SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys.getKeyManagers(), new TrustManager[]{ new Gullible() }, null);
            return context;
        }
        catch (final GeneralSecurityException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    void turn(final Mode next)
    {
        mode = next;
    }

    String address()
    {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** Bytes of a client that it could read in clear. */
    int overheardCount()
    {
        return overheardCount.get();
    }

    @Override
    public void close()
    {
        closeQuietly(socket);
        sockets.forEach(Middleman::closeQuietly);
    }

    private void accept()
    {
        try
        {
            while (!socket.isClosed())
            {
                final Socket client = socket.accept();
                sockets.add(client);
                start(() -> serve(client));
            }
        }
        catch (final IOException ex)
        {
            // Closed.
            return;
        }
    }

    private void serve(final Socket client)
    {
        try
        {
            switch (mode)
            {
                case OWN_CERTIFICATE -> relayInClear(client);
                case OWN_HOST_KEY -> forgeHello(client);
                default -> relay(client, connect(), false);
            }
        }
        catch (final IOException ex)
        {
            // The client has seen through it, which is what the tests look for.
            closeQuietly(client);
        }
    }

    private void relayInClear(final Socket client) throws IOException
    {
        final SSLSocket inner = (SSLSocket) tls.getSocketFactory().createSocket(client, null, true);
        sockets.add(inner);
        inner.startHandshake();
        final SSLSocket outer = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", serverPort);
        sockets.add(outer);
        relay(inner, outer, true);
    }

    private void forgeHello(final Socket client) throws IOException
    {
        final DataInputStream in = new DataInputStream(client.getInputStream());
        final byte[] header = in.readNBytes(HEADER_LENGTH);
        final int bodyLength = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(8);
        final ByteBuffer frame = ByteBuffer.allocate(HEADER_LENGTH + bodyLength).order(ByteOrder.LITTLE_ENDIAN);
        frame.put(header).put(in.readNBytes(bodyLength)).flip();
        final FrameDecoder decoder = FrameDecoder.ofRequests(new Crc(), Limits.DEFAULT_MAX_FRAME_LENGTH);
        decoder.tryWrap(frame, 0, frame.limit());
        final HelloRequest hello = new HelloRequest();
        hello.tryWrap(frame, decoder.messageOffset(), decoder.messageLength());
        client.getOutputStream().write(forgedAnswer(hello, decoder.correlationId()));
        relay(client, connect(), true);
    }

    private static byte[] forgedAnswer(final HelloRequest hello, final long correlationId)
    {
        try
        {
            final KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            final byte[] clientNonce = new byte[HandshakeTranscript.NONCE_LENGTH];
            hello.clientNonce(clientNonce);
            final byte[] serverNonce = new byte[HandshakeTranscript.NONCE_LENGTH];
            final Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(keys.getPrivate());
            signature.update(HandshakeTranscript.bytes(clientNonce, serverNonce, keys.getPublic().getEncoded()));
            final ByteBuffer answer = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
            final int message = FrameCodec.begin(answer, 0, MessageType.SERVER_HELLO, correlationId);
            final int limit = ServerHello.put(
                answer, message, serverNonce, keys.getPublic().getEncoded(), signature.sign(),
                "0".getBytes(StandardCharsets.US_ASCII));
            return Arrays.copyOf(answer.array(), new FrameCodec(new Crc()).seal(answer, 0, limit));
        }
        catch (final GeneralSecurityException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    private Socket connect() throws IOException
    {
        final Socket server = new Socket("127.0.0.1", serverPort);
        sockets.add(server);
        return server;
    }

    private void relay(final Socket client, final Socket server, final boolean isOverheard) throws IOException
    {
        start(() -> copy(server, client, false));
        copy(client, server, isOverheard);
    }

    private void copy(final Socket from, final Socket to, final boolean isOverheard)
    {
        final byte[] bytes = new byte[8192];
        try
        {
            final InputStream in = from.getInputStream();
            final OutputStream out = to.getOutputStream();
            for (int length = in.read(bytes); length >= 0; length = in.read(bytes))
            {
                overheardCount.addAndGet(isOverheard ? length : 0);
                out.write(bytes, 0, length);
            }
        }
        catch (final IOException ex)
        {
            // One side is gone; the other goes with it.
            closeQuietly(from);
        }
        closeQuietly(to);
    }

    private static void start(final Runnable work)
    {
        final Thread thread = new Thread(work, "middleman");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(final AutoCloseable socket)
    {
        try
        {
            socket.close();
        }
        catch (final Exception ex)
        {
            // It is gone in any case.
            return;
        }
    }

    /** The man in the middle does not mind who the server is. */
    private static final class Gullible implements X509TrustManager
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
