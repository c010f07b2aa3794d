package org.velocitydb.engine.memtable;

/**
 * Searches eight bytes at a time in one word, byte 0 in the lowest bits.
 */
final class ByteWords
{
    /** A word whose bytes are all 1: times a byte, a word of that byte. */
    static final long ONES = 0x0101_0101_0101_0101L;
    /** The place of no byte. */
    static final int NULL_PLACE = -1;

    private static final long HIGH_BITS = ONES << 7;

    private ByteWords()
    {
    }

    /** The first place of a byte, or {@link #NULL_PLACE}. */
    static int firstPlaceOf(final long word, final int value)
    {
        // A byte of 0 where they agree. Borrowing makes false marks only above a true one, and the lowest is taken.
        final long difference = word ^ (value * ONES);
        final long marks = (difference - ONES) & ~difference & HIGH_BITS;
        return marks == 0 ? NULL_PLACE : Long.numberOfTrailingZeros(marks) >>> 3;
    }

    /** How many of the first bytes are less than another, unsigned. */
    static int countLess(final long word, final int count, final int value)
    {
        final long other = value * ONES;
        // Bytes are compared in their lower seven bits, each with its high bit set so that none borrows from the next;
        // where the high bits differ they decide.
        final long isLowerPartNotLess = (word | HIGH_BITS) - (other & ~HIGH_BITS);
        final long less = (~word & other) | (~(word ^ other) & ~isLowerPartNotLess);
        final long counted = count >= Long.BYTES ? -1L : (1L << (count << 3)) - 1;
        return Long.bitCount(less & HIGH_BITS & counted);
    }

    /** A word with one byte changed. */
    static long withByte(final long word, final int place, final int value)
    {
        final int shift = place << 3;
        return (word & ~(0xFFL << shift)) | ((long) value << shift);
    }

    static int byteAt(final long word, final int place)
    {
        return (int) (word >>> (place << 3)) & 0xFF;
    }
}
