package org.velocitydb.transport;

import org.agrona.concurrent.IdleStrategy;

/**
 * Idles an event loop's thread: spins a little, announces that it will block, lets the caller run one more cycle, and
 * only then blocks until there is input or a {@link EventLoop#wakeup()}. For the thread that runs the loop, alone or
 * together with other agents; whoever has work for those wakes the loop just the same.
 *
 * <p>Used on that thread alone. The caller is a duty cycle such as Agrona's {@code AgentRunner}: it must run all of its
 * agents between two calls, since that is the second look that {@link EventLoop} explains.
 */
public final class EventLoopIdleStrategy implements IdleStrategy
{
    /**
     * Empty cycles before blocking where nothing else is said. Few, so that a machine with fewer cores than threads
     * does not burn them: each is a system call that asks the poller.
     */
    public static final int DEFAULT_MAX_SPINS = 10;

    private final EventLoop loop;
    private final int maxSpins;
    private int spins;
    private boolean isAnnounced;

    /**
     * For the thread that runs this loop.
     *
     * @param loop     whose poller to wait on.
     * @param maxSpins cycles without work before blocking, 0 or more.
     */
    public EventLoopIdleStrategy(final EventLoop loop, final int maxSpins)
    {
        this.loop = loop;
        this.maxSpins = maxSpins;
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
        if (isAnnounced)
        {
            loop.awaitWork();
            reset();
        }
        else if (spins < maxSpins)
        {
            spins++;
            Thread.onSpinWait();
        }
        else
        {
            loop.announceBlocking();
            isAnnounced = true;
        }
    }

    @Override
    public void reset()
    {
        if (isAnnounced)
        {
            loop.announceAwake();
            isAnnounced = false;
        }
        spins = 0;
    }

    @Override
    public String alias()
    {
        return "event-loop";
    }
}
