package org.velocitydb.server.node;

import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * The way for operators' requests to one event loop. Bounded; any thread puts, the loop takes in each duty cycle.
 */
final class LoopMailbox
{
    /** Operators are few. More requests than this at once are refused. */
    private static final int CAPACITY = 64;

    private final ManyToOneConcurrentArrayQueue<LoopRequest> requests = new ManyToOneConcurrentArrayQueue<>(CAPACITY);
    private final Runnable wakeLoop;

    LoopMailbox(final Runnable wakeLoop)
    {
        this.wakeLoop = wakeLoop;
    }

    /**
     * Asks the loop.
     *
     * @param request to be run soon.
     * @return false where too many wait.
     */
    boolean offer(final LoopRequest request)
    {
        if (!requests.offer(request))
        {
            return false;
        }
        wakeLoop.run();
        return true;
    }

    void wake()
    {
        wakeLoop.run();
    }

    /** The next request, or null. Called by the loop alone. */
    LoopRequest poll()
    {
        return requests.poll();
    }
}
