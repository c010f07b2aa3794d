package org.velocitydb.transport.network;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A simulated listening address.
 */
final class SimulatedListener implements Listener
{
    private final SimulatedNetwork network;
    private final InetSocketAddress localAddress;
    private final SimulatedNetwork.Backlog backlog = new SimulatedNetwork.Backlog();
    private boolean isPaused;
    private boolean isClosed;

    SimulatedListener(final SimulatedNetwork network, final InetSocketAddress localAddress)
    {
        this.network = network;
        this.localAddress = localAddress;
    }

    @Override
    public Connection accept() throws IOException
    {
        if (isClosed)
        {
            throw new IOException("listener is closed: address=" + localAddress);
        }
        return backlog.poll(network.nowSteps());
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
        isClosed = true;
        backlog.close();
        network.onListenerClosed(this);
    }

    void enqueue(final SimulatedConnection connection, final long arrivalStep)
    {
        backlog.add(connection, arrivalStep);
    }

    boolean isReady()
    {
        return !isPaused && !isClosed && backlog.hasArrived(network.nowSteps());
    }
}
