package org.velocitydb.transport;

import org.agrona.concurrent.IdleStrategy;

/**
 * Idles an event loop's thread: spins a little, then blocks until there is input or a wake-up.
 */
public final class EventLoopIdleStrategy implements IdleStrategy
{
    /**
     * For the thread that runs this loop, alone or together with other agents.
     *
     * @param loop     whose poller to wait on.
     * @param maxSpins cycles without work before blocking.
     */
    public EventLoopIdleStrategy(final EventLoop loop, final int maxSpins)
    {
    }

    @Override
    public void idle(final int workCount)
    {
        throw new UnsupportedOperationException("interface only");
    }

    @Override
    public void idle()
    {
        throw new UnsupportedOperationException("interface only");
    }

    @Override
    public void reset()
    {
        throw new UnsupportedOperationException("interface only");
    }
}
