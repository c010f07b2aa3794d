package org.velocitydb.protocol.v2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.junit.jupiter.api.Test;
import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Fault;

/**
 * The ways in which a frame can be hurt, one by one.
 */
class FrameDecoderTest
{
    private static final int OFFSET = 3;
    private static final int MAX_FRAME_LENGTH = 4096;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_FRAME_LENGTH * 2).order(ByteOrder.LITTLE_ENDIAN);
    private final FrameCodec codec = new FrameCodec(new Crc());
    private final FrameDecoder decoder = FrameDecoder.ofRequests(new Crc(), MAX_FRAME_LENGTH);

    @Test
    void shouldAskForMoreUntilAFrameIsWhole()
    {
        final int length = putGet(7);

        for (int available = 0; available < length; available++)
        {
            assertEquals(Fault.INCOMPLETE, decoder.tryWrap(buffer, OFFSET, available), "available=" + available);
            assertEquals(available < FrameDescriptor.HEADER_LENGTH ? FrameDescriptor.HEADER_LENGTH : length,
                decoder.frameLength());
        }
        assertEquals(Fault.NONE, decoder.tryWrap(buffer, OFFSET, length));
    }

    @Test
    void shouldReadTwoFramesOneAfterTheOther()
    {
        final int length = putGet(7);
        final int second = FrameCodec.begin(buffer, OFFSET + length, MessageType.PING, 8);
        codec.seal(buffer, OFFSET + length, second);

        assertEquals(Fault.NONE, decoder.tryWrap(buffer, OFFSET, length + FrameDescriptor.HEADER_LENGTH));
        assertEquals(7, decoder.correlationId());
        assertEquals(length, decoder.frameLength());
        assertEquals(
            Fault.NONE, decoder.tryWrap(buffer, OFFSET + decoder.frameLength(), FrameDescriptor.HEADER_LENGTH));
        assertEquals(8, decoder.correlationId());
    }

    @Test
    void shouldRefuseTheMagicAsSoonAsItIsSeen()
    {
        putGet(7);
        buffer.putInt(OFFSET, 0x20544547);

        assertEquals(Fault.BAD_MAGIC, decoder.tryWrap(buffer, OFFSET, Integer.BYTES));
    }

    @Test
    void shouldRefuseAnotherVersion()
    {
        final int length = putGet(7);

        buffer.put(OFFSET + 4, (byte) 1);
        assertEquals(Fault.BAD_VERSION, decoder.tryWrap(buffer, OFFSET, length));
        buffer.put(OFFSET + 4, (byte) 3);
        assertEquals(Fault.BAD_VERSION, decoder.tryWrap(buffer, OFFSET, 5));
    }

    @Test
    void shouldRefuseALengthBeforeItsBytesHaveCome()
    {
        putGet(7);
        buffer.putInt(OFFSET + 8, MAX_FRAME_LENGTH - FrameDescriptor.HEADER_LENGTH + 1);
        assertEquals(Fault.FRAME_TOO_LARGE, decoder.tryWrap(buffer, OFFSET, FrameDescriptor.HEADER_LENGTH));

        buffer.putInt(OFFSET + 8, -1);
        assertEquals(Fault.FRAME_TOO_LARGE, decoder.tryWrap(buffer, OFFSET, FrameDescriptor.HEADER_LENGTH));
    }

    @Test
    void shouldRefuseZeros()
    {
        assertEquals(Fault.BAD_MAGIC, decoder.tryWrap(buffer, OFFSET, 64));
    }

    @Test
    void shouldRefuseAFrameThatWasMovedIntoAnother()
    {
        final int length = putGet(7);
        buffer.putLong(OFFSET + 16, 8);

        assertEquals(Fault.BAD_CHECKSUM, decoder.tryWrap(buffer, OFFSET, length));
        assertEquals(FrameDescriptor.NULL_CORRELATION_ID, decoder.correlationId());
    }

    @Test
    void shouldNameTheRequestOfASoundFrameWithAnUnknownType()
    {
        final int limit = FrameCodec.begin(buffer, OFFSET, 0x66, 9);
        final int length = codec.seal(buffer, OFFSET, limit);

        assertEquals(Fault.UNKNOWN_TYPE, decoder.tryWrap(buffer, OFFSET, length));
        assertEquals(9, decoder.correlationId());
        assertFalse(Fault.UNKNOWN_TYPE.closesConnection());
    }

    @Test
    void shouldRefuseFlagsThatDoNotFit()
    {
        assertEquals(Fault.BAD_FLAGS, withFlags(MessageType.GET, FrameDescriptor.FLAG_HAS_REQUEST_ID));
        assertEquals(Fault.BAD_FLAGS, withFlags(MessageType.GET, FrameDescriptor.FLAG_MORE));
        assertEquals(Fault.BAD_FLAGS, withFlags(MessageType.WRITE, 1 << 15));
        assertEquals(Fault.BAD_FLAGS, withFlags(MessageType.DISCONNECT, FrameDescriptor.FLAG_HAS_TIMEOUT));
    }

    @Test
    void shouldRefuseExtensionsThatAreCutOff()
    {
        assertEquals(
            Fault.BAD_LAYOUT, withFlags(
                MessageType.WRITE, FrameDescriptor.FLAG_HAS_REQUEST_ID | FrameDescriptor.FLAG_HAS_TIMEOUT));
    }

    @Test
    void shouldRefuseATimeoutAndARequestNumberThatAreNotPositive()
    {
        final int withTimeout = FrameCodec.beginRequest(buffer, OFFSET, MessageType.PING, 1, -5, 0, 0);
        assertEquals(
            Fault.BAD_FIELD, decoder.tryWrap(buffer, OFFSET, codec.seal(buffer, OFFSET, withTimeout)));

        final int withNumber = FrameCodec.beginRequest(buffer, OFFSET, MessageType.SQL, 1, 0, 5, -5);
        assertEquals(
            Fault.BAD_FIELD, decoder.tryWrap(buffer, OFFSET, codec.seal(buffer, OFFSET, withNumber)));
    }

    @Test
    void shouldRefuseBytesInAMessageThatHasNone()
    {
        final int limit = FrameCodec.begin(buffer, OFFSET, MessageType.PING, 1);

        final int length = codec.seal(buffer, OFFSET, limit + 1);

        assertEquals(Fault.BAD_LAYOUT, decoder.tryWrap(buffer, OFFSET, length));
    }

    @Test
    void shouldRefuseARequestWithoutACorrelationId()
    {
        final int limit = FrameCodec.begin(buffer, OFFSET, MessageType.PING, FrameDescriptor.NULL_CORRELATION_ID);

        assertEquals(Fault.BAD_FIELD, decoder.tryWrap(buffer, OFFSET, codec.seal(buffer, OFFSET, limit)));
    }

    @Test
    void shouldTellTheServersPingFromTheClients()
    {
        final FrameDecoder responses = FrameDecoder.ofResponses(new Crc(), MAX_FRAME_LENGTH);
        final long none = FrameDescriptor.NULL_CORRELATION_ID;

        assertEquals(Fault.NONE, responses.tryWrap(buffer, OFFSET, putEmpty(MessageType.PING, none)));
        assertEquals(Fault.BAD_FIELD, responses.tryWrap(buffer, OFFSET, putEmpty(MessageType.PING, 7)));
        assertEquals(Fault.NONE, responses.tryWrap(buffer, OFFSET, putEmpty(MessageType.PONG, 7)));
        assertEquals(Fault.NONE, decoder.tryWrap(buffer, OFFSET, putEmpty(MessageType.PONG, none)));
        assertEquals(Fault.BAD_FIELD, decoder.tryWrap(buffer, OFFSET, putEmpty(MessageType.PONG, 7)));
        final int withTimeout = FrameCodec.beginRequest(buffer, OFFSET, MessageType.PING, none, 5, 0, 0);
        assertEquals(Fault.BAD_FLAGS,
            responses.tryWrap(buffer, OFFSET, codec.seal(buffer, OFFSET, withTimeout)));
    }

    @Test
    void shouldTakeTheFlagOfThoseWhoAnswerPingOnHelloAlone()
    {
        final int message = FrameCodec.begin(buffer, OFFSET, MessageType.HELLO, 1);
        assertEquals(Fault.NONE, decoder.tryWrap(buffer, OFFSET, codec.sealAnsweringPing(buffer, OFFSET, message)));
        assertTrue(decoder.answersPing());

        assertEquals(Fault.BAD_FLAGS, withFlags(MessageType.AUTH, FrameDescriptor.FLAG_ANSWERS_PING));
    }

    private int putEmpty(final int type, final long correlationId)
    {
        return codec.seal(buffer, OFFSET, FrameCodec.begin(buffer, OFFSET, type, correlationId));
    }

    @Test
    void shouldLeavePositionAndLimitAsTheyWere()
    {
        final int length = putGet(7);
        buffer.position(1).limit(2000);

        assertEquals(Fault.NONE, decoder.tryWrap(buffer, OFFSET, length));
        assertEquals(1, buffer.position());
        assertEquals(2000, buffer.limit());
    }

    @Test
    void shouldReadExtensions()
    {
        final int limit = FrameCodec.beginRequest(buffer, OFFSET, MessageType.WRITE, 1, 1000, -7, 12);

        assertEquals(Fault.NONE, decoder.tryWrap(buffer, OFFSET, codec.seal(buffer, OFFSET, limit)));
        assertTrue(decoder.hasTimeout());
        assertEquals(1000, decoder.timeoutUs());
        assertTrue(decoder.hasRequestId());
        assertEquals(-7, decoder.clientId());
        assertEquals(12, decoder.requestNumber());
        assertEquals(0, decoder.messageLength());
    }

    private Fault withFlags(final int type, final int flags)
    {
        final int limit = FrameCodec.begin(buffer, OFFSET, type, 1);
        FrameDescriptor.flags(buffer, OFFSET, flags);
        return decoder.tryWrap(buffer, OFFSET, codec.seal(buffer, OFFSET, limit));
    }

    private int putGet(final long correlationId)
    {
        final int message = FrameCodec.begin(buffer, OFFSET, MessageType.GET, correlationId);
        final int key = GetRequest.put(buffer, message, 0, 2);
        buffer.putShort(key, (short) 0x6161);
        return codec.seal(buffer, OFFSET, key + 2);
    }
}
