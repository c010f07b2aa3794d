package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A signed 64-bit number as the decimal text that a counter is stored as: an optional sign, then digits, leading zeros
 * among them. Owned by the writer; allocation-free.
 */
final class DecimalText
{
    /** Longest text that {@link #put} writes: a sign and nineteen digits. */
    static final int LENGTH_MAX = 20;

    private static final int RADIX = 10;

    private long value;

    /**
     * Reads a number.
     *
     * @param buffer that holds it.
     * @param offset of the text.
     * @param length of the text in bytes.
     * @return false where it is no such number.
     */
    boolean tryParse(final DirectBuffer buffer, final int offset, final int length)
    {
        final int limit = offset + length;
        final int first = length == 0 ? 0 : buffer.getByte(offset);
        final boolean isNegative = first == '-';
        int at = isNegative || first == '+' ? offset + 1 : offset;
        if (at == limit)
        {
            return false;
        }
        // Gathered as a negative number, of which there is one more than of positive ones.
        long negative = 0;
        for (; at < limit; at++)
        {
            final int digit = buffer.getByte(at) - '0';
            if (digit < 0 || digit >= RADIX || negative < Long.MIN_VALUE / RADIX ||
                negative * RADIX < Long.MIN_VALUE + digit)
            {
                return false;
            }
            negative = negative * RADIX - digit;
        }
        value = isNegative ? negative : -negative;
        return isNegative || negative != Long.MIN_VALUE;
    }

    /**
     * The number read last.
     *
     * @return the number.
     */
    long value()
    {
        return value;
    }

    /**
     * Writes a number.
     *
     * @param buffer to write to.
     * @param offset of the text.
     * @param number to write.
     * @return length of the text.
     */
    static int put(final MutableDirectBuffer buffer, final int offset, final long number)
    {
        return buffer.putLongAscii(offset, number);
    }
}
