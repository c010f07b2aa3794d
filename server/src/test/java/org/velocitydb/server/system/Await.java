package org.velocitydb.server.system;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for what another process does, with a bound that only a fault reaches.
 */
final class Await
{
    /** Generous: machines that build are slow, and a test that passes never waits for it. */
    static final long TIMEOUT_MS = 30_000;
    private static final long POLL_PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(5);
    /** A look that comes so late says that the machine, or this process, has been stopped. */
    private static final long STANDSTILL_NS = TimeUnit.SECONDS.toNanos(1);

    private Await()
    {
    }

    /**
     * Waits until a condition holds.
     *
     * @param what      is awaited, with what is known if it does not come.
     * @param condition to hold.
     * @throws AssertionError when it does not come about.
     */
    static void until(final Supplier<String> what, final BooleanSupplier condition)
    {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        while (!condition.getAsBoolean())
        {
            final long beganNs = System.nanoTime();
            if (deadlineNs - beganNs < 0)
            {
                throw new AssertionError("waited in vain: " + what.get());
            }
            LockSupport.parkNanos(POLL_PERIOD_NS);
            // While the machine stands still nobody else gets anywhere either.
            deadlineNs += Math.max(0, System.nanoTime() - beganNs - STANDSTILL_NS);
        }
    }
}
