package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.engine.StoreContext;

/**
 * What a GET and a SET of the Redis protocol cost in garbage, over a real socket and with a real disk: nothing on the
 * event loop, nothing on the writer.
 */
class RespAllocationTest
{
    private static final int PIPELINE = 50;
    private static final int WARM_UP_ROUNDS = 1_000;
    private static final int MEASURED_ROUNDS = 1_000;
    /** For each operation; a fraction, since code that is compiled late still allocates a little. */
    private static final double BYTES_MAX = 1;

    @TempDir
    private Path directory;

    @Test
    void shouldAllocateNothingForGetsAndSets() throws IOException
    {
        try (MeteredNode node = new MeteredNode(directory, new StoreContext());
            SocketChannel channel = SocketChannel.open(node.respAddress()))
        {
            channel.configureBlocking(false);
            exchange(node, channel, request("AUTH", MeteredNode.USER, "any"), "+OK\r\n".length());
            final String value = "v".repeat(100);
            final String set = repeat(request("SET", "key", value));
            final String get = repeat(request("GET", "key"));
            final int setLength = PIPELINE * "+OK\r\n".length();
            final int getLength = PIPELINE * ("$100\r\n\r\n".length() + value.length());
            rounds(node, channel, set, setLength, WARM_UP_ROUNDS);
            rounds(node, channel, get, getLength, WARM_UP_ROUNDS);

            measure(node, "set", () -> rounds(node, channel, set, setLength, MEASURED_ROUNDS));
            measure(node, "get", () -> rounds(node, channel, get, getLength, MEASURED_ROUNDS));
        }
    }

    @FunctionalInterface
    private interface Work
    {
        void run() throws IOException;
    }

    private static void measure(final MeteredNode node, final String what, final Work work) throws IOException
    {
        final long loopBefore = node.allocatedBytes("event-loop-0");
        final long writerBefore = node.allocatedBytes("velocity-writer");
        work.run();
        final double count = (double) MEASURED_ROUNDS * PIPELINE;
        final double ofLoop = (node.allocatedBytes("event-loop-0") - loopBefore) / count;
        final double ofWriter = (node.allocatedBytes("velocity-writer") - writerBefore) / count;
        assertTrue(ofLoop <= BYTES_MAX, () -> what + ": bytes on the event loop: " + ofLoop);
        assertTrue(ofWriter <= BYTES_MAX, () -> what + ": bytes on the writer: " + ofWriter);
    }

    private static String request(final String... parts)
    {
        return RespTestClient.request(parts);
    }

    private static String repeat(final String request)
    {
        return request.repeat(PIPELINE);
    }

    private static void rounds(
        final MeteredNode node, final SocketChannel channel, final String requests, final int answerLength,
        final int count) throws IOException
    {
        for (int i = 0; i < count; i++)
        {
            exchange(node, channel, requests, answerLength);
        }
    }

    private static void exchange(
        final MeteredNode node, final SocketChannel channel, final String requests, final int answerLength)
        throws IOException
    {
        final ByteBuffer output = ByteBuffer.wrap(requests.getBytes(StandardCharsets.ISO_8859_1));
        final ByteBuffer input = ByteBuffer.allocate(answerLength);
        while (input.hasRemaining())
        {
            channel.write(output);
            node.step();
            assertTrue(channel.read(input) >= 0, "the connection was ended");
        }
    }
}
