package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.engine.StoreContext;
import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.v1.FrameEncoder;
import org.velocitydb.protocol.v2.AuthRequest;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.HelloRequest;
import org.velocitydb.protocol.v2.MessageType;

/**
 * Nothing that somebody sends who is not logged in makes the server allocate more than 64 KiB: garbage of the event
 * loop and buffers of the session are counted, for each of the messages that cost the most.
 */
class StrangerAllocationTest
{
    private static final int BYTES_MAX = 64 * 1024;
    private static final int WARM_UP_COUNT = 20;
    private static final int STEP_COUNT = 200;
    private static final int FLOOD_LENGTH = 1024 * 1024;

    @TempDir
    private Path directory;

    private final FrameCodec codec = new FrameCodec(new Crc());
    private final FrameEncoder encoder1 = new FrameEncoder(new Crc());

    @Test
    void shouldAllocateLittleForWhateverAStrangerSends() throws IOException
    {
        try (MeteredNode node = new MeteredNode(directory, new StoreContext()))
        {
            final List<byte[]> messages = List.of(
                hello(0),
                hello(Limits.MAX_FRAME_LENGTH_BEFORE_LOGIN - 100),
                join(hello(0), auth("nobody".repeat(10), "x".repeat(128))),
                join(hello(0), auth("n", "x".repeat(10_000))),
                announced(2, Integer.MAX_VALUE),
                announced(2, -1),
                announced(2, Limits.MAX_FRAME_LENGTH_BEFORE_LOGIN - 24),
                announced(1, Limits.MAX_FRAME_LENGTH_BEFORE_LOGIN - 14),
                announced(1, -1),
                frame1(org.velocitydb.protocol.v1.MessageType.HELLO, 0),
                frame1(org.velocitydb.protocol.v1.MessageType.AUTH_REQUEST, 16_000),
                frame1(0x77, 16_000));
            for (final byte[] message : messages)
            {
                for (int i = 0; i < WARM_UP_COUNT; i++)
                {
                    send(node, message);
                }
                final long bytes = send(node, message);
                assertTrue(bytes <= BYTES_MAX, "bytes=" + bytes + ", message=" + messages.indexOf(message));
            }
        }
    }

    /** A login that waits to be verified, with a megabyte behind it; and pings whose answers nobody takes. */
    @Test
    void shouldKeepLittleOfWhatAStrangerSendsWithoutEnd() throws IOException
    {
        try (MeteredNode node = new MeteredNode(directory, new StoreContext()))
        {
            final byte[] ping = new byte[24];
            codec.seal(wrapped(ping), 0, FrameCodec.begin(wrapped(ping), 0, MessageType.PING, 1));
            final List<byte[]> pings = new ArrayList<>(List.of(hello(0)));
            for (int length = 0; length < FLOOD_LENGTH; length += ping.length)
            {
                pings.add(ping);
            }
            node.holdLogins(true);
            final List<byte[]> floods = List.of(
                join(hello(0), auth("user", "password"), new byte[FLOOD_LENGTH]),
                join(pings.toArray(new byte[0][])));
            for (final byte[] flood : floods)
            {
                final long bytes = keep(node, flood);
                assertTrue(bytes > 0 && bytes <= BYTES_MAX, "bytes=" + bytes + ", flood=" + floods.indexOf(flood));
            }
        }
    }

    private long send(final MeteredNode node, final byte[] message) throws IOException
    {
        try (SocketChannel channel = SocketChannel.open(node.address()))
        {
            step(node);
            final long before = node.allocatedBytes("event-loop-0");
            channel.write(ByteBuffer.wrap(message));
            long poolBytes = 0;
            for (int i = 0; i < STEP_COUNT; i++)
            {
                node.step();
                poolBytes = Math.max(poolBytes, node.poolBytes());
            }
            return node.allocatedBytes("event-loop-0") - before + poolBytes;
        }
        finally
        {
            step(node);
        }
    }

    private long keep(final MeteredNode node, final byte[] flood) throws IOException
    {
        try (SocketChannel channel = SocketChannel.open())
        {
            // Answers are to pile up on the server's side, not in the system.
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 * 1024);
            channel.connect(node.address());
            channel.configureBlocking(false);
            final ByteBuffer bytes = ByteBuffer.wrap(flood);
            long poolBytes = 0;
            for (int i = 0; i < 20 * STEP_COUNT; i++)
            {
                channel.write(bytes);
                node.step();
                poolBytes = Math.max(poolBytes, node.poolBytes());
            }
            return poolBytes;
        }
        finally
        {
            step(node);
        }
    }

    private static void step(final MeteredNode node)
    {
        for (int i = 0; i < STEP_COUNT; i++)
        {
            node.step();
        }
    }

    private byte[] hello(final int nameLength)
    {
        final byte[] frame = new byte[nameLength + 100];
        final ByteBuffer buffer = wrapped(frame);
        final int limit = HelloRequest.put(
            buffer, FrameCodec.begin(buffer, 0, MessageType.HELLO, 1), new byte[32], new byte[nameLength]);
        codec.seal(buffer, 0, limit);
        return java.util.Arrays.copyOf(frame, limit);
    }

    private byte[] auth(final String user, final String password)
    {
        final byte[] frame = new byte[user.length() + password.length() + 100];
        final ByteBuffer buffer = wrapped(frame);
        final int limit = AuthRequest.put(
            buffer, FrameCodec.begin(buffer, 0, MessageType.AUTH, 2), user.getBytes(StandardCharsets.UTF_8),
            password.getBytes(StandardCharsets.UTF_8));
        codec.seal(buffer, 0, limit);
        return java.util.Arrays.copyOf(frame, limit);
    }

    private byte[] frame1(final int type, final int payloadLength)
    {
        final byte[] frame = new byte[FrameEncoder.frameLength(payloadLength)];
        encoder1.seal(wrapped(frame), 0, type, payloadLength);
        return frame;
    }

    /** A frame's header that announces a length, and a part of what it announces. */
    private static byte[] announced(final int version, final int length)
    {
        final byte[] frame = new byte[8_000];
        wrapped(frame).putInt(0, 0x56454C4F).put(4, (byte) version).put(5, (byte) 1)
            .putInt(version == 1 ? 6 : 8, length);
        return frame;
    }

    private static byte[] join(final byte[]... parts)
    {
        final java.io.ByteArrayOutputStream joined = new java.io.ByteArrayOutputStream();
        for (final byte[] part : parts)
        {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    private static ByteBuffer wrapped(final byte[] bytes)
    {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
