package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.v2.AuthRequest;
import org.velocitydb.protocol.v2.ErrorMessage;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.GetRequest;
import org.velocitydb.protocol.v2.GetResult;
import org.velocitydb.protocol.v2.HelloRequest;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.MultiGetRequest;
import org.velocitydb.protocol.v2.MultiGetResult;
import org.velocitydb.protocol.v2.ScanRequest;
import org.velocitydb.protocol.v2.ScanResult;
import org.velocitydb.protocol.v2.SqlRequest;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.SqlValues;
import org.velocitydb.protocol.v2.WriteRequest;
import org.velocitydb.protocol.v2.WriteResult;
import org.velocitydb.transport.network.SimulatedEndpoint;

/**
 * A client of version 2 that a test drives frame by frame. Each request returns its correlation id.
 */
final class TestClient2 extends TestConnection<TestClient2.Frame>
{
    private static final int MAX_FRAME_LENGTH = 128 * 1024 * 1024;

    private final Crc crc = new Crc();
    private final FrameCodec codec = new FrameCodec(crc);
    private final FrameDecoder decoder = FrameDecoder.ofResponses(crc, MAX_FRAME_LENGTH);
    private long lastCorrelationId;
    private long timeoutUs = FrameDescriptor.NULL_TIMEOUT_US;
    private long clientId;
    private long requestNumber = FrameDescriptor.NULL_REQUEST_NUMBER;

    /**
     * A received frame.
     *
     * @param type          of the frame.
     * @param correlationId of the request.
     * @param hasMore       whether another frame follows.
     * @param message       that it carries, little-endian, from index 0.
     */
    record Frame(int type, long correlationId, boolean hasMore, ByteBuffer message)
    {
        ErrorMessage error()
        {
            assertEquals(MessageType.ERROR, type);
            final ErrorMessage error = new ErrorMessage();
            assertEquals(Fault.NONE, error.tryWrap(message, 0, message.capacity()));
            return error;
        }

        ErrorCode code()
        {
            return error().code();
        }

        WriteResult write()
        {
            assertEquals(MessageType.WRITE_RESULT, type, this::words);
            final WriteResult result = new WriteResult();
            assertEquals(Fault.NONE, result.tryWrap(message, 0, message.capacity()));
            return result;
        }

        /** The value of a GET, or null. */
        String value()
        {
            assertEquals(MessageType.GET_RESULT, type, this::words);
            final GetResult result = new GetResult();
            assertEquals(Fault.NONE, result.tryWrap(message, 0, message.capacity()));
            return result.isFound() ? text(result.valueOffset(), result.valueLength()) : null;
        }

        List<String> values()
        {
            assertEquals(MessageType.MULTI_GET_RESULT, type, this::words);
            final MultiGetResult result = new MultiGetResult();
            assertEquals(Fault.NONE, result.tryWrap(message, 0, message.capacity()));
            final List<String> values = new ArrayList<>();
            while (result.next())
            {
                values.add(result.isFound() ? text(result.valueOffset(), result.valueLength()) : null);
            }
            return values;
        }

        List<String> keys()
        {
            assertEquals(MessageType.SCAN_RESULT, type, this::words);
            final ScanResult result = new ScanResult();
            assertEquals(Fault.NONE, result.tryWrap(message, 0, message.capacity()));
            final List<String> keys = new ArrayList<>();
            while (result.next())
            {
                keys.add(text(result.keyOffset(), result.keyLength()));
            }
            return keys;
        }

        SqlResult sql()
        {
            assertEquals(MessageType.SQL_RESULT, type, this::words);
            final SqlResult result = new SqlResult();
            assertEquals(Fault.NONE, result.tryWrap(message, 0, message.capacity()));
            return result;
        }

        /** Every value of every row, one after the other. */
        List<String> cells()
        {
            final SqlValues values = new SqlValues();
            sql().values(values);
            final List<String> cells = new ArrayList<>();
            while (values.next())
            {
                cells.add(switch (values.type())
                {
                    case SqlValues.TYPE_I64 -> Long.toString(values.i64());
                    case SqlValues.TYPE_TEXT -> text(values.bytesOffset(), values.bytesLength());
                    default -> "type " + values.type();
                });
            }
            return cells;
        }

        String words()
        {
            return type == MessageType.ERROR ? code() + ": " + error().text() : "type " + type;
        }

        String text(final int offset, final int length)
        {
            final byte[] bytes = new byte[length];
            message.get(offset, bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    TestClient2(final SteppedNode node, final SimulatedEndpoint endpoint)
    {
        super(node, endpoint);
    }

    @Override
    int onBytes(final ByteBuffer buffer, final int offset, final int available, final ArrayDeque<Frame> frames)
    {
        if (decoder.tryWrap(buffer, offset, available) != Fault.NONE)
        {
            return 0;
        }
        final byte[] message = new byte[decoder.messageLength()];
        buffer.get(decoder.messageOffset(), message);
        frames.add(new Frame(
            decoder.type(), decoder.correlationId(), decoder.hasMore(),
            ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN)));
        return decoder.frameLength();
    }

    /** The next request alone has a time budget. */
    TestClient2 timeoutUs(final long us)
    {
        timeoutUs = us;
        return this;
    }

    /** The next request alone has a request id. */
    TestClient2 requestId(final long client, final long number)
    {
        clientId = client;
        requestNumber = number;
        return this;
    }

    private int begin(final int type)
    {
        final int message = FrameCodec.beginRequest(
            output(), output().position(), type, ++lastCorrelationId, timeoutUs, clientId, requestNumber);
        timeoutUs = FrameDescriptor.NULL_TIMEOUT_US;
        requestNumber = FrameDescriptor.NULL_REQUEST_NUMBER;
        return message;
    }

    private long end(final int limit)
    {
        commit(codec.seal(output(), output().position(), limit));
        return lastCorrelationId;
    }

    private int put(final int offset, final byte[] bytes)
    {
        output().put(offset, bytes);
        return offset + bytes.length;
    }

    private static byte[] bytes(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    long empty(final int type)
    {
        return end(begin(type));
    }

    long hello()
    {
        return end(HelloRequest.put(output(), begin(MessageType.HELLO), new byte[32], bytes("test")));
    }

    /** As a client greets that answers PING. */
    long helloAnsweringPing()
    {
        final int limit = HelloRequest.put(output(), begin(MessageType.HELLO), new byte[32], bytes("test"));
        commit(codec.sealAnsweringPing(output(), output().position(), limit));
        return lastCorrelationId;
    }

    void pong()
    {
        final int limit = FrameCodec.begin(
            output(), output().position(), MessageType.PONG, FrameDescriptor.NULL_CORRELATION_ID);
        commit(codec.seal(output(), output().position(), limit));
    }

    long auth(final String user, final String password)
    {
        return end(AuthRequest.put(output(), begin(MessageType.AUTH), bytes(user), bytes(password)));
    }

    long get(final String key)
    {
        return get(0, key);
    }

    long get(final int keyspace, final String key)
    {
        final byte[] keyBytes = bytes(key);
        return end(put(GetRequest.put(output(), begin(MessageType.GET), keyspace, keyBytes.length), keyBytes));
    }

    long multiGet(final List<String> keys)
    {
        return multiGet(0, keys);
    }

    long multiGet(final int keyspace, final List<String> keys)
    {
        int offset = MultiGetRequest.put(output(), begin(MessageType.MULTI_GET), keyspace, keys.size());
        for (final String key : keys)
        {
            final byte[] keyBytes = bytes(key);
            offset = put(MultiGetRequest.putKeyLength(output(), offset, keyBytes.length), keyBytes);
        }
        return end(offset);
    }

    long put(final String key, final String value)
    {
        return put(WriteRequest.CONDITION_NONE, 0, key, value);
    }

    long put(final int condition, final int keyspace, final String key, final String value)
    {
        final int offset = WriteRequest.put(
            output(), begin(MessageType.WRITE), Durability.GROUP, 1);
        final byte[] keyBytes = bytes(key);
        final byte[] valueBytes = bytes(value);
        final int keyOffset = WriteRequest.putOperation(
            output(), offset, WriteRequest.KIND_PUT, condition, 0, keyspace, keyBytes.length, valueBytes.length, 0);
        return end(put(put(keyOffset, keyBytes), valueBytes));
    }

    /** One operation for each key, all of one kind; what is stored is the key. */
    long write(final int kind, final int keyspace, final List<String> keys)
    {
        int offset = WriteRequest.put(output(), begin(MessageType.WRITE), Durability.GROUP, keys.size());
        for (final String key : keys)
        {
            final byte[] keyBytes = bytes(key);
            final byte[] valueBytes = kind == WriteRequest.KIND_PUT ? keyBytes : new byte[0];
            final int keyOffset = WriteRequest.putOperation(
                output(), offset, kind, WriteRequest.CONDITION_NONE, 0, keyspace, keyBytes.length, valueBytes.length,
                0);
            offset = put(put(keyOffset, keyBytes), valueBytes);
        }
        return end(offset);
    }

    long scan(final int flags, final int limit, final String from, final String to)
    {
        return scan(0, flags, limit, from, to);
    }

    long scan(final int keyspace, final int flags, final int limit, final String from, final String to)
    {
        final byte[] fromBytes = bytes(from);
        final byte[] toBytes = to == null ? new byte[0] : bytes(to);
        final int offset = ScanRequest.put(
            output(), begin(MessageType.SCAN), keyspace, flags, limit, fromBytes.length,
            to == null ? ScanRequest.UNBOUNDED : toBytes.length);
        return end(put(put(offset, fromBytes), toBytes));
    }

    long sql(final String statement, final Object... parameters)
    {
        final byte[] statementBytes = bytes(statement);
        int offset = put(
            SqlRequest.put(output(), begin(MessageType.SQL), statementBytes.length, parameters.length), statementBytes);
        for (final Object parameter : parameters)
        {
            offset = putParameter(offset, parameter);
        }
        return end(offset);
    }

    private int putParameter(final int offset, final Object parameter)
    {
        if (parameter == null)
        {
            return SqlValues.putNull(output(), offset);
        }
        if (parameter instanceof Long)
        {
            return SqlValues.putI64(output(), offset, (Long) parameter);
        }
        if (parameter instanceof Double)
        {
            return SqlValues.putF64(output(), offset, (Double) parameter);
        }
        if (parameter instanceof Boolean)
        {
            return SqlValues.putBoolean(output(), offset, (Boolean) parameter);
        }
        final boolean isText = parameter instanceof String;
        final byte[] value = isText ? bytes((String) parameter) : (byte[]) parameter;
        return put(SqlValues.putBytesHeader(output(), offset, isText, value.length), value);
    }
}
