package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;

/**
 * SCAN: asks for the entries of a range, or of a prefix, as of one snapshot.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |  Keyspace, 0 for the table kv                                 |
 *  +---------------------------------------------------------------+
 *  |  Flags: bit 0 REVERSE, bit 1 KEYS_ONLY, bit 2 PREFIX          |
 *  +---------------------------------------------------------------+
 *  |  Limit: most entries to answer (unsigned), 0 for no limit     |
 *  +---------------------------------------------------------------+
 *  |  From Length, 0 for the first key                             |
 *  +---------------------------------------------------------------+
 *  |  To Length, 0xFFFFFFFF for no upper bound (and no bytes)      |
 *  +---------------------------------------------------------------+
 *  |                            (zero)                             |
 *  +---------------------------------------------------------------+
 *  |  From (inclusive), or the prefix                             ...
 *  +---------------------------------------------------------------+
 *  |  To (exclusive), without meaning with PREFIX                 ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * REVERSE answers the same entries from the last to the first. A flyweight for one thread; allocation-free.
 */
public final class ScanRequest
{
    /** Answers from the last key to the first. */
    public static final int FLAG_REVERSE = 1;
    /** Answers keys and versions; values are empty. */
    public static final int FLAG_KEYS_ONLY = 1 << 1;
    /** The lower bound is a prefix, and the upper bound means nothing. */
    public static final int FLAG_PREFIX = 1 << 2;
    /** Length of an upper bound that is none. */
    public static final int UNBOUNDED = 0xFFFFFFFF;
    /** Limit of a scan that has none. */
    public static final int NO_LIMIT = 0;

    private static final int ALL_FLAGS = FLAG_REVERSE | FLAG_KEYS_ONLY | FLAG_PREFIX;

    private static final int KEYSPACE_OFFSET = 0;
    private static final int FLAGS_OFFSET = KEYSPACE_OFFSET + Integer.BYTES;
    private static final int LIMIT_OFFSET = FLAGS_OFFSET + Integer.BYTES;
    private static final int FROM_LENGTH_OFFSET = LIMIT_OFFSET + Integer.BYTES;
    private static final int TO_LENGTH_OFFSET = FROM_LENGTH_OFFSET + Integer.BYTES;
    private static final int ZERO_OFFSET = TO_LENGTH_OFFSET + Integer.BYTES;
    /** Bytes before the bounds. */
    public static final int HEADER_LENGTH = ZERO_OFFSET + Integer.BYTES;

    private ByteBuffer buffer;
    private int offset;

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
        this.buffer = buffer;
        this.offset = offset;
        final long unsignedFromLength = buffer.getInt(offset + FROM_LENGTH_OFFSET) & 0xFFFF_FFFFL;
        final long unsignedToLength = hasTo() ? buffer.getInt(offset + TO_LENGTH_OFFSET) & 0xFFFF_FFFFL : 0;
        if (length != HEADER_LENGTH + unsignedFromLength + unsignedToLength)
        {
            return Fault.BAD_LAYOUT;
        }
        if (buffer.getInt(offset + ZERO_OFFSET) != 0)
        {
            return Fault.RESERVED_NOT_ZERO;
        }
        if ((buffer.getInt(offset + FLAGS_OFFSET) & ~ALL_FLAGS) != 0)
        {
            return Fault.BAD_FLAGS;
        }
        if (!Limits.isKeyspace(keyspace()))
        {
            return Fault.KEYSPACE_OUT_OF_RANGE;
        }
        return unsignedFromLength <= Limits.MAX_KEY_LENGTH && unsignedToLength <= Limits.MAX_KEY_LENGTH
            ? Fault.NONE
            : Fault.KEY_OUT_OF_RANGE;
    }

    /**
     * Which keyspace to read.
     *
     * @return 0 to {@link Limits#MAX_KEYSPACE}.
     */
    public int keyspace()
    {
        return buffer.getInt(offset + KEYSPACE_OFFSET);
    }

    /**
     * Whether to answer from the last key to the first.
     *
     * @return true for that.
     */
    public boolean isReverse()
    {
        return (buffer.getInt(offset + FLAGS_OFFSET) & FLAG_REVERSE) != 0;
    }

    /**
     * Whether to leave out values.
     *
     * @return true for that.
     */
    public boolean isKeysOnly()
    {
        return (buffer.getInt(offset + FLAGS_OFFSET) & FLAG_KEYS_ONLY) != 0;
    }

    /**
     * Whether the lower bound is a prefix.
     *
     * @return true if the upper bound means nothing.
     */
    public boolean isPrefix()
    {
        return (buffer.getInt(offset + FLAGS_OFFSET) & FLAG_PREFIX) != 0;
    }

    /**
     * Most entries to answer.
     *
     * @return the limit, or {@link #NO_LIMIT}.
     */
    public long limit()
    {
        return buffer.getInt(offset + LIMIT_OFFSET) & 0xFFFF_FFFFL;
    }

    /**
     * Where the lower bound, or the prefix, begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int fromOffset()
    {
        return offset + HEADER_LENGTH;
    }

    /**
     * Extent of the lower bound, or of the prefix.
     *
     * @return bytes; 0 for the first key.
     */
    public int fromLength()
    {
        return buffer.getInt(offset + FROM_LENGTH_OFFSET);
    }

    /**
     * Whether there is an upper bound.
     *
     * @return false for a scan up to the last key.
     */
    public boolean hasTo()
    {
        return buffer.getInt(offset + TO_LENGTH_OFFSET) != UNBOUNDED;
    }

    /**
     * Where the upper bound begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int toOffset()
    {
        return fromOffset() + fromLength();
    }

    /**
     * Extent of the upper bound.
     *
     * @return bytes; 0 without one.
     */
    public int toLength()
    {
        return hasTo() ? buffer.getInt(offset + TO_LENGTH_OFFSET) : 0;
    }

    /**
     * Writes all but the bounds' bytes; lower and upper bound follow each other.
     *
     * @param buffer     little-endian.
     * @param offset     of the message.
     * @param keyspace   to read.
     * @param flags      a set of the FLAG constants.
     * @param limit      unsigned, or {@link #NO_LIMIT}.
     * @param fromLength in bytes.
     * @param toLength   in bytes, or {@link #UNBOUNDED}.
     * @return where the lower bound goes.
     */
    public static int put(
        final ByteBuffer buffer,
        final int offset,
        final int keyspace,
        final int flags,
        final int limit,
        final int fromLength,
        final int toLength)
    {
        buffer.putInt(offset + KEYSPACE_OFFSET, keyspace);
        buffer.putInt(offset + FLAGS_OFFSET, flags);
        buffer.putInt(offset + LIMIT_OFFSET, limit);
        buffer.putInt(offset + FROM_LENGTH_OFFSET, fromLength);
        buffer.putInt(offset + TO_LENGTH_OFFSET, toLength);
        buffer.putInt(offset + ZERO_OFFSET, 0);
        return offset + HEADER_LENGTH;
    }
}
