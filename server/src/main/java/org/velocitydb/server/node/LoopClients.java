package org.velocitydb.server.node;

/**
 * One event loop's connections, as {@link LoopRequest}s see them. Used on the loop's thread alone.
 */
interface LoopClients
{
    /**
     * All connections that are open, in no order.
     *
     * @return to be walked at once.
     */
    Iterable<ClientState> all();

    /**
     * Ends a connection on an operator's behalf, and tells its client.
     *
     * @param id of the connection.
     * @return false where the loop has no open connection of that id.
     */
    boolean kill(long id);
}
