package org.velocitydb.server.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.velocitydb.client.Wire;
import org.velocitydb.client.aeron.AeronWireFactory;
import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.v2.AuthRequest;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.GetRequest;
import org.velocitydb.protocol.v2.HandshakeTranscript;
import org.velocitydb.protocol.v2.HelloRequest;
import org.velocitydb.protocol.v2.MessageType;

/**
 * Frames over Aeron, sent and read when the test says so.
 */
final class AeronPipeline implements AutoCloseable
{
    private static final int BUFFER_LENGTH = 1024 * 1024;

    private final Wire wire;
    private final FrameCodec codec = new FrameCodec(new Crc());
    private final FrameDecoder decoder = FrameDecoder.ofResponses(new Crc(), Limits.DEFAULT_MAX_FRAME_LENGTH);
    private final ByteBuffer output = ByteBuffer.allocateDirect(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer input = ByteBuffer.allocateDirect(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private int head;
    private int tail;
    private long correlationId;

    AeronPipeline(final String address) throws IOException
    {
        wire = new AeronWireFactory().open(address, Duration.ofSeconds(60));
    }

    AeronPipeline login() throws IOException
    {
        int message = FrameCodec.begin(output, 0, MessageType.HELLO, ++correlationId);
        int limit = HelloRequest.put(output, message, new byte[HandshakeTranscript.NONCE_LENGTH], new byte[0]);
        codec.seal(output, 0, limit);
        send(limit);
        receive(MessageType.SERVER_HELLO);
        message = FrameCodec.begin(output, 0, MessageType.AUTH, ++correlationId);
        limit = AuthRequest.put(
            output, message, AeronNode.USER.getBytes(StandardCharsets.UTF_8),
            AeronNode.PASSWORD.getBytes(StandardCharsets.UTF_8));
        codec.seal(output, 0, limit);
        send(limit);
        receive(MessageType.AUTH_OK);
        return this;
    }

    void sendGets(final byte[] key, final int count) throws IOException
    {
        int offset = 0;
        for (int i = 0; i < count; i++)
        {
            final int message = FrameCodec.begin(output, offset, MessageType.GET, ++correlationId);
            final int keyOffset = GetRequest.put(output, message, Limits.DEFAULT_KEYSPACE, key.length);
            output.put(keyOffset, key);
            codec.seal(output, offset, keyOffset + key.length);
            offset = keyOffset + key.length;
        }
        send(offset);
    }

    private void send(final int limit) throws IOException
    {
        wire.write(output.clear().limit(limit));
        output.clear();
    }

    /** Reads one frame; returns its length. */
    int receive(final int type) throws IOException
    {
        Fault fault = decoder.tryWrap(input.clear(), head, tail - head);
        while (fault == Fault.INCOMPLETE)
        {
            if (head > 0)
            {
                input.limit(tail).position(head);
                input.compact();
                tail -= head;
                head = 0;
            }
            final int count = wire.read(input.clear().position(tail));
            if (count < 0)
            {
                throw new IOException("the server ended the connection");
            }
            tail += count;
            fault = decoder.tryWrap(input.clear(), head, tail - head);
        }
        if (fault != Fault.NONE || decoder.type() != type)
        {
            throw new IOException("not the answer: fault=" + fault + ", type=" + decoder.type());
        }
        head += decoder.frameLength();
        return decoder.frameLength();
    }

    @Override
    public void close()
    {
        wire.close();
    }
}
