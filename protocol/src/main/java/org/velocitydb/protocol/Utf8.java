package org.velocitydb.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Text inside buffers.
 */
public final class Utf8
{
    private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

    private Utf8()
    {
    }

    /**
     * Whether bytes are well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. Allocation-free.
     *
     * @param buffer to read.
     * @param offset of the first byte.
     * @param length in bytes.
     * @return true if they are; an empty text is.
     */
    public static boolean isValid(final ByteBuffer buffer, final int offset, final int length)
    {
        final int limit = offset + length;
        int index = offset;
        while (index < limit)
        {
            if (index + Long.BYTES <= limit && (buffer.getLong(index) & NOT_ASCII) == 0)
            {
                index += Long.BYTES;
                continue;
            }
            final int sequenceLength = sequenceLength(buffer, index, limit);
            if (sequenceLength == 0)
            {
                return false;
            }
            index += sequenceLength;
        }
        return true;
    }

    /**
     * Makes a string of bytes. Allocates.
     *
     * @param buffer to read.
     * @param offset of the first byte.
     * @param length in bytes.
     * @return the text, with U+FFFD in place of what is not UTF-8.
     */
    public static String text(final ByteBuffer buffer, final int offset, final int length)
    {
        final byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Length of the one sequence at index, 0 where there is none. Table 3-7 of the Unicode standard. */
    private static int sequenceLength(final ByteBuffer buffer, final int index, final int limit)
    {
        final int first = buffer.get(index) & 0xFF;
        if (first < 0x80)
        {
            return 1;
        }
        final int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (first < 0xC2 || first > 0xF4 || index + length > limit)
        {
            return 0;
        }
        final int second = buffer.get(index + 1) & 0xFF;
        final int secondMin = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        final int secondMax = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < secondMin || second > secondMax)
        {
            return 0;
        }
        for (int i = 2; i < length; i++)
        {
            if ((buffer.get(index + i) & 0xC0) != 0x80)
            {
                return 0;
            }
        }
        return length;
    }
}
