package org.velocitydb.transport.aeron;

import java.net.InetSocketAddress;

import org.velocitydb.transport.network.Connection;
import org.velocitydb.transport.network.Listener;

/**
 * Where clients arrive. Closing it leaves the connections that have been accepted alone.
 */
final class AeronListener implements Listener
{
    private final AeronLink link;
    private final InetSocketAddress localAddress;
    private Object attachment;
    private boolean isPaused;

    AeronListener(final AeronLink link, final InetSocketAddress address)
    {
        this.link = link;
        localAddress = link.localAddress(address);
    }

    @Override
    public Connection accept()
    {
        return link.accept();
    }

    @Override
    public InetSocketAddress localAddress()
    {
        return localAddress;
    }

    @Override
    public void pause()
    {
        isPaused = true;
    }

    @Override
    public void resume()
    {
        isPaused = false;
    }

    @Override
    public void close()
    {
        link.stopListening();
    }

    void register(final Object value)
    {
        attachment = value;
    }

    Object attachment()
    {
        return attachment;
    }

    boolean isReady()
    {
        return attachment != null && !isPaused && link.hasEstablished();
    }
}
