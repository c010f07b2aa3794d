package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

/**
 * Bytes behind an unsigned 16-bit length, as names and keys of the handshake are written.
 */
final class ShortBytes
{
    static final int MAX_LENGTH = 0xFFFF;

    private ShortBytes()
    {
    }

    /** Length of what is at an offset, from its length field on; -1 where it does not fit before the limit. */
    static int encodedLength(final ByteBuffer buffer, final int offset, final int limit)
    {
        if (limit - offset < Short.BYTES)
        {
            return -1;
        }
        final int encodedLength = Short.BYTES + length(buffer, offset);
        return encodedLength <= limit - offset ? encodedLength : -1;
    }

    static int length(final ByteBuffer buffer, final int offset)
    {
        return buffer.getShort(offset) & 0xFFFF;
    }

    static byte[] bytes(final ByteBuffer buffer, final int offset)
    {
        final byte[] bytes = new byte[length(buffer, offset)];
        buffer.get(offset + Short.BYTES, bytes);
        return bytes;
    }

    static int put(final ByteBuffer buffer, final int offset, final byte[] bytes)
    {
        if (bytes.length > MAX_LENGTH)
        {
            throw new IllegalArgumentException("too long: length=" + bytes.length + ", max=" + MAX_LENGTH);
        }
        buffer.putShort(offset, (short) bytes.length);
        buffer.put(offset + Short.BYTES, bytes);
        return offset + Short.BYTES + bytes.length;
    }
}
