package org.velocitydb.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.MessageType;

/**
 * Operations that are done together or not at all. All conditions are judged against the state before; where one fails,
 * nothing is done. Build it on one thread; it may be sent more than once, which with a {@link #requestId} does it once.
 */
public final class WriteRequest
{
    private static final int INITIAL_LENGTH = 256;
    private static final byte[] NO_VALUE = {};
    private static final long NULL_VERSION = 0;

    private ByteBuffer operations = ByteBuffer.allocate(INITIAL_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private int operationCount;
    private int keyspace = Limits.DEFAULT_KEYSPACE;
    private Durability durability = Durability.SERVER_DEFAULT;
    private long clientId;
    private long requestNumber = FrameDescriptor.NULL_REQUEST_NUMBER;

    /**
     * Sets the keyspace of the operations that are added from here on.
     *
     * @param keyspace id; 0 is the table kv.
     * @return this request.
     */
    public WriteRequest keyspace(final int keyspace)
    {
        if (!Limits.isKeyspace(keyspace))
        {
            throw new IllegalArgumentException(
                "keyspace out of range: keyspace=" + keyspace + ", max=" + Limits.MAX_KEYSPACE);
        }
        this.keyspace = keyspace;
        return this;
    }

    /**
     * Stores a value.
     *
     * @param key   1 to {@link Limits#MAX_KEY_LENGTH} bytes.
     * @param value up to {@link Limits#MAX_VALUE_LENGTH} bytes.
     * @return this request.
     */
    public WriteRequest put(final byte[] key, final byte[] value)
    {
        return add(
            org.velocitydb.protocol.v2.WriteRequest.KIND_PUT,
            org.velocitydb.protocol.v2.WriteRequest.CONDITION_NONE, NULL_VERSION, key, value);
    }

    /**
     * Stores a value that ceases to be after a time.
     *
     * @param key   1 to {@link Limits#MAX_KEY_LENGTH} bytes.
     * @param value up to {@link Limits#MAX_VALUE_LENGTH} bytes.
     * @param ttl   a millisecond or more, from when the write is done.
     * @return this request.
     */
    public WriteRequest put(final byte[] key, final byte[] value, final Duration ttl)
    {
        return add(
            org.velocitydb.protocol.v2.WriteRequest.KIND_PUT,
            org.velocitydb.protocol.v2.WriteRequest.CONDITION_NONE, NULL_VERSION, key, value, ttlMs(ttl));
    }

    /**
     * Stores a value that ceases to be after a time if the key is absent.
     *
     * @param key   of the value.
     * @param value to store.
     * @param ttl   a millisecond or more, from when the write is done.
     * @return this request.
     */
    public WriteRequest putIfAbsent(final byte[] key, final byte[] value, final Duration ttl)
    {
        return add(
            org.velocitydb.protocol.v2.WriteRequest.KIND_PUT,
            org.velocitydb.protocol.v2.WriteRequest.CONDITION_ABSENT, NULL_VERSION, key, value, ttlMs(ttl));
    }

    /**
     * Adds to a counter, which is a value that is a whole number of 64 bits in decimal text; what is absent counts as
     * 0. The answer says what the last increment of the request came to.
     *
     * @param key   of the counter.
     * @param delta to add.
     * @return this request.
     */
    public WriteRequest increment(final byte[] key, final long delta)
    {
        return add(
            org.velocitydb.protocol.v2.WriteRequest.KIND_INCREMENT,
            org.velocitydb.protocol.v2.WriteRequest.CONDITION_NONE, NULL_VERSION, key, deltaBytes(delta));
    }

    /**
     * Adds to a counter, and gives it a time to live if it begins with this.
     *
     * @param key   of the counter.
     * @param delta to add.
     * @param ttl   a millisecond or more; a counter that is there keeps its own.
     * @return this request.
     */
    public WriteRequest increment(final byte[] key, final long delta, final Duration ttl)
    {
        return add(
            org.velocitydb.protocol.v2.WriteRequest.KIND_INCREMENT,
            org.velocitydb.protocol.v2.WriteRequest.CONDITION_NONE, NULL_VERSION, key, deltaBytes(delta), ttlMs(ttl));
    }

    private static byte[] deltaBytes(final long delta)
    {
        final byte[] bytes = new byte[org.velocitydb.protocol.v2.WriteRequest.DELTA_LENGTH];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(delta);
        return bytes;
    }

    /**
     * Stores a value if the key is absent.
     *
     * @param key   of the value.
     * @param value to store.
     * @return this request.
     */
    public WriteRequest putIfAbsent(final byte[] key, final byte[] value)
    {
        return add(
            org.velocitydb.protocol.v2.WriteRequest.KIND_PUT,
            org.velocitydb.protocol.v2.WriteRequest.CONDITION_ABSENT, NULL_VERSION, key, value);
    }

    /**
     * Stores a value if the key is present.
     *
     * @param key   of the value.
     * @param value to store.
     * @return this request.
     */
    public WriteRequest putIfPresent(final byte[] key, final byte[] value)
    {
        return add(
            org.velocitydb.protocol.v2.WriteRequest.KIND_PUT,
            org.velocitydb.protocol.v2.WriteRequest.CONDITION_PRESENT, NULL_VERSION, key, value);
    }

    /**
     * Stores a value if the key has a version.
     *
     * @param key     of the value.
     * @param value   to store.
     * @param version that it must have.
     * @return this request.
     */
    public WriteRequest putIfVersion(final byte[] key, final byte[] value, final long version)
    {
        return add(
            org.velocitydb.protocol.v2.WriteRequest.KIND_PUT,
            org.velocitydb.protocol.v2.WriteRequest.CONDITION_VERSION, version, key, value);
    }

    /**
     * Deletes a key.
     *
     * @param key that need not exist.
     * @return this request.
     */
    public WriteRequest delete(final byte[] key)
    {
        return add(
            org.velocitydb.protocol.v2.WriteRequest.KIND_DELETE,
            org.velocitydb.protocol.v2.WriteRequest.CONDITION_NONE, NULL_VERSION, key, NO_VALUE);
    }

    /**
     * Deletes a key if it has a version.
     *
     * @param key     to delete.
     * @param version that it must have.
     * @return this request.
     */
    public WriteRequest deleteIfVersion(final byte[] key, final long version)
    {
        return add(
            org.velocitydb.protocol.v2.WriteRequest.KIND_DELETE,
            org.velocitydb.protocol.v2.WriteRequest.CONDITION_VERSION, version, key, NO_VALUE);
    }

    /**
     * Does nothing of the batch unless a key is absent.
     *
     * @param key to look at.
     * @return this request.
     */
    public WriteRequest checkAbsent(final byte[] key)
    {
        return add(
            org.velocitydb.protocol.v2.WriteRequest.KIND_CHECK,
            org.velocitydb.protocol.v2.WriteRequest.CONDITION_ABSENT, NULL_VERSION, key, NO_VALUE);
    }

    /**
     * Does nothing of the batch unless a key has a version.
     *
     * @param key     to look at.
     * @param version that it must have.
     * @return this request.
     */
    public WriteRequest checkVersion(final byte[] key, final long version)
    {
        return add(
            org.velocitydb.protocol.v2.WriteRequest.KIND_CHECK,
            org.velocitydb.protocol.v2.WriteRequest.CONDITION_VERSION, version, key, NO_VALUE);
    }

    /**
     * Sets how durable the write is to be when it is answered.
     *
     * @param durability asked for; the answer says what was reached.
     * @return this request.
     */
    public WriteRequest durability(final Durability durability)
    {
        this.durability = durability;
        return this;
    }

    /**
     * Gives the request an identity: however often it is sent, it is done once, and each time answered alike.
     *
     * @param clientId that is the caller's own, such as a random number kept with its work.
     * @param number   positive, and another one for each request of that client.
     * @return this request.
     */
    public WriteRequest requestId(final long clientId, final long number)
    {
        if (number <= 0)
        {
            throw new IllegalArgumentException("request number must be positive: number=" + number);
        }
        this.clientId = clientId;
        this.requestNumber = number;
        return this;
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

    RequestMessage message()
    {
        if (operationCount == 0)
        {
            throw new IllegalArgumentException("a write needs an operation");
        }
        final int length = operations.position();
        final ByteBuffer sent = operations;
        final int count = operationCount;
        final Durability asked = durability;
        return new RequestMessage(
            MessageType.WRITE, org.velocitydb.protocol.v2.WriteRequest.HEADER_LENGTH + length,
            RequestMessage.Effect.WRITES_ONCE, clientId, requestNumber, (buffer, offset) ->
            {
                final int next = org.velocitydb.protocol.v2.WriteRequest.put(buffer, offset, asked, count);
                buffer.put(next, sent, 0, length);
                return next + length;
            });
    }

    private static long ttlMs(final Duration ttl)
    {
        final long ttlMs = ttl.toMillis();
        if (ttlMs < 1)
        {
            throw new IllegalArgumentException("time to live must be a millisecond or more: ttl=" + ttl);
        }
        return ttlMs;
    }

    private WriteRequest add(
        final int kind, final int condition, final long version, final byte[] key, final byte[] value)
    {
        return add(kind, condition, version, key, value, org.velocitydb.protocol.v2.WriteRequest.NO_TTL);
    }

    private WriteRequest add(
        final int kind,
        final int condition,
        final long version,
        final byte[] key,
        final byte[] value,
        final long ttlMs)
    {
        Requests.requireKey(key);
        if (value.length > Limits.MAX_VALUE_LENGTH)
        {
            throw new IllegalArgumentException(
                "value too long: length=" + value.length + ", max=" + Limits.MAX_VALUE_LENGTH);
        }
        if (operationCount == Limits.MAX_OPERATION_COUNT)
        {
            throw new IllegalStateException("too many operations: max=" + Limits.MAX_OPERATION_COUNT);
        }
        final int offset = operations.position();
        final boolean hasTtl = ttlMs != org.velocitydb.protocol.v2.WriteRequest.NO_TTL;
        final long limit = (long) offset + org.velocitydb.protocol.v2.WriteRequest.OPERATION_HEADER_LENGTH +
            (hasTtl ? org.velocitydb.protocol.v2.WriteRequest.TTL_LENGTH : 0) + key.length + value.length;
        if (limit > Limits.DEFAULT_MAX_FRAME_LENGTH)
        {
            throw new IllegalStateException("batch too long: length=" + limit);
        }
        grow((int) limit);
        final int next = org.velocitydb.protocol.v2.WriteRequest.putOperation(
            operations, offset, kind, condition, hasTtl ? org.velocitydb.protocol.v2.WriteRequest.FLAG_HAS_TTL : 0,
            keyspace, key.length, value.length, version);
        final int keyOffset = hasTtl ? org.velocitydb.protocol.v2.WriteRequest.putTtl(operations, next, ttlMs) : next;
        operations.put(keyOffset, key).put(keyOffset + key.length, value).position((int) limit);
        operationCount++;
        return this;
    }

    private void grow(final int limit)
    {
        if (limit > operations.capacity())
        {
            operations = ByteBuffer.allocate(Math.max(limit, 2 * operations.capacity()))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(operations.flip());
        }
    }
}
