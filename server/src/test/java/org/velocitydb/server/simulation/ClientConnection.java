package org.velocitydb.server.simulation;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Fault;
import org.velocitydb.transport.network.SimulatedEndpoint;
import org.velocitydb.transport.network.SimulatedNetwork;

/**
 * The bytes of one simulated client: what it wants to send, and what it has received and not yet taken apart.
 */
final class ClientConnection
{
    /**
     * Takes a client's frames apart.
     */
    interface FrameReader
    {
        /**
         * Looks at the bytes that are there.
         *
         * @param buffer    little-endian.
         * @param offset    where a frame should begin.
         * @param available bytes from there.
         * @return length of the frame that was dealt with, or 0 where it is not whole.
         */
        int onBytes(ByteBuffer buffer, int offset, int available);
    }

    private static final int BUFFER_LENGTH = 256 * 1024;

    private final SimulatedEndpoint endpoint;
    private final ByteBuffer output = ByteBuffer.allocate(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer input = ByteBuffer.allocate(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private int taken;

    private ClientConnection(final SimulatedEndpoint endpoint)
    {
        this.endpoint = endpoint;
    }

    static ClientConnection open(final SimulatedNetwork network, final InetSocketAddress address)
    {
        return new ClientConnection(network.connect(address));
    }

    /** Where the next frame goes; commit says how long it is. */
    ByteBuffer output()
    {
        return output;
    }

    int offset()
    {
        return output.position();
    }

    void commit(final int frameLength)
    {
        output.position(output.position() + frameLength);
    }

    boolean hasRoomToSend()
    {
        return output.remaining() > BUFFER_LENGTH / 2;
    }

    /**
     * Sends and receives what can be.
     *
     * @param reader gets whole frames.
     * @return false when the connection is gone.
     */
    boolean exchange(final FrameReader reader)
    {
        try
        {
            output.flip();
            endpoint.write(output);
            output.compact();
            final int received = endpoint.read(input);
            takeFrames(reader);
            return received >= 0;
        }
        catch (final IOException ex)
        {
            takeFrames(reader);
            return false;
        }
    }

    private void takeFrames(final FrameReader reader)
    {
        taken = 0;
        int frameLength;
        do
        {
            frameLength = reader.onBytes(input, taken, input.position() - taken);
            taken += frameLength;
        }
        while (frameLength > 0);
        final int rest = input.position() - taken;
        final byte[] unread = new byte[rest];
        input.get(taken, unread);
        input.clear();
        input.put(unread);
    }

    void reset()
    {
        endpoint.reset();
    }

    void close()
    {
        endpoint.close();
    }

    static String text(final ByteBuffer buffer, final int offset, final int length)
    {
        final byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static byte[] bytes(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What one thread needs to seal and verify frames. */
    static Crc newCrc()
    {
        return new Crc();
    }

    static void require(final Fault fault)
    {
        Model.require(fault == Fault.NONE, "the node sent a malformed message: " + fault);
    }
}
