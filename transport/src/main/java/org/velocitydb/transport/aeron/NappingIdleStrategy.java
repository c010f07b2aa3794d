package org.velocitydb.transport.aeron;

import java.util.concurrent.locks.LockSupport;

import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * Lets an embedded media driver rest as the event loop beside it does. Used by the driver's thread.
 */
final class NappingIdleStrategy implements IdleStrategy
{
    private final NanoClock clock;
    private final Naps naps;

    NappingIdleStrategy(final NanoClock clock)
    {
        this.clock = clock;
        naps = new Naps(clock.nanoTime());
    }

    @Override
    public void idle(final int workCount)
    {
        if (workCount > 0)
        {
            reset();
        }
        else
        {
            idle();
        }
    }

    @Override
    public void idle()
    {
        if (naps.isYield())
        {
            Thread.yield();
        }
        else
        {
            LockSupport.parkNanos(this, naps.nextNs(clock.nanoTime()));
        }
    }

    @Override
    public void reset()
    {
        naps.reset();
    }

    @Override
    public String alias()
    {
        return "napping";
    }
}
