package org.velocitydb.server.audit;

import org.agrona.DirectBuffer;

/**
 * Bytes of lines that are being made: JSON in ASCII. Owned by the audit agent; allocation-free.
 *
 * <p>Text that is not ASCII is escaped, so that nothing that a client has sent can move a terminal's cursor, turn the
 * direction of writing or end a line. Bytes that are not UTF-8 are written in hexadecimal under a name of their own, so
 * that every sequence of bytes can be read back from the log.
 */
final class LineBuffer
{
    private static final byte[] HEX_DIGITS = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f' };
    private static final String HEX_SUFFIX = "_hex";
    private static final int NOT_UTF_8 = -1;
    private static final int LONGEST_NUMBER = 20;

    private final byte[] bytes;
    private int length;

    LineBuffer(final int capacity)
    {
        bytes = new byte[capacity];
    }

    byte[] bytes()
    {
        return bytes;
    }

    int length()
    {
        return length;
    }

    void length(final int value)
    {
        length = value;
    }

    int remaining()
    {
        return bytes.length - length;
    }

    LineBuffer raw(final String ascii)
    {
        for (int i = 0; i < ascii.length(); i++)
        {
            bytes[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    LineBuffer number(final long value)
    {
        if (value < 0)
        {
            // No number of the log is negative but those that a client has chosen, which are unsigned.
            return raw(Long.toUnsignedString(value));
        }
        int at = length + LONGEST_NUMBER;
        long rest = value;
        do
        {
            bytes[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        while (rest != 0);
        final int digits = length + LONGEST_NUMBER - at;
        System.arraycopy(bytes, at, bytes, length, digits);
        length += digits;
        return this;
    }

    LineBuffer hex(final byte[] source, final int sourceLength)
    {
        for (int i = 0; i < sourceLength; i++)
        {
            hexByte(source[i]);
        }
        return this;
    }

    LineBuffer hex(final DirectBuffer source, final int offset, final int sourceLength)
    {
        for (int i = 0; i < sourceLength; i++)
        {
            hexByte(source.getByte(offset + i));
        }
        return this;
    }

    private void hexByte(final byte value)
    {
        bytes[length++] = HEX_DIGITS[value >> 4 & 0xF];
        bytes[length++] = HEX_DIGITS[value & 0xF];
    }

    /**
     * A member whose value is text where the bytes are UTF-8; else they are the value of {@code name_hex}.
     *
     * @param name         ASCII.
     * @param source       of the bytes.
     * @param offset       of the first.
     * @param sourceLength how many.
     * @return this.
     */
    LineBuffer bytesMember(final String name, final DirectBuffer source, final int offset, final int sourceLength)
    {
        final int before = length;
        raw("\"").raw(name).raw("\":\"");
        if (!escaped(source, offset, sourceLength))
        {
            length = before;
            raw("\"").raw(name).raw(HEX_SUFFIX).raw("\":\"").hex(source, offset, sourceLength);
        }
        return raw("\"");
    }

    private boolean escaped(final DirectBuffer source, final int offset, final int sourceLength)
    {
        final int limit = offset + sourceLength;
        int at = offset;
        while (at < limit)
        {
            final int first = source.getByte(at) & 0xFF;
            if (first < 0x80)
            {
                ascii((byte) first);
                at++;
                continue;
            }
            final int extent = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
            final int codePoint = at + extent <= limit ? codePoint(source, at, first, extent) : NOT_UTF_8;
            if (codePoint == NOT_UTF_8)
            {
                return false;
            }
            unicode(codePoint);
            at += extent;
        }
        return true;
    }

    private void ascii(final byte letter)
    {
        if (letter < ' ' || letter == 0x7F)
        {
            utf16(letter);
            return;
        }
        if (letter == '"' || letter == '\\')
        {
            bytes[length++] = '\\';
        }
        bytes[length++] = letter;
    }

    /** One code point of two to four bytes, in its shortest form and no surrogate. */
    private static int codePoint(final DirectBuffer source, final int at, final int first, final int extent)
    {
        if (first < 0xC2 || first > 0xF4)
        {
            return NOT_UTF_8;
        }
        int value = first & 0x7F >> extent;
        for (int i = 1; i < extent; i++)
        {
            final int next = source.getByte(at + i) & 0xFF;
            if ((next & 0xC0) != 0x80)
            {
                return NOT_UTF_8;
            }
            value = value << 6 | next & 0x3F;
        }
        final boolean isTooLong = extent == 3 && value < 0x800 || extent == 4 && value < 0x10000;
        final boolean isSurrogate = value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE;
        return isTooLong || isSurrogate || value > Character.MAX_CODE_POINT ? NOT_UTF_8 : value;
    }

    private void unicode(final int codePoint)
    {
        if (Character.isBmpCodePoint(codePoint))
        {
            utf16((char) codePoint);
            return;
        }
        utf16(Character.highSurrogate(codePoint));
        utf16(Character.lowSurrogate(codePoint));
    }

    private void utf16(final int unit)
    {
        bytes[length++] = '\\';
        bytes[length++] = 'u';
        hexByte((byte) (unit >> 8));
        hexByte((byte) unit);
    }
}
