package org.velocitydb.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.velocitydb.transport.TestFrames.frame;
import static org.velocitydb.transport.TestFrames.join;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

import com.sun.management.ThreadMXBean;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.Test;
import org.velocitydb.transport.network.SimulatedEndpoint;

/**
 * Counts the bytes that the loop's thread allocates, which here is the test's thread.
 */
class AllocationTest
{
    private static final int WARM_UP_COUNT = 10_000;
    private static final int MEASURED_COUNT = 20_000;

    private static final int CACHED_BOX_COUNT = 200;
    /** Two boxes for each frame, one for each cycle that finds a key ready and one to spare. */
    private static final long MAX_BOX_BYTES = 32;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Whole frames, frames cut in two, and several at once. */
    @Test
    void shouldAllocateNothingForFramesOverASimulatedConnection() throws IOException
    {
        try (SimulatedTransport server = new SimulatedTransport(1, new EchoHandler()))
        {
            server.network.maxDelaySteps(0);
            server.open();
            final SimulatedEndpoint client = server.connect();
            final byte[] frame = frame(2, 1, 100);
            final byte[] pattern = join(frame, frame, frame);
            final ByteBuffer toSend = ByteBuffer.wrap(pattern);
            final ByteBuffer received = ByteBuffer.allocate(pattern.length);
            final EventLoop loop = server.transport.loop(0);
            run(server, loop, client, toSend, received, WARM_UP_COUNT);

            final long before = THREADS.getCurrentThreadAllocatedBytes();
            run(server, loop, client, toSend, received, MEASURED_COUNT);
            final long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

            assertEquals(3L * (WARM_UP_COUNT + MEASURED_COUNT), server.counter(TransportCounter.FRAMES_IN));
            // The boxed result of the counter's own call is all that is allowed.
            assertTrue(allocated < 1_000, "allocated=" + allocated);
            client.close();
        }
    }

    /**
     * The same over TCP, where the selector boxes the file descriptor of each ready key until the compiler has seen
     * that it need not.
     */
    @Test
    void shouldAllocateNextToNothingForFramesOverTcp() throws IOException
    {
        final TransportContext context = new TransportContext().bindAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .errorHandler(failure ->
            {
                throw new AssertionError(failure);
            })
            .sessionHandlers(index -> new EchoHandler());
        final List<SocketChannel> others = new ArrayList<>();
        for (int i = 0; i < CACHED_BOX_COUNT; i++)
        {
            others.add(SocketChannel.open());
        }
        try (Transport transport = Transport.open(context);
            SocketChannel client = SocketChannel.open(transport.localAddress()))
        {
            client.configureBlocking(false);
            final ByteBuffer toSend = ByteBuffer.allocateDirect(124).put(frame(2, 1, 100)).flip();
            final ByteBuffer received = ByteBuffer.allocateDirect(124);
            final EventLoop loop = transport.loop(0);
            roundTrips(client, loop, toSend, received, WARM_UP_COUNT);

            final long before = THREADS.getCurrentThreadAllocatedBytes();
            roundTrips(client, loop, toSend, received, MEASURED_COUNT);
            final long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

            System.out.println("bytes allocated over TCP: frames=" + MEASURED_COUNT + ", bytes=" + allocated);
            assertTrue(allocated < MAX_BOX_BYTES * MEASURED_COUNT, "allocated=" + allocated);
        }
        finally
        {
            CloseHelper.closeAll(others);
        }
    }

    private static void run(
        final SimulatedTransport server,
        final EventLoop loop,
        final SimulatedEndpoint client,
        final ByteBuffer toSend,
        final ByteBuffer received,
        final int count)
        throws IOException
    {
        for (int i = 0; i < count; i++)
        {
            toSend.clear();
            received.clear();
            // An odd cut, so that a part of a frame is kept from one cycle to the next.
            toSend.limit(150);
            while (received.hasRemaining())
            {
                client.write(toSend);
                loop.doWork();
                toSend.limit(toSend.capacity());
                client.read(received);
                server.network.step();
            }
        }
    }

    private static void roundTrips(
        final SocketChannel client,
        final EventLoop loop,
        final ByteBuffer toSend,
        final ByteBuffer received,
        final int count)
        throws IOException
    {
        for (int i = 0; i < count; i++)
        {
            toSend.clear();
            received.clear();
            client.write(toSend);
            while (received.hasRemaining())
            {
                loop.doWork();
                client.read(received);
            }
        }
    }
}
