package org.velocitydb.engine.command;

import java.nio.ByteOrder;

import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.velocitydb.engine.entry.Keys;

/**
 * Layout of one operation of a {@link WriteBatch}. Little-endian but for the keyspace, whose order must be the keys'
 * order.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+---------------+---------------+
 *  |     Kind      |   Condition   |     Flags     |    (zero)     |
 *  +---------------+---------------+---------------+---------------+
 *  |              Key Length, keyspace id included                 |
 *  +---------------------------------------------------------------+
 *  |                         Value Length                          |
 *  +---------------------------------------------------------------+
 *  |                            (zero)                             |
 *  +---------------------------------------------------------------+
 *  |                       Expected Version                        |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Time to live in milliseconds, 0 for none          |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                  Keyspace id (big-endian)                     |
 *  +---------------------------------------------------------------+
 *  |  Key                                                         ...
 *  +---------------------------------------------------------------+
 *  |  Value                                                       ...
 *  +---------------------------------------------------------------+
 *  |  zeros up to a multiple of 8                                 ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * The value of an increment is what it adds, a signed number of 8 bytes. A keyspace is made or dropped by an operation
 * that is alone in its batch, whose key is the name in the keyspace of the catalogue.
 *
 * <p>The operations of an evaluated command ({@link CommandSlot#evaluated(boolean)}) see what those before them leave.
 * What such an operation needs besides its value, its operand, stands in place of the expected version.
 *
 * <p>It never reaches disk or wire: the journal has a layout of its own.
 */
public final class OperationDescriptor
{
    /** Stores a value. */
    public static final int KIND_PUT = 1;
    /** Deletes a key. */
    public static final int KIND_DELETE = 2;
    /** Changes nothing; it is there for its condition. */
    public static final int KIND_CHECK = 3;
    /** Adds to the number whose decimal text is the value; what is absent counts as 0. */
    public static final int KIND_INCREMENT = 4;
    /** Makes a keyspace. */
    public static final int KIND_CREATE_KEYSPACE = 5;
    /** Drops a keyspace. */
    public static final int KIND_DROP_KEYSPACE = 6;

    /** Of an evaluated command: changes nothing, and tells what there is. */
    public static final int KIND_READ = 16;
    /** Of an evaluated command: appends to the value; what is absent counts as empty. */
    public static final int KIND_APPEND = 17;
    /**
     * Of an evaluated command: writes over the value from the operand's offset on, which is padded with zeros up to
     * there; what is absent counts as empty.
     */
    public static final int KIND_SET_RANGE = 18;
    /**
     * Of an evaluated command: lets the value that is there expire at the operand, an epoch time in milliseconds, or,
     * where a time to live is given, so long after the command is evaluated.
     */
    public static final int KIND_EXPIRE = 19;

    /** Always holds. */
    public static final int CONDITION_NONE = 0;
    /** Holds where the key is absent. */
    public static final int CONDITION_ABSENT = 1;
    /** Holds where the key is present. */
    public static final int CONDITION_PRESENT = 2;
    /** Holds where the key is present with exactly the expected version. */
    public static final int CONDITION_VERSION = 3;

    /** Of {@link #KIND_EXPIRE}: holds where the key is present and expires. */
    public static final int CONDITION_EXPIRES = 16;
    /** Of {@link #KIND_EXPIRE}: holds where the key is present and does not expire. */
    public static final int CONDITION_STAYS = 17;
    /** Of {@link #KIND_EXPIRE}: holds where the key is present and would expire later than it does. */
    public static final int CONDITION_LATER = 18;
    /** Of {@link #KIND_EXPIRE}: holds where the key is present and would expire earlier than it does, if at all. */
    public static final int CONDITION_EARLIER = 19;
    /** Of {@link #KIND_EXPIRE}: holds where the key is present, expires, and would expire earlier than it does. */
    public static final int CONDITION_EXPIRES_EARLIER = 20;

    /** If the condition fails, leave out this operation alone and let the rest of the batch go on. */
    public static final int FLAG_SKIP = 1;
    /** Of an evaluated command: the value that was there before is among the results. */
    public static final int FLAG_RETURN = 1 << 8;
    /** Of an evaluated put: the value expires when the one that was there would have. */
    public static final int FLAG_KEEP_TTL = 1 << 9;
    /** Of an evaluated put: what stands in place of the time to live is the time of expiry. */
    public static final int FLAG_EXPIRES_AT = 1 << 11;
    /**
     * Of an evaluated check: if its condition fails, as many operations behind it are left out as stand in place of the
     * time to live.
     */
    public static final int FLAG_GUARD = 1 << 10;

    /** Of an operation that gives its entry no time to live. */
    public static final long NO_TTL = 0;
    /** Bytes of an increment's value. */
    public static final int DELTA_LENGTH = Long.BYTES;

    /** Largest keyspace id of a user; as unsigned numbers, those behind it are the store's own. */
    public static final int KEYSPACE_MAX = Integer.MAX_VALUE;

    /** Keyspace of the store's own that holds the names of the others. */
    public static final int CATALOGUE_KEYSPACE = 0xFFFF_FFFE;

    /** Operations begin at multiples of this. */
    public static final int ALIGNMENT = Long.BYTES;

    private static final int KIND_OFFSET = 0;
    private static final int CONDITION_OFFSET = KIND_OFFSET + Byte.BYTES;
    private static final int FLAGS_OFFSET = CONDITION_OFFSET + Byte.BYTES;
    private static final int KEY_LENGTH_OFFSET = FLAGS_OFFSET + Short.BYTES;
    private static final int VALUE_LENGTH_OFFSET = KEY_LENGTH_OFFSET + Integer.BYTES;
    private static final int EXPECTED_VERSION_OFFSET = VALUE_LENGTH_OFFSET + Integer.BYTES + Integer.BYTES;
    private static final int TTL_OFFSET = EXPECTED_VERSION_OFFSET + Long.BYTES;
    /** Bytes before the key. */
    public static final int HEADER_LENGTH = TTL_OFFSET + Long.BYTES;

    private OperationDescriptor()
    {
    }

    /**
     * Checks that a keyspace is a user's.
     *
     * @param keyspace id.
     * @throws IllegalArgumentException where it is not.
     */
    public static void checkKeyspace(final int keyspace)
    {
        if (keyspace < 0)
        {
            throw new IllegalArgumentException(
                "keyspace out of range: keyspace=" + keyspace + ", min=0, max=" + KEYSPACE_MAX);
        }
    }

    /**
     * Extent of a whole operation.
     *
     * @param userKeyLength of the key without its keyspace, in bytes.
     * @param valueLength   in bytes.
     * @return bytes, a multiple of {@link #ALIGNMENT}.
     */
    public static int encodedLength(final int userKeyLength, final int valueLength)
    {
        return BitUtil.align(HEADER_LENGTH + Keys.KEYSPACE_LENGTH + userKeyLength + valueLength, ALIGNMENT);
    }

    /**
     * Writes all but the key's and the value's bytes, without a time to live.
     *
     * @param buffer          to write to.
     * @param offset          of the operation.
     * @param kind            one of the KIND constants.
     * @param condition       one of the CONDITION constants.
     * @param flags           0 or {@link #FLAG_SKIP}.
     * @param expectedVersion for {@link #CONDITION_VERSION}, else 0.
     * @param keyspace        id, 0 to {@link #KEYSPACE_MAX}, or the store's own.
     * @param userKeyLength   in bytes.
     * @param valueLength     in bytes.
     */
    public static void putHeader(
        final MutableDirectBuffer buffer,
        final int offset,
        final int kind,
        final int condition,
        final int flags,
        final long expectedVersion,
        final int keyspace,
        final int userKeyLength,
        final int valueLength)
    {
        buffer.putByte(offset + KIND_OFFSET, (byte) kind);
        buffer.putByte(offset + CONDITION_OFFSET, (byte) condition);
        buffer.putShort(offset + FLAGS_OFFSET, (short) flags);
        buffer.putInt(offset + KEY_LENGTH_OFFSET, Keys.KEYSPACE_LENGTH + userKeyLength);
        buffer.putInt(offset + VALUE_LENGTH_OFFSET, valueLength);
        buffer.putInt(offset + VALUE_LENGTH_OFFSET + Integer.BYTES, 0);
        buffer.putLong(offset + EXPECTED_VERSION_OFFSET, expectedVersion);
        buffer.putLong(offset + TTL_OFFSET, NO_TTL);
        buffer.putInt(offset + HEADER_LENGTH, keyspace, ByteOrder.BIG_ENDIAN);
    }

    /**
     * Gives an operation's entry a time to live.
     *
     * @param buffer to write to.
     * @param offset of the operation, whose header is there.
     * @param ttlMs  1 or more, or {@link #NO_TTL}.
     */
    public static void putTtl(final MutableDirectBuffer buffer, final int offset, final long ttlMs)
    {
        buffer.putLong(offset + TTL_OFFSET, ttlMs);
    }

    /**
     * How long an operation's entry shall live.
     *
     * @param buffer that holds it.
     * @param offset of the operation.
     * @return milliseconds, or {@link #NO_TTL}.
     */
    public static long ttlMs(final DirectBuffer buffer, final int offset)
    {
        return buffer.getLong(offset + TTL_OFFSET);
    }

    /**
     * What an increment adds.
     *
     * @param buffer that holds it.
     * @param offset of the operation.
     * @return a signed number.
     */
    public static long delta(final DirectBuffer buffer, final int offset)
    {
        return buffer.getLong(keyOffset(offset) + keyLength(buffer, offset));
    }

    /**
     * The keyspace that an operation works on.
     *
     * @param buffer that holds it.
     * @param offset of the operation.
     * @return the id; less than 0 for the store's own.
     */
    public static int keyspace(final DirectBuffer buffer, final int offset)
    {
        return buffer.getInt(offset + HEADER_LENGTH, ByteOrder.BIG_ENDIAN);
    }

    /**
     * Whether an operation makes or drops a keyspace; such a one is alone in its batch.
     *
     * @param kind of the operation.
     * @return true for the two kinds that do.
     */
    public static boolean isDefinition(final int kind)
    {
        return kind == KIND_CREATE_KEYSPACE || kind == KIND_DROP_KEYSPACE;
    }

    /**
     * Where the user's key goes.
     *
     * @param offset of the operation.
     * @return offset of the first byte after the keyspace id.
     */
    public static int userKeyOffset(final int offset)
    {
        return offset + HEADER_LENGTH + Keys.KEYSPACE_LENGTH;
    }

    /**
     * Kind of an operation.
     *
     * @param buffer that holds it.
     * @param offset of the operation.
     * @return one of the KIND constants.
     */
    public static int kind(final DirectBuffer buffer, final int offset)
    {
        return buffer.getByte(offset + KIND_OFFSET);
    }

    /**
     * Condition of an operation.
     *
     * @param buffer that holds it.
     * @param offset of the operation.
     * @return one of the CONDITION constants.
     */
    public static int condition(final DirectBuffer buffer, final int offset)
    {
        return buffer.getByte(offset + CONDITION_OFFSET);
    }

    /**
     * Whether a failed condition leaves out this operation alone.
     *
     * @param buffer that holds it.
     * @param offset of the operation.
     * @return true where {@link #FLAG_SKIP} is set.
     */
    public static boolean isSkipping(final DirectBuffer buffer, final int offset)
    {
        return (buffer.getShort(offset + FLAGS_OFFSET) & FLAG_SKIP) != 0;
    }

    /**
     * Whether an operation has a flag.
     *
     * @param buffer that holds it.
     * @param offset of the operation.
     * @param flag   one of the FLAG constants.
     * @return true where it is set.
     */
    public static boolean hasFlag(final DirectBuffer buffer, final int offset, final int flag)
    {
        return (buffer.getShort(offset + FLAGS_OFFSET) & flag) != 0;
    }

    /**
     * Offset of the internal key, keyspace id included.
     *
     * @param offset of the operation.
     * @return offset in the same buffer.
     */
    public static int keyOffset(final int offset)
    {
        return offset + HEADER_LENGTH;
    }

    /**
     * Extent of the internal key, keyspace id included.
     *
     * @param buffer that holds the operation.
     * @param offset of the operation.
     * @return bytes.
     */
    public static int keyLength(final DirectBuffer buffer, final int offset)
    {
        return buffer.getInt(offset + KEY_LENGTH_OFFSET);
    }

    /**
     * Extent of the value.
     *
     * @param buffer that holds the operation.
     * @param offset of the operation.
     * @return bytes.
     */
    public static int valueLength(final DirectBuffer buffer, final int offset)
    {
        return buffer.getInt(offset + VALUE_LENGTH_OFFSET);
    }

    /**
     * Where the operation after this one begins.
     *
     * @param buffer that holds it.
     * @param offset of the operation.
     * @return offset in the same buffer.
     */
    public static int next(final DirectBuffer buffer, final int offset)
    {
        return offset + encodedLength(
            keyLength(buffer, offset) - Keys.KEYSPACE_LENGTH, valueLength(buffer, offset));
    }

    /**
     * Version that {@link #CONDITION_VERSION} compares with.
     *
     * @param buffer that holds the operation.
     * @param offset of the operation.
     * @return the sequence.
     */
    public static long expectedVersion(final DirectBuffer buffer, final int offset)
    {
        return buffer.getLong(offset + EXPECTED_VERSION_OFFSET);
    }
}
