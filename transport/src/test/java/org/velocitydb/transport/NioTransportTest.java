package org.velocitydb.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.velocitydb.transport.TestFrames.frame;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.velocitydb.transport.network.NetworkException;

@Timeout(60)
class NioTransportTest
{
    private static final int SOCKET_TIMEOUT_MS = 10_000;
    private static final long AWAIT_LIMIT_NS = TimeUnit.SECONDS.toNanos(10);

    private final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void stopThreads() throws InterruptedException
    {
        executor.shutdownNow();
        assertTrue(executor.awaitTermination(10, TimeUnit.SECONDS));
        assertEquals(List.of(), List.copyOf(errors));
    }

    @Test
    void shouldEchoFramesOfSeveralThreadsOverSeveralLoops() throws Exception
    {
        try (Transport transport = Transport.launch(context().loopCount(2)))
        {
            final List<Callable<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++)
            {
                final int version = 1 + i % 2;
                clients.add(() -> echoFrames(transport, version, 500));
            }
            for (final Future<Integer> echoed : executor.invokeAll(clients))
            {
                assertEquals(500, echoed.get());
            }
            await(() -> transport.openCount() == 0);

            assertEquals(4, transport.totalClosed(CloseReason.PEER_CLOSED));
            assertEquals(2_000, transport.total(TransportCounter.FRAMES_IN));
            assertEquals(2_000, transport.total(TransportCounter.FRAMES_OUT));
            assertEquals(transport.total(TransportCounter.BYTES_IN), transport.total(TransportCounter.BYTES_OUT));
        }
    }

    @Test
    void shouldEchoLargeFrames() throws Exception
    {
        final byte[] large = frame(2, 1, 8 * 1024 * 1024);
        final TransportContext context = context().initialFrameLimit(large.length);
        try (Transport transport = Transport.launch(context); Socket socket = connect(transport))
        {
            for (int i = 0; i < 3; i++)
            {
                final Future<?> sent = executor.submit(() ->
                {
                    socket.getOutputStream().write(large);
                    return null;
                });
                assertArrayEquals(large, receive(socket, large.length));
                sent.get();
            }
            await(() -> transport.total(TransportCounter.POOL_BYTES_USED) == 0);
        }
    }

    /**
     * An item is published and the loop woken while it is anywhere between awake and blocked. The poller's own time-out
     * is far longer than the test may take, so a lost wake-up is a failed test and not a slow one.
     */
    @Test
    void shouldNotLoseWakeups()
    {
        final Random random = new Random(1);
        final AtomicLong published = new AtomicLong();
        final AtomicLong seen = new AtomicLong();
        final RecordingHandler polling = new RecordingHandler()
        {
            @Override
            public int onDutyCycle(final long nowNs)
            {
                final long value = published.get();
                final int work = value == seen.get() ? 0 : 1;
                seen.set(value);
                return work;
            }
        };
        final TransportContext context = context().sessionHandlers(index -> polling)
            .timeouts(new SessionTimeouts().sweepIntervalNs(TimeUnit.MINUTES.toNanos(5)));
        final Transport transport = Transport.launch(context);
        try
        {
            for (int i = 1; i <= 20_000; i++)
            {
                final long value = i;
                published.set(value);
                transport.loop(0).wakeup();
                await(() -> seen.get() == value);
                // The loop spins for some microseconds and then blocks: the next item comes anywhere around that.
                final long nextNs = System.nanoTime() + random.nextInt(40_000);
                while (nextNs - System.nanoTime() > 0)
                {
                    Thread.onSpinWait();
                }
            }
        }
        finally
        {
            // The runner's flag is looked at after a cycle, and the loop has five minutes until its next.
            final Future<?> closed = executor.submit(transport::close);
            await(() ->
            {
                transport.loop(0).wakeup();
                return closed.isDone();
            });
        }
    }

    @Test
    void shouldRefuseConnectionsOverTheLimitWithAnErrorFrame() throws Exception
    {
        try (Transport transport = Transport.launch(context().maxConnections(3)))
        {
            final byte[] frame = frame(2, 1, 10);
            final List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 3; i++)
            {
                final Socket socket = connect(transport);
                sockets.add(socket);
                assertArrayEquals(frame, roundTrip(socket, frame));
            }
            try (Socket refused = connect(transport))
            {
                final byte[] error = RecordingHandler.ERROR_FRAME;
                refused.getOutputStream().write(frame);
                assertArrayEquals(error, receive(refused, error.length));
                assertEquals(-1, refused.getInputStream().read());
            }
            for (final Socket socket : sockets)
            {
                assertArrayEquals(frame, roundTrip(socket, frame));
                socket.close();
            }
            await(() -> transport.openCount() == 0);
            try (Socket later = connect(transport))
            {
                assertArrayEquals(frame, roundTrip(later, frame));
            }
        }
    }

    @Test
    void shouldAnswerPeerThatEndedItsSide() throws Exception
    {
        try (Transport transport = Transport.launch(context()); Socket socket = connect(transport))
        {
            final byte[] frame = frame(2, 1, 50_000);
            socket.getOutputStream().write(frame);
            socket.shutdownOutput();

            assertArrayEquals(frame, receive(socket, frame.length));
            assertEquals(-1, socket.getInputStream().read());
            await(() -> transport.openCount() == 0);
            assertEquals(1, transport.totalClosed(CloseReason.PEER_CLOSED));
        }
    }

    @Test
    void shouldDeliverErrorFrameAlthoughPeerSentMore() throws Exception
    {
        try (Transport transport = Transport.launch(context()); Socket socket = connect(transport))
        {
            final byte[] error = RecordingHandler.ERROR_FRAME;
            socket.getOutputStream().write(new byte[500_000]);

            assertArrayEquals(error, receive(socket, error.length));
            assertEquals(-1, socket.getInputStream().read());
            socket.shutdownOutput();
            await(() -> transport.openCount() == 0);
            assertEquals(1, transport.totalFaults(FrameFault.WRONG_MAGIC));
        }
    }

    @Test
    void shouldLeaveNothingBehindAfterThousandsOfConnections() throws Exception
    {
        try (Transport transport = Transport.launch(context().loopCount(2)))
        {
            final byte[] frame = frame(2, 1, 100);
            for (int i = 0; i < 3_000; i++)
            {
                try (Socket socket = connect(transport))
                {
                    // So that the client's ports do not all end in TIME_WAIT: every other one resets.
                    socket.setSoLinger(i % 2 == 0, 0);
                    if (i % 3 != 0)
                    {
                        assertArrayEquals(frame, roundTrip(socket, frame));
                    }
                    else if (i % 2 == 0)
                    {
                        socket.getOutputStream().write(frame, 0, 50);
                    }
                }
            }
            await(() -> transport.total(TransportCounter.ACCEPTED) == 3_000);
            await(() -> transport.openCount() == 0);
            await(() -> transport.total(TransportCounter.POOL_BYTES_USED) == 0);

            assertEquals(0, transport.total(TransportCounter.OPEN));
            long closed = 0;
            for (final CloseReason reason : CloseReason.values())
            {
                closed += transport.totalClosed(reason);
            }
            assertEquals(3_000, closed);
        }
    }

    @Test
    void shouldCloseSessionsAndStopAcceptingWhenAsked() throws Exception
    {
        try (Transport transport = Transport.launch(context()); Socket socket = connect(transport))
        {
            final byte[] frame = frame(1, 1, 10);
            assertArrayEquals(frame, roundTrip(socket, frame));
            transport.stopAccepting();
            transport.closeSessions();

            assertEquals(-1, socket.getInputStream().read());
            socket.shutdownOutput();
            await(() -> transport.openCount() == 0);
            assertEquals(1, transport.totalClosed(CloseReason.SHUTDOWN));
            assertThrows(IOException.class, () -> connect(transport).close());
        }
    }

    @Test
    void shouldSayWhichAddressCannotBeBound()
    {
        try (Transport transport = Transport.launch(context()))
        {
            final TransportContext second = context().bindAddress(transport.localAddress());
            final NetworkException failure = assertThrows(NetworkException.class, () -> Transport.open(second));

            assertTrue(failure.getMessage().contains(String.valueOf(transport.localAddress().getPort())));
        }
    }

    /** A loop with nothing to do blocks: it runs a cycle for each sweep, and a few around it. */
    @Test
    void shouldNotSpinWhileIdle() throws Exception
    {
        try (Transport transport = Transport.launch(context()); Socket socket = connect(transport))
        {
            final byte[] frame = frame(2, 1, 10);
            assertArrayEquals(frame, roundTrip(socket, frame));
            final long before = transport.total(TransportCounter.CYCLES);
            final long beginNs = System.nanoTime();
            await(() -> System.nanoTime() - beginNs > TimeUnit.MILLISECONDS.toNanos(500));
            final long cycles = transport.total(TransportCounter.CYCLES) - before;
            final long sweeps = (System.nanoTime() - beginNs) /
                TransportConfiguration.SWEEP_INTERVAL_NS_DEFAULT;

            assertTrue(cycles <= (sweeps + 2) * 60, "cycles=" + cycles + ", sweeps=" + sweeps);
        }
    }

    private int echoFrames(final Transport transport, final int version, final int count) throws IOException
    {
        try (Socket socket = connect(transport))
        {
            for (int i = 0; i < count; i++)
            {
                final byte[] frame = frame(version, i, i * 7 % 3_000);
                assertArrayEquals(frame, roundTrip(socket, frame));
            }
        }
        return count;
    }

    private TransportContext context()
    {
        return new TransportContext().bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .errorHandler(errors::add)
            .sessionHandlers(index -> new EchoHandler());
    }

    private static Socket connect(final Transport transport) throws IOException
    {
        final Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(SOCKET_TIMEOUT_MS);
        socket.connect(transport.localAddress(), SOCKET_TIMEOUT_MS);
        return socket;
    }

    private static byte[] roundTrip(final Socket socket, final byte[] frame) throws IOException
    {
        socket.getOutputStream().write(frame);
        return receive(socket, frame.length);
    }

    private static byte[] receive(final Socket socket, final int length) throws IOException
    {
        final byte[] bytes = new byte[length];
        new DataInputStream(socket.getInputStream()).readFully(bytes);
        return bytes;
    }

    private static void await(final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + AWAIT_LIMIT_NS;
        while (!condition.getAsBoolean())
        {
            assertTrue(deadlineNs - System.nanoTime() > 0, "condition does not come true");
            Thread.yield();
        }
    }
}
