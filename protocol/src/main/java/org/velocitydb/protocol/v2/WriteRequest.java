package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;

/**
 * WRITE: operations that are done together or not at all. A put and a delete are batches of one.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+-----------------------------------------------+
 *  |  Durability   |                    (zero)                     |
 *  +---------------+-----------------------------------------------+
 *  |  Operation Count, 1..100,000                                  |
 *  +===============+===============+===============================+  Operation Count times
 *  |     Kind      |   Condition   |             Flags             |
 *  +---------------+---------------+-------------------------------+
 *  |  Keyspace, 0 for the table kv                                 |
 *  +---------------------------------------------------------------+
 *  |  Key Length                                                   |
 *  +---------------------------------------------------------------+
 *  |  Value Length, 0 unless Kind is PUT or INCREMENT              |
 *  +---------------------------------------------------------------+
 *  |  Expected Version, 0 unless Condition is VERSION              |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Time to live in milliseconds, positive    (with HAS_TTL)     |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Key                                                         ...
 *  +---------------------------------------------------------------+
 *  |  Value                                                       ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * The value of an INCREMENT is what it adds, a signed number of 8 bytes.
 *
 * <p>A flyweight and cursor for one thread; allocation-free. After {@link #tryWrap} it stands before the first
 * operation.
 */
public final class WriteRequest
{
    /** Stores a value. */
    public static final int KIND_PUT = 1;
    /** Deletes a key. */
    public static final int KIND_DELETE = 2;
    /** Changes nothing; it is there for its condition. */
    public static final int KIND_CHECK = 3;
    /** Adds to the number whose decimal text is the value; what is absent counts as 0. */
    public static final int KIND_INCREMENT = 4;

    /** Always holds. */
    public static final int CONDITION_NONE = 0;
    /** Holds where the key is absent. */
    public static final int CONDITION_ABSENT = 1;
    /** Holds where the key is present. */
    public static final int CONDITION_PRESENT = 2;
    /** Holds where the key is present with exactly the expected version. */
    public static final int CONDITION_VERSION = 3;

    /** If the condition fails, leave out this operation alone and let the rest go on. */
    public static final int FLAG_SKIP = 1;
    /** The operation says how long its entry is to live. On a put and on an increment. */
    public static final int FLAG_HAS_TTL = 1 << 1;

    /** Of an operation whose entry stays. */
    public static final long NO_TTL = 0;
    /** Bytes of an increment's value. */
    public static final int DELTA_LENGTH = Long.BYTES;

    private static final int DURABILITY_OFFSET = 0;
    private static final int COUNT_OFFSET = DURABILITY_OFFSET + Integer.BYTES;
    /** Bytes before the first operation. */
    public static final int HEADER_LENGTH = COUNT_OFFSET + Integer.BYTES;

    private static final int KIND_OFFSET = 0;
    private static final int CONDITION_OFFSET = KIND_OFFSET + Byte.BYTES;
    private static final int FLAGS_OFFSET = CONDITION_OFFSET + Byte.BYTES;
    private static final int KEYSPACE_OFFSET = FLAGS_OFFSET + Short.BYTES;
    private static final int KEY_LENGTH_OFFSET = KEYSPACE_OFFSET + Integer.BYTES;
    private static final int VALUE_LENGTH_OFFSET = KEY_LENGTH_OFFSET + Integer.BYTES;
    private static final int EXPECTED_VERSION_OFFSET = VALUE_LENGTH_OFFSET + Integer.BYTES;
    /** Bytes before each operation's key, or before its time to live. */
    public static final int OPERATION_HEADER_LENGTH = EXPECTED_VERSION_OFFSET + Long.BYTES;
    /** Bytes of a time to live, with {@link #FLAG_HAS_TTL}. */
    public static final int TTL_LENGTH = Long.BYTES;

    private ByteBuffer buffer;
    private int durability;
    private int operationCount;
    private int firstOffset;
    private int nextOffset;
    private int limit;
    private int operationOffset;

    /**
     * Checks a message, all its operations included.
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
        durability = buffer.get(offset + DURABILITY_OFFSET);
        operationCount = buffer.getInt(offset + COUNT_OFFSET);
        firstOffset = offset + HEADER_LENGTH;
        limit = offset + length;
        rewind();
        if (!Reserved.areThreeZero(buffer, offset + DURABILITY_OFFSET))
        {
            return Fault.RESERVED_NOT_ZERO;
        }
        if (!Durability.isKnown(durability))
        {
            return Fault.BAD_FIELD;
        }
        if (operationCount == 0)
        {
            return length == HEADER_LENGTH ? Fault.BATCH_EMPTY : Fault.BAD_LAYOUT;
        }
        if (Integer.compareUnsigned(operationCount, Limits.MAX_OPERATION_COUNT) > 0)
        {
            return Fault.BATCH_TOO_LARGE;
        }
        return validateOperations();
    }

    /** Faults of the layout come before those of an operation, since they end the connection. */
    private Fault validateOperations()
    {
        Fault firstFault = Fault.NONE;
        int next = firstOffset;
        for (int i = 0; i < operationCount; i++)
        {
            if (limit - next < OPERATION_HEADER_LENGTH)
            {
                return Fault.BAD_LAYOUT;
            }
            final long operationLength = OPERATION_HEADER_LENGTH + ttlLength(next) +
                (buffer.getInt(next + KEY_LENGTH_OFFSET) & 0xFFFF_FFFFL) +
                (buffer.getInt(next + VALUE_LENGTH_OFFSET) & 0xFFFF_FFFFL);
            if (operationLength > limit - next)
            {
                return Fault.BAD_LAYOUT;
            }
            final Fault fault = validateOperation(buffer, next);
            if (fault.closesConnection())
            {
                return fault;
            }
            firstFault = firstFault == Fault.NONE ? fault : firstFault;
            next += (int) operationLength;
        }
        return next == limit ? firstFault : Fault.BAD_LAYOUT;
    }

    private int ttlLength(final int operation)
    {
        return (buffer.getShort(operation + FLAGS_OFFSET) & FLAG_HAS_TTL) != 0 ? TTL_LENGTH : 0;
    }

    private static Fault validateOperation(final ByteBuffer buffer, final int offset)
    {
        final int kind = buffer.get(offset + KIND_OFFSET);
        final int condition = buffer.get(offset + CONDITION_OFFSET);
        final int flags = buffer.getShort(offset + FLAGS_OFFSET);
        final int valueLength = buffer.getInt(offset + VALUE_LENGTH_OFFSET);
        final boolean hasTtl = (flags & FLAG_HAS_TTL) != 0;
        if ((flags & ~(FLAG_SKIP | FLAG_HAS_TTL)) != 0 || hasTtl && kind != KIND_PUT && kind != KIND_INCREMENT)
        {
            return Fault.BAD_FLAGS;
        }
        if (kind < KIND_PUT || kind > KIND_INCREMENT || condition < CONDITION_NONE || condition > CONDITION_VERSION ||
            kind != KIND_PUT && valueLength != (kind == KIND_INCREMENT ? DELTA_LENGTH : 0) ||
            condition != CONDITION_VERSION && buffer.getLong(offset + EXPECTED_VERSION_OFFSET) != 0 ||
            hasTtl && buffer.getLong(offset + OPERATION_HEADER_LENGTH) <= 0)
        {
            return Fault.BAD_FIELD;
        }
        if (!Limits.isKeyspace(buffer.getInt(offset + KEYSPACE_OFFSET)))
        {
            return Fault.KEYSPACE_OUT_OF_RANGE;
        }
        if (!Limits.isKeyLength(buffer.getInt(offset + KEY_LENGTH_OFFSET)))
        {
            return Fault.KEY_OUT_OF_RANGE;
        }
        return valueLength >= 0 && valueLength <= Limits.MAX_VALUE_LENGTH ? Fault.NONE : Fault.VALUE_TOO_LARGE;
    }

    /**
     * How durable the write is to be when it is answered.
     *
     * @return code of a {@link Durability}.
     */
    public int durability()
    {
        return durability;
    }

    /**
     * How many operations there are.
     *
     * @return 1 to {@link Limits#MAX_OPERATION_COUNT}.
     */
    public int operationCount()
    {
        return operationCount;
    }

    /**
     * Goes back to before the first operation.
     */
    public void rewind()
    {
        nextOffset = firstOffset;
    }

    /**
     * Goes to the next operation.
     *
     * @return false if there is none.
     */
    public boolean next()
    {
        if (nextOffset == limit)
        {
            return false;
        }
        operationOffset = nextOffset;
        nextOffset = valueOffset() + valueLength();
        return true;
    }

    /**
     * Kind of the current operation.
     *
     * @return one of the KIND constants.
     */
    public int kind()
    {
        return buffer.get(operationOffset + KIND_OFFSET);
    }

    /**
     * Condition of the current operation.
     *
     * @return one of the CONDITION constants.
     */
    public int condition()
    {
        return buffer.get(operationOffset + CONDITION_OFFSET);
    }

    /**
     * Flags of the current operation.
     *
     * @return a combination of the FLAG constants.
     */
    public int flags()
    {
        return buffer.getShort(operationOffset + FLAGS_OFFSET);
    }

    /**
     * Keyspace of the current operation.
     *
     * @return 0 to {@link Limits#MAX_KEYSPACE}.
     */
    public int keyspace()
    {
        return buffer.getInt(operationOffset + KEYSPACE_OFFSET);
    }

    /**
     * Version that the current operation's condition compares with.
     *
     * @return the version; 0 unless the condition is {@link #CONDITION_VERSION}.
     */
    public long expectedVersion()
    {
        return buffer.getLong(operationOffset + EXPECTED_VERSION_OFFSET);
    }

    /**
     * How long the current operation's entry is to live.
     *
     * @return milliseconds, or {@link #NO_TTL}.
     */
    public long ttlMs()
    {
        return ttlLength(operationOffset) == 0 ? NO_TTL : buffer.getLong(operationOffset + OPERATION_HEADER_LENGTH);
    }

    /**
     * What the current operation adds, which is a {@link #KIND_INCREMENT}.
     *
     * @return a signed number.
     */
    public long delta()
    {
        return buffer.getLong(valueOffset());
    }

    /**
     * Where the current operation's key begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int keyOffset()
    {
        return operationOffset + OPERATION_HEADER_LENGTH + ttlLength(operationOffset);
    }

    /**
     * Extent of the current operation's key.
     *
     * @return bytes.
     */
    public int keyLength()
    {
        return buffer.getInt(operationOffset + KEY_LENGTH_OFFSET);
    }

    /**
     * Where the current operation's value begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int valueOffset()
    {
        return keyOffset() + keyLength();
    }

    /**
     * Extent of the current operation's value.
     *
     * @return bytes; 0 unless the kind is {@link #KIND_PUT} or {@link #KIND_INCREMENT}.
     */
    public int valueLength()
    {
        return buffer.getInt(operationOffset + VALUE_LENGTH_OFFSET);
    }

    /**
     * Writes all but the operations.
     *
     * @param buffer         little-endian.
     * @param offset         of the message.
     * @param durability     asked for.
     * @param operationCount that follow.
     * @return where the first operation goes; see {@link #putOperation}.
     */
    public static int put(
        final ByteBuffer buffer, final int offset, final Durability durability, final int operationCount)
    {
        Reserved.putByteAndZeros(buffer, offset + DURABILITY_OFFSET, durability.code());
        buffer.putInt(offset + COUNT_OFFSET, operationCount);
        return offset + HEADER_LENGTH;
    }

    /**
     * Writes what stands before an operation's key; key and value follow each other.
     *
     * @param buffer          little-endian.
     * @param offset          after the previous operation.
     * @param kind            one of the KIND constants.
     * @param condition       one of the CONDITION constants.
     * @param flags           a combination of the FLAG constants.
     * @param keyspace        to write to.
     * @param keyLength       in bytes.
     * @param valueLength     in bytes.
     * @param expectedVersion for {@link #CONDITION_VERSION}, else 0.
     * @return where the key's bytes go, or with {@link #FLAG_HAS_TTL} where {@link #putTtl} writes.
     */
    public static int putOperation(
        final ByteBuffer buffer,
        final int offset,
        final int kind,
        final int condition,
        final int flags,
        final int keyspace,
        final int keyLength,
        final int valueLength,
        final long expectedVersion)
    {
        buffer.put(offset + KIND_OFFSET, (byte) kind);
        buffer.put(offset + CONDITION_OFFSET, (byte) condition);
        buffer.putShort(offset + FLAGS_OFFSET, (short) flags);
        buffer.putInt(offset + KEYSPACE_OFFSET, keyspace);
        buffer.putInt(offset + KEY_LENGTH_OFFSET, keyLength);
        buffer.putInt(offset + VALUE_LENGTH_OFFSET, valueLength);
        buffer.putLong(offset + EXPECTED_VERSION_OFFSET, expectedVersion);
        return offset + OPERATION_HEADER_LENGTH;
    }

    /**
     * Writes the time to live of an operation with {@link #FLAG_HAS_TTL}.
     *
     * @param buffer little-endian.
     * @param offset as {@link #putOperation} returned it.
     * @param ttlMs  milliseconds, positive.
     * @return where the key's bytes go.
     */
    public static int putTtl(final ByteBuffer buffer, final int offset, final long ttlMs)
    {
        buffer.putLong(offset, ttlMs);
        return offset + TTL_LENGTH;
    }
}
