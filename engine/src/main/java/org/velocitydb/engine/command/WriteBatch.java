package org.velocitydb.engine.command;

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
 * OperationDescriptor#FLAG_SKIP}, nothing of the batch is done. Later operations on a key win over earlier ones.
 */
public final class WriteBatch
{
    private static final byte[] EMPTY_VALUE = {};

    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(1024);
    private final UnsafeBuffer keyBytes = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer valueBytes = new UnsafeBuffer(0, 0);
    private int lengthBytes;
    private int operationCount;

    /**
     * Empties the batch and keeps its memory.
     */
    public void clear()
    {
        lengthBytes = 0;
        operationCount = 0;
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
     * Adds any operation, from arrays.
     *
     * @param kind            one of the KIND constants of {@link OperationDescriptor}.
     * @param condition       one of its CONDITION constants.
     * @param flags           0 or {@link OperationDescriptor#FLAG_SKIP}.
     * @param expectedVersion for {@link OperationDescriptor#CONDITION_VERSION}, else 0.
     * @param keyspace        id.
     * @param key             the user's key, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param value           0 to {@link Keys#MAX_VALUE_LENGTH} bytes; empty for what is no put.
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
     * @param kind            one of the KIND constants of {@link OperationDescriptor}.
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

        final int offset = lengthBytes;
        final int userKeyOffset = OperationDescriptor.userKeyOffset(offset);
        final int encodedLength = OperationDescriptor.encodedLength(keyLength, valueLength);
        buffer.checkLimit(offset + encodedLength);
        OperationDescriptor.putHeader(
            buffer, offset, kind, condition, flags, expectedVersion, keyspace, keyLength, valueLength);
        buffer.putBytes(userKeyOffset, key, keyOffset, keyLength);
        buffer.putBytes(userKeyOffset + keyLength, value, valueOffset, valueLength);
        lengthBytes = offset + encodedLength;
        operationCount++;
        return this;
    }

    private static void checkCodes(final int kind, final int condition, final int flags)
    {
        final boolean isKnown = kind >= OperationDescriptor.KIND_PUT && kind <= OperationDescriptor.KIND_CHECK &&
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
