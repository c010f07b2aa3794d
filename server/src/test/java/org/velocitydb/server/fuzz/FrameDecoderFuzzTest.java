package org.velocitydb.server.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.v1.FrameEncoder;
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
import org.velocitydb.protocol.v2.ServerHello;
import org.velocitydb.protocol.v2.SqlRequest;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.WriteRequest;
import org.velocitydb.protocol.v2.WriteResult;

/**
 * Whatever the bytes of a frame are, decoding them ends with a verdict: it neither throws nor reads beyond them (the
 * arrays end where the frame ends) nor goes on for ever. Each input is tried as it is, and as the body of a frame with
 * a right checksum, since chance does not find those.
 */
class FrameDecoderFuzzTest
{
    private static final int LENGTH_MAX = 1024 * 1024;
    private static final int HEADER_LENGTH = FrameDescriptor.HEADER_LENGTH;

    private final Crc crc = new Crc();

    @FuzzTest(maxDuration = "30s")
    void shouldEndWithAVerdictForAnyFrameOfVersionOne(final byte[] data)
    {
        decode1(data.clone());
        if (data.length > 0)
        {
            final byte[] frame = new byte[FrameEncoder.frameLength(data.length - 1)];
            System.arraycopy(data, 1, frame, FrameEncoder.payloadOffset(0), data.length - 1);
            new FrameEncoder(crc).seal(wrapped(frame), 0, data[0] & 0xFF, data.length - 1);
            assertEquals(Fault.NONE, decode1(frame), "a sound frame was refused");
        }
    }

    private Fault decode1(final byte[] frame)
    {
        final org.velocitydb.protocol.v1.FrameDecoder decoder = new org.velocitydb.protocol.v1.FrameDecoder(
            crc, LENGTH_MAX);
        final Fault fault = decoder.tryWrap(wrapped(frame), 0, frame.length);
        if (fault == Fault.NONE)
        {
            assertTrue(decoder.payloadOffset() + decoder.payloadLength() <= frame.length, "beyond the frame");
            new org.velocitydb.protocol.v1.AuthRequest().tryWrap(
                wrapped(frame), decoder.payloadOffset(), decoder.payloadLength());
        }
        return fault;
    }

    @FuzzTest(maxDuration = "30s")
    void shouldEndWithAVerdictForAnyFrameOfVersionTwo(final byte[] data)
    {
        decode2(data.clone());
        if (data.length >= 2)
        {
            final byte[] frame = new byte[HEADER_LENGTH + data.length - 2];
            final int message = FrameCodec.begin(wrapped(frame), 0, data[0] & 0xFF, 1);
            System.arraycopy(data, 2, frame, message, data.length - 2);
            // Flags stand behind magic, version and type.
            frame[6] = data[1];
            new FrameCodec(crc).seal(wrapped(frame), 0, frame.length);
            decode2(frame);
        }
    }

    private void decode2(final byte[] frame)
    {
        decode2(FrameDecoder.ofRequests(crc, LENGTH_MAX), frame);
        decode2(FrameDecoder.ofResponses(crc, LENGTH_MAX), frame);
    }

    private static void decode2(final FrameDecoder decoder, final byte[] frame)
    {
        final ByteBuffer buffer = wrapped(frame);
        if (decoder.tryWrap(buffer, 0, frame.length) == Fault.NONE)
        {
            assertTrue(decoder.messageOffset() + decoder.messageLength() <= frame.length, "beyond the frame");
            decodeMessage(decoder.type(), buffer, decoder.messageOffset(), decoder.messageLength());
        }
    }

    private static void decodeMessage(final int type, final ByteBuffer buffer, final int offset, final int length)
    {
        switch (type)
        {
            case MessageType.HELLO -> new HelloRequest().tryWrap(buffer, offset, length);
            case MessageType.SERVER_HELLO -> new ServerHello().tryWrap(buffer, offset, length);
            case MessageType.AUTH -> new AuthRequest().tryWrap(buffer, offset, length);
            case MessageType.GET -> new GetRequest().tryWrap(buffer, offset, length);
            case MessageType.GET_RESULT -> new GetResult().tryWrap(buffer, offset, length);
            case MessageType.WRITE_RESULT -> new WriteResult().tryWrap(buffer, offset, length);
            case MessageType.SQL -> new SqlRequest().tryWrap(buffer, offset, length);
            case MessageType.SQL_RESULT -> new SqlResult().tryWrap(buffer, offset, length);
            case MessageType.SCAN -> new ScanRequest().tryWrap(buffer, offset, length);
            case MessageType.ERROR -> new ErrorMessage().tryWrap(buffer, offset, length);
            default -> decodeEntries(type, buffer, offset, length);
        }
    }

    /** Messages of many entries: each of them lies within the message, and there is an end of them. */
    private static void decodeEntries(final int type, final ByteBuffer buffer, final int offset, final int length)
    {
        long read = 0;
        switch (type)
        {
            case MessageType.WRITE :
                final WriteRequest write = new WriteRequest();
                if (write.tryWrap(buffer, offset, length) == Fault.NONE)
                {
                    while (write.next())
                    {
                        read += write.keyLength() + write.valueLength();
                    }
                }
                break;
            case MessageType.MULTI_GET :
                final MultiGetRequest multiGet = new MultiGetRequest();
                if (multiGet.tryWrap(buffer, offset, length) == Fault.NONE)
                {
                    while (multiGet.next())
                    {
                        read += multiGet.keyLength();
                    }
                }
                break;
            case MessageType.MULTI_GET_RESULT :
                final MultiGetResult values = new MultiGetResult();
                if (values.tryWrap(buffer, offset, length) == Fault.NONE)
                {
                    while (values.next())
                    {
                        read += values.valueLength();
                    }
                }
                break;
            case MessageType.SCAN_RESULT :
                final ScanResult entries = new ScanResult();
                if (entries.tryWrap(buffer, offset, length) == Fault.NONE)
                {
                    while (entries.next())
                    {
                        read += entries.keyLength() + entries.valueLength();
                    }
                }
                break;
            default :
                break;
        }
        assertTrue(read <= length, "entries are longer than their message: read=" + read + ", length=" + length);
    }

    private static ByteBuffer wrapped(final byte[] bytes)
    {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
