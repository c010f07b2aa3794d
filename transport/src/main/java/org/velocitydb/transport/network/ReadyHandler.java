package org.velocitydb.transport.network;

/**
 * Told by {@link Poller#poll(ReadyHandler)} what is ready. It may close any connection of that poller and change any
 * interest while it is called.
 */
@FunctionalInterface
public interface ReadyHandler
{
    /**
     * One registered connection or listener is ready.
     *
     * @param attachment what was given when it was registered.
     * @param readyOps   {@link Poller#READ}, {@link Poller#WRITE} or both; {@link Poller#READ} for a listener. A broken
     *                   connection is ready for whatever it was asked for.
     */
    void onReady(Object attachment, int readyOps);
}
