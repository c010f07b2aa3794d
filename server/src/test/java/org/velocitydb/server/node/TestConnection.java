package org.velocitydb.server.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

import org.velocitydb.transport.network.SimulatedEndpoint;

/**
 * What the test clients of both versions share: bytes that wait to be sent, and frames that were received.
 *
 * @param <F> a received frame.
 */
abstract class TestConnection<F>
{
    private static final int BUFFER_LENGTH = 4 * 1024 * 1024;

    private final SteppedNode node;
    private final SimulatedEndpoint endpoint;
    private final ByteBuffer output = ByteBuffer.allocate(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer input = ByteBuffer.allocate(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final ArrayDeque<F> received = new ArrayDeque<>();
    private boolean isReading = true;
    private boolean isClosed;

    TestConnection(final SteppedNode node, final SimulatedEndpoint endpoint)
    {
        this.node = node;
        this.endpoint = endpoint;
    }

    /**
     * Looks for a frame.
     *
     * @return its length, 0 where it is not whole.
     */
    abstract int onBytes(ByteBuffer buffer, int offset, int available, ArrayDeque<F> frames);

    ByteBuffer output()
    {
        return output;
    }

    void commit(final int frameLength)
    {
        output.position(output.position() + frameLength);
    }

    /** A client that does not read lets the node's output fill up. */
    void reading(final boolean isOn)
    {
        isReading = isOn;
    }

    void exchange()
    {
        try
        {
            if (output.position() > 0)
            {
                output.flip();
                endpoint.write(output);
                output.compact();
            }
            if (isReading)
            {
                isClosed |= endpoint.read(input) < 0;
            }
        }
        catch (final IOException ex)
        {
            isClosed = true;
        }
        int taken = 0;
        int length;
        do
        {
            length = onBytes(input, taken, input.position() - taken, received);
            taken += length;
        }
        while (length > 0);
        input.limit(input.position()).position(taken);
        input.compact();
    }

    /** Sends what waits and steps the node. */
    void pump(final int count)
    {
        for (int i = 0; i < count; i++)
        {
            exchange();
            node.step();
        }
        exchange();
    }

    F take()
    {
        node.stepUntil(() ->
        {
            exchange();
            return !received.isEmpty() || isClosed;
        });
        if (received.isEmpty())
        {
            throw new AssertionError("the connection was closed");
        }
        return received.poll();
    }

    List<F> take(final int count)
    {
        final List<F> frames = new ArrayList<>();
        for (int i = 0; i < count; i++)
        {
            frames.add(take());
        }
        return frames;
    }

    boolean hasReceived()
    {
        return !received.isEmpty();
    }

    void awaitClosed()
    {
        node.stepUntil(() ->
        {
            exchange();
            return isClosed;
        });
    }

    boolean isClosed()
    {
        return isClosed;
    }

    void endOutput()
    {
        endpoint.shutdownOutput();
    }

    void close()
    {
        endpoint.close();
    }
}
