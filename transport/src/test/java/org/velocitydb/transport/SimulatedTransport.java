package org.velocitydb.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.agrona.concurrent.Agent;
import org.velocitydb.transport.network.Connection;
import org.velocitydb.transport.network.SimulatedEndpoint;
import org.velocitydb.transport.network.SimulatedNetwork;

/**
 * A transport on a simulated network with a clock of its own, stepped by the test's thread.
 */
final class SimulatedTransport implements AutoCloseable
{
    static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final int MAX_STEPS = 200_000;

    final SimulatedNetwork network;
    final TransportContext context;
    final List<Throwable> errors = new ArrayList<>();
    Transport transport;
    private List<Agent> agents;
    /** Begins close to the end of the range, so that every test also shows that wrap-around is harmless. */
    long nowNs = Long.MAX_VALUE - TimeUnit.MILLISECONDS.toNanos(50);

    SimulatedTransport(final long seed, final SessionHandler handler)
    {
        network = new SimulatedNetwork(seed);
        context = new TransportContext().network(network)
            .nanoClock(() -> nowNs)
            .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .errorHandler(errors::add)
            .receiveBufferLength(4 * 1024)
            .maxFrameLength(1024 * 1024)
            .bufferPoolBytes(8 * 1024 * 1024)
            .sessionHandlers(index -> handler);
    }

    SimulatedTransport open()
    {
        transport = Transport.open(context);
        agents = transport.agents();
        return this;
    }

    /** From now on nobody computes handshakes, as on a machine that is busy with others' for long. */
    void stopHandshakes()
    {
        agents = agents.stream().filter(agent -> !(agent instanceof TlsHandshakes)).toList();
    }

    SimulatedEndpoint connect()
    {
        return network.connect(transport.localAddress());
    }

    void step()
    {
        for (int i = 0; i < agents.size(); i++)
        {
            doWork(agents.get(i));
        }
        network.step();
        nowNs += STEP_NS;
    }

    private static void doWork(final Agent agent)
    {
        try
        {
            agent.doWork();
        }
        catch (final Exception ex)
        {
            throw new AssertionError("agent failed: " + agent.roleName(), ex);
        }
    }

    void step(final int count)
    {
        for (int i = 0; i < count; i++)
        {
            step();
        }
    }

    void pass(final long durationNs)
    {
        step((int) (durationNs / STEP_NS));
    }

    void until(final BooleanSupplier condition)
    {
        for (int i = 0; i < MAX_STEPS; i++)
        {
            if (condition.getAsBoolean())
            {
                return;
            }
            step();
        }
        fail("condition does not come true");
    }

    void send(final SimulatedEndpoint client, final byte[] bytes) throws IOException
    {
        final ByteBuffer buffer = ByteBuffer.wrap(bytes);
        for (int i = 0; buffer.hasRemaining(); i++)
        {
            client.write(buffer);
            step();
            if (i > MAX_STEPS)
            {
                fail("server does not read: sent=" + buffer.position());
            }
        }
    }

    byte[] receive(final SimulatedEndpoint client, final int length) throws IOException
    {
        final ByteBuffer buffer = ByteBuffer.allocate(length);
        for (int i = 0; buffer.hasRemaining(); i++)
        {
            if (client.read(buffer) == Connection.END_OF_STREAM)
            {
                fail("stream ended: received=" + buffer.position() + ", expected=" + length);
            }
            step();
            if (i > MAX_STEPS)
            {
                fail("server does not send: received=" + buffer.position() + ", expected=" + length);
            }
        }
        return buffer.array();
    }

    byte[] receiveToEnd(final SimulatedEndpoint client) throws IOException
    {
        final ByteArrayOutputStream received = new ByteArrayOutputStream();
        final ByteBuffer buffer = ByteBuffer.allocate(1024);
        for (int i = 0; i < MAX_STEPS; i++)
        {
            buffer.clear();
            if (client.read(buffer) == Connection.END_OF_STREAM)
            {
                return received.toByteArray();
            }
            received.write(buffer.array(), 0, buffer.position());
            step();
        }
        return fail("stream does not end: received=" + received.size());
    }

    long counter(final TransportCounter counter)
    {
        return transport.total(counter);
    }

    void assertNothingIsHeld()
    {
        step();
        assertEquals(0, counter(TransportCounter.POOL_BYTES_USED), "buffers not given back");
    }

    @Override
    public void close()
    {
        transport.close();
        assertEquals(0, network.openConnectionCount(), "connections left open");
        assertEquals(0, transport.openCount(), "sessions left open");
        assertEquals(0, counter(TransportCounter.POOL_BYTES_USED), "buffers not given back");
        assertEquals(List.of(), errors);
    }
}
