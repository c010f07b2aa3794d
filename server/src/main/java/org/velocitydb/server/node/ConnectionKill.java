package org.velocitydb.server.node;

/**
 * Asks the event loop of a connection to end it.
 */
final class ConnectionKill implements LoopRequest
{
    private static final int UNDECIDED = 0;
    private static final int KILLED = 1;
    private static final int ABSENT = 2;

    private final long connectionId;
    private final Runnable wakeAsker;
    /** Written once, by the loop that was asked. */
    private volatile int outcome = UNDECIDED;

    ConnectionKill(final long connectionId, final Runnable wakeAsker)
    {
        this.connectionId = connectionId;
        this.wakeAsker = wakeAsker;
    }

    @Override
    public void runOn(final LoopClients clients, final long nowNs)
    {
        outcome = clients.kill(connectionId) ? KILLED : ABSENT;
        wakeAsker.run();
    }

    /** Says that there is no event loop with such a connection. */
    ConnectionKill absent()
    {
        outcome = ABSENT;
        return this;
    }

    long connectionId()
    {
        return connectionId;
    }

    boolean isDecided()
    {
        return outcome != UNDECIDED;
    }

    boolean isKilled()
    {
        return outcome == KILLED;
    }
}
