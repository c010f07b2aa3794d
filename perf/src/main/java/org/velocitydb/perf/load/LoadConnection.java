package org.velocitydb.perf.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One connection and its two buffers. Owned by the generator's thread. A request is encoded where it is sent from, and
 * an answer decoded where it was received.
 */
final class LoadConnection implements AutoCloseable
{
    static final int BUFFER_LENGTH = 512 * 1024;

    private final SocketChannel channel;
    private final ByteBuffer output = ByteBuffer.allocateDirect(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer input = ByteBuffer.allocateDirect(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private SelectionKey key;
    /** Bytes of the input that hold answers not taken yet. */
    private int inputOffset;
    private int inputLimit;

    private LoadConnection(final SocketChannel channel)
    {
        this.channel = channel;
    }

    static LoadConnection open(final InetSocketAddress address) throws IOException
    {
        final SocketChannel channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new LoadConnection(channel);
    }

    /** From here on nothing blocks. */
    void register(final Selector selector, final Object attachment) throws IOException
    {
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, attachment);
    }

    ByteBuffer output()
    {
        return output;
    }

    /** Where the next request goes. */
    int outputOffset()
    {
        return output.position();
    }

    void appended(final int limit)
    {
        output.position(limit);
    }

    /** Sends what the socket takes, and watches for room where that is not all. */
    void flush() throws IOException
    {
        output.flip();
        channel.write(output);
        final boolean isEmpty = !output.hasRemaining();
        output.compact();
        if (key != null)
        {
            final int ops = isEmpty ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
            if (key.interestOps() != ops)
            {
                key.interestOps(ops);
            }
        }
    }

    ByteBuffer input()
    {
        return input;
    }

    int inputOffset()
    {
        return inputOffset;
    }

    int available()
    {
        return inputLimit - inputOffset;
    }

    void taken(final int length)
    {
        inputOffset += length;
    }

    /** Receives what has come, or on a connection that blocks waits for something. */
    void receive() throws IOException
    {
        if (inputOffset == inputLimit)
        {
            inputOffset = 0;
            inputLimit = 0;
        }
        else if (inputLimit == BUFFER_LENGTH)
        {
            input.limit(inputLimit).position(inputOffset);
            input.compact();
            inputLimit -= inputOffset;
            inputOffset = 0;
        }
        input.limit(BUFFER_LENGTH).position(inputLimit);
        final int length = channel.read(input);
        if (length < 0)
        {
            throw new LoadException("the server ended the connection: remote=" + channel.getRemoteAddress());
        }
        inputLimit += length;
        // Codecs address absolutely, up to the limit.
        input.clear();
    }

    @Override
    public void close() throws IOException
    {
        channel.close();
    }
}
