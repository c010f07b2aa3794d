package org.velocitydb.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.velocitydb.transport.TestFrames.frame;
import static org.velocitydb.transport.TestFrames.join;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.velocitydb.transport.network.SimulatedEndpoint;

/**
 * TLS on a simulated network, which takes and gives bytes in whatever pieces a seed says.
 */
class TlsConnectionTest
{
    private static final int MAX_RECORD_TEXT = 16 * 1024;

    private final RecordingHandler handler = new RecordingHandler();

    /** Frames of all lengths in records of all lengths over transfers of all lengths. */
    @ParameterizedTest
    @ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
    void shouldEchoFramesHoweverTheyAreCut(final long seed) throws IOException
    {
        final Random random = new Random(seed);
        try (SimulatedTransport server = open(seed, true))
        {
            server.network.maxTransferBytes(1 + random.nextInt(30_000)).windowBytes(1 + random.nextInt(60_000));
            final TlsTestClient client = new TlsTestClient(server.connect());
            client.handshake(server);
            final ByteArrayOutputStream sent = new ByteArrayOutputStream();
            for (int i = 0; i < 60; i++)
            {
                final byte[] frame = frame(2, i, random.nextInt(random.nextInt(8) == 0 ? 50_000 : 300));
                sent.writeBytes(frame);
                if (random.nextInt(3) == 0)
                {
                    client.write(frame, 1 + random.nextInt(MAX_RECORD_TEXT));
                    server.step(random.nextInt(4));
                }
                else
                {
                    client.write(frame, MAX_RECORD_TEXT);
                }
            }
            receive(server, client, sent.size(), "seed=" + seed);

            assertArrayEquals(sent.toByteArray(), client.received(), "seed=" + seed);
            assertEquals(List.of("open"), handler.events);
            server.assertNothingIsHeld();
            client.endpoint.close();
            server.until(() -> server.transport.openCount() == 0);
        }
    }

    /** A frame of a megabyte is many times the receive buffer, and its last record holds the next frame's beginning. */
    @Test
    void shouldTakeALongFrameAndWhatFollowsInTheSameRecord() throws IOException
    {
        try (SimulatedTransport server = open(1, true))
        {
            final TlsTestClient client = new TlsTestClient(server.connect());
            client.handshake(server);
            client.write(frame(2, 1, 0), MAX_RECORD_TEXT);
            receive(server, client, 24, "greeting");
            handler.sessions.get(0).frameLimit(1024 * 1024);
            final byte[] all = join(frame(2, 2, 1_000_000), frame(2, 3, 10), frame(2, 4, 5_000), frame(2, 5, 700_000));
            client.write(all, MAX_RECORD_TEXT);
            receive(server, client, 24 + all.length, "long");

            assertArrayEquals(join(frame(2, 1, 0), all), client.received());
            client.endpoint.close();
            server.until(() -> server.transport.openCount() == 0);
        }
    }

    @Test
    void shouldHandOverManySmallFramesOfOneRecordThoughACycleTakesAFew() throws IOException
    {
        try (SimulatedTransport server = open(1, true, 3))
        {
            final TlsTestClient client = new TlsTestClient(server.connect());
            client.handshake(server);
            final byte[][] frames = new byte[500][];
            for (int i = 0; i < frames.length; i++)
            {
                frames[i] = frame(2, i, 5);
            }
            client.write(join(frames), MAX_RECORD_TEXT);
            receive(server, client, join(frames).length, "many");

            assertArrayEquals(join(frames), client.received());
            client.endpoint.close();
            server.until(() -> server.transport.openCount() == 0);
        }
    }

    @Test
    void shouldTellTlsFromPlainByTheFirstByteWhereBothAreAllowed() throws IOException
    {
        try (SimulatedTransport server = open(1, false))
        {
            final SimulatedEndpoint plain = server.connect();
            final TlsTestClient client = new TlsTestClient(server.connect());
            client.handshake(server);
            server.send(plain, frame(1, 1, 10));
            client.write(frame(2, 2, 10), MAX_RECORD_TEXT);
            receive(server, client, 34, "both");

            assertArrayEquals(frame(1, 1, 10), server.receive(plain, 24));
            assertArrayEquals(frame(2, 2, 10), client.received());
            assertEquals(1, server.counter(TransportCounter.TLS_HANDSHAKES));
            assertEquals(List.of(false, true), handler.sessions.stream().map(Session::isSecure).toList());
        }
    }

    @Test
    void shouldRefuseAPlainPeerInItsOwnVersionWhereTlsIsRequired() throws IOException
    {
        try (SimulatedTransport server = open(1, true))
        {
            final SimulatedEndpoint plain = server.connect();
            server.send(plain, frame(2, 1, 10));

            assertEquals("TLS missing v2", new String(server.receiveToEnd(plain), StandardCharsets.US_ASCII));
            plain.close();
            server.until(() -> server.transport.openCount() == 0);
            assertEquals(CloseReason.TLS_MISSING, handler.lastReason);
            assertEquals(0, handler.frames.size());
            assertEquals(1, server.counter(TransportCounter.TLS_MISSING));
        }
    }

    /** The client has said all and waits for the rest: what it still gets is whole and ends with a farewell. */
    @Test
    void shouldAnswerAPeerThatHasSaidFarewellInTlsAlone() throws IOException
    {
        try (SimulatedTransport server = open(1, true))
        {
            server.network.windowBytes(700).maxTransferBytes(100);
            final TlsTestClient client = new TlsTestClient(server.connect());
            client.handshake(server);
            client.write(frame(2, 1, 20_000), MAX_RECORD_TEXT);
            client.closeOutbound();
            server.until(() ->
            {
                client.pump();
                return client.engine.isInboundDone();
            });

            assertArrayEquals(frame(2, 1, 20_000), client.received());
            client.endpoint.close();
            server.until(() -> server.transport.openCount() == 0);
            assertEquals(CloseReason.PEER_CLOSED, handler.lastReason);
        }
    }

    @Test
    void shouldRefuseOlderVersions() throws IOException
    {
        try (SimulatedTransport server = open(1, true))
        {
            final TlsTestClient client = new TlsTestClient(server.connect(), "TLSv1.2");
            client.engine.beginHandshake();
            server.until(() ->
            {
                pumpQuietly(client);
                return server.transport.openCount() == 0 && handler.lastReason != null;
            });

            assertEquals(CloseReason.TLS_FAILED, handler.lastReason);
            assertTrue(handler.events.toString().contains("TLSv1.2"), handler.events.toString());
            assertEquals(1, server.counter(TransportCounter.TLS_FAILURES));
        }
    }

    /** Every prefix of a real handshake, and every one with a byte that is wrong. */
    @Test
    void shouldOutliveHandshakesThatAreCutOrGarbledAndServeOthersMeanwhile() throws IOException
    {
        try (SimulatedTransport server = open(1, true))
        {
            final TlsTestClient other = new TlsTestClient(server.connect());
            other.handshake(server);
            final byte[] hello = clientHello();
            final Random random = new Random(1);
            int answered = 0;
            for (int i = 1; i < hello.length; i += 7)
            {
                final SimulatedEndpoint cut = server.connect();
                server.send(cut, Arrays.copyOf(hello, i));
                cut.close();
                final SimulatedEndpoint garbled = server.connect();
                final byte[] bytes = hello.clone();
                bytes[i] ^= (byte) (1 << random.nextInt(8));
                server.send(garbled, bytes);
                other.write(frame(2, i, 50), MAX_RECORD_TEXT);
                answered += 74;
                receive(server, other, answered, "i=" + i);
                garbled.close();
            }
            other.endpoint.close();
            server.until(() -> server.transport.openCount() == 0);
            server.assertNothingIsHeld();
        }
    }

    /** A peer that stops in the middle of a handshake is closed when its time is over, and holds next to nothing. */
    @Test
    void shouldBoundTheTimeAndTheMemoryOfAHandshake() throws IOException
    {
        try (SimulatedTransport server = open(1, true))
        {
            final SimulatedEndpoint silent = server.connect();
            final byte[] hello = clientHello();
            server.send(silent, Arrays.copyOf(hello, hello.length - 1));
            final SimulatedEndpoint greedy = server.connect();
            // Announces a record that is as long as may be, and sends all of it but one byte.
            final byte[] record = new byte[TlsLoop.MAX_RECORD_LENGTH - 1];
            record[0] = TlsConnection.HANDSHAKE_RECORD;
            record[1] = 3;
            record[2] = 3;
            record[3] = (byte) ((TlsLoop.MAX_RECORD_LENGTH - 5) >> 8);
            record[4] = (byte) (TlsLoop.MAX_RECORD_LENGTH - 5);
            server.send(greedy, record);

            server.step(5);
            assertTrue(server.counter(TransportCounter.POOL_BYTES_USED) <= 64 * 1024,
                "held=" + server.counter(TransportCounter.POOL_BYTES_USED));
            final SessionTimeouts timeouts = server.context.timeouts();
            server.pass(timeouts.handshakeTimeoutNs() + 2 * timeouts.sweepIntervalNs());

            assertEquals(0, server.transport.openCount());
            assertEquals(CloseReason.HANDSHAKE_TIMEOUT, handler.lastReason);
            server.assertNothingIsHeld();
        }
    }

    /** Where many connect at once, their handshakes wait for their turn; a peer is not closed for that. */
    @Test
    void shouldGiveAHandshakeThatWaitsForItsTurnHereTheTimeOfALogin() throws IOException
    {
        try (SimulatedTransport server = new SimulatedTransport(1, handler))
        {
            final SessionTimeouts timeouts = server.context.tls(TlsTestClient.settings(true)).timeouts();
            timeouts.loginTimeoutNs(3 * timeouts.handshakeTimeoutNs());
            server.open();
            server.stopHandshakes();
            server.send(server.connect(), clientHello());

            server.pass(2 * timeouts.handshakeTimeoutNs());
            assertEquals(1, server.transport.openCount());

            server.pass(timeouts.handshakeTimeoutNs() + 2 * timeouts.sweepIntervalNs());
            assertEquals(0, server.transport.openCount());
            assertEquals(CloseReason.HANDSHAKE_TIMEOUT, handler.lastReason);
        }
    }

    /** A peer that asks for new keys again and again and takes none of the answers is not listened to meanwhile. */
    @Test
    void shouldNotGatherAnswersForAPeerThatDoesNotRead() throws IOException
    {
        try (SimulatedTransport server = open(1, true))
        {
            server.network.windowBytes(8_000);
            final TlsTestClient client = new TlsTestClient(server.connect());
            client.handshake(server);
            final byte[] all = frame(2, 1, 60_000);
            for (int i = 0; i < 40; i++)
            {
                client.write(all, MAX_RECORD_TEXT);
            }
            // It sends without reading until the server takes no more.
            for (int i = 0; i < 2_000; i++)
            {
                client.sendOnly();
                server.step();
            }
            assertTrue(server.counter(TransportCounter.POOL_BYTES_USED) < 4 * 1024 * 1024,
                "held=" + server.counter(TransportCounter.POOL_BYTES_USED));
            receive(server, client, 40 * all.length, "slow reader");
            assertEquals(40, handler.frames.size());
            client.endpoint.close();
            server.until(() -> server.transport.openCount() == 0);
        }
    }

    @Test
    void shouldEndInOrderWhenTheServerCloses() throws IOException
    {
        try (SimulatedTransport server = open(1, true))
        {
            server.network.windowBytes(64).maxTransferBytes(7);
            final TlsTestClient client = new TlsTestClient(server.connect());
            client.handshake(server);
            client.write(frame(2, 1, 100), MAX_RECORD_TEXT);
            receive(server, client, 124, "answer");
            server.transport.closeSessions();
            server.until(() ->
            {
                client.pump();
                return client.hasEnded();
            });

            assertTrue(client.engine.isInboundDone(), "no farewell");
            client.endpoint.close();
            server.until(() -> server.transport.openCount() == 0);
            assertEquals(CloseReason.SHUTDOWN, handler.lastReason);
        }
    }

    private SimulatedTransport open(final long seed, final boolean isRequired)
    {
        return open(seed, isRequired, TransportConfiguration.FRAME_LIMIT_PER_CYCLE_DEFAULT);
    }

    private SimulatedTransport open(final long seed, final boolean isRequired, final int frameLimitPerCycle)
    {
        final SimulatedTransport server = new SimulatedTransport(seed, handler);
        server.context.tls(TlsTestClient.settings(isRequired)).frameLimitPerCycle(frameLimitPerCycle);
        return server.open();
    }

    private static void receive(
        final SimulatedTransport server, final TlsTestClient client, final int length, final String what)
    {
        for (int i = 0; client.receivedCount() < length; i++)
        {
            client.pump();
            server.step();
            assertTrue(i < 500_000, () -> what + ": received=" + client.receivedCount() + ", expected=" + length);
        }
    }

    private static void pumpQuietly(final TlsTestClient client)
    {
        try
        {
            client.pump();
        }
        catch (final UncheckedIOException ignored)
        {
            // The server's alert, which is what the test is about.
            return;
        }
    }

    private static byte[] clientHello() throws IOException
    {
        final TlsTestClient client = new TlsTestClient(null);
        client.engine.beginHandshake();
        final ByteBuffer record = ByteBuffer.allocate(20_000);
        client.engine.wrap(ByteBuffer.allocate(0), record);
        return Arrays.copyOf(record.array(), record.position());
    }
}
