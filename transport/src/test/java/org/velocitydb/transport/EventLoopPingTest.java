package org.velocitydb.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.velocitydb.transport.TestFrames.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.velocitydb.transport.network.SimulatedEndpoint;

/**
 * Peers that are asked whether they are there.
 */
class EventLoopPingTest
{
    private static final long SECOND_NS = 1_000_000_000L;
    /** Stands for the answer to a ping. */
    private static final byte[] PONG = frame(2, 3, 1);

    private final RecordingHandler handler = new RecordingHandler()
    {
        @Override
        public FrameAction onFrame(final Session session, final ByteBuffer bytes, final int offset, final int length)
        {
            if (length == PONG.length)
            {
                return FrameAction.ALIVE;
            }
            session.watch();
            return super.onFrame(session, bytes, offset, length);
        }
    };

    private SimulatedTransport open(final long pingIntervalNs, final long idleTimeoutNs)
    {
        final SimulatedTransport server = new SimulatedTransport(1, handler);
        server.context.timeouts().pingIntervalNs(pingIntervalNs).idleTimeoutNs(idleTimeoutNs);
        return server.open();
    }

    private static void exchange(final SimulatedTransport server, final SimulatedEndpoint client) throws IOException
    {
        final byte[] request = frame(2, 1, 10);
        server.send(client, request);
        assertArrayEquals(request, server.receive(client, request.length));
    }

    private int pingCount()
    {
        return Collections.frequency(handler.events, "silent");
    }

    @Test
    void shouldAskAPeerThatVanishedWithoutAWordAndThenCloseIt() throws IOException
    {
        try (SimulatedTransport server = open(2 * SECOND_NS, 0))
        {
            final SimulatedEndpoint vanished = server.connect();
            exchange(server, vanished);
            server.pass(2 * SECOND_NS - SECOND_NS / 10);
            assertEquals(0, pingCount());
            server.pass(SECOND_NS / 2);
            assertEquals(1, pingCount());
            server.pass(SECOND_NS);
            assertEquals(1, server.transport.openCount());
            server.pass(SECOND_NS);

            assertEquals(0, server.transport.openCount());
            assertEquals(CloseReason.PING_TIMEOUT, handler.lastReason);
            assertEquals(1, server.transport.totalClosed(CloseReason.PING_TIMEOUT));
            assertEquals(1, pingCount());
            vanished.close();
        }
    }

    @Test
    void shouldKeepAPeerThatAnswersHoweverLongItIsIdle() throws IOException
    {
        try (SimulatedTransport server = open(SECOND_NS, 0))
        {
            final SimulatedEndpoint client = server.connect();
            exchange(server, client);
            for (int i = 0; i < 30; i++)
            {
                assertArrayEquals(
                    RecordingHandler.PING_FRAME, server.receive(client, RecordingHandler.PING_FRAME.length));
                server.send(client, PONG);
            }
            assertEquals(1, server.transport.openCount());
            exchange(server, client);
            client.close();
        }
    }

    @Test
    void shouldTakeAnyByteForASignOfLife() throws IOException
    {
        try (SimulatedTransport server = open(SECOND_NS, 0))
        {
            final SimulatedEndpoint client = server.connect();
            exchange(server, client);
            server.receive(client, RecordingHandler.PING_FRAME.length);
            final byte[] request = frame(2, 1, 10);
            server.send(client, new byte[]{ request[0] });
            server.pass(SECOND_NS + SECOND_NS / 2);
            assertEquals(1, server.transport.openCount());
            client.close();
        }
    }

    @Test
    void shouldNotCountPingsAsActivityOfAnIdlePeer() throws IOException
    {
        try (SimulatedTransport server = open(SECOND_NS, 5 * SECOND_NS))
        {
            final SimulatedEndpoint client = server.connect();
            exchange(server, client);
            final long beganNs = server.nowNs;
            for (int i = 0; i < 4; i++)
            {
                server.receive(client, RecordingHandler.PING_FRAME.length);
                server.send(client, PONG);
            }
            final Session session = handler.sessions.get(0);
            assertTrue(session.lastActivityNs() - beganNs <= 0, "activity=" + (session.lastActivityNs() - beganNs));
            server.receiveToEnd(client);
            client.close();
            server.pass(SECOND_NS);

            assertEquals(CloseReason.IDLE_TIMEOUT, handler.lastReason);
            final long afterNs = server.nowNs - beganNs;
            assertTrue(afterNs >= 5 * SECOND_NS && afterNs <= 7 * SECOND_NS, "after=" + afterNs);
        }
    }

    @Test
    void shouldNotAskThoseWhoCannotAnswer() throws IOException
    {
        final RecordingHandler old = new RecordingHandler();
        try (SimulatedTransport server = new SimulatedTransport(1, old))
        {
            server.context.timeouts().pingIntervalNs(SECOND_NS);
            server.open();
            final SimulatedEndpoint client = server.connect();
            exchange(server, client);
            server.pass(10 * SECOND_NS);

            assertEquals(1, server.transport.openCount());
            assertEquals(List.of("open"), old.events);
            client.close();
        }
    }

    /** While the server does not read, it cannot hear an answer, and must not take that for silence. */
    @Test
    void shouldNotCloseAPeerThatItDidNotListenTo() throws IOException
    {
        try (SimulatedTransport server = open(SECOND_NS, 0))
        {
            final SimulatedEndpoint client = server.connect();
            exchange(server, client);
            server.receive(client, RecordingHandler.PING_FRAME.length);
            handler.sessions.get(0).suspendReading();
            client.write(ByteBuffer.wrap(PONG));
            server.pass(10 * SECOND_NS);
            assertEquals(1, server.transport.openCount());
            handler.sessions.get(0).resumeReading();
            server.pass(SECOND_NS / 2);

            assertEquals(1, server.transport.openCount());
            assertEquals(1, pingCount());
            client.close();
        }
    }

    @Test
    void shouldChangeTheIntervalOfOpenSessionsAndTurnItOff() throws IOException
    {
        try (SimulatedTransport server = open(SECOND_NS, 0))
        {
            final SimulatedEndpoint client = server.connect();
            exchange(server, client);
            server.receive(client, RecordingHandler.PING_FRAME.length);
            server.transport.pingIntervalNs(0);
            server.pass(10 * SECOND_NS);
            assertEquals(1, server.transport.openCount());
            server.transport.pingIntervalNs(20 * SECOND_NS);
            server.pass(15 * SECOND_NS);

            assertEquals(0, server.transport.openCount());
            client.close();
        }
    }
}
