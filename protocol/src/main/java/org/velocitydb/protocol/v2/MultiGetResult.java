package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;

/**
 * MULTI_GET_RESULT: the values of the keys asked for, in the order of the request, all from one snapshot. A long answer
 * comes in several frames, each with the entries that follow on those of the frame before.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |  Served At: sequence of the snapshot                          |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Count of entries in this frame                               |
 *  +---------------------------------------------------------------+
 *  |                            (zero)                             |
 *  +===============+===============+===============================+  Count times
 *  |  Found, 0..1  | Has TTL, 0..1 |            (zero)             |
 *  +---------------+---------------+-------------------------------+
 *  |  Value Length, 0 where not found                              |
 *  +---------------------------------------------------------------+
 *  |  Version, 0 where not found                                   |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Time to live left in milliseconds, positive  (with Has TTL)  |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Value                                                       ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * A flyweight and cursor for one thread; allocation-free. After {@link #tryWrap} it stands before the first entry.
 */
public final class MultiGetResult
{
    private static final int SERVED_AT_OFFSET = 0;
    private static final int COUNT_OFFSET = SERVED_AT_OFFSET + Long.BYTES;
    private static final int ZERO_OFFSET = COUNT_OFFSET + Integer.BYTES;
    /** Bytes before the first entry. */
    public static final int HEADER_LENGTH = ZERO_OFFSET + Integer.BYTES;

    private static final int FOUND_OFFSET = 0;
    private static final int HAS_TTL_OFFSET = FOUND_OFFSET + Byte.BYTES;
    private static final int VALUE_LENGTH_OFFSET = FOUND_OFFSET + Integer.BYTES;
    private static final int VERSION_OFFSET = VALUE_LENGTH_OFFSET + Integer.BYTES;
    /** Bytes before each entry's value that stays; {@link GetResult#TTL_LENGTH} more before one that expires. */
    public static final int ENTRY_HEADER_LENGTH = VERSION_OFFSET + Long.BYTES;

    private ByteBuffer buffer;
    private long servedAt;
    private int count;
    private int nextOffset;
    private int limit;
    private int entryOffset;

    /**
     * Checks a message, all its entries included.
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
        this.buffer = buffer;
        servedAt = buffer.getLong(offset + SERVED_AT_OFFSET);
        count = buffer.getInt(offset + COUNT_OFFSET);
        nextOffset = offset + HEADER_LENGTH;
        limit = offset + length;
        if (buffer.getInt(offset + ZERO_OFFSET) != 0)
        {
            return Fault.RESERVED_NOT_ZERO;
        }
        if (Integer.compareUnsigned(count, Limits.MAX_MULTI_GET_COUNT) > 0)
        {
            return Fault.BATCH_TOO_LARGE;
        }
        return validateEntries();
    }

    private Fault validateEntries()
    {
        int next = nextOffset;
        for (int i = 0; i < count; i++)
        {
            if (limit - next < ENTRY_HEADER_LENGTH || limit - next < headerLength(next))
            {
                return Fault.BAD_LAYOUT;
            }
            final long unsignedValueLength = buffer.getInt(next + VALUE_LENGTH_OFFSET) & 0xFFFF_FFFFL;
            final int headerLength = headerLength(next);
            if (unsignedValueLength > limit - next - headerLength)
            {
                return Fault.BAD_LAYOUT;
            }
            final Fault fault = validateEntry(next, unsignedValueLength);
            if (fault != Fault.NONE)
            {
                return fault;
            }
            next += headerLength + (int) unsignedValueLength;
        }
        return next == limit ? Fault.NONE : Fault.BAD_LAYOUT;
    }

    private Fault validateEntry(final int offset, final long unsignedValueLength)
    {
        if (!Reserved.areLastTwoZero(buffer, offset + FOUND_OFFSET))
        {
            return Fault.RESERVED_NOT_ZERO;
        }
        final int found = buffer.get(offset + FOUND_OFFSET);
        final int hasTtl = buffer.get(offset + HAS_TTL_OFFSET);
        final boolean isEmpty = unsignedValueLength == 0 && buffer.getLong(offset + VERSION_OFFSET) == 0 && hasTtl == 0;
        final boolean isTtlRight = hasTtl == 0 || hasTtl == 1 && buffer.getLong(offset + ENTRY_HEADER_LENGTH) > 0;
        return (found == 1 || found == 0 && isEmpty) && isTtlRight ? Fault.NONE : Fault.BAD_FIELD;
    }

    private int headerLength(final int offset)
    {
        return buffer.get(offset + HAS_TTL_OFFSET) == 0
            ? ENTRY_HEADER_LENGTH
            : ENTRY_HEADER_LENGTH + GetResult.TTL_LENGTH;
    }

    /**
     * What the read saw.
     *
     * @return sequence of the snapshot; the same in each frame of an answer.
     */
    public long servedAt()
    {
        return servedAt;
    }

    /**
     * How many entries this frame has.
     *
     * @return the count.
     */
    public int count()
    {
        return count;
    }

    /**
     * Goes to the next entry.
     *
     * @return false if there is none.
     */
    public boolean next()
    {
        if (nextOffset == limit)
        {
            return false;
        }
        entryOffset = nextOffset;
        nextOffset = valueOffset() + valueLength();
        return true;
    }

    /**
     * Whether the current entry's key is there.
     *
     * @return true if it is.
     */
    public boolean isFound()
    {
        return buffer.get(entryOffset + FOUND_OFFSET) == 1;
    }

    /**
     * Version of the current entry.
     *
     * @return sequence of the write that stored it; 0 where not found.
     */
    public long version()
    {
        return buffer.getLong(entryOffset + VERSION_OFFSET);
    }

    /**
     * How long the current entry's value will live from when it was read.
     *
     * @return milliseconds, or {@link GetResult#NO_TTL}.
     */
    public long ttlMs()
    {
        return buffer.get(entryOffset + HAS_TTL_OFFSET) == 0
            ? GetResult.NO_TTL
            : buffer.getLong(entryOffset + ENTRY_HEADER_LENGTH);
    }

    /**
     * Where the current entry's value begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int valueOffset()
    {
        return entryOffset + headerLength(entryOffset);
    }

    /**
     * Extent of the current entry's value.
     *
     * @return bytes.
     */
    public int valueLength()
    {
        return buffer.getInt(entryOffset + VALUE_LENGTH_OFFSET);
    }

    /**
     * Writes all but the entries.
     *
     * @param buffer   little-endian.
     * @param offset   of the message.
     * @param servedAt sequence of the snapshot.
     * @param count    of entries in this frame; may be written again when it is known.
     * @return where the first entry goes; see {@link #putEntry}.
     */
    public static int put(final ByteBuffer buffer, final int offset, final long servedAt, final int count)
    {
        buffer.putLong(offset + SERVED_AT_OFFSET, servedAt);
        buffer.putInt(offset + COUNT_OFFSET, count);
        buffer.putInt(offset + ZERO_OFFSET, 0);
        return offset + HEADER_LENGTH;
    }

    /**
     * Bytes before an entry's value.
     *
     * @param ttlMs that the value has, or {@link GetResult#NO_TTL}.
     * @return bytes.
     */
    public static int entryHeaderLength(final long ttlMs)
    {
        return ttlMs == GetResult.NO_TTL ? ENTRY_HEADER_LENGTH : ENTRY_HEADER_LENGTH + GetResult.TTL_LENGTH;
    }

    /**
     * Writes what stands before the value of an entry that stays.
     *
     * @param buffer      little-endian.
     * @param offset      after the previous entry.
     * @param isFound     whether the key is there.
     * @param valueLength in bytes; 0 where not found.
     * @param version     of the value; 0 where not found.
     * @return where the value's bytes go.
     */
    public static int putEntry(
        final ByteBuffer buffer, final int offset, final boolean isFound, final int valueLength, final long version)
    {
        return putEntry(buffer, offset, isFound, valueLength, version, GetResult.NO_TTL);
    }

    /**
     * Writes what stands before an entry's value.
     *
     * @param buffer      little-endian.
     * @param offset      after the previous entry.
     * @param isFound     whether the key is there.
     * @param valueLength in bytes; 0 where not found.
     * @param version     of the value; 0 where not found.
     * @param ttlMs       that the value has left, or {@link GetResult#NO_TTL}.
     * @return where the value's bytes go.
     */
    public static int putEntry(
        final ByteBuffer buffer,
        final int offset,
        final boolean isFound,
        final int valueLength,
        final long version,
        final long ttlMs)
    {
        final boolean hasTtl = ttlMs != GetResult.NO_TTL;
        Reserved.putTwoBytesAndZeros(buffer, offset + FOUND_OFFSET, isFound ? 1 : 0, hasTtl ? 1 : 0);
        buffer.putInt(offset + VALUE_LENGTH_OFFSET, valueLength);
        buffer.putLong(offset + VERSION_OFFSET, version);
        if (!hasTtl)
        {
            return offset + ENTRY_HEADER_LENGTH;
        }
        buffer.putLong(offset + ENTRY_HEADER_LENGTH, ttlMs);
        return offset + entryHeaderLength(ttlMs);
    }
}
