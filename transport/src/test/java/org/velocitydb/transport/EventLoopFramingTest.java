package org.velocitydb.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.velocitydb.transport.TestFrames.frame;
import static org.velocitydb.transport.TestFrames.join;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.velocitydb.transport.network.SimulatedEndpoint;

class EventLoopFramingTest
{
    private final RecordingHandler handler = new RecordingHandler();

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void shouldHandOverFrameCutAtAnyByte(final int version) throws IOException
    {
        final byte[] frame = frame(version, 7, 33);
        try (SimulatedTransport server = new SimulatedTransport(1, handler))
        {
            server.network.maxDelaySteps(0);
            server.open();

            for (int cut = 1; cut < frame.length; cut++)
            {
                final SimulatedEndpoint client = server.connect();
                server.send(client, Arrays.copyOfRange(frame, 0, cut));
                server.step(3);
                assertEquals(cut - 1, handler.frames.size(), "handed over before it was whole");
                server.send(client, Arrays.copyOfRange(frame, cut, frame.length));

                assertArrayEquals(frame, server.receive(client, frame.length));
                assertArrayEquals(frame, handler.frames.get(cut - 1));
                client.close();
                server.until(() -> server.transport.openCount() == 0);
            }
            server.assertNothingIsHeld();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void shouldHandOverSeveralFramesOfOneReadInOrder(final int version) throws IOException
    {
        final byte[] frames = join(frame(version, 1, 0), frame(version, 2, 100), frame(version, 3, 1));
        try (SimulatedTransport server = new SimulatedTransport(2, handler).open())
        {
            final SimulatedEndpoint client = server.connect();
            server.send(client, frames);

            assertArrayEquals(frames, server.receive(client, frames.length));
            assertEquals(3, handler.frames.size());
            assertEquals(version, handler.sessions.get(0).protocolVersion());
            server.assertNothingIsHeld();
            client.close();
        }
    }

    /** Any chunking of any stream of frames yields exactly these frames: short ones, empty ones, ones that grow. */
    @ParameterizedTest
    @ValueSource(longs = { 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 })
    void shouldYieldExactlyTheFramesSentHoweverTheyAreChunked(final long seed) throws IOException
    {
        final Random random = new Random(seed);
        final int version = 1 + random.nextInt(2);
        final byte[][] frames = new byte[60][];
        for (int i = 0; i < frames.length; i++)
        {
            final int length = random.nextInt(8) == 0 ? random.nextInt(20_000) : random.nextInt(200);
            frames[i] = frame(version, i, length);
        }
        final byte[] stream = join(frames);
        try (SimulatedTransport server = new SimulatedTransport(seed, handler))
        {
            server.network.maxTransferBytes(1 + random.nextInt(5_000)).windowBytes(1 + random.nextInt(10_000));
            server.context.frameLimitPerCycle(1 + random.nextInt(10));
            server.open();

            final SimulatedEndpoint client = server.connect();
            final byte[] echoed = exchange(server, client, stream);

            assertArrayEquals(stream, echoed, "seed=" + seed);
            assertEquals(frames.length, handler.frames.size(), "seed=" + seed);
            server.assertNothingIsHeld();
            client.close();
        }
    }

    @Test
    void shouldTakeFrameLongerThanReceiveBufferOnceTheHandlerAllowsIt() throws IOException
    {
        final byte[] first = frame(2, 1, 0);
        final byte[] large = frame(2, 2, 900_000);
        final RecordingHandler trusting = new RecordingHandler()
        {
            @Override
            public void onOpen(final Session session)
            {
                super.onOpen(session);
                session.frameLimit(1_000_000);
            }
        };
        try (SimulatedTransport server = new SimulatedTransport(3, trusting).open())
        {
            final SimulatedEndpoint client = server.connect();
            final byte[] stream = join(first, large, first, large, first);

            assertArrayEquals(stream, exchange(server, client, stream));
            assertEquals(5, trusting.frames.size());
            server.assertNothingIsHeld();
            client.close();
        }
    }

    @Test
    void shouldReportGarbage() throws IOException
    {
        assertFault(FrameFault.WRONG_MAGIC, Session.NULL_VERSION,
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void shouldReportWrongMagicAtItsFirstWrongByte() throws IOException
    {
        assertFault(FrameFault.WRONG_MAGIC, Session.NULL_VERSION, new byte[]{ 0x4F, 0x4C, 0x46 });
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void shouldReportWrongMagicOfLaterFrame(final int version) throws IOException
    {
        final byte[] good = frame(version, 1, 10);
        final byte[] bad = frame(version, 2, 10);
        bad[3] ^= 1;
        assertFault(FrameFault.WRONG_MAGIC, version, good, bad);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 3, 255 })
    void shouldReportUnknownVersion(final int version) throws IOException
    {
        final byte[] bad = frame(2, 1, 10);
        bad[4] = (byte) version;
        assertFault(FrameFault.UNKNOWN_VERSION, Session.NULL_VERSION, bad);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void shouldReportChangedVersion(final int version) throws IOException
    {
        assertFault(FrameFault.CHANGED_VERSION, version, frame(version, 1, 10), frame(3 - version, 2, 10));
    }

    @Test
    void shouldReportLengthOverTheLimitBeforeItsBytesCome() throws IOException
    {
        final byte[] header = Arrays.copyOf(frame(2, 1, 64 * 1024 - 24 + 1), 24);
        assertFault(FrameFault.FRAME_TOO_LONG, 2, header);
    }

    @Test
    void shouldReportLengthOfFourGibibytes() throws IOException
    {
        final byte[] first = Arrays.copyOf(frame(1, 1, 10), 10);
        Arrays.fill(first, 6, 10, (byte) 0xFF);
        assertFault(FrameFault.FRAME_TOO_LONG, 1, first);

        final byte[] second = Arrays.copyOf(frame(2, 1, 10), 24);
        Arrays.fill(second, 8, 12, (byte) 0xFF);
        assertFault(FrameFault.FRAME_TOO_LONG, 2, second);
    }

    @Test
    void shouldTakeFrameOfExactlyTheLimit() throws IOException
    {
        for (final byte[] frame : new byte[][]{ frame(1, 1, 64 * 1024 - 14), frame(2, 1, 64 * 1024 - 24) })
        {
            try (SimulatedTransport server = new SimulatedTransport(4, handler).open())
            {
                final SimulatedEndpoint client = server.connect();
                assertArrayEquals(frame, exchange(server, client, frame));
                client.close();
            }
        }
    }

    /** Every bit of a frame is covered: no flipped bit is taken for a frame. */
    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void shouldReportAnyFlippedBit(final int version)
    {
        final byte[] frame = frame(version, 5, 20);
        final ByteBuffer buffer = ByteBuffer.allocateDirect(frame.length)
            .order(ByteOrder.LITTLE_ENDIAN);
        final FrameVerifier verifier = new FrameVerifier();
        for (int bit = 0; bit < frame.length * 8; bit++)
        {
            frame[bit / 8] ^= (byte) (1 << bit % 8);
            buffer.clear().put(frame);
            final int result = verifier.inspect(buffer, 0, frame.length, Session.NULL_VERSION, 64 * 1024);
            frame[bit / 8] ^= (byte) (1 << bit % 8);

            assertTrue(result <= FrameVerifier.INCOMPLETE, "bit=" + bit);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void shouldReportWrongChecksum(final int version) throws IOException
    {
        final byte[] bad = frame(version, 1, 10);
        bad[bad.length - 6] ^= 0x40;
        assertFault(FrameFault.WRONG_CHECKSUM, version, bad);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void shouldReportStreamThatEndsInsideAFrame(final int version) throws IOException
    {
        final byte[] frame = frame(version, 1, 10);
        for (int length = 1; length < frame.length; length++)
        {
            final RecordingHandler recording = new RecordingHandler();
            try (SimulatedTransport server = new SimulatedTransport(length, recording).open())
            {
                final SimulatedEndpoint client = server.connect();
                server.send(client, Arrays.copyOf(frame, length));
                client.shutdownOutput();

                assertArrayEquals(RecordingHandler.ERROR_FRAME, server.receiveToEnd(client));
                assertEquals(FrameFault.TRUNCATED_FRAME, recording.lastFault);
                assertEquals(CloseReason.PROTOCOL_ERROR, recording.lastReason);
            }
        }
    }

    /** The faulty bytes come last, after whole frames that are answered first. */
    private static void assertFault(final FrameFault fault, final int version, final byte[]... stream)
        throws IOException
    {
        final RecordingHandler handler = new RecordingHandler();
        try (SimulatedTransport server = new SimulatedTransport(stream[0].length, handler).open())
        {
            final SimulatedEndpoint client = server.connect();
            server.send(client, join(stream));
            final byte[] answers = server.receiveToEnd(client);
            client.close();
            server.until(() -> server.transport.openCount() == 0);

            final byte[][] expected = Arrays.copyOf(stream, stream.length);
            expected[stream.length - 1] = RecordingHandler.ERROR_FRAME;
            assertArrayEquals(join(expected), answers);
            assertEquals(fault, handler.lastFault);
            assertEquals(version, handler.versionAtFault);
            assertEquals(CloseReason.PROTOCOL_ERROR, handler.lastReason);
            assertEquals(1, server.transport.totalFaults(fault));
            assertEquals(1, server.transport.totalClosed(CloseReason.PROTOCOL_ERROR));
            server.assertNothingIsHeld();
        }
    }

    /** Sends and receives at the same time, as a pipelining client does. */
    static byte[] exchange(final SimulatedTransport server, final SimulatedEndpoint client, final byte[] stream)
        throws IOException
    {
        final ByteBuffer toSend = ByteBuffer.wrap(stream);
        final ByteBuffer received = ByteBuffer.allocate(stream.length);
        server.until(() ->
        {
            try
            {
                client.write(toSend);
                client.read(received);
            }
            catch (final IOException ex)
            {
                throw new UncheckedIOException(ex);
            }
            return !received.hasRemaining();
        });
        return received.array();
    }
}
