package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.AfterAll;
import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.v1.FrameEncoder;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.transport.network.Connection;
import org.velocitydb.transport.network.SimulatedEndpoint;

/**
 * A stranger that sends anything at all to a node: it is answered or let go, it makes the node hold next to nothing,
 * nothing throws, and a client that behaves is served afterwards. Inputs are taken as they are, and as a row of frames
 * with right checksums, each of a byte for its type, a byte for its length and its body.
 */
class HandshakeFuzzTest
{
    private static final int STEP_COUNT = 60;
    private static final int POOL_BYTES_MAX = 64 * 1024;

    /** Making a node takes longer than an input does. */
    private static SteppedNode node;

    private final Crc crc = new Crc();
    private final ByteBuffer received = ByteBuffer.allocate(64 * 1024);

    @AfterAll
    static void closeNode()
    {
        if (node != null)
        {
            node.close();
            node = null;
        }
    }

    @FuzzTest(maxDuration = "30s")
    void shouldAnswerOrLetGoWhoeverSendsAnything(final byte[] data) throws IOException
    {
        talk(data);
    }

    @FuzzTest(maxDuration = "30s")
    void shouldAnswerOrLetGoWhoeverSendsFramesOfVersionOne(final byte[] data) throws IOException
    {
        final FrameEncoder encoder = new FrameEncoder(crc);
        final ByteBuffer frames = ByteBuffer.allocate(16 * data.length + 64).order(ByteOrder.LITTLE_ENDIAN);
        int end = 0;
        for (int at = 0; at + 1 < data.length;)
        {
            final int length = Math.min(data[at + 1] & 0xFF, data.length - at - 2);
            frames.put(FrameEncoder.payloadOffset(end), data, at + 2, length);
            end += encoder.seal(frames, end, data[at] & 0xFF, length);
            at += 2 + length;
        }
        talk(java.util.Arrays.copyOf(frames.array(), end));
    }

    @FuzzTest(maxDuration = "30s")
    void shouldAnswerOrLetGoWhoeverSendsFramesOfVersionTwo(final byte[] data) throws IOException
    {
        final FrameCodec codec = new FrameCodec(crc);
        final ByteBuffer frames = ByteBuffer.allocate(FrameDescriptor.HEADER_LENGTH * (data.length + 1) + data.length)
            .order(ByteOrder.LITTLE_ENDIAN);
        int end = 0;
        for (int at = 0; at + 1 < data.length;)
        {
            final int length = Math.min(data[at + 1] & 0xFF, data.length - at - 2);
            final int message = FrameCodec.begin(frames, end, data[at] & 0xFF, at + 1);
            frames.put(message, data, at + 2, length);
            end += codec.seal(frames, end, message + length);
            at += 2 + length;
        }
        talk(java.util.Arrays.copyOf(frames.array(), end));
    }

    private void talk(final byte[] bytes) throws IOException
    {
        if (node == null)
        {
            node = new SteppedNode((context) ->
            {
            });
        }
        final SimulatedEndpoint stranger = node.connectRaw();
        final ByteBuffer toSend = ByteBuffer.wrap(bytes);
        boolean isEnded = false;
        for (int i = 0; i < STEP_COUNT && !isEnded; i++)
        {
            isEnded = exchange(stranger, toSend);
            node.step();
            assertTrue(node.node().statistics().poolBytesUsed() <= POOL_BYTES_MAX,
                () -> "bytes=" + node.node().statistics().poolBytesUsed());
        }
        stranger.close();
        node.steps(10);
        assertEquals(List.of(), node.takeErrors());

        final TestClient2 client = node.login();
        client.get("a");
        client.take().value();
        client.close();
        node.steps(10);
        assertEquals(0, node.node().statistics().poolBytesUsed(), "buffers not given back");
    }

    private boolean exchange(final SimulatedEndpoint stranger, final ByteBuffer toSend)
    {
        try
        {
            if (toSend.hasRemaining())
            {
                stranger.write(toSend);
            }
            received.clear();
            return stranger.read(received) == Connection.END_OF_STREAM;
        }
        catch (final IOException ex)
        {
            // The node has closed the connection before all was sent.
            return true;
        }
    }
}
