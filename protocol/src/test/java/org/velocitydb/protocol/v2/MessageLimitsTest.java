package org.velocitydb.protocol.v2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.junit.jupiter.api.Test;
import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;

/**
 * Which fault stands for which limit, on both sides of it.
 */
class MessageLimitsTest
{
    private final ByteBuffer buffer = ByteBuffer.allocate(256 * 1024).order(ByteOrder.LITTLE_ENDIAN);

    @Test
    void shouldBoundKeys()
    {
        assertEquals(Fault.KEY_OUT_OF_RANGE, get(0, 0));
        assertEquals(Fault.NONE, get(0, 1));
        assertEquals(Fault.NONE, get(0, Limits.MAX_KEY_LENGTH));
        assertEquals(Fault.KEY_OUT_OF_RANGE, get(0, Limits.MAX_KEY_LENGTH + 1));
        assertFalse(Fault.KEY_OUT_OF_RANGE.closesConnection());
    }

    @Test
    void shouldBoundKeyspaces()
    {
        assertEquals(Fault.NONE, get(Limits.MAX_KEYSPACE, 1));
        assertEquals(Fault.KEYSPACE_OUT_OF_RANGE, get(Limits.MAX_KEYSPACE + 1, 1));
        assertEquals(Fault.KEYSPACE_OUT_OF_RANGE, get(-1, 1));
    }

    @Test
    void shouldBoundTheKeysOfAMultiGet()
    {
        final MultiGetRequest message = new MultiGetRequest();
        final int empty = MultiGetRequest.put(buffer, 0, 0, 0);
        assertEquals(Fault.BATCH_EMPTY, message.tryWrap(buffer, 0, empty));

        for (final int count : new int[]{ Limits.MAX_MULTI_GET_COUNT + 1, -1 })
        {
            final int limit = MultiGetRequest.put(buffer, 0, 0, count);
            assertEquals(Fault.BATCH_TOO_LARGE, message.tryWrap(buffer, 0, limit));
        }

        int next = MultiGetRequest.put(buffer, 0, 0, Limits.MAX_MULTI_GET_COUNT);
        for (int i = 0; i < Limits.MAX_MULTI_GET_COUNT; i++)
        {
            next = MultiGetRequest.putKeyLength(buffer, next, 1) + 1;
        }
        assertEquals(Fault.NONE, message.tryWrap(buffer, 0, next));
    }

    @Test
    void shouldBoundTheOperationsOfAWrite()
    {
        final WriteRequest message = new WriteRequest();
        assertEquals(Fault.BATCH_EMPTY, message.tryWrap(buffer, 0, WriteRequest.put(buffer, 0, Durability.NONE, 0)));
        assertEquals(
            Fault.BATCH_TOO_LARGE,
            message.tryWrap(buffer, 0, WriteRequest.put(buffer, 0, Durability.NONE, Limits.MAX_OPERATION_COUNT + 1)));
    }

    @Test
    void shouldRefuseOperationsThatMakeNoSense()
    {
        assertEquals(Fault.NONE, write(WriteRequest.KIND_PUT, WriteRequest.CONDITION_VERSION, 1, 2, 5));
        assertEquals(Fault.BAD_FIELD, write(WriteRequest.KIND_PUT, WriteRequest.CONDITION_ABSENT, 0, 2, 5));
        assertEquals(Fault.BAD_FIELD, write(WriteRequest.KIND_DELETE, WriteRequest.CONDITION_NONE, 0, 2, 0));
        assertEquals(Fault.BAD_FIELD, write(5, WriteRequest.CONDITION_NONE, 0, 0, 0));
        assertEquals(Fault.BAD_FIELD, write(WriteRequest.KIND_INCREMENT, WriteRequest.CONDITION_NONE, 0, 7, 0));
        assertEquals(Fault.NONE, write(WriteRequest.KIND_INCREMENT, WriteRequest.CONDITION_VERSION, 1, 8, 5));
        assertEquals(Fault.BAD_FIELD, write(WriteRequest.KIND_PUT, 4, 0, 0, 0));
        assertEquals(Fault.BAD_FLAGS, write(WriteRequest.KIND_PUT, WriteRequest.CONDITION_NONE, 4, 0, 0));
    }

    @Test
    void shouldTellABrokenLayoutBeforeABadKey()
    {
        int next = WriteRequest.put(buffer, 0, Durability.NONE, 2);
        next = WriteRequest.putOperation(buffer, next, 1, 0, 0, 0, 0, 0, 0);
        assertEquals(Fault.BAD_LAYOUT, new WriteRequest().tryWrap(buffer, 0, next));

        next = WriteRequest.putOperation(buffer, next, 1, 0, 0, 0, 1, 0, 0) + 1;
        assertEquals(Fault.KEY_OUT_OF_RANGE, new WriteRequest().tryWrap(buffer, 0, next));
    }

    @Test
    void shouldBoundCredentials()
    {
        final AuthRequest message = new AuthRequest();

        assertEquals(
            Fault.NONE, message.tryWrap(buffer, 0, AuthRequest.put(buffer, 0, new byte[64], new byte[128])));
        assertEquals(
            Fault.CREDENTIALS_TOO_LONG,
            message.tryWrap(buffer, 0, AuthRequest.put(buffer, 0, new byte[65], new byte[0])));
        assertEquals(
            Fault.CREDENTIALS_TOO_LONG,
            message.tryWrap(buffer, 0, AuthRequest.put(buffer, 0, new byte[0], new byte[129])));
    }

    @Test
    void shouldTakeATimeToLiveThatIsPositiveOnWhatStoresAValue()
    {
        assertEquals(Fault.NONE, writeWithTtl(WriteRequest.KIND_PUT, 3, 1));
        assertEquals(Fault.NONE, writeWithTtl(WriteRequest.KIND_INCREMENT, 8, Long.MAX_VALUE));
        assertEquals(Fault.BAD_FIELD, writeWithTtl(WriteRequest.KIND_PUT, 3, 0));
        assertEquals(Fault.BAD_FIELD, writeWithTtl(WriteRequest.KIND_PUT, 3, -1));
        assertEquals(Fault.BAD_FLAGS, writeWithTtl(WriteRequest.KIND_DELETE, 0, 1));
        assertEquals(Fault.BAD_FLAGS, writeWithTtl(WriteRequest.KIND_CHECK, 0, 1));
        final int operation = WriteRequest.put(buffer, 0, Durability.GROUP, 1);
        final int ttl = WriteRequest.putOperation(
            buffer, operation, WriteRequest.KIND_PUT, 0, WriteRequest.FLAG_HAS_TTL, 0, 1, 0, 0);
        assertEquals(Fault.BAD_LAYOUT, new WriteRequest().tryWrap(buffer, 0, ttl + 1));
    }

    private Fault writeWithTtl(final int kind, final int valueLength, final long ttlMs)
    {
        final int operation = WriteRequest.put(buffer, 0, Durability.GROUP, 1);
        final int ttl = WriteRequest.putOperation(
            buffer, operation, kind, WriteRequest.CONDITION_NONE, WriteRequest.FLAG_HAS_TTL, 0, 1, valueLength, 0);
        final int key = WriteRequest.putTtl(buffer, ttl, ttlMs);
        return new WriteRequest().tryWrap(buffer, 0, key + 1 + valueLength);
    }

    private Fault get(final int keyspace, final int keyLength)
    {
        final int key = GetRequest.put(buffer, 0, keyspace, keyLength);
        return new GetRequest().tryWrap(buffer, 0, key + keyLength);
    }

    private Fault write(
        final int kind, final int condition, final int flags, final int valueLength, final long expectedVersion)
    {
        final int operation = WriteRequest.put(buffer, 0, Durability.GROUP, 1);
        final int key = WriteRequest.putOperation(
            buffer, operation, kind, condition, flags, 0, 1, valueLength, expectedVersion);
        return new WriteRequest().tryWrap(buffer, 0, key + 1 + valueLength);
    }
}
