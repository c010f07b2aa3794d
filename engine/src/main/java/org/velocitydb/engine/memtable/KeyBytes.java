package org.velocitydb.engine.memtable;

import java.nio.ByteOrder;

import org.agrona.UnsafeApi;

/**
 * Compares the bytes of a key that is searched for, in an array or off the heap, with those of a leaf, eight at a time.
 * No byte outside of the two is read.
 */
final class KeyBytes
{
    private static final boolean IS_LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private KeyBytes()
    {
    }

    static int byteAt(final Object keyBase, final long keyAddress, final int index)
    {
        return UnsafeApi.getByte(keyBase, keyAddress + index) & 0xFF;
    }

    /** Whether two keys of the same length are the same. */
    static boolean isEqual(final Object keyBase, final long keyAddress, final long otherAddress, final int length)
    {
        if (length < Long.BYTES)
        {
            return mismatch(keyBase, keyAddress, otherAddress, 0, length) == length;
        }

        // The last word overlaps the one before it: cheaper than to go through what is left byte by byte.
        final int last = length - Long.BYTES;
        for (int i = 0; i < last; i += Long.BYTES)
        {
            if (wordAt(keyBase, keyAddress + i) != wordAt(null, otherAddress + i))
            {
                return false;
            }
        }
        return wordAt(keyBase, keyAddress + last) == wordAt(null, otherAddress + last);
    }

    /**
     * Where two keys part.
     *
     * @param from  bytes that are known to agree.
     * @param limit length of the shorter one.
     * @return index of the first byte in which they differ, the limit if there is none.
     */
    static int mismatch(
        final Object keyBase,
        final long keyAddress,
        final long otherAddress,
        final int from,
        final int limit)
    {
        int i = from;
        for (; i <= limit - Long.BYTES; i += Long.BYTES)
        {
            final long difference = wordAt(keyBase, keyAddress + i) ^ wordAt(null, otherAddress + i);
            if (difference != 0)
            {
                final int bits = IS_LITTLE_ENDIAN
                    ? Long.numberOfTrailingZeros(difference)
                    : Long.numberOfLeadingZeros(difference);
                return i + (bits >>> 3);
            }
        }
        while (i < limit && UnsafeApi.getByte(keyBase, keyAddress + i) == UnsafeApi.getByte(otherAddress + i))
        {
            i++;
        }
        return i;
    }

    private static long wordAt(final Object base, final long address)
    {
        return UnsafeApi.getLongUnaligned(base, address);
    }
}
