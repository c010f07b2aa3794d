package org.velocitydb.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.velocitydb.transport.EventLoopFramingTest.exchange;
import static org.velocitydb.transport.TestFrames.frame;
import static org.velocitydb.transport.TestFrames.join;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.velocitydb.transport.network.SimulatedEndpoint;

class EventLoopBackPressureTest
{
    @ParameterizedTest
    @ValueSource(longs = { 1, 2, 3 })
    void shouldHandOverSameFrameAgainAfterRetry(final long seed) throws IOException
    {
        final int[] calls = new int[1];
        final RecordingHandler handler = new RecordingHandler()
        {
            @Override
            public FrameAction onFrame(final Session session, final ByteBuffer frame, final int offset,
                final int length)
            {
                return ++calls[0] % 4 == 0
                    ? super.onFrame(session, frame, offset, length)
                    : FrameAction.RETRY;
            }
        };
        try (SimulatedTransport server = new SimulatedTransport(seed, handler).open())
        {
            final SimulatedEndpoint client = server.connect();
            final byte[] stream = join(
                frame(2, 1, 10), frame(2, 2, 5_000), frame(2, 3, 0), frame(2, 4, 60_000), frame(2, 5, 7));

            assertArrayEquals(stream, exchange(server, client, stream), "seed=" + seed);
            assertEquals(15, server.counter(TransportCounter.RETRIES), "seed=" + seed);
            assertEquals(5, server.counter(TransportCounter.FRAMES_IN), "seed=" + seed);
            server.assertNothingIsHeld();
            client.close();
        }
    }

    @Test
    void shouldReadNothingMoreWhileFrameIsRetried() throws IOException
    {
        final RecordingHandler handler = new RecordingHandler()
        {
            @Override
            public FrameAction onFrame(final Session session, final ByteBuffer frame, final int offset,
                final int length)
            {
                return FrameAction.RETRY;
            }
        };
        try (SimulatedTransport server = new SimulatedTransport(1, handler).open())
        {
            final SimulatedEndpoint client = server.connect();
            final ByteBuffer stream = ByteBuffer.wrap(frame(2, 1, 60_000));
            final byte[] small = frame(2, 1, 10);
            server.send(client, small);
            for (int i = 0; i < 1000; i++)
            {
                client.write(stream);
                server.step();
            }

            final long received = server.counter(TransportCounter.BYTES_IN);
            assertTrue(received <= small.length + server.context.receiveBufferLength(), "received=" + received);
            client.close();
        }
    }

    @Test
    void shouldServeOthersWhileOnePipelines() throws IOException
    {
        final List<Long> order = new ArrayList<>();
        final RecordingHandler handler = new RecordingHandler()
        {
            @Override
            public FrameAction onFrame(final Session session, final ByteBuffer frame, final int offset,
                final int length)
            {
                order.add(session.id());
                return FrameAction.CONTINUE;
            }
        };
        try (SimulatedTransport server = new SimulatedTransport(1, handler))
        {
            server.network.maxDelaySteps(0);
            server.context.frameLimitPerCycle(5).receiveBufferLength(64 * 1024);
            server.open();
            final SimulatedEndpoint busy = server.connect();
            final SimulatedEndpoint calm = server.connect();
            final byte[][] many = new byte[100][];
            Arrays.fill(many, frame(2, 1, 0));
            server.step(2);
            final ByteBuffer stream = ByteBuffer.wrap(join(many));
            while (stream.hasRemaining())
            {
                busy.write(stream);
            }
            calm.write(ByteBuffer.wrap(frame(2, 1, 0)));
            server.until(() -> order.size() == 101);

            final long calmId = handler.sessions.get(1).id();
            assertTrue(order.indexOf(calmId) <= 10, "position=" + order.indexOf(calmId));
            busy.close();
            calm.close();
        }
    }

    @Test
    void shouldStopReadingFromPeerThatDoesNotReadAndCloseItAfterTheTimeout() throws IOException
    {
        final RecordingHandler handler = new RecordingHandler();
        try (SimulatedTransport server = new SimulatedTransport(1, handler))
        {
            server.context.maxOutputBytes(50_000).timeouts().outputStallTimeoutNs(TimeUnit.SECONDS.toNanos(5));
            server.open();
            final SimulatedEndpoint client = server.connect();
            final byte[] frame = frame(2, 1, 10_000);
            ByteBuffer toSend = ByteBuffer.wrap(frame);
            long sent = 0;
            for (int i = 0; i < 3_000; i++)
            {
                sent += client.write(toSend);
                toSend = toSend.hasRemaining() ? toSend : ByteBuffer.wrap(frame);
                server.step();
            }

            assertTrue(server.counter(TransportCounter.OUTPUT_PRESSURE) > 0);
            assertTrue(sent < 400_000, "sent=" + sent);
            assertTrue(server.counter(TransportCounter.POOL_BYTES_USED) < 300_000);
            assertEquals(1, server.transport.openCount());

            server.until(() -> server.transport.openCount() == 0);
            assertEquals(CloseReason.OUTPUT_STALLED, handler.lastReason);
            server.assertNothingIsHeld();
        }
    }

    @Test
    void shouldGoOnOncePeerReadsAgain() throws IOException
    {
        final RecordingHandler handler = new RecordingHandler();
        try (SimulatedTransport server = new SimulatedTransport(1, handler))
        {
            server.context.maxOutputBytes(20_000);
            server.open();
            final SimulatedEndpoint client = server.connect();
            final byte[][] frames = new byte[200][];
            for (int i = 0; i < frames.length; i++)
            {
                frames[i] = frame(2, i, 5_000);
            }
            final byte[] stream = join(frames);
            final ByteBuffer toSend = ByteBuffer.wrap(stream);
            for (int i = 0; i < 1_000; i++)
            {
                client.write(toSend);
                server.step();
            }
            assertTrue(toSend.hasRemaining());

            final ByteBuffer rest = toSend.slice();
            final byte[] remaining = new byte[rest.remaining()];
            rest.get(remaining);
            final ByteBuffer received = ByteBuffer.allocate(stream.length);
            final ByteBuffer unsent = ByteBuffer.wrap(remaining);
            server.until(() -> pump(client, unsent, received));

            assertArrayEquals(stream, received.array());
            server.assertNothingIsHeld();
            client.close();
        }
    }

    @Test
    void shouldTellWhenThereIsNoRoomForAnswers() throws IOException
    {
        final RecordingHandler handler = new RecordingHandler();
        try (SimulatedTransport server = new SimulatedTransport(1, handler))
        {
            server.context.maxOutputBytes(10_000);
            server.open();
            final SimulatedEndpoint client = server.connect();
            server.until(() -> server.transport.openCount() == 1);
            final Session session = handler.sessions.get(0);

            assertFalse(session.hasRoomFor(server.context.maxFrameLength() + 1));
            assertEquals(Session.NO_ROOM, session.claim(server.context.maxFrameLength() + 1));
            assertTrue(RecordingHandler.echo(session, new byte[20_001]));
            assertFalse(session.hasRoomFor(1));
            assertFalse(RecordingHandler.echo(session, new byte[1]));
            assertFalse(session.isOutputEmpty());

            server.receive(client, 20_001);
            assertTrue(session.isOutputEmpty());
            assertTrue(session.hasRoomFor(server.context.maxFrameLength()));
            assertTrue(RecordingHandler.echo(session, new byte[server.context.maxFrameLength()]));
            server.receive(client, server.context.maxFrameLength());
            assertEquals(2, server.counter(TransportCounter.NO_ROOM));
            server.assertNothingIsHeld();
            client.close();
        }
    }

    @Test
    void shouldHandOverOneFrameAtATimeWhereHandlerSuspends() throws IOException
    {
        final RecordingHandler handler = new RecordingHandler()
        {
            @Override
            public FrameAction onFrame(final Session session, final ByteBuffer frame, final int offset,
                final int length)
            {
                session.suspendReading();
                return super.onFrame(session, frame, offset, length);
            }
        };
        try (SimulatedTransport server = new SimulatedTransport(1, handler).open())
        {
            final SimulatedEndpoint client = server.connect();
            final byte[] stream = join(frame(1, 1, 10), frame(1, 2, 9_000), frame(1, 3, 0));
            server.send(client, stream);
            for (int count = 1; count <= 3; count++)
            {
                final int expected = count;
                server.until(() -> handler.frames.size() == expected);
                server.step(200);
                assertEquals(expected, handler.frames.size());
                handler.sessions.get(0).resumeReading();
            }

            assertArrayEquals(stream, server.receive(client, stream.length));
            server.assertNothingIsHeld();
            client.close();
        }
    }

    /**
     * Many peers begin long frames, more than the pool can hold: reading stops, the budget holds, those that do not go
     * on time out, and then there is room for others again.
     */
    @Test
    void shouldKeepToTheBudgetWhenManyPeersBeginLongFrames() throws IOException
    {
        final RecordingHandler handler = new RecordingHandler()
        {
            @Override
            public void onOpen(final Session session)
            {
                super.onOpen(session);
                session.frameLimit(200_000);
            }
        };
        try (SimulatedTransport server = new SimulatedTransport(1, handler))
        {
            server.context.initialFrameLimit(10_000)
                .maxFrameLength(200_000)
                .bufferPoolBytes(700_000)
                .timeouts()
                .frameTimeoutNs(TimeUnit.SECONDS.toNanos(2))
                .handshakeTimeoutNs(TimeUnit.SECONDS.toNanos(2));
            server.open();
            final List<SimulatedEndpoint> clients = new ArrayList<>();
            final List<ByteBuffer> halves = new ArrayList<>();
            final byte[] large = frame(2, 1, 199_000);
            for (int i = 0; i < 20; i++)
            {
                clients.add(server.connect());
                halves.add(ByteBuffer.wrap(large, 0, 100_000));
            }
            long mostUsed = 0;
            for (int step = 0; step < 1_000; step++)
            {
                for (int i = 0; i < clients.size(); i++)
                {
                    clients.get(i).write(halves.get(i));
                }
                server.step();
                mostUsed = Math.max(mostUsed, server.counter(TransportCounter.POOL_BYTES_USED));
            }
            assertTrue(mostUsed <= 700_000, "used=" + mostUsed);
            assertTrue(server.counter(TransportCounter.POOL_PRESSURE) > 0);

            server.until(() -> server.transport.openCount() == 0);
            final SimulatedEndpoint late = server.connect();
            assertArrayEquals(large, exchange(server, late, large));
            server.assertNothingIsHeld();
            late.close();
        }
    }

    private static boolean pump(final SimulatedEndpoint client, final ByteBuffer toSend, final ByteBuffer received)
    {
        try
        {
            client.write(toSend);
            client.read(received);
            return !received.hasRemaining();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
