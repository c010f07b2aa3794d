package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;

/**
 * GET: asks for the value of one key.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |  Keyspace, 0 for the table kv                                 |
 *  +---------------------------------------------------------------+
 *  |  Key Length                                                   |
 *  +---------------------------------------------------------------+
 *  |  Key                                                         ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * A flyweight for one thread; allocation-free.
 */
public final class GetRequest
{
    private static final int KEYSPACE_OFFSET = 0;
    private static final int KEY_LENGTH_OFFSET = KEYSPACE_OFFSET + Integer.BYTES;
    /** Bytes before the key. */
    public static final int HEADER_LENGTH = KEY_LENGTH_OFFSET + Integer.BYTES;

    private int keyspace;
    private int keyOffset;
    private int keyLength;

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
        keyspace = buffer.getInt(offset + KEYSPACE_OFFSET);
        keyOffset = offset + HEADER_LENGTH;
        keyLength = length - HEADER_LENGTH;
        if (buffer.getInt(offset + KEY_LENGTH_OFFSET) != keyLength)
        {
            return Fault.BAD_LAYOUT;
        }
        if (!Limits.isKeyspace(keyspace))
        {
            return Fault.KEYSPACE_OUT_OF_RANGE;
        }
        return Limits.isKeyLength(keyLength) ? Fault.NONE : Fault.KEY_OUT_OF_RANGE;
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
     * Where the key begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int keyOffset()
    {
        return keyOffset;
    }

    /**
     * Extent of the key.
     *
     * @return bytes.
     */
    public int keyLength()
    {
        return keyLength;
    }

    /**
     * Writes all but the key's bytes.
     *
     * @param buffer    little-endian.
     * @param offset    of the message.
     * @param keyspace  to read.
     * @param keyLength in bytes.
     * @return where the key goes.
     */
    public static int put(final ByteBuffer buffer, final int offset, final int keyspace, final int keyLength)
    {
        buffer.putInt(offset + KEYSPACE_OFFSET, keyspace);
        buffer.putInt(offset + KEY_LENGTH_OFFSET, keyLength);
        return offset + HEADER_LENGTH;
    }
}
