package org.velocitydb.transport;

import org.agrona.concurrent.Agent;

/**
 * One thread's share of the sessions.
 */
public final class EventLoop implements Agent
{
    private final int index;
    private final TransportCounters counters = new TransportCounters();

    EventLoop(final int index)
    {
        this.index = index;
    }

    @Override
    public int doWork()
    {
        throw new UnsupportedOperationException("interface only");
    }

    @Override
    public void onClose()
    {
        throw new UnsupportedOperationException("interface only");
    }

    @Override
    public String roleName()
    {
        return "event-loop-" + index;
    }

    /**
     * Makes the loop run a duty cycle soon, also where it is blocked. Any thread may call; cheap while the loop is
     * awake. Call it after what the loop is to see has been published.
     */
    public void wakeup()
    {
        throw new UnsupportedOperationException("interface only");
    }

    /**
     * Finds an open session. Called on the loop's thread.
     *
     * @param id of the session.
     * @return the session, or null when it is closed.
     */
    public Session session(final long id)
    {
        throw new UnsupportedOperationException("interface only");
    }

    /**
     * What the loop counted. Any thread may call.
     *
     * @return always the same object.
     */
    public TransportCounters counters()
    {
        return counters;
    }
}
