package org.velocitydb.transport.network;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A bound address that peers connect to. Owned by the event loop that polls it and called on its thread alone.
 */
public interface Listener extends AutoCloseable
{
    /**
     * Takes the next waiting connection, without blocking.
     *
     * @return the connection, or null when none waits.
     * @throws IOException when the system refuses, for instance because no file descriptor is left; the peer keeps
     *                     waiting and a later call may succeed.
     */
    Connection accept() throws IOException;

    /**
     * The address that was bound, with the port that the system chose.
     *
     * @return the address.
     */
    InetSocketAddress localAddress();

    /**
     * Stops reporting waiting connections to the poller; peers wait in the system's backlog.
     */
    void pause();

    /**
     * Reports waiting connections again.
     */
    void resume();

    /**
     * Unbinds. May be called twice.
     */
    @Override
    void close();
}
