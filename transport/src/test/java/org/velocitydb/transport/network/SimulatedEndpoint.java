package org.velocitydb.transport.network;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A client's end of a simulated connection, for tests to play the peer with. What a test writes at once may take many
 * calls to go through, as with a real socket.
 */
public final class SimulatedEndpoint
{
    private final SimulatedNetwork network;
    private final SimulatedPipe input;
    private final SimulatedPipe output;

    SimulatedEndpoint(final SimulatedNetwork network, final SimulatedPipe input, final SimulatedPipe output)
    {
        this.network = network;
        this.input = input;
        this.output = output;
    }

    /**
     * Writes what the network takes now.
     *
     * @param src from its position to its limit; the position advances.
     * @return bytes written.
     * @throws IOException when the server has closed.
     */
    public int write(final ByteBuffer src) throws IOException
    {
        return output.write(src);
    }

    /**
     * Reads what has arrived.
     *
     * @param dst from its position.
     * @return bytes read, 0, or {@link Connection#END_OF_STREAM}.
     * @throws IOException when the server's side broke the connection.
     */
    public int read(final ByteBuffer dst) throws IOException
    {
        return input.read(dst);
    }

    /**
     * Ends this side of the stream; the other can still be read.
     */
    public void shutdownOutput()
    {
        output.end();
    }

    /**
     * Closes as a program does that wants nothing more.
     */
    public void close()
    {
        network.trace('c', 0);
        output.end();
        input.reset();
    }

    /**
     * Breaks the connection: the server's next read or write fails.
     */
    public void reset()
    {
        network.trace('r', 0);
        output.reset();
        input.reset();
    }
}
