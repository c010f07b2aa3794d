package org.velocitydb.server.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.v2.AuthRequest;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.GetRequest;
import org.velocitydb.protocol.v2.HandshakeTranscript;
import org.velocitydb.protocol.v2.HelloRequest;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.SqlRequest;
import org.velocitydb.protocol.v2.SqlValues;
import org.velocitydb.protocol.v2.WriteRequest;

/**
 * Sends a few requests at once, steps the node until all are answered, and sends the next ones.
 */
final class PipelineClient implements AutoCloseable
{
    private static final int BUFFER_LENGTH = 256 * 1024;
    private static final int VALUE_LENGTH = 100;

    private final MeteredNode node;
    private final SocketChannel channel;
    private final ByteBuffer output = ByteBuffer.allocateDirect(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer input = ByteBuffer.allocateDirect(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final FrameCodec codec;
    private final FrameDecoder decoder;
    private int outputLimit;
    private int keyIndex;

    PipelineClient(final MeteredNode node) throws IOException
    {
        this.node = node;
        final Crc crc = new Crc();
        codec = new FrameCodec(crc);
        decoder = FrameDecoder.ofResponses(crc, Limits.DEFAULT_MAX_FRAME_LENGTH);
        channel = SocketChannel.open(node.address());
        channel.configureBlocking(false);
        logIn();
    }

    private void logIn() throws IOException
    {
        int message = FrameCodec.begin(output, 0, MessageType.HELLO, 1);
        end(HelloRequest.put(output, message, new byte[HandshakeTranscript.NONCE_LENGTH], new byte[0]));
        exchange(1, MessageType.SERVER_HELLO);
        message = FrameCodec.begin(output, 0, MessageType.AUTH, 1);
        final byte[] user = MeteredNode.USER.getBytes(StandardCharsets.UTF_8);
        end(AuthRequest.put(output, message, user, user));
        exchange(1, MessageType.AUTH_OK);
    }

    void get(final int count, final int pipeline, final int keyCount) throws IOException
    {
        for (int sent = 0; sent < count; sent += pipeline)
        {
            for (int i = 0; i < pipeline; i++)
            {
                final int message = FrameCodec.begin(output, outputLimit, MessageType.GET, i + 1);
                final int key = GetRequest.put(output, message, Limits.DEFAULT_KEYSPACE, Long.BYTES);
                end(putKey(key, keyCount));
            }
            exchange(pipeline, MessageType.GET_RESULT);
        }
    }

    void put(final int count, final int pipeline, final int keyCount) throws IOException
    {
        for (int sent = 0; sent < count; sent += pipeline)
        {
            for (int i = 0; i < pipeline; i++)
            {
                final int message = FrameCodec.begin(output, outputLimit, MessageType.WRITE, i + 1);
                final int operation = WriteRequest.put(output, message, Durability.SERVER_DEFAULT, 1);
                final int key = WriteRequest.putOperation(
                    output, operation, WriteRequest.KIND_PUT, WriteRequest.CONDITION_NONE, 0,
                    Limits.DEFAULT_KEYSPACE, Long.BYTES, VALUE_LENGTH, 0);
                end(putKey(key, keyCount) + VALUE_LENGTH);
            }
            exchange(pipeline, MessageType.WRITE_RESULT);
        }
    }

    /**
     * Sends a statement whose parameters are a key and, where it is asked for, a value and a number.
     */
    void sql(
        final int count,
        final int pipeline,
        final int keyCount,
        final byte[] statement,
        final int parameterCount)
        throws IOException
    {
        for (int sent = 0; sent < count; sent += pipeline)
        {
            for (int i = 0; i < pipeline; i++)
            {
                final int message = FrameCodec.begin(output, outputLimit, MessageType.SQL, i + 1);
                int limit = SqlRequest.put(output, message, statement.length, parameterCount);
                output.put(limit, statement);
                limit += statement.length;
                limit = parameterCount > 0
                    ? putKey(SqlValues.putBytesHeader(output, limit, false, Long.BYTES), keyCount)
                    : limit;
                limit = parameterCount > 1
                    ? SqlValues.putBytesHeader(output, limit, false, VALUE_LENGTH) +
                        VALUE_LENGTH
                    : limit;
                end(parameterCount > 2 ? SqlValues.putI64(output, limit, keyIndex) : limit);
            }
            exchange(pipeline, MessageType.SQL_RESULT);
        }
    }

    private int putKey(final int offset, final int keyCount)
    {
        output.putLong(offset, keyIndex);
        keyIndex = (keyIndex + 1) % keyCount;
        return offset + Long.BYTES;
    }

    private void end(final int limit)
    {
        codec.seal(output, outputLimit, limit);
        outputLimit = limit;
    }

    private void exchange(final int answerCount, final int type) throws IOException
    {
        output.clear().limit(outputLimit);
        input.clear();
        int offset = 0;
        for (int answered = 0; answered < answerCount;)
        {
            channel.write(output);
            node.step();
            channel.read(input);
            final int available = input.position() - offset;
            final int position = input.position();
            input.clear();
            final Fault fault = decoder.tryWrap(input, offset, available);
            input.position(position);
            if (fault == Fault.NONE)
            {
                if (decoder.type() != type)
                {
                    throw new AssertionError("answer of an unexpected type: type=" + decoder.type());
                }
                offset += decoder.frameLength();
                answered++;
            }
            else if (fault != Fault.INCOMPLETE)
            {
                throw new AssertionError("answer cannot be read: fault=" + fault);
            }
        }
        output.clear();
        outputLimit = 0;
    }

    @Override
    public void close() throws IOException
    {
        channel.close();
    }
}
