package org.velocitydb.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.velocitydb.transport.EventLoopFramingTest.exchange;
import static org.velocitydb.transport.TestFrames.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.velocitydb.transport.network.SimulatedEndpoint;

/**
 * Limits on peers that take without giving: many connections, no login, bytes one at a time in either direction.
 */
class EventLoopLimitsTest
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int INITIAL_FRAME_LIMIT = 2 * 1024;

    private final RecordingHandler handler = new RecordingHandler();

    @Test
    void shouldRefuseOneConnectionTooManyOfOneAddressAndTakeThoseOfOthers() throws IOException
    {
        try (SimulatedTransport server = new SimulatedTransport(1, handler))
        {
            server.context.maxConnectionsPerAddress(2).loopCount(2);
            server.open();
            server.network.clientAddress("192.0.2.7");
            final SimulatedEndpoint first = server.connect();
            final SimulatedEndpoint second = server.connect();
            server.until(() -> server.transport.openCount() == 2);

            final SimulatedEndpoint refused = server.connect();
            server.send(refused, frame(2, 1, 0));
            assertArrayEquals(RecordingHandler.ERROR_FRAME, server.receiveToEnd(refused));
            refused.close();
            server.network.clientAddress("192.0.2.8");
            final SimulatedEndpoint other = server.connect();
            server.until(() -> server.transport.openCount() == 3);
            assertEquals(1, server.transport.totalClosed(CloseReason.ADDRESS_REFUSED));
            assertEquals(0, server.transport.totalClosed(CloseReason.REFUSED));
            assertEquals(List.of("open", "open", "refused v2 ADDRESS_REFUSED", "open"), handler.events);

            first.close();
            server.until(() -> server.transport.openCount() == 2);
            server.network.clientAddress("192.0.2.7");
            final SimulatedEndpoint third = server.connect();
            server.until(() -> server.transport.openCount() == 3);
            second.close();
            third.close();
            other.close();
        }
    }

    @Test
    void shouldCloseThoseWhoAreNotAdmittedInTimeHoweverBusyTheyAre() throws IOException
    {
        try (SimulatedTransport server = new SimulatedTransport(1, handler))
        {
            server.context.timeouts().loginTimeoutNs(3 * SECOND_NS);
            server.open();
            final SimulatedEndpoint stranger = server.connect();
            final SimulatedEndpoint silent = server.connect();
            final SimulatedEndpoint friend = server.connect();
            final byte[] ping = frame(2, 1, 10);
            exchange(server, stranger, ping);
            exchange(server, friend, ping);
            handler.sessions.get(2).admit();
            for (int i = 0; i < 4; i++)
            {
                exchange(server, stranger, ping);
                server.pass(SECOND_NS / 2);
            }
            assertEquals(3, server.transport.openCount());
            server.pass(SECOND_NS);

            assertArrayEquals(RecordingHandler.ERROR_FRAME, server.receiveToEnd(stranger));
            assertEquals(0, server.receiveToEnd(silent).length);
            server.pass(server.context.timeouts().closeTimeoutNs());
            assertEquals(1, server.transport.totalClosed(CloseReason.LOGIN_TIMEOUT));
            assertEquals(1, server.transport.totalClosed(CloseReason.HANDSHAKE_TIMEOUT));
            server.pass(10 * SECOND_NS);
            exchange(server, friend, ping);
            friend.close();
        }
    }

    /** The stranger sends as fast as it can, is not read behind its first frame, and takes no answer. */
    @Test
    void shouldHoldNextToNothingForThoseWhoAreNotAdmitted() throws IOException
    {
        final RecordingHandler suspending = new RecordingHandler()
        {
            @Override
            public FrameAction onFrame(final Session session, final ByteBuffer bytes, final int offset,
                final int length)
            {
                if (length < 50)
                {
                    session.suspendReading();
                }
                return super.onFrame(session, bytes, offset, length);
            }
        };
        try (SimulatedTransport server = new SimulatedTransport(1, suspending))
        {
            server.network.maxTransferBytes(1024 * 1024).windowBytes(1024);
            server.context.initialFrameLimit(INITIAL_FRAME_LIMIT).initialOutputBytes(4 * 1024)
                .receiveBufferLength(64 * 1024).timeouts().loginTimeoutNs(100 * SECOND_NS);
            server.open();
            final SimulatedEndpoint suspended = server.connect();
            final SimulatedEndpoint deaf = server.connect();
            final ByteBuffer toSuspended = ByteBuffer.allocate(256 * 1024).put(frame(2, 1, 0));
            toSuspended.put(new byte[toSuspended.remaining()]).flip();
            final ByteBuffer toDeaf = ByteBuffer.allocate(256 * 1024);
            while (toDeaf.remaining() > 124)
            {
                toDeaf.put(frame(2, 2, 100));
            }
            toDeaf.flip();
            long mostUsedBytes = 0;
            for (int i = 0; i < 2_000; i++)
            {
                suspended.write(toSuspended);
                deaf.write(toDeaf);
                server.step();
                mostUsedBytes = Math.max(mostUsedBytes, server.counter(TransportCounter.POOL_BYTES_USED));
            }

            assertTrue(toSuspended.hasRemaining() && toDeaf.hasRemaining(), "all of it was read");
            assertTrue(mostUsedBytes > 0 && mostUsedBytes <= 4 * 4 * 1024, "bytes=" + mostUsedBytes);
            suspended.close();
            deaf.close();
        }
    }

    @Test
    void shouldCloseConnectionThatSendsItsFrameByteByByte() throws IOException
    {
        try (SimulatedTransport server = new SimulatedTransport(1, handler))
        {
            server.context.initialFrameLimit(1024 * 1024).timeouts().frameTimeoutNs(2 * SECOND_NS);
            server.open();
            final SimulatedEndpoint slow = server.connect();
            final SimulatedEndpoint steady = server.connect();
            final byte[] longFrame = frame(2, 1, 200 * 1024);
            exchange(server, slow, frame(2, 1, 10));
            exchange(server, steady, frame(2, 2, 10));
            final int piece = 20 * 1024;
            for (int i = 0; i < 10; i++)
            {
                if (server.transport.openCount() == 2)
                {
                    slow.write(ByteBuffer.wrap(longFrame, i, 1));
                }
                server.send(steady, Arrays.copyOfRange(longFrame, i * piece, (i + 1) * piece));
                server.pass(SECOND_NS / 2);
            }

            assertEquals(1, server.transport.totalClosed(CloseReason.FRAME_TIMEOUT));
            assertEquals(1, server.transport.openCount());
            server.send(steady, Arrays.copyOfRange(longFrame, 10 * piece, longFrame.length));
            assertArrayEquals(longFrame, server.receive(steady, longFrame.length));
            steady.close();
        }
    }

    /** Frames that are cut in two on their way, always, are slow by no measure. */
    @Test
    void shouldNotTakeFramesThatComeInPiecesForASlowOne() throws IOException
    {
        try (SimulatedTransport server = new SimulatedTransport(1, handler))
        {
            server.context.timeouts().frameTimeoutNs(2 * SECOND_NS);
            server.open();
            final SimulatedEndpoint client = server.connect();
            final byte[] frame = frame(2, 1, 10);
            server.send(client, Arrays.copyOf(frame, 20));
            for (int i = 0; i < 10; i++)
            {
                server.pass(SECOND_NS);
                server.send(client, Arrays.copyOfRange(frame, 20, frame.length));
                server.send(client, Arrays.copyOf(frame, 20));
            }

            assertEquals(1, server.transport.openCount());
            assertEquals(10, handler.frames.size());
            client.close();
        }
    }

    @Test
    void shouldCloseConnectionThatTakesItsAnswersByteByByte() throws IOException
    {
        try (SimulatedTransport server = new SimulatedTransport(1, handler))
        {
            server.network.windowBytes(256);
            server.context.initialFrameLimit(1024 * 1024).timeouts().outputStallTimeoutNs(2 * SECOND_NS);
            server.open();
            final SimulatedEndpoint client = server.connect();
            server.send(client, frame(2, 1, 100 * 1024));
            final ByteBuffer oneByte = ByteBuffer.allocate(1);
            final List<Integer> taken = new ArrayList<>();
            for (int i = 0; i < 10 && server.transport.openCount() == 1; i++)
            {
                oneByte.clear();
                taken.add(client.read(oneByte));
                server.pass(SECOND_NS / 2);
            }

            assertEquals(0, server.transport.openCount(), "taken=" + taken);
            assertEquals(1, server.transport.totalClosed(CloseReason.OUTPUT_STALLED));
            server.assertNothingIsHeld();
        }
    }
}
