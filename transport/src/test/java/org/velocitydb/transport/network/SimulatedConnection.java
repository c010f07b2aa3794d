package org.velocitydb.transport.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/**
 * The server's end of a simulated connection.
 */
final class SimulatedConnection implements Connection
{
    private final SimulatedNetwork network;
    private final InetSocketAddress remoteAddress;
    private final SimulatedPipe input;
    private final SimulatedPipe output;
    private SimulatedPoller poller;
    private Object attachment;
    private int interestOps;
    private boolean isClosed;

    SimulatedConnection(
        final SimulatedNetwork network,
        final InetSocketAddress remoteAddress,
        final SimulatedPipe input,
        final SimulatedPipe output)
    {
        this.network = network;
        this.remoteAddress = remoteAddress;
        this.input = input;
        this.output = output;
    }

    @Override
    public int read(final ByteBuffer dst) throws IOException
    {
        requireOpen();
        return input.read(dst);
    }

    @Override
    public int write(final ByteBuffer src) throws IOException
    {
        requireOpen();
        return output.write(src);
    }

    @Override
    public void shutdownOutput() throws IOException
    {
        requireOpen();
        output.end();
    }

    @Override
    public InetSocketAddress remoteAddress()
    {
        return remoteAddress;
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            network.onConnectionClosed();
            if (poller != null)
            {
                poller.remove(this);
            }
            // As TCP does: bytes that nobody read make the peer's connection break instead of end.
            if (input.hasUnreadBytes())
            {
                output.reset();
            }
            else
            {
                output.end();
            }
            input.reset();
        }
    }

    void register(final SimulatedPoller newPoller, final Object newAttachment)
    {
        poller = newPoller;
        attachment = newAttachment;
        interestOps = Poller.READ;
    }

    void interest(final int ops)
    {
        interestOps = ops;
    }

    Object attachment()
    {
        return attachment;
    }

    int readyOps()
    {
        int ops = (interestOps & Poller.READ) != 0 && input.isReadable() ? Poller.READ : 0;
        ops |= (interestOps & Poller.WRITE) != 0 && output.isWritable() ? Poller.WRITE : 0;
        return ops;
    }

    private void requireOpen() throws IOException
    {
        if (isClosed)
        {
            throw new ClosedChannelException();
        }
    }
}
