package org.velocitydb.client;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.concurrent.CopyOnWriteArrayList;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.ErrorMessage;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.HandshakeTranscript;
import org.velocitydb.protocol.v2.HelloRequest;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.ServerHello;

/**
 * A server on loopback that shakes hands, and leaves everything else to a script.
 */
final class FakeServer implements AutoCloseable
{
    private static final int HEADER_LENGTH = 24;
    private static final int BUFFER_LENGTH = 256 * 1024;

    /** Answers requests, or does not. */
    @FunctionalInterface
    interface Script
    {
        void onRequest(Request request) throws IOException;
    }

    /** Writes a message and says where it ends. */
    @FunctionalInterface
    interface Message
    {
        int put(ByteBuffer buffer, int offset);
    }

    private final ServerSocket socket;
    private final KeyPair keys;
    private final Script script;
    private final CopyOnWriteArrayList<Socket> connections = new CopyOnWriteArrayList<>();
    private final Thread acceptor;
    private volatile boolean signsWell = true;
    private volatile boolean isPingWelcome;

    FakeServer(final Script script)
    {
        this(script, newKeys());
    }

    FakeServer(final Script script, final KeyPair keys)
    {
        this(script, keys, 0);
    }

    private FakeServer(final Script script, final KeyPair keys, final int port)
    {
        this.script = script;
        this.keys = keys;
        try
        {
            socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 16);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        acceptor = start("fake-server", this::accept);
    }

    /** Another server in the place of this one, which is closed. */
    FakeServer startAgain()
    {
        return new FakeServer(script, keys, socket.getLocalPort());
    }

    static KeyPair newKeys()
    {
        try
        {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        }
        catch (final GeneralSecurityException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    FakeServer signBadly()
    {
        signsWell = false;
        return this;
    }

    String address()
    {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    String fingerprint()
    {
        return HandshakeTranscript.fingerprint(keys.getPublic().getEncoded());
    }

    @Override
    public void close()
    {
        try
        {
            socket.close();
            // A thread within accept() takes connections until it has seen that the socket is closed.
            acceptor.join();
            for (final Socket connection : connections)
            {
                connection.close();
            }
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private void accept()
    {
        try
        {
            while (true)
            {
                final Socket connection = socket.accept();
                connections.add(connection);
                start("fake-server-connection", () -> serve(connection));
            }
        }
        catch (final IOException ignored)
        {
            // Closed.
        }
    }

    private void serve(final Socket connection)
    {
        try (connection)
        {
            final DataInputStream in = new DataInputStream(connection.getInputStream());
            final Peer peer = new Peer(connection.getOutputStream(), connection);
            while (true)
            {
                final Request request = read(in, peer);
                if (request.type() == MessageType.HELLO)
                {
                    isPingWelcome = request.frame().answersPing();
                    shakeHands(request);
                }
                else
                {
                    script.onRequest(request);
                }
            }
        }
        catch (final EOFException ignored)
        {
            // The client is gone.
        }
        catch (final IOException ignored)
        {
            // The script or the client closed the connection.
        }
    }

    /** Whether the last HELLO said that the client answers PING. */
    boolean isPingWelcome()
    {
        return isPingWelcome;
    }

    private static Request read(final DataInputStream in, final Peer peer) throws IOException
    {
        final byte[] header = new byte[HEADER_LENGTH];
        in.readFully(header);
        final int bodyLength = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(8);
        final byte[] frame = new byte[HEADER_LENGTH + bodyLength];
        System.arraycopy(header, 0, frame, 0, HEADER_LENGTH);
        in.readFully(frame, HEADER_LENGTH, bodyLength);
        final FrameDecoder decoder = FrameDecoder.ofRequests(new Crc(), Limits.DEFAULT_MAX_FRAME_LENGTH);
        final ByteBuffer buffer = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        final Fault fault = decoder.tryWrap(buffer, 0, frame.length);
        if (fault != Fault.NONE)
        {
            throw new IOException("client sent a bad frame: fault=" + fault);
        }
        return new Request(decoder, buffer, peer);
    }

    private void shakeHands(final Request request) throws IOException
    {
        final HelloRequest hello = new HelloRequest();
        hello.tryWrap(request.buffer(), request.offset(), request.length());
        final byte[] clientNonce = new byte[HandshakeTranscript.NONCE_LENGTH];
        hello.clientNonce(clientNonce);
        final byte[] serverNonce = new byte[HandshakeTranscript.NONCE_LENGTH];
        final byte[] publicKey = keys.getPublic().getEncoded();
        clientNonce[0] ^= (byte) (signsWell ? 0 : 1);
        final byte[] signature = sign(HandshakeTranscript.bytes(clientNonce, serverNonce, publicKey));
        request.answer(
            MessageType.SERVER_HELLO, (buffer, offset) -> ServerHello.put(
                buffer, offset, serverNonce, publicKey, signature, "fake".getBytes(StandardCharsets.UTF_8)));
    }

    private byte[] sign(final byte[] bytes)
    {
        try
        {
            final Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(keys.getPrivate());
            signer.update(bytes);
            return signer.sign();
        }
        catch (final GeneralSecurityException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    static Thread start(final String name, final Runnable work)
    {
        final Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** The other end of a connection; any thread may send. */
    static final class Peer
    {
        private final OutputStream out;
        private final Socket connection;
        private final FrameCodec codec = new FrameCodec(new Crc());
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);

        Peer(final OutputStream out, final Socket connection)
        {
            this.out = out;
            this.connection = connection;
        }

        synchronized void send(
            final int type, final long correlationId, final boolean hasMore, final Message message) throws IOException
        {
            final int limit = message.put(buffer, FrameCodec.begin(buffer, 0, type, correlationId));
            final int length = hasMore ? codec.sealWithMore(buffer, 0, limit) : codec.seal(buffer, 0, limit);
            out.write(buffer.array(), 0, length);
        }

        synchronized void sendRaw(final byte[] bytes) throws IOException
        {
            out.write(bytes);
        }

        void close() throws IOException
        {
            connection.close();
        }
    }

    /** A request that was read, and the way to answer it. */
    static final class Request
    {
        private final FrameDecoder frame;
        private final ByteBuffer buffer;
        private final Peer peer;

        Request(final FrameDecoder frame, final ByteBuffer buffer, final Peer peer)
        {
            this.frame = frame;
            this.buffer = buffer;
            this.peer = peer;
        }

        int type()
        {
            return frame.type();
        }

        FrameDecoder frame()
        {
            return frame;
        }

        ByteBuffer buffer()
        {
            return buffer;
        }

        Peer peer()
        {
            return peer;
        }

        int offset()
        {
            return frame.messageOffset();
        }

        int length()
        {
            return frame.messageLength();
        }

        void answer(final int type, final Message message) throws IOException
        {
            peer.send(type, frame.correlationId(), false, message);
        }

        void answerEmpty() throws IOException
        {
            answer(type() | MessageType.RESPONSE_BIT, (target, offset) -> offset);
        }

        void answerPart(final int type, final Message message) throws IOException
        {
            peer.send(type, frame.correlationId(), true, message);
        }

        void fail(final ErrorCode code, final Outcome outcome, final int position, final String text)
            throws IOException
        {
            final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            answer(
                MessageType.ERROR, (target, offset) ->
                {
                    final int next = ErrorMessage.put(target, offset, code, outcome, position, 20, bytes.length);
                    target.put(next, bytes);
                    return next + bytes.length;
                });
        }
    }
}
