package org.velocitydb.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

final class CompletionQueueTest
{
    private static final int INVOCATIONS = 500;

    private int wakeCount;
    private final CompletionQueue queue = new CompletionQueue(4, () -> wakeCount++);
    private final List<Long> taken = new ArrayList<>();

    @Test
    void shouldDeliverInOrderAndMakeRoomAgain()
    {
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < 4; i++)
            {
                assertTrue(queue.tryReserve());
                queue.onCompletion(applied(round * 4 + i));
            }
            assertFalse(queue.tryReserve());
            assertEquals(4, queue.poll(this::take, Integer.MAX_VALUE));
        }

        for (int i = 0; i < 20; i++)
        {
            assertEquals(i, taken.get(i));
        }
        assertEquals(0, queue.outstanding());
    }

    @Test
    void shouldTakeNoMoreThanTheLimit()
    {
        for (int i = 0; i < 3; i++)
        {
            assertTrue(queue.tryReserve());
            queue.onCompletion(applied(i));
        }

        assertEquals(2, queue.poll(this::take, 2));
        assertEquals(1, queue.outstanding());
        assertEquals(1, queue.poll(this::take, 2));
        assertEquals(0, queue.poll(this::take, 2));
    }

    /** Otherwise one completion that a consumer cannot bear would be shown to it for ever, and no other ever again. */
    @Test
    void shouldGoOnBehindACompletionThatTheConsumerThrewAt()
    {
        for (int i = 0; i < 3; i++)
        {
            assertTrue(queue.tryReserve());
            queue.onCompletion(applied(i));
        }

        assertThrows(IllegalStateException.class, () -> queue.poll((completion) ->
        {
            take(completion);
            if (completion.sequence() == 1)
            {
                throw new IllegalStateException("cannot bear it");
            }
        }, Integer.MAX_VALUE));
        assertEquals(1, queue.outstanding());
        assertEquals(1, queue.poll(this::take, Integer.MAX_VALUE));

        assertEquals(List.of(0L, 1L, 2L), taken);
        assertEquals(0, queue.outstanding());
    }

    @Test
    void shouldCountAReservationThatWasNotUsedAsFree()
    {
        assertTrue(queue.tryReserve());
        queue.unreserve();

        assertEquals(0, queue.outstanding());
    }

    @Test
    void shouldWakeTheConsumerAtTheEndOfAGroup()
    {
        queue.onGroupEnd();

        assertEquals(1, wakeCount);
    }

    /**
     * All interleavings of a writer that answers two commands and a loop that polls: both arrive, whole and in order.
     */
    @Test
    void shouldHandOverWholeCompletionsInEveryInterleaving()
    {
        Lincheck.runConcurrentTest(INVOCATIONS, () ->
        {
            final CompletionQueue shared = new CompletionQueue(2, () ->
            {
            });
            shared.tryReserve();
            shared.tryReserve();
            final Thread writer = new Thread(() ->
            {
                shared.onCompletion(applied(7));
                shared.onCompletion(applied(8));
            });
            writer.start();
            final List<Long> arrived = new ArrayList<>();
            while (arrived.size() < 2)
            {
                shared.poll(completion ->
                {
                    assertEquals(CommandStatus.APPLIED, completion.status());
                    assertEquals(1, completion.appliedCount());
                    arrived.add(completion.sequence());
                }, 1);
            }
            assertEquals(List.of(7L, 8L), arrived);
            assertEquals(0, shared.outstanding());
        });
    }

    private void take(final Completion completion)
    {
        taken.add(completion.sequence());
    }

    private static Completion applied(final long sequence)
    {
        final Completion completion = new Completion();
        completion.applied(1, sequence);
        return completion;
    }
}
