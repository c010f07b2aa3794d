package org.velocitydb.engine.entry;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;

/**
 * Order and limits of keys.
 */
public final class Keys
{
    /** Longest key that a user may store: 64 KiB. */
    public static final int MAX_KEY_LENGTH = 64 * 1024;
    /** Longest value that a user may store: 64 MiB. */
    public static final int MAX_VALUE_LENGTH = 64 * 1024 * 1024;
    /** Bytes of keyspace id before the user's key, big-endian. */
    public static final int KEYSPACE_LENGTH = Integer.BYTES;
    /** Longest internal key. */
    public static final int MAX_INTERNAL_KEY_LENGTH = KEYSPACE_LENGTH + MAX_KEY_LENGTH;

    private Keys()
    {
    }

    /**
     * Checks the length of a user's key.
     *
     * @param lengthBytes of the key.
     * @throws IllegalArgumentException where it is out of range.
     */
    public static void checkKeyLength(final int lengthBytes)
    {
        if (lengthBytes < 1 || lengthBytes > MAX_KEY_LENGTH)
        {
            throw new IllegalArgumentException(
                "key length out of range: length=" + lengthBytes + ", min=1, max=" + MAX_KEY_LENGTH);
        }
    }

    /**
     * Checks the length of a value.
     *
     * @param lengthBytes of the value.
     * @throws IllegalArgumentException where it is out of range.
     */
    public static void checkValueLength(final int lengthBytes)
    {
        if (lengthBytes < 0 || lengthBytes > MAX_VALUE_LENGTH)
        {
            throw new IllegalArgumentException(
                "value length out of range: length=" + lengthBytes + ", max=" + MAX_VALUE_LENGTH);
        }
    }

    /**
     * Compares two keys as unsigned bytes; where one begins the other, the shorter is less. Allocation-free.
     *
     * @param left        buffer of the left key.
     * @param leftOffset  of the left key.
     * @param leftLength  of the left key in bytes.
     * @param right       buffer of the right key.
     * @param rightOffset of the right key.
     * @param rightLength of the right key in bytes.
     * @return negative, zero or positive.
     */
    public static int compare(
        final DirectBuffer left,
        final int leftOffset,
        final int leftLength,
        final DirectBuffer right,
        final int rightOffset,
        final int rightLength)
    {
        final int common = Math.min(leftLength, rightLength);
        int i = 0;
        for (; i + Long.BYTES <= common; i += Long.BYTES)
        {
            final long leftWord = left.getLong(leftOffset + i, ByteOrder.BIG_ENDIAN);
            final long rightWord = right.getLong(rightOffset + i, ByteOrder.BIG_ENDIAN);
            if (leftWord != rightWord)
            {
                return Long.compareUnsigned(leftWord, rightWord);
            }
        }
        if (i + Integer.BYTES <= common)
        {
            final int leftWord = left.getInt(leftOffset + i, ByteOrder.BIG_ENDIAN);
            final int rightWord = right.getInt(rightOffset + i, ByteOrder.BIG_ENDIAN);
            if (leftWord != rightWord)
            {
                return Integer.compareUnsigned(leftWord, rightWord);
            }
            i += Integer.BYTES;
        }
        for (; i < common; i++)
        {
            final int difference = (left.getByte(leftOffset + i) & 0xFF) - (right.getByte(rightOffset + i) & 0xFF);
            if (difference != 0)
            {
                return difference;
            }
        }
        return leftLength - rightLength;
    }

    /**
     * The first eight bytes of a key as an unsigned number whose order is the keys' order; a shorter key is filled with
     * zeros. Different prefixes decide a comparison, equal ones do not.
     *
     * @param key         buffer of the key.
     * @param offset      of the key.
     * @param lengthBytes of the key.
     * @return the prefix, to be compared unsigned.
     */
    public static long prefix(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        if (lengthBytes >= Long.BYTES)
        {
            return key.getLong(offset, ByteOrder.BIG_ENDIAN);
        }
        long prefix = 0;
        for (int i = 0; i < lengthBytes; i++)
        {
            prefix |= (key.getByte(offset + i) & 0xFFL) << (56 - (i << 3));
        }
        return prefix;
    }

    /**
     * The keyspace that an internal key belongs to.
     *
     * @param key         buffer of the internal key.
     * @param offset      of the key.
     * @param lengthBytes of the key.
     * @return id; of a key shorter than an id, as if it were filled with zeros.
     */
    public static int keyspace(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        return lengthBytes >= KEYSPACE_LENGTH
            ? key.getInt(offset, ByteOrder.BIG_ENDIAN)
            : (int) (prefix(key, offset, lengthBytes) >>> Integer.SIZE);
    }
}
