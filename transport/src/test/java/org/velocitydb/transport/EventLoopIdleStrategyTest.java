package org.velocitydb.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/**
 * Steps through the hand-shake between a loop that is about to block and who wakes it. The simulated poller counts
 * wake-ups and throws where a real one would block.
 */
class EventLoopIdleStrategyTest
{
    private static final int MAX_SPINS = 2;

    @Test
    void shouldAnnounceAndLookAgainBeforeItBlocks()
    {
        try (SimulatedTransport server = new SimulatedTransport(1, new RecordingHandler()).open())
        {
            final EventLoop loop = server.transport.loop(0);
            final EventLoopIdleStrategy idleStrategy = new EventLoopIdleStrategy(loop, MAX_SPINS);
            for (int i = 0; i < MAX_SPINS; i++)
            {
                idleStrategy.idle(0);
                loop.wakeup();
            }
            assertEquals(0, server.network.wakeupCount(), "woke a loop that was awake");

            // Announces, and returns for the second look.
            idleStrategy.idle(0);
            loop.wakeup();
            loop.wakeup();
            assertEquals(1, server.network.wakeupCount(), "each announcement is answered once");

            assertThrows(UnsupportedOperationException.class, () -> idleStrategy.idle(0));
        }
    }

    @Test
    void shouldNotBlockWhereTheSecondLookFoundWork()
    {
        try (SimulatedTransport server = new SimulatedTransport(1, new RecordingHandler()).open())
        {
            final EventLoop loop = server.transport.loop(0);
            final EventLoopIdleStrategy idleStrategy = new EventLoopIdleStrategy(loop, 0);
            idleStrategy.idle(0);
            idleStrategy.idle(1);
            loop.wakeup();
            assertEquals(0, server.network.wakeupCount());

            // The next empty cycle announces again instead of blocking at once.
            idleStrategy.idle(0);
            loop.wakeup();
            assertEquals(1, server.network.wakeupCount());
        }
    }
}
