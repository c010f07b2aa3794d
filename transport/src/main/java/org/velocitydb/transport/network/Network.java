package org.velocitydb.transport.network;

import java.net.InetSocketAddress;

/**
 * Where connections come from. Any thread may call.
 */
public interface Network
{
    /**
     * Binds an address and begins to listen on it.
     *
     * @param address to bind; port 0 lets the system choose.
     * @return the listener, which the caller closes.
     * @throws NetworkException when the address cannot be bound; the message names it.
     */
    Listener listen(InetSocketAddress address);

    /**
     * Makes a poller for one event loop.
     *
     * @return the poller, which the caller closes.
     * @throws NetworkException when the system has no more of them.
     */
    Poller newPoller();
}
