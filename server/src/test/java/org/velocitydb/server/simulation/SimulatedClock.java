package org.velocitydb.server.simulation;

import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/**
 * Time that passes when the simulation says so.
 */
final class SimulatedClock implements NanoClock, EpochClock
{
    private static final long NS_PER_MS = 1_000_000;
    private static final long EPOCH_START_MS = 1_700_000_000_000L;

    private long nowNs = 1;

    void advance(final long deltaNs)
    {
        nowNs += deltaNs;
    }

    @Override
    public long nanoTime()
    {
        return nowNs;
    }

    @Override
    public long time()
    {
        return EPOCH_START_MS + nowNs / NS_PER_MS;
    }
}
