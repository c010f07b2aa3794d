package org.velocitydb.client;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Has the timer look after a connection as often as its requests need it: what is late is noticed within a part of its
 * time. For any number of threads.
 */
final class SweepTimer
{
    private static final long MAX_INTERVAL_MS = 50;
    /** A late request is noticed within this part of its time. */
    private static final int SWEEPS_PER_TIMEOUT = 20;

    private final Runnable sweep;
    /** Guarded by this object's monitor. */
    private ScheduledFuture<?> sweeps;
    private boolean isStopped;
    /** Written under the monitor; a request that sees an old one has the sweeps looked at again under it. */
    private volatile long intervalMs = Long.MAX_VALUE;

    SweepTimer(final Runnable sweep)
    {
        this.sweep = sweep;
    }

    /** Looks often enough for a request with this time; no less often than before. */
    void sweepFor(final long timeoutNs)
    {
        final long neededMs = Math.max(
            1, Math.min(MAX_INTERVAL_MS, TimeUnit.NANOSECONDS.toMillis(timeoutNs) / SWEEPS_PER_TIMEOUT));
        if (neededMs < intervalMs)
        {
            schedule(neededMs);
        }
    }

    private synchronized void schedule(final long neededMs)
    {
        if (neededMs < intervalMs && !isStopped)
        {
            intervalMs = neededMs;
            cancel();
            sweeps = ClientThread.TIMER.scheduleWithFixedDelay(sweep, neededMs, neededMs, TimeUnit.MILLISECONDS);
        }
    }

    synchronized void stop()
    {
        isStopped = true;
        cancel();
    }

    private void cancel()
    {
        if (sweeps != null)
        {
            sweeps.cancel(false);
        }
    }
}
