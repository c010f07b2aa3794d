package org.velocitydb.server.node;

/**
 * What an operator's statement asks of an event loop, which alone knows its connections. It is put into the loop's
 * {@link LoopMailbox}; whoever asked reads the outcome from the request itself.
 */
interface LoopRequest
{
    /**
     * Does it: a bounded amount of work, on the loop's thread.
     *
     * @param clients of the loop.
     * @param nowNs   the present.
     */
    void runOn(LoopClients clients, long nowNs);
}
