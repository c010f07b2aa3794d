package org.velocitydb.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.concurrent.WakeSignal;

final class CommandRingTest
{
    private static final int SLOT_COUNT = 8;
    private static final int LARGE_LENGTH = 20_000;

    private final CommandRing ring = new CommandRing(SLOT_COUNT, 2 * 32 * 1024, new WakeSignal(0, 1_000_000));

    @AfterEach
    void close()
    {
        ring.close();
    }

    @Test
    void shouldAnswerNullWhenAllSlotsAreTaken() throws Exception
    {
        for (int i = 0; i < SLOT_COUNT; i++)
        {
            publish(i, 8);
        }

        assertNull(ring.tryClaim(8));
        assertEquals(SLOT_COUNT, ring.backlog());
        assertEquals(SLOT_COUNT, pollAll().size());
        assertNotNull(ring.tryClaim(8));
    }

    @Test
    void shouldAnswerNullWhenLargeCommandsHoldAllTheirMemory() throws Exception
    {
        publish(0, LARGE_LENGTH);
        publish(1, LARGE_LENGTH);

        assertNull(ring.tryClaim(LARGE_LENGTH));
        assertEquals(List.of(0L, 1L), pollAll());
        assertEquals(0, ring.overflowBytes());
        publish(2, LARGE_LENGTH);
        assertEquals(List.of(2L), pollAll());
    }

    @Test
    void shouldGrantOneCommandLargerThanTheWholeBound() throws Exception
    {
        publish(5, 3 * 1024 * 1024);

        assertNull(ring.tryClaim(LARGE_LENGTH));
        assertEquals(List.of(5L), pollAll());
        assertEquals(0, ring.overflowBytes());
    }

    @Test
    void shouldPassAnAbandonedSlot() throws Exception
    {
        ring.abandon(ring.tryClaim(8));
        publish(1, 8);

        assertEquals(List.of(-1L, 1L), pollAll());
    }

    /**
     * Several producers, one writer: every command arrives once and whole, each producer's in its order.
     */
    @Test
    void shouldDeliverEveryCommandOnceAndWhole()
    {
        final int producerCount = 3;
        final int commandCount = 5_000;
        final List<Thread> producers = new ArrayList<>();
        for (int p = 0; p < producerCount; p++)
        {
            final long base = (long) p << 32;
            producers.add(new Thread(() ->
            {
                for (int i = 0; i < commandCount; i++)
                {
                    final int length = i % 100 == 0 ? LARGE_LENGTH : 64;
                    while (!tryPublish(base + i, length))
                    {
                        Thread.onSpinWait();
                    }
                }
            }));
        }
        producers.forEach(Thread::start);

        final long[] next = new long[producerCount];
        assertTimeoutPreemptively(Duration.ofSeconds(60), () ->
        {
            int received = 0;
            while (received < producerCount * commandCount)
            {
                for (final long value : pollAll())
                {
                    final int producer = (int) (value >>> 32);
                    assertEquals(next[producer]++, value & 0xFFFF_FFFFL);
                    received++;
                }
            }
        });
    }

    private void publish(final long value, final int length)
    {
        if (!tryPublish(value, length))
        {
            throw new IllegalStateException("no room");
        }
    }

    private boolean tryPublish(final long value, final int length)
    {
        final CommandSlot slot = ring.tryClaim(length);
        if (slot == null)
        {
            return false;
        }
        slot.payload().putLong(0, value);
        slot.payload().putLong(length - Long.BYTES, value);
        slot.operations(1, Durability.GROUP);
        ring.publish(slot);
        return true;
    }

    private List<Long> pollAll() throws Exception
    {
        final List<Long> values = new ArrayList<>();
        ring.poll((slot, sequence, isLast) ->
        {
            if (slot.operationCount() == 0)
            {
                values.add(-1L);
            }
            else
            {
                final long value = slot.payload().getLong(0);
                assertEquals(value, slot.payload().getLong(slot.payload().capacity() - Long.BYTES));
                values.add(value);
            }
            ring.releasePayload(slot);
            return true;
        });
        return values;
    }
}
