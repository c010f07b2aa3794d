package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;

/**
 * GET_RESULT: the value of one key, or that there is none.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+-------------------------------+
 *  |  Found, 0..1  | Has TTL, 0..1 |            (zero)             |
 *  +---------------+---------------+-------------------------------+
 *  |  Value Length, 0 where not found                              |
 *  +---------------------------------------------------------------+
 *  |  Version, 0 where not found                                   |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Served At: sequence of the snapshot                          |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Time to live left in milliseconds, positive  (with Has TTL)  |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Value                                                       ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * A flyweight for one thread; allocation-free.
 */
public final class GetResult
{
    /** Time to live of a value that stays. */
    public static final long NO_TTL = 0;

    private static final int FOUND_OFFSET = 0;
    private static final int HAS_TTL_OFFSET = FOUND_OFFSET + Byte.BYTES;
    private static final int VALUE_LENGTH_OFFSET = FOUND_OFFSET + Integer.BYTES;
    private static final int VERSION_OFFSET = VALUE_LENGTH_OFFSET + Integer.BYTES;
    private static final int SERVED_AT_OFFSET = VERSION_OFFSET + Long.BYTES;
    /** Bytes before a value that stays. */
    public static final int HEADER_LENGTH = SERVED_AT_OFFSET + Long.BYTES;
    /** Bytes more before a value that expires. */
    public static final int TTL_LENGTH = Long.BYTES;

    private boolean isFound;
    private int valueOffset;
    private int valueLength;
    private long version;
    private long servedAt;
    private long ttlMs;

    /**
     * Checks a message.
     *
     * @param buffer little-endian.
     * @param offset of the message.
     * @param length of the message in bytes.
     * @return {@link Fault#NONE}, or what is wrong.
     */
    public Fault tryWrap(final ByteBuffer buffer, final int offset, final int length)
    {
        if (length < HEADER_LENGTH)
        {
            return Fault.BAD_LAYOUT;
        }
        final int hasTtl = buffer.get(offset + HAS_TTL_OFFSET);
        final int headerLength = hasTtl == 0 ? HEADER_LENGTH : HEADER_LENGTH + TTL_LENGTH;
        if (length < headerLength)
        {
            return Fault.BAD_LAYOUT;
        }
        valueOffset = offset + headerLength;
        valueLength = length - headerLength;
        ttlMs = hasTtl == 0 ? NO_TTL : buffer.getLong(offset + HEADER_LENGTH);
        version = buffer.getLong(offset + VERSION_OFFSET);
        servedAt = buffer.getLong(offset + SERVED_AT_OFFSET);
        if (buffer.getInt(offset + VALUE_LENGTH_OFFSET) != valueLength)
        {
            return Fault.BAD_LAYOUT;
        }
        if (!Reserved.areLastTwoZero(buffer, offset + FOUND_OFFSET))
        {
            return Fault.RESERVED_NOT_ZERO;
        }
        final int found = buffer.get(offset + FOUND_OFFSET);
        isFound = found == 1;
        if (found != 0 && found != 1 || !isFound && (valueLength != 0 || version != 0 || hasTtl != 0) ||
            hasTtl != 0 && (hasTtl != 1 || ttlMs <= 0))
        {
            return Fault.BAD_FIELD;
        }
        return valueLength <= Limits.MAX_VALUE_LENGTH ? Fault.NONE : Fault.VALUE_TOO_LARGE;
    }

    /**
     * Whether the key is there.
     *
     * @return true if it is.
     */
    public boolean isFound()
    {
        return isFound;
    }

    /**
     * Where the value begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int valueOffset()
    {
        return valueOffset;
    }

    /**
     * Extent of the value.
     *
     * @return bytes; 0 where not found.
     */
    public int valueLength()
    {
        return valueLength;
    }

    /**
     * Version of the value.
     *
     * @return sequence of the write that stored it; 0 where not found.
     */
    public long version()
    {
        return version;
    }

    /**
     * What the read saw.
     *
     * @return sequence of the snapshot.
     */
    public long servedAt()
    {
        return servedAt;
    }

    /**
     * How long the value will live from when it was read.
     *
     * @return milliseconds, or {@link #NO_TTL}.
     */
    public long ttlMs()
    {
        return ttlMs;
    }

    /**
     * Bytes before a value.
     *
     * @param ttlMs that the value has, or {@link #NO_TTL}.
     * @return bytes.
     */
    public static int headerLength(final long ttlMs)
    {
        return ttlMs == NO_TTL ? HEADER_LENGTH : HEADER_LENGTH + TTL_LENGTH;
    }

    /**
     * Writes all but the bytes of a value that stays.
     *
     * @param buffer      little-endian.
     * @param offset      of the message.
     * @param isFound     whether the key is there.
     * @param valueLength in bytes; 0 where not found.
     * @param version     of the value; 0 where not found.
     * @param servedAt    sequence of the snapshot.
     * @return where the value goes.
     */
    public static int put(
        final ByteBuffer buffer,
        final int offset,
        final boolean isFound,
        final int valueLength,
        final long version,
        final long servedAt)
    {
        return put(buffer, offset, isFound, valueLength, version, servedAt, NO_TTL);
    }

    /**
     * Writes all but the value's bytes.
     *
     * @param buffer      little-endian.
     * @param offset      of the message.
     * @param isFound     whether the key is there.
     * @param valueLength in bytes; 0 where not found.
     * @param version     of the value; 0 where not found.
     * @param servedAt    sequence of the snapshot.
     * @param ttlMs       that the value has left, or {@link #NO_TTL}.
     * @return where the value goes.
     */
    public static int put(
        final ByteBuffer buffer,
        final int offset,
        final boolean isFound,
        final int valueLength,
        final long version,
        final long servedAt,
        final long ttlMs)
    {
        Reserved.putTwoBytesAndZeros(buffer, offset + FOUND_OFFSET, isFound ? 1 : 0, ttlMs == NO_TTL ? 0 : 1);
        buffer.putInt(offset + VALUE_LENGTH_OFFSET, valueLength);
        buffer.putLong(offset + VERSION_OFFSET, version);
        buffer.putLong(offset + SERVED_AT_OFFSET, servedAt);
        if (ttlMs != NO_TTL)
        {
            buffer.putLong(offset + HEADER_LENGTH, ttlMs);
        }
        return offset + headerLength(ttlMs);
    }
}
