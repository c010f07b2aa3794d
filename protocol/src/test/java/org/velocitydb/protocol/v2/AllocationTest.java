package org.velocitydb.protocol.v2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.junit.jupiter.api.Test;
import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.Fault;

/**
 * Counts the bytes that this thread allocates around a million frames written and read. The least of a few rounds
 * counts: what allocates does so in each, what the compiler does to a thread once does not.
 */
class AllocationTest
{
    private static final int WARM_UP_COUNT = 50_000;
    private static final int COUNT = 60_000;
    private static final int ROUND_COUNT = 4;
    private static final int VALUE_LENGTH = 100;

    private final FrameCodec codec = new FrameCodec(new Crc());
    private final FrameDecoder requests = FrameDecoder.ofRequests(new Crc(), 4096);
    private final FrameDecoder responses = FrameDecoder.ofResponses(new Crc(), 4096);
    private final GetRequest get = new GetRequest();
    private final GetResult getResult = new GetResult();
    private final WriteRequest write = new WriteRequest();
    private final WriteResult writeResult = new WriteResult();

    @Test
    void shouldNotAllocateForGetsAndWritesInDirectMemory()
    {
        assertEquals(0, allocatedBytes(ByteBuffer.allocateDirect(4096).order(ByteOrder.LITTLE_ENDIAN)));
    }

    @Test
    void shouldNotAllocateForGetsAndWritesOnTheHeap()
    {
        assertEquals(0, allocatedBytes(ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN)));
    }

    private long allocatedBytes(final ByteBuffer buffer)
    {
        final com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory
            .getThreadMXBean();
        final long threadId = Thread.currentThread().getId();
        run(buffer, WARM_UP_COUNT);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUND_COUNT; round++)
        {
            final long before = threads.getThreadAllocatedBytes(threadId);
            run(buffer, COUNT);
            least = Math.min(least, threads.getThreadAllocatedBytes(threadId) - before);
        }
        return least;
    }

    private void run(final ByteBuffer buffer, final int count)
    {
        for (int i = 1; i <= count; i++)
        {
            if (!isReadBack(buffer, i))
            {
                throw new AssertionError("not read back: i=" + i);
            }
        }
    }

    private boolean isReadBack(final ByteBuffer buffer, final int i)
    {
        int next = GetRequest.put(buffer, FrameCodec.begin(buffer, 0, MessageType.GET, i), 0, Long.BYTES);
        buffer.putLong(next, i);
        boolean isSound = requests.tryWrap(buffer, 0, codec.seal(buffer, 0, next + Long.BYTES)) == Fault.NONE &&
            get.tryWrap(buffer, requests.messageOffset(), requests.messageLength()) == Fault.NONE;

        next = GetResult.put(
            buffer, FrameCodec.begin(buffer, 0, MessageType.GET_RESULT, i), true, VALUE_LENGTH, i, i);
        isSound &= responses.tryWrap(buffer, 0, codec.seal(buffer, 0, next + VALUE_LENGTH)) == Fault.NONE &&
            getResult.tryWrap(buffer, responses.messageOffset(), responses.messageLength()) == Fault.NONE;

        next = FrameCodec.beginRequest(buffer, 0, MessageType.WRITE, i, 1000, 1, i);
        next = WriteRequest.put(buffer, next, Durability.GROUP, 1);
        next = WriteRequest.putOperation(
            buffer, next, WriteRequest.KIND_PUT, WriteRequest.CONDITION_NONE, 0, 0, Long.BYTES, VALUE_LENGTH, 0);
        next += Long.BYTES + VALUE_LENGTH;
        isSound &= requests.tryWrap(buffer, 0, codec.seal(buffer, 0, next)) == Fault.NONE &&
            write.tryWrap(buffer, requests.messageOffset(), requests.messageLength()) == Fault.NONE && write.next();

        next = FrameCodec.begin(buffer, 0, MessageType.WRITE_RESULT, i);
        next = WriteResult.putApplied(buffer, next, Durability.GROUP.code(), false, 1, i);
        return isSound && responses.tryWrap(buffer, 0, codec.seal(buffer, 0, next)) == Fault.NONE &&
            writeResult.tryWrap(buffer, responses.messageOffset(), responses.messageLength()) == Fault.NONE;
    }
}
