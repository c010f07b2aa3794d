package org.velocitydb.engine.command;

import java.nio.ByteBuffer;
import java.util.Objects;

import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.Keys;

/**
 * Operations that are done together or not at all. Build it on one thread, hand it to the store, clear it, use it
 * again: once its buffer has grown to the size of the work it allocates nothing.
 *
 * <p>All conditions are judged against the state before the batch; where one fails that is not marked {@link
 * OperationDescriptor#FLAG_SKIP}, nothing of the batch is done. Later operations on a key win over earlier ones, and an
 * increment counts on from what the operations before it leave: two of them on a key add up.
 *
 * <p>A keyspace is made or dropped by a batch of its own.
 */
public final class WriteBatch
{
    private static final byte[] EMPTY_VALUE = {};

    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(1024);
    private final UnsafeBuffer keyBytes = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer valueBytes = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer deltaBytes = new UnsafeBuffer(new byte[OperationDescriptor.DELTA_LENGTH]);
    private int lengthBytes;
    private int operationCount;
    private int lastOffset;

    /**
     * Empties the batch and keeps its memory.
     */
    public void clear()
    {
        lengthBytes = 0;
        operationCount = 0;
        lastOffset = 0;
    }

    /**
     * Stores a value without condition.
     *
     * @param keyspace id.
     * @param key      the user's key, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param value    0 to {@link Keys#MAX_VALUE_LENGTH} bytes.
     * @return this batch.
     */
    public WriteBatch put(final int keyspace, final byte[] key, final byte[] value)
    {
        return add(OperationDescriptor.KIND_PUT, OperationDescriptor.CONDITION_NONE, 0, 0, keyspace, key, value);
    }

    /**
     * Stores a value without condition. The buffers' positions do not move.
     *
     * @param keyspace id.
     * @param key      the user's key from position to limit, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param value    from position to limit, 0 to {@link Keys#MAX_VALUE_LENGTH} bytes.
     * @return this batch.
     */
    public WriteBatch put(final int keyspace, final ByteBuffer key, final ByteBuffer value)
    {
        keyBytes.wrap(key);
        valueBytes.wrap(value);
        return put(
            keyspace, keyBytes, key.position(), key.remaining(), valueBytes, value.position(), value.remaining());
    }

    /**
     * Stores a value without condition.
     *
     * @param keyspace    id.
     * @param key         buffer of the user's key.
     * @param keyOffset   of the key.
     * @param keyLength   1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param value       buffer of the value.
     * @param valueOffset of the value.
     * @param valueLength 0 to {@link Keys#MAX_VALUE_LENGTH} bytes.
     * @return this batch.
     */
    public WriteBatch put(
        final int keyspace,
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength)
    {
        return add(
            OperationDescriptor.KIND_PUT, OperationDescriptor.CONDITION_NONE, 0, 0, keyspace, key, keyOffset,
            keyLength, value, valueOffset, valueLength);
    }

    /**
     * Stores a value if the key is absent.
     *
     * @param keyspace id.
     * @param key      the user's key, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param value    0 to {@link Keys#MAX_VALUE_LENGTH} bytes.
     * @return this batch.
     */
    public WriteBatch putIfAbsent(final int keyspace, final byte[] key, final byte[] value)
    {
        return add(OperationDescriptor.KIND_PUT, OperationDescriptor.CONDITION_ABSENT, 0, 0, keyspace, key, value);
    }

    /**
     * Stores a value if the key is present.
     *
     * @param keyspace id.
     * @param key      the user's key, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param value    0 to {@link Keys#MAX_VALUE_LENGTH} bytes.
     * @return this batch.
     */
    public WriteBatch putIfPresent(final int keyspace, final byte[] key, final byte[] value)
    {
        return add(OperationDescriptor.KIND_PUT, OperationDescriptor.CONDITION_PRESENT, 0, 0, keyspace, key, value);
    }

    /**
     * Stores a value if the key is present with exactly this version.
     *
     * @param keyspace id.
     * @param key      the user's key, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param version  that the write of the present value told.
     * @param value    0 to {@link Keys#MAX_VALUE_LENGTH} bytes.
     * @return this batch.
     */
    public WriteBatch putIfVersion(final int keyspace, final byte[] key, final long version, final byte[] value)
    {
        return add(
            OperationDescriptor.KIND_PUT, OperationDescriptor.CONDITION_VERSION, 0, version, keyspace, key, value);
    }

    /**
     * Deletes a key without condition.
     *
     * @param keyspace id.
     * @param key      the user's key, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @return this batch.
     */
    public WriteBatch delete(final int keyspace, final byte[] key)
    {
        return add(
            OperationDescriptor.KIND_DELETE, OperationDescriptor.CONDITION_NONE, 0, 0, keyspace, key, EMPTY_VALUE);
    }

    /**
     * Deletes a key without condition. The buffer's position does not move.
     *
     * @param keyspace id.
     * @param key      the user's key from position to limit, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @return this batch.
     */
    public WriteBatch delete(final int keyspace, final ByteBuffer key)
    {
        keyBytes.wrap(key);
        return delete(keyspace, keyBytes, key.position(), key.remaining());
    }

    /**
     * Deletes a key without condition.
     *
     * @param keyspace  id.
     * @param key       buffer of the user's key.
     * @param keyOffset of the key.
     * @param keyLength 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @return this batch.
     */
    public WriteBatch delete(final int keyspace, final DirectBuffer key, final int keyOffset, final int keyLength)
    {
        return add(
            OperationDescriptor.KIND_DELETE, OperationDescriptor.CONDITION_NONE, 0, 0, keyspace, key, keyOffset,
            keyLength, key, keyOffset, 0);
    }

    /**
     * Deletes a key if it is present with exactly this version.
     *
     * @param keyspace id.
     * @param key      the user's key, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param version  that the write of the present value told.
     * @return this batch.
     */
    public WriteBatch deleteIfVersion(final int keyspace, final byte[] key, final long version)
    {
        return add(
            OperationDescriptor.KIND_DELETE, OperationDescriptor.CONDITION_VERSION, 0, version, keyspace, key,
            EMPTY_VALUE);
    }

    /**
     * Changes nothing, but lets the batch pass only if a key is absent.
     *
     * @param keyspace id.
     * @param key      the user's key, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @return this batch.
     */
    public WriteBatch checkAbsent(final int keyspace, final byte[] key)
    {
        return check(OperationDescriptor.CONDITION_ABSENT, 0, keyspace, key);
    }

    /**
     * Changes nothing, but lets the batch pass only if a key is present.
     *
     * @param keyspace id.
     * @param key      the user's key, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @return this batch.
     */
    public WriteBatch checkPresent(final int keyspace, final byte[] key)
    {
        return check(OperationDescriptor.CONDITION_PRESENT, 0, keyspace, key);
    }

    /**
     * Changes nothing, but lets the batch pass only if a key is present with exactly this version.
     *
     * @param keyspace id.
     * @param key      the user's key, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param version  that the write of the present value told.
     * @return this batch.
     */
    public WriteBatch checkVersion(final int keyspace, final byte[] key, final long version)
    {
        return check(OperationDescriptor.CONDITION_VERSION, version, keyspace, key);
    }

    private WriteBatch check(final int condition, final long version, final int keyspace, final byte[] key)
    {
        return add(OperationDescriptor.KIND_CHECK, condition, 0, version, keyspace, key, EMPTY_VALUE);
    }

    /**
     * Adds to the number whose decimal text is the value of a key: an optional sign and digits, within 64 bits. A key
     * that is absent begins at 0, and an expiry that the entry has stays. Where the value is no such number or the sum
     * leaves 64 bits, nothing of the batch is done. The completion tells the sum of the last increment.
     *
     * @param keyspace id.
     * @param key      the user's key, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param delta    to add; may be negative.
     * @return this batch.
     */
    public WriteBatch increment(final int keyspace, final byte[] key, final long delta)
    {
        deltaBytes.putLong(0, delta);
        keyBytes.wrap(Objects.requireNonNull(key, "key"));
        return add(
            OperationDescriptor.KIND_INCREMENT, OperationDescriptor.CONDITION_NONE, 0, 0, keyspace, keyBytes, 0,
            key.length, deltaBytes, 0, OperationDescriptor.DELTA_LENGTH);
    }

    /**
     * Gives what the operation added last stores a time to live, counted from when the writer does it. For an increment
     * it counts where the number begins, since one that is there keeps what it has. One that ends beyond the end of
     * time has no end.
     *
     * @param ttlMs milliseconds, 1 or more.
     * @return this batch.
     * @throws IllegalArgumentException for less than 1.
     * @throws IllegalStateException    where the operation added last stores nothing.
     */
    public WriteBatch ttlMs(final long ttlMs)
    {
        if (ttlMs < 1)
        {
            throw new IllegalArgumentException("time to live out of range: ttlMs=" + ttlMs + ", min=1");
        }
        final int kind = operationCount == 0 ? 0 : OperationDescriptor.kind(buffer, lastOffset);
        if (kind != OperationDescriptor.KIND_PUT && kind != OperationDescriptor.KIND_INCREMENT)
        {
            throw new IllegalStateException("no operation that stores anything comes before the time to live");
        }
        OperationDescriptor.putTtl(buffer, lastOffset, ttlMs);
        return this;
    }

    /**
     * Makes a keyspace; the completion tells its id. Alone in its batch.
     *
     * @param name     see {@link KeyspaceName}.
     * @param ifAbsent whether one that is there already will do; else the batch is refused.
     * @return this batch.
     * @throws IllegalArgumentException for a name that cannot be one.
     */
    public WriteBatch createKeyspace(final String name, final boolean ifAbsent)
    {
        return define(OperationDescriptor.KIND_CREATE_KEYSPACE, KeyspaceName.normalized(name), ifAbsent);
    }

    /**
     * Drops a keyspace and all that it holds. Alone in its batch.
     *
     * @param name      of a keyspace other than {@link KeyspaceName#DEFAULT}.
     * @param ifPresent whether one that is not there will do; else the batch is refused.
     * @return this batch.
     * @throws IllegalArgumentException for a name that cannot be one, and for the default keyspace.
     */
    public WriteBatch dropKeyspace(final String name, final boolean ifPresent)
    {
        final String normalized = KeyspaceName.normalized(name);
        if (normalized.equals(KeyspaceName.DEFAULT))
        {
            throw new IllegalArgumentException("the default keyspace cannot be dropped: name=" + normalized);
        }
        return define(OperationDescriptor.KIND_DROP_KEYSPACE, normalized, ifPresent);
    }

    private WriteBatch define(final int kind, final String name, final boolean isSkipping)
    {
        if (operationCount > 0)
        {
            throw new IllegalStateException("a keyspace is made or dropped by a batch of its own");
        }
        OperationDescriptor.putHeader(
            buffer, 0, kind, OperationDescriptor.CONDITION_NONE, isSkipping ? OperationDescriptor.FLAG_SKIP : 0, 0,
            OperationDescriptor.CATALOGUE_KEYSPACE, name.length(), 0);
        buffer.putStringWithoutLengthAscii(OperationDescriptor.userKeyOffset(0), name);
        lengthBytes = OperationDescriptor.encodedLength(name.length(), 0);
        operationCount = 1;
        return this;
    }

    /**
     * Adds any operation, from arrays.
     *
     * @param kind            a kind of {@link OperationDescriptor} up to the increment.
     * @param condition       one of its CONDITION constants.
     * @param flags           0 or {@link OperationDescriptor#FLAG_SKIP}.
     * @param expectedVersion for {@link OperationDescriptor#CONDITION_VERSION}, else 0.
     * @param keyspace        id.
     * @param key             the user's key, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param value           0 to {@link Keys#MAX_VALUE_LENGTH} bytes; of an increment the 8 bytes of what it adds,
     *                        little-endian; empty for what stores nothing.
     * @return this batch.
     */
    public WriteBatch add(
        final int kind,
        final int condition,
        final int flags,
        final long expectedVersion,
        final int keyspace,
        final byte[] key,
        final byte[] value)
    {
        keyBytes.wrap(Objects.requireNonNull(key, "key"));
        valueBytes.wrap(Objects.requireNonNull(value, "value"));
        return add(
            kind, condition, flags, expectedVersion, keyspace, keyBytes, 0, key.length, valueBytes, 0, value.length);
    }

    /**
     * Adds any operation, from buffers.
     *
     * @param kind            a kind of {@link OperationDescriptor} up to the increment.
     * @param condition       one of its CONDITION constants.
     * @param flags           0 or {@link OperationDescriptor#FLAG_SKIP}.
     * @param expectedVersion for {@link OperationDescriptor#CONDITION_VERSION}, else 0.
     * @param keyspace        id.
     * @param key             buffer of the user's key.
     * @param keyOffset       of the key.
     * @param keyLength       1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param value           buffer of the value.
     * @param valueOffset     of the value.
     * @param valueLength     0 to {@link Keys#MAX_VALUE_LENGTH} bytes.
     * @return this batch.
     * @throws IllegalArgumentException for a keyspace, a key or a value out of its limits.
     */
    public WriteBatch add(
        final int kind,
        final int condition,
        final int flags,
        final long expectedVersion,
        final int keyspace,
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength)
    {
        Keys.checkKeyLength(keyLength);
        Keys.checkValueLength(valueLength);
        OperationDescriptor.checkKeyspace(keyspace);
        checkCodes(kind, condition, flags);
        if (kind == OperationDescriptor.KIND_INCREMENT && valueLength != OperationDescriptor.DELTA_LENGTH)
        {
            throw new IllegalArgumentException("increment adds no number: length=" + valueLength);
        }
        if (operationCount == 1 && OperationDescriptor.isDefinition(OperationDescriptor.kind(buffer, 0)))
        {
            throw new IllegalStateException("a keyspace is made or dropped by a batch of its own");
        }

        final int offset = lengthBytes;
        final int userKeyOffset = OperationDescriptor.userKeyOffset(offset);
        final int encodedLength = OperationDescriptor.encodedLength(keyLength, valueLength);
        buffer.checkLimit(offset + encodedLength);
        OperationDescriptor.putHeader(
            buffer, offset, kind, condition, flags, expectedVersion, keyspace, keyLength, valueLength);
        buffer.putBytes(userKeyOffset, key, keyOffset, keyLength);
        buffer.putBytes(userKeyOffset + keyLength, value, valueOffset, valueLength);
        lastOffset = offset;
        lengthBytes = offset + encodedLength;
        operationCount++;
        return this;
    }

    private static void checkCodes(final int kind, final int condition, final int flags)
    {
        final boolean isKnown = kind >= OperationDescriptor.KIND_PUT && kind <= OperationDescriptor.KIND_INCREMENT &&
            condition >= OperationDescriptor.CONDITION_NONE && condition <= OperationDescriptor.CONDITION_VERSION &&
            (flags & ~OperationDescriptor.FLAG_SKIP) == 0;
        if (!isKnown)
        {
            throw new IllegalArgumentException(
                "unknown operation: kind=" + kind + ", condition=" + condition + ", flags=" + flags);
        }
    }

    /**
     * The encoded operations, one after the other as {@link OperationDescriptor} draws them.
     *
     * @return a buffer whose first {@link #lengthBytes()} bytes count.
     */
    public DirectBuffer buffer()
    {
        return buffer;
    }

    /**
     * Extent of the encoded operations.
     *
     * @return bytes.
     */
    public int lengthBytes()
    {
        return lengthBytes;
    }

    /**
     * How many operations there are.
     *
     * @return the count.
     */
    public int operationCount()
    {
        return operationCount;
    }
}
