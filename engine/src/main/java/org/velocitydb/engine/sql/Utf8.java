package org.velocitydb.engine.sql;

import org.agrona.DirectBuffer;

/**
 * What is UTF-8 and what is not, by the Unicode standard's table of well-formed sequences: no overlong forms, no
 * surrogates, nothing above U+10FFFF. Allocation-free.
 */
final class Utf8
{
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8()
    {
    }

    /**
     * First place where bytes are not UTF-8.
     *
     * @return offset in the buffer, or limit if all is well-formed.
     */
    static int firstInvalid(final DirectBuffer buffer, final int offset, final int limit)
    {
        int i = offset;
        while (i < limit)
        {
            if (i + Long.BYTES <= limit && (buffer.getLong(i) & HIGH_BITS) == 0)
            {
                i += Long.BYTES;
                continue;
            }
            final int length = sequenceLength(buffer, i, limit);
            if (length == 0)
            {
                return i;
            }
            i += length;
        }
        return limit;
    }

    /**
     * Extent of the unit at an offset: one well-formed sequence, or else one stray byte.
     *
     * @return 1 to 4 bytes.
     */
    static int unitLength(final DirectBuffer buffer, final int offset, final int limit)
    {
        return Math.max(1, sequenceLength(buffer, offset, limit));
    }

    /**
     * Extent of the well-formed sequence at an offset.
     *
     * @return 1 to 4 bytes, or 0 if there is none.
     */
    static int sequenceLength(final DirectBuffer buffer, final int offset, final int limit)
    {
        final int first = buffer.getByte(offset) & 0xFF;
        if (first < 0x80)
        {
            return 1;
        }
        if (first < 0xC2 || first > 0xF4 || offset + 1 >= limit)
        {
            return 0;
        }
        final int second = buffer.getByte(offset + 1) & 0xFF;
        if (first < 0xE0)
        {
            return isContinuation(second) ? 2 : 0;
        }
        if (first < 0xF0)
        {
            final int least = first == 0xE0 ? 0xA0 : 0x80;
            final int most = first == 0xED ? 0x9F : 0xBF;
            final boolean isWellFormed = second >= least && second <= most &&
                hasContinuation(buffer, offset + 2, limit);
            return isWellFormed ? 3 : 0;
        }
        final int least = first == 0xF0 ? 0x90 : 0x80;
        final int most = first == 0xF4 ? 0x8F : 0xBF;
        final boolean isWellFormed = second >= least && second <= most && hasContinuation(buffer, offset + 2, limit) &&
            hasContinuation(buffer, offset + 3, limit);
        return isWellFormed ? 4 : 0;
    }

    private static boolean hasContinuation(final DirectBuffer buffer, final int offset, final int limit)
    {
        return offset < limit && isContinuation(buffer.getByte(offset) & 0xFF);
    }

    private static boolean isContinuation(final int unsignedByte)
    {
        return (unsignedByte & 0xC0) == 0x80;
    }
}
