package org.velocitydb.protocol.v1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.junit.jupiter.api.Test;
import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Fault;

/**
 * The ways in which a frame of version 1 can be hurt, one by one.
 */
class FrameDecoderTest
{
    private static final int OFFSET = 5;
    private static final int MAX_FRAME_LENGTH = 1024;
    private static final int PAYLOAD_LENGTH = 17;
    private static final int FRAME_LENGTH = FrameEncoder.frameLength(PAYLOAD_LENGTH);

    private final ByteBuffer buffer = ByteBuffer.allocate(2048).order(ByteOrder.LITTLE_ENDIAN);
    private final FrameDecoder decoder = new FrameDecoder(new Crc(), MAX_FRAME_LENGTH);

    FrameDecoderTest()
    {
        new FrameEncoder(new Crc()).seal(buffer, OFFSET, MessageType.COMMAND, PAYLOAD_LENGTH);
    }

    @Test
    void shouldAskForMoreUntilAFrameIsWhole()
    {
        for (int available = 0; available < FRAME_LENGTH; available++)
        {
            assertEquals(Fault.INCOMPLETE, decoder.tryWrap(buffer, OFFSET, available), "available=" + available);
            assertTrue(decoder.frameLength() > available);
        }
        assertEquals(Fault.NONE, decoder.tryWrap(buffer, OFFSET, FRAME_LENGTH + 1));
        assertEquals(FRAME_LENGTH, decoder.frameLength());
        assertEquals(PAYLOAD_LENGTH, decoder.payloadLength());
    }

    @Test
    void shouldRefuseAFrameWithAnyBitFlipped()
    {
        for (int bit = 0; bit < FRAME_LENGTH * Byte.SIZE; bit++)
        {
            final int index = OFFSET + bit / Byte.SIZE;
            final byte sound = buffer.get(index);
            buffer.put(index, (byte) (sound ^ 1 << bit % Byte.SIZE));

            assertNotEquals(Fault.NONE, decoder.tryWrap(buffer, OFFSET, FRAME_LENGTH), "bit=" + bit);
            buffer.put(index, sound);
        }
    }

    @Test
    void shouldRefuseALengthBeforeItsBytesHaveCome()
    {
        buffer.putInt(OFFSET + 6, MAX_FRAME_LENGTH);
        assertEquals(Fault.FRAME_TOO_LARGE, decoder.tryWrap(buffer, OFFSET, FrameDescriptor.HEADER_LENGTH));

        buffer.putInt(OFFSET + 6, -1);
        assertEquals(Fault.FRAME_TOO_LARGE, decoder.tryWrap(buffer, OFFSET, FrameDescriptor.HEADER_LENGTH));
    }

    @Test
    void shouldRefuseAFrameOfVersionTwo()
    {
        buffer.put(OFFSET + 4, (byte) 2);

        assertEquals(Fault.BAD_VERSION, decoder.tryWrap(buffer, OFFSET, FRAME_LENGTH));
    }

    @Test
    void shouldJudgeTheLengthsOfUserAndPassword()
    {
        assertEquals(Fault.NONE, auth(0, 0));
        assertEquals(Fault.NONE, auth(64, 128));
        assertEquals(Fault.CREDENTIALS_TOO_LONG, auth(65, 1));
        assertEquals(Fault.CREDENTIALS_TOO_LONG, auth(64, 129));
        assertEquals(Fault.BAD_LAYOUT, new AuthRequest().tryWrap(buffer, 0, 0));
        buffer.put(1024, (byte) 'a');
        assertEquals(Fault.BAD_LAYOUT, new AuthRequest().tryWrap(buffer, 1024, 1));
        buffer.put(1024, (byte) 0xFF).put(1025, (byte) 0);
        assertEquals(Fault.NOT_UTF8, new AuthRequest().tryWrap(buffer, 1024, 2));
    }

    private Fault auth(final int userLength, final int passwordLength)
    {
        for (int i = 0; i < userLength + 1 + passwordLength; i++)
        {
            buffer.put(i, (byte) (i == userLength ? 0 : 'a'));
        }
        return new AuthRequest().tryWrap(buffer, 0, userLength + 1 + passwordLength);
    }
}
