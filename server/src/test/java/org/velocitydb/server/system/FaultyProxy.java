package org.velocitydb.server.system;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

import org.velocitydb.protocol.v2.MessageType;

/**
 * A network between clients and a server that does what networks do: it cuts connections, stalls them without a word,
 * holds answers back, doubles frames, and delivers what was sent on one connection after what was sent later on
 * another. It looks at requests frame by frame, and passes answers on as they come.
 */
final class FaultyProxy implements AutoCloseable
{
    private static final int HEADER_LENGTH = 24;
    private static final int TYPE_OFFSET = 5;
    private static final int BODY_LENGTH_OFFSET = 8;

    private final ServerSocket socket;
    private final CopyOnWriteArrayList<Link> links = new CopyOnWriteArrayList<>();
    private volatile int serverPort;
    private volatile boolean doublesWrites;
    /** Guarded by this object's monitor. */
    private boolean holdsWrites;
    private boolean holdsAnswers;

    FaultyProxy(final int serverPort)
    {
        this.serverPort = serverPort;
        try
        {
            socket = new ServerSocket(0, 64, InetAddress.getByName("127.0.0.1"));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        start(this::accept);
    }

    String address()
    {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** Where connections go from now on: a server that was started again has another port. */
    void serverPort(final int port)
    {
        serverPort = port;
    }

    void doubleWrites(final boolean doubles)
    {
        doublesWrites = doubles;
    }

    /** Keeps writes that come from now on; those that are kept stay so. */
    synchronized void holdWrites(final boolean holds)
    {
        holdsWrites = holds;
    }

    synchronized void holdAnswers(final boolean holds)
    {
        holdsAnswers = holds;
        notifyAll();
    }

    /** Passes nothing on any more on the connections that there are, and does not close them. */
    synchronized void stall()
    {
        links.forEach(link -> link.isStalled = true);
    }

    /** Ends the connections that there are. */
    void cut()
    {
        links.forEach(Link::close);
    }

    /** Ends the connections that there are for the clients; the server does not know. */
    void cutClients()
    {
        links.forEach(link -> closeQuietly(link.client));
    }

    synchronized int heldCount()
    {
        return links.stream().mapToInt(link -> link.held.size()).sum();
    }

    /** Delivers the writes that are held, on the connections that they came on. */
    synchronized void deliverHeld()
    {
        for (final Link link : links)
        {
            while (!link.held.isEmpty())
            {
                link.toServer(link.held.remove());
            }
        }
    }

    /** Bytes that the server sent to clients that are gone. */
    long unclaimedBytes()
    {
        return links.stream().mapToLong(link -> link.unclaimedBytes).sum();
    }

    @Override
    public void close()
    {
        closeQuietly(socket);
        cut();
        holdAnswers(false);
    }

    private void accept()
    {
        while (!socket.isClosed())
        {
            try
            {
                final Socket client = socket.accept();
                start(() -> open(client));
            }
            catch (final IOException ex)
            {
                // Closed.
                return;
            }
        }
    }

    private void open(final Socket client)
    {
        try
        {
            final Link link = new Link(client, new Socket("127.0.0.1", serverPort));
            links.add(link);
            start(link::passRequests);
            link.passAnswers();
        }
        catch (final IOException ex)
        {
            // The server is not there, which the client is to see.
            closeQuietly(client);
        }
    }

    private static void start(final Runnable work)
    {
        final Thread thread = new Thread(work, "faulty-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(final AutoCloseable closeable)
    {
        try
        {
            closeable.close();
        }
        catch (final Exception ex)
        {
            // It is gone in any case.
            return;
        }
    }

    /** A connection through the proxy. */
    private final class Link
    {
        private final Socket client;
        private final Socket server;
        /** Guarded by the proxy's monitor. */
        private final Queue<byte[]> held = new ArrayDeque<>();
        private volatile boolean isStalled;
        private volatile long unclaimedBytes;

        Link(final Socket client, final Socket server) throws IOException
        {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        void passRequests()
        {
            try
            {
                final DataInputStream in = new DataInputStream(client.getInputStream());
                while (true)
                {
                    final byte[] header = new byte[HEADER_LENGTH];
                    in.readFully(header);
                    final int bodyLength = ByteBuffer.wrap(header)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt(BODY_LENGTH_OFFSET);
                    final byte[] frame = Arrays.copyOf(header, HEADER_LENGTH + bodyLength);
                    in.readFully(frame, HEADER_LENGTH, bodyLength);
                    pass(frame);
                }
            }
            catch (final EOFException ex)
            {
                closeQuietly(server);
            }
            catch (final IOException ex)
            {
                // Cut: what was sent before may be delivered yet.
                return;
            }
        }

        private void pass(final byte[] frame)
        {
            if (isStalled)
            {
                return;
            }
            final boolean isWrite = frame[TYPE_OFFSET] == MessageType.WRITE;
            synchronized (FaultyProxy.this)
            {
                if (isWrite && holdsWrites)
                {
                    held.add(frame);
                    return;
                }
            }
            toServer(frame);
            if (isWrite && doublesWrites)
            {
                toServer(frame);
            }
        }

        void toServer(final byte[] frame)
        {
            try
            {
                server.getOutputStream().write(frame);
            }
            catch (final IOException ex)
            {
                close();
            }
        }

        void passAnswers()
        {
            final byte[] bytes = new byte[8192];
            try
            {
                final InputStream in = server.getInputStream();
                for (int length = in.read(bytes); length >= 0; length = in.read(bytes))
                {
                    awaitFlow();
                    toClient(bytes, length);
                }
            }
            catch (final IOException ex)
            {
                // Either side is gone.
                close();
            }
            if (!isStalled)
            {
                close();
            }
        }

        private void toClient(final byte[] bytes, final int length) throws IOException
        {
            if (client.isClosed())
            {
                unclaimedBytes += length;
            }
            else if (!isStalled)
            {
                final OutputStream out = client.getOutputStream();
                out.write(bytes, 0, length);
            }
        }

        private void awaitFlow()
        {
            synchronized (FaultyProxy.this)
            {
                while (holdsAnswers)
                {
                    try
                    {
                        FaultyProxy.this.wait();
                    }
                    catch (final InterruptedException ex)
                    {
                        throw new IllegalStateException(ex);
                    }
                }
            }
        }

        void close()
        {
            closeQuietly(client);
            closeQuietly(server);
        }
    }
}
