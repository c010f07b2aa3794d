package org.velocitydb.transport.network;

import java.util.ArrayList;
import java.util.List;

/**
 * Readiness on a simulated network, in the order of registration.
 */
final class SimulatedPoller implements Poller
{
    private final SimulatedNetwork network;
    private final List<SimulatedConnection> connections = new ArrayList<>();
    private final List<Watched> listeners = new ArrayList<>();
    private int wakeupCount;

    SimulatedPoller(final SimulatedNetwork network)
    {
        this.network = network;
    }

    @Override
    public void register(final Connection connection, final Object attachment)
    {
        final SimulatedConnection simulated = (SimulatedConnection) connection;
        simulated.register(this, attachment);
        connections.add(simulated);
    }

    @Override
    public void register(final Listener listener, final Object attachment)
    {
        listeners.add(new Watched((SimulatedListener) listener, attachment));
    }

    @Override
    public void interest(final Connection connection, final int interestOps)
    {
        ((SimulatedConnection) connection).interest(interestOps);
        network.trace('I', interestOps);
    }

    @Override
    public int poll(final ReadyHandler handler)
    {
        int count = 0;
        for (int i = 0; i < listeners.size(); i++)
        {
            final Watched watched = listeners.get(i);
            if (watched.listener().isReady())
            {
                count++;
                handler.onReady(watched.attachment(), READ);
            }
        }
        // Downwards, since a handler may close the connection and thereby remove it.
        for (int i = connections.size() - 1; i >= 0; i--)
        {
            if (i < connections.size())
            {
                count += dispatch(connections.get(i), handler);
            }
        }
        return count;
    }

    @Override
    public void await(final long timeoutNs)
    {
        throw new UnsupportedOperationException("nothing blocks in a simulation: step the agents instead");
    }

    @Override
    public void wakeup()
    {
        wakeupCount++;
    }

    @Override
    public void close()
    {
        connections.clear();
        listeners.clear();
    }

    int wakeupCount()
    {
        return wakeupCount;
    }

    void remove(final SimulatedConnection connection)
    {
        connections.remove(connection);
    }

    private static int dispatch(final SimulatedConnection connection, final ReadyHandler handler)
    {
        final int readyOps = connection.readyOps();
        if (readyOps == NONE)
        {
            return 0;
        }
        handler.onReady(connection.attachment(), readyOps);
        return 1;
    }

    /** A listener, whose closing makes it never ready again. */
    private record Watched(SimulatedListener listener, Object attachment)
    {
    }
}
