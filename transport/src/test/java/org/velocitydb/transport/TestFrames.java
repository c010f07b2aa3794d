package org.velocitydb.transport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Frames as a client would send them, written after the protocol's text and not after the code under test.
 */
final class TestFrames
{
    private static final int MAGIC = 0x56454C4F;

    private TestFrames()
    {
    }

    static byte[] v1(final int type, final byte[] payload)
    {
        final ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(MAGIC).put((byte) 1).put((byte) type).putInt(payload.length).put(payload);
        final CRC32 crc = new CRC32();
        crc.update(frame.array(), 0, 10 + payload.length);
        frame.putInt((int) crc.getValue());
        return frame.array();
    }

    static byte[] v2(final int type, final long correlationId, final byte[] body)
    {
        final ByteBuffer frame = ByteBuffer.allocate(24 + body.length).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(MAGIC).put((byte) 2).put((byte) type).putShort((short) 0).putInt(body.length);
        frame.putInt(0).putLong(correlationId).put(body);
        final CRC32C crc = new CRC32C();
        crc.update(frame.array(), 0, 12);
        crc.update(frame.array(), 16, 8 + body.length);
        frame.putInt(12, (int) crc.getValue());
        return frame.array();
    }

    static byte[] frame(final int version, final int number, final int payloadLength)
    {
        final byte[] payload = new byte[payloadLength];
        new Random(number).nextBytes(payload);
        return version == 1 ? v1(number & 0x7F, payload) : v2(number & 0x7F, number, payload);
    }

    static byte[] join(final byte[]... frames)
    {
        int length = 0;
        for (final byte[] frame : frames)
        {
            length += frame.length;
        }
        final ByteBuffer joined = ByteBuffer.allocate(length);
        for (final byte[] frame : frames)
        {
            joined.put(frame);
        }
        return joined.array();
    }
}
