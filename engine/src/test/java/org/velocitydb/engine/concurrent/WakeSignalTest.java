package org.velocitydb.engine.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

final class WakeSignalTest
{
    private static final int INVOCATIONS = 500;
    private static final int HAND_OVER_COUNT = 20_000;
    private static final Duration BOUND = Duration.ofSeconds(60);

    /**
     * A producer and an agent that sleeps after every item: each item is seen, whoever comes first.
     */
    @Test
    void shouldSeeEveryItemThatIsPublished()
    {
        final WakeSignal signal = new WakeSignal(3, 1_000_000);
        final AtomicLong published = new AtomicLong();
        final AtomicLong seen = new AtomicLong();
        final Thread agent = new Thread(() ->
        {
            while (seen.get() < HAND_OVER_COUNT)
            {
                final long found = published.get() - seen.get();
                seen.addAndGet(found);
                signal.idle((int) found);
            }
        });
        agent.start();

        assertTimeoutPreemptively(BOUND, () ->
        {
            for (int i = 1; i <= HAND_OVER_COUNT; i++)
            {
                published.set(i);
                signal.signal();
                while (seen.get() < i)
                {
                    Thread.onSpinWait();
                }
            }
            agent.join();
        });

        assertEquals(HAND_OVER_COUNT, seen.get());
    }

    /**
     * All interleavings of one publication and an agent on its way to sleep: the agent's last look finds the item, or
     * the producer finds the announcement. Since the model checker lets a bounded park end by itself, what is checked
     * is the handshake, not the park.
     */
    @Test
    void shouldNotMissAnItemPublishedWhileTheAgentFallsAsleep()
    {
        Lincheck.runConcurrentTest(INVOCATIONS, () ->
        {
            final WakeSignal signal = new WakeSignal(0, 1_000_000);
            final AtomicLong published = new AtomicLong();
            final Thread producer = new Thread(() ->
            {
                published.set(1);
                signal.signal();
            });
            producer.start();
            int cycles = 0;
            while (published.get() == 0)
            {
                signal.idle(0);
                cycles++;
            }
            signal.idle(1);
            try
            {
                producer.join();
            }
            catch (final InterruptedException ex)
            {
                throw new IllegalStateException("after " + cycles + " cycles", ex);
            }
        });
    }
}
