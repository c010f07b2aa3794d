package org.velocitydb.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;

import com.sun.management.ThreadMXBean;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.velocitydb.journal.storage.FileStorage;

/**
 * Counts the bytes that the writer's thread allocates on the way of a group commit, on a real disk.
 */
class JournalAllocationTest
{
    private static final int WARM_UP_COUNT = 50_000;
    private static final int ROUND_COUNT = 8;
    /** Fewer than fill a window of the mapped segment, so that there are rounds in which it does not move. */
    private static final int APPEND_COUNT = 8_000;
    private static final int COMMIT_INTERVAL = 1_000;
    private static final int PAYLOAD_LENGTH = 200;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(value = SyncMethod.class, names = { "BUFFERED", "DIRECT" })
    void shouldAllocateNothingOnceWarm(final SyncMethod syncMethod)
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(1024));
        final JournalContext context = new JournalContext()
            .storage(new FileStorage(directory))
            .segmentLength(JournalContext.Configuration.MAX_SEGMENT_LENGTH)
            .syncMethod(syncMethod);
        try (Journal journal = Journal.open(
            context, 1, (payload, offset, length, firstSequence, entryCount, timeMs) -> assertEquals(0, length)))
        {
            appendAndForce(journal, buffer, WARM_UP_COUNT);
            final long leastAllocated = leastAllocatedInARound(journal, buffer);

            assertEquals(0, leastAllocated);
            assertTrue(journal.hasRoomFor(PAYLOAD_LENGTH));
            assertEquals(WARM_UP_COUNT + ROUND_COUNT * APPEND_COUNT, journal.durableSequence());
            assertTrue(new FileStorage(directory).list("journal").size() < ROUND_COUNT, "rounds without a roll");
        }
    }

    /**
     * The compiler may still materialise an object or two in one round when it throws away a compiled method; what the
     * code itself allocates shows in every round.
     */
    private static long leastAllocatedInARound(final Journal journal, final UnsafeBuffer buffer)
    {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long threadId = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUND_COUNT; round++)
        {
            final long start = threads.getThreadAllocatedBytes(threadId);
            appendAndForce(journal, buffer, APPEND_COUNT);
            least = Math.min(least, threads.getThreadAllocatedBytes(threadId) - start);
        }
        return least;
    }

    private static void appendAndForce(final Journal journal, final UnsafeBuffer buffer, final int count)
    {
        for (int i = 1; i <= count; i++)
        {
            assertTrue(journal.tryReserve(PAYLOAD_LENGTH));
            final long sequence = journal.appendedSequence() + 1;
            if (i % COMMIT_INTERVAL == 0)
            {
                journal.commit(buffer, Journal.RECORD_HEADER_LENGTH, PAYLOAD_LENGTH, sequence, 1, i);
            }
            else
            {
                journal.append(buffer, Journal.RECORD_HEADER_LENGTH, PAYLOAD_LENGTH, sequence, 1, i);
            }
            if (i % COMMIT_INTERVAL == COMMIT_INTERVAL - 1)
            {
                // So that nothing unforced keeps the next commit from being one direct write.
                journal.force();
            }
        }
    }
}
