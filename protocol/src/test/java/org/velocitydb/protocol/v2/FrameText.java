package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Fields;
import org.velocitydb.protocol.Limits;

/**
 * Turns whole frames into named fields and back, through the codecs under test.
 */
final class FrameText
{
    private static final int MAX_LENGTH = 64 * 1024;
    private static final Map<String, Integer> TYPES = new TreeMap<>();

    static
    {
        TYPES.put("HELLO", MessageType.HELLO);
        TYPES.put("AUTH", MessageType.AUTH);
        TYPES.put("PING", MessageType.PING);
        TYPES.put("DISCONNECT", MessageType.DISCONNECT);
        TYPES.put("GET", MessageType.GET);
        TYPES.put("MULTI_GET", MessageType.MULTI_GET);
        TYPES.put("WRITE", MessageType.WRITE);
        TYPES.put("SCAN", MessageType.SCAN);
        TYPES.put("SQL", MessageType.SQL);
        TYPES.put("STATS", MessageType.STATS);
        TYPES.put("SERVER_HELLO", MessageType.SERVER_HELLO);
        TYPES.put("AUTH_OK", MessageType.AUTH_OK);
        TYPES.put("PONG", MessageType.PONG);
        TYPES.put("GET_RESULT", MessageType.GET_RESULT);
        TYPES.put("MULTI_GET_RESULT", MessageType.MULTI_GET_RESULT);
        TYPES.put("WRITE_RESULT", MessageType.WRITE_RESULT);
        TYPES.put("SCAN_RESULT", MessageType.SCAN_RESULT);
        TYPES.put("SQL_RESULT", MessageType.SQL_RESULT);
        TYPES.put("STATS_RESULT", MessageType.STATS_RESULT);
        TYPES.put("ERROR", MessageType.ERROR);
    }

    private final FrameCodec codec = new FrameCodec(new Crc());
    private final FrameDecoder requests = FrameDecoder.ofRequests(new Crc(), Limits.DEFAULT_MAX_FRAME_LENGTH);
    private final FrameDecoder responses = FrameDecoder.ofResponses(new Crc(), Limits.DEFAULT_MAX_FRAME_LENGTH);

    byte[] encode(final Fields fields)
    {
        final ByteBuffer buffer = ByteBuffer.allocate(MAX_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        final int type = TYPES.get(fields.text("type"));
        final int message = FrameCodec.beginRequest(
            buffer, 0, type, fields.number("correlation-id"), fields.numberOrZero("timeout-us"),
            fields.numberOrZero("client-id"), fields.numberOrZero("request-number"));
        final int limit = MessageText.encode(buffer, message, type, fields);
        final byte[] bytes = new byte[seal(buffer, limit, fields)];
        buffer.get(0, bytes);
        return bytes;
    }

    private int seal(final ByteBuffer buffer, final int limit, final Fields fields)
    {
        if (fields.numberOrZero("answers-ping") == 1)
        {
            return codec.sealAnsweringPing(buffer, 0, limit);
        }
        return fields.numberOrZero("more") == 1
            ? codec.sealWithMore(buffer, 0, limit)
            : codec.seal(buffer, 0, limit);
    }

    /** Reads a frame and its message, and adds what they say to the fields. */
    Fault decode(final byte[] bytes, final Fields fields)
    {
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        FrameDecoder frame = requests;
        Fault fault = requests.tryWrap(buffer, 0, bytes.length);
        if (fault != Fault.NONE)
        {
            frame = responses;
            fault = responses.tryWrap(buffer, 0, bytes.length);
        }
        if (fault != Fault.NONE)
        {
            return fault;
        }
        decodeHeader(frame, fields);
        return MessageText.decode(buffer, frame.messageOffset(), frame.messageLength(), frame.type(), fields);
    }

    private static void decodeHeader(final FrameDecoder frame, final Fields fields)
    {
        final int frameType = frame.type();
        TYPES.forEach((name, type) ->
        {
            if (type == frameType)
            {
                fields.put("type", name);
            }
        });
        fields.put("correlation-id", frame.correlationId());
        if (frame.hasTimeout())
        {
            fields.put("timeout-us", frame.timeoutUs());
        }
        if (frame.hasRequestId())
        {
            fields.put("client-id", frame.clientId()).put("request-number", frame.requestNumber());
        }
        if (frame.hasMore())
        {
            fields.put("more", 1);
        }
        if (frame.answersPing())
        {
            fields.put("answers-ping", 1);
        }
    }
}
