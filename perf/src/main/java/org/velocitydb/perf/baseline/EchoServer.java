package org.velocitydb.perf.baseline;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The null server: one thread over a selector that answers every request of a fixed length with an answer of a fixed
 * length and looks at neither. What it reaches is the ceiling of loopback, selector and load generator together. Run:
 * {@code java -cp perf/target/velocitydb-perf.jar
 * org.velocitydb.perf.baseline.EchoServer PORT REQUEST_LENGTH ANSWER_LENGTH}.
 */
public final class EchoServer
{
    private static final int BUFFER_LENGTH = 128 * 1024;

    private final int requestLength;
    private final int answerLength;
    private final ByteBuffer input = ByteBuffer.allocateDirect(BUFFER_LENGTH);
    private final ByteBuffer output = ByteBuffer.allocateDirect(BUFFER_LENGTH);

    private EchoServer(final int requestLength, final int answerLength)
    {
        this.requestLength = requestLength;
        this.answerLength = answerLength;
    }

    /**
     * Serves on loopback until the process is ended.
     *
     * @param args port, length of a request and of an answer in bytes.
     * @throws IOException when the port cannot be had.
     */
    public static void main(final String[] args) throws IOException
    {
        final EchoServer server = new EchoServer(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        server.serve(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
    }

    private void serve(final InetSocketAddress address) throws IOException
    {
        try (Selector selector = Selector.open(); ServerSocketChannel listener = ServerSocketChannel.open())
        {
            listener.bind(address);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            System.out.println("echo: listening on " + listener.getLocalAddress());
            while (true)
            {
                selector.select(key -> onReady(selector, listener, key));
            }
        }
    }

    private void onReady(final Selector selector, final ServerSocketChannel listener, final SelectionKey key)
    {
        try
        {
            if (key.isAcceptable())
            {
                final SocketChannel channel = listener.accept();
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.register(selector, SelectionKey.OP_READ, new long[1]);
            }
            else if (!answer((SocketChannel) key.channel(), (long[]) key.attachment()))
            {
                key.channel().close();
            }
        }
        catch (final IOException ex)
        {
            key.cancel();
        }
    }

    /**
     * Answers the whole requests that have come; {@code unanswered[0]} holds the bytes of one that is not whole yet.
     */
    private boolean answer(final SocketChannel channel, final long[] unanswered) throws IOException
    {
        input.clear();
        final int length = channel.read(input);
        if (length < 0)
        {
            return false;
        }
        final long available = unanswered[0] + length;
        final long requests = available / requestLength;
        unanswered[0] = available % requestLength;
        output.clear().limit((int) Math.min(requests * answerLength, BUFFER_LENGTH));
        while (output.hasRemaining())
        {
            channel.write(output);
        }
        return true;
    }
}
