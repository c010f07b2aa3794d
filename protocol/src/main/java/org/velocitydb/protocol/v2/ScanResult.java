package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Fault;

/**
 * SCAN_RESULT: entries in order. All frames but the last have MORE; a frame may have no entries.
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
 *  +===============================================================+  Count times
 *  |  Key Length                                                   |
 *  +---------------------------------------------------------------+
 *  |  Value Length                                                 |
 *  +---------------------------------------------------------------+
 *  |  Version                                                      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Key                                                         ...
 *  +---------------------------------------------------------------+
 *  |  Value                                                       ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * A flyweight and cursor for one thread; allocation-free. After {@link #tryWrap} it stands before the first entry.
 */
public final class ScanResult
{
    private static final int SERVED_AT_OFFSET = 0;
    private static final int COUNT_OFFSET = SERVED_AT_OFFSET + Long.BYTES;
    private static final int ZERO_OFFSET = COUNT_OFFSET + Integer.BYTES;
    /** Bytes before the first entry. */
    public static final int HEADER_LENGTH = ZERO_OFFSET + Integer.BYTES;

    private static final int KEY_LENGTH_OFFSET = 0;
    private static final int VALUE_LENGTH_OFFSET = KEY_LENGTH_OFFSET + Integer.BYTES;
    private static final int VERSION_OFFSET = VALUE_LENGTH_OFFSET + Integer.BYTES;
    /** Bytes before each entry's key. */
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
        return validateEntries();
    }

    /** A count too high, which may look negative, runs out of bytes before it runs out of turns. */
    private Fault validateEntries()
    {
        int next = nextOffset;
        for (long i = 0, end = count & 0xFFFF_FFFFL; i < end; i++)
        {
            if (limit - next < ENTRY_HEADER_LENGTH)
            {
                return Fault.BAD_LAYOUT;
            }
            final long entryLength = ENTRY_HEADER_LENGTH + (buffer.getInt(next + KEY_LENGTH_OFFSET) & 0xFFFF_FFFFL) +
                (buffer.getInt(next + VALUE_LENGTH_OFFSET) & 0xFFFF_FFFFL);
            if (entryLength > limit - next)
            {
                return Fault.BAD_LAYOUT;
            }
            next += (int) entryLength;
        }
        return next == limit ? Fault.NONE : Fault.BAD_LAYOUT;
    }

    /**
     * What the scan sees.
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
     * Version of the current entry.
     *
     * @return sequence of the write that stored it.
     */
    public long version()
    {
        return buffer.getLong(entryOffset + VERSION_OFFSET);
    }

    /**
     * Where the current entry's key begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int keyOffset()
    {
        return entryOffset + ENTRY_HEADER_LENGTH;
    }

    /**
     * Extent of the current entry's key.
     *
     * @return bytes.
     */
    public int keyLength()
    {
        return buffer.getInt(entryOffset + KEY_LENGTH_OFFSET);
    }

    /**
     * Where the current entry's value begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int valueOffset()
    {
        return keyOffset() + keyLength();
    }

    /**
     * Extent of the current entry's value.
     *
     * @return bytes; 0 where keys alone were asked for.
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
     * Writes what stands before an entry's key; key and value follow each other.
     *
     * @param buffer      little-endian.
     * @param offset      after the previous entry.
     * @param keyLength   in bytes.
     * @param valueLength in bytes.
     * @param version     of the value.
     * @return where the key's bytes go.
     */
    public static int putEntry(
        final ByteBuffer buffer, final int offset, final int keyLength, final int valueLength, final long version)
    {
        buffer.putInt(offset + KEY_LENGTH_OFFSET, keyLength);
        buffer.putInt(offset + VALUE_LENGTH_OFFSET, valueLength);
        buffer.putLong(offset + VERSION_OFFSET, version);
        return offset + ENTRY_HEADER_LENGTH;
    }
}
