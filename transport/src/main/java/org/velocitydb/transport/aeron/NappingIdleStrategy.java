package org.velocitydb.transport.aeron;

import java.util.concurrent.locks.LockSupport;

import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * Lets an embedded media driver rest as the event loop beside it does, and ends the nap of that loop when there was
 * something to do after a nap of its own: it may have been a message over UDP, which would else wait for two naps, one
 * after the other. Used by the driver's thread.
 */
final class NappingIdleStrategy implements IdleStrategy
{
    private final NanoClock clock;
    private final Naps naps;
    private boolean hasNapped;
    /** Set once, by the thread that makes the event loop. */
    private volatile Runnable onWork = () ->
    {
    };

    NappingIdleStrategy(final NanoClock clock)
    {
        this.clock = clock;
        naps = new Naps(clock.nanoTime());
    }

    /** Sets what is called, on the driver's thread, when there was work after a nap. */
    void onWork(final Runnable value)
    {
        onWork = value;
    }

    @Override
    public void idle(final int workCount)
    {
        if (workCount > 0)
        {
            reset();
            if (hasNapped)
            {
                hasNapped = false;
                onWork.run();
            }
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
            hasNapped = true;
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
