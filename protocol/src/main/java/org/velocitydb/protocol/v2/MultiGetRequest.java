package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;

/**
 * MULTI_GET: asks for the values of many keys as of one snapshot.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |  Keyspace, 0 for the table kv                                 |
 *  +---------------------------------------------------------------+
 *  |  Count, 1..10,000                                             |
 *  +===============================================================+  Count times
 *  |  Key Length                                                   |
 *  +---------------------------------------------------------------+
 *  |  Key                                                         ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * A flyweight and cursor for one thread; allocation-free. After {@link #tryWrap} it stands before the first key.
 */
public final class MultiGetRequest
{
    private static final int KEYSPACE_OFFSET = 0;
    private static final int COUNT_OFFSET = KEYSPACE_OFFSET + Integer.BYTES;
    /** Bytes before the first key's length. */
    public static final int HEADER_LENGTH = COUNT_OFFSET + Integer.BYTES;
    /** Bytes before each key. */
    public static final int KEY_HEADER_LENGTH = Integer.BYTES;

    private ByteBuffer buffer;
    private int keyspace;
    private int count;
    private int firstOffset;
    private int nextOffset;
    private int limit;
    private int keyOffset;
    private int keyLength;

    /**
     * Checks a message, all its keys included.
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
        keyspace = buffer.getInt(offset + KEYSPACE_OFFSET);
        count = buffer.getInt(offset + COUNT_OFFSET);
        firstOffset = offset + HEADER_LENGTH;
        limit = offset + length;
        rewind();
        if (count == 0)
        {
            return length == HEADER_LENGTH ? Fault.BATCH_EMPTY : Fault.BAD_LAYOUT;
        }
        if (Integer.compareUnsigned(count, Limits.MAX_MULTI_GET_COUNT) > 0)
        {
            return Fault.BATCH_TOO_LARGE;
        }
        final Fault fault = validateKeys();
        if (fault != Fault.NONE)
        {
            return fault;
        }
        return Limits.isKeyspace(keyspace) ? Fault.NONE : Fault.KEYSPACE_OUT_OF_RANGE;
    }

    private Fault validateKeys()
    {
        Fault fault = Fault.NONE;
        int next = firstOffset;
        for (int i = 0; i < count; i++)
        {
            if (limit - next < KEY_HEADER_LENGTH)
            {
                return Fault.BAD_LAYOUT;
            }
            final long unsignedKeyLength = buffer.getInt(next) & 0xFFFF_FFFFL;
            next += KEY_HEADER_LENGTH;
            if (unsignedKeyLength > limit - next)
            {
                return Fault.BAD_LAYOUT;
            }
            if (!Limits.isKeyLength(unsignedKeyLength))
            {
                fault = Fault.KEY_OUT_OF_RANGE;
            }
            next += (int) unsignedKeyLength;
        }
        return next == limit ? fault : Fault.BAD_LAYOUT;
    }

    /**
     * Which keyspace to read.
     *
     * @return 0 to {@link Limits#MAX_KEYSPACE}.
     */
    public int keyspace()
    {
        return keyspace;
    }

    /**
     * How many keys there are.
     *
     * @return 1 to {@link Limits#MAX_MULTI_GET_COUNT}.
     */
    public int count()
    {
        return count;
    }

    /**
     * Goes back to before the first key.
     */
    public void rewind()
    {
        nextOffset = firstOffset;
    }

    /**
     * Goes to the next key.
     *
     * @return false if there is none.
     */
    public boolean next()
    {
        if (nextOffset == limit)
        {
            return false;
        }
        keyLength = buffer.getInt(nextOffset);
        keyOffset = nextOffset + KEY_HEADER_LENGTH;
        nextOffset = keyOffset + keyLength;
        return true;
    }

    /**
     * Where the current key begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int keyOffset()
    {
        return keyOffset;
    }

    /**
     * Extent of the current key.
     *
     * @return bytes.
     */
    public int keyLength()
    {
        return keyLength;
    }

    /**
     * Writes all but the keys.
     *
     * @param buffer   little-endian.
     * @param offset   of the message.
     * @param keyspace to read.
     * @param count    of keys.
     * @return where the first key goes; see {@link #putKeyLength}.
     */
    public static int put(final ByteBuffer buffer, final int offset, final int keyspace, final int count)
    {
        buffer.putInt(offset + KEYSPACE_OFFSET, keyspace);
        buffer.putInt(offset + COUNT_OFFSET, count);
        return offset + HEADER_LENGTH;
    }

    /**
     * Writes what stands before a key's bytes.
     *
     * @param buffer    little-endian.
     * @param offset    after the previous key.
     * @param keyLength in bytes.
     * @return where the key's bytes go.
     */
    public static int putKeyLength(final ByteBuffer buffer, final int offset, final int keyLength)
    {
        buffer.putInt(offset, keyLength);
        return offset + KEY_HEADER_LENGTH;
    }
}
