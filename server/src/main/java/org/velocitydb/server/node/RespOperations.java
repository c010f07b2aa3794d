package org.velocitydb.server.node;

import java.nio.ByteBuffer;

import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.velocitydb.engine.command.OperationDescriptor;

/**
 * Operations as the engine takes them, made of the parts of requests. Owned by one event loop; allocation-free once
 * warm.
 */
final class RespOperations
{
    private static final int INITIAL_CAPACITY = 1024;
    /** A buffer that has grown longer is not kept. */
    private static final int KEPT_LENGTH_MAX = 1024 * 1024;

    private ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(INITIAL_CAPACITY);
    private int lengthBytes;
    private int count;

    void clear()
    {
        if (buffer.capacity() > KEPT_LENGTH_MAX)
        {
            buffer = new ExpandableArrayBuffer(INITIAL_CAPACITY);
        }
        lengthBytes = 0;
        count = 0;
    }

    DirectBuffer buffer()
    {
        return buffer;
    }

    int lengthBytes()
    {
        return lengthBytes;
    }

    int count()
    {
        return count;
    }

    /** Adds an operation without a value. */
    void add(
        final int kind,
        final int condition,
        final int flags,
        final long operand,
        final int keyspace,
        final ByteBuffer source,
        final int keyOffset,
        final int keyLength)
    {
        add(kind, condition, flags, operand, keyspace, source, keyOffset, keyLength, 0, 0);
    }

    /** Adds an operation. */
    void add(
        final int kind,
        final int condition,
        final int flags,
        final long operand,
        final int keyspace,
        final ByteBuffer source,
        final int keyOffset,
        final int keyLength,
        final int valueOffset,
        final int valueLength)
    {
        OperationDescriptor.putHeader(
            buffer, lengthBytes, kind, condition, flags, operand, keyspace, keyLength, valueLength);
        final int userKeyOffset = OperationDescriptor.userKeyOffset(lengthBytes);
        buffer.putBytes(userKeyOffset, source, keyOffset, keyLength);
        buffer.putBytes(userKeyOffset + keyLength, source, valueOffset, valueLength);
        end(keyLength, valueLength);
    }

    /** Adds an increment. */
    void addIncrement(
        final long delta, final int keyspace, final ByteBuffer source, final int keyOffset, final int keyLength)
    {
        OperationDescriptor.putHeader(
            buffer, lengthBytes, OperationDescriptor.KIND_INCREMENT, OperationDescriptor.CONDITION_NONE, 0, 0, keyspace,
            keyLength, OperationDescriptor.DELTA_LENGTH);
        final int userKeyOffset = OperationDescriptor.userKeyOffset(lengthBytes);
        buffer.putBytes(userKeyOffset, source, keyOffset, keyLength);
        buffer.putLong(userKeyOffset + keyLength, delta);
        end(keyLength, OperationDescriptor.DELTA_LENGTH);
    }

    private void end(final int keyLength, final int valueLength)
    {
        lengthBytes += OperationDescriptor.encodedLength(keyLength, valueLength);
        buffer.checkLimit(lengthBytes);
        count++;
    }

    /** Gives the operation that begins at an offset a time to live, or what stands in its place. */
    void ttlMs(final int offset, final long ttlMs)
    {
        OperationDescriptor.putTtl(buffer, offset, ttlMs);
    }

    /** Adds all operations of another. */
    void addAll(final RespOperations other)
    {
        buffer.putBytes(lengthBytes, other.buffer, 0, other.lengthBytes);
        lengthBytes += other.lengthBytes;
        count += other.count;
    }
}
