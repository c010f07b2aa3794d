package org.velocitydb.transport.network;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A network inside one thread, whose every choice comes from a seed: how many bytes a read or a write takes, how many
 * steps bytes and events are on their way. It keeps TCP's promises (bytes arrive in order, whole, once) and none
 * beyond. The same seed and the same calls give the same {@link #traceHash()}.
 *
 * <p>Time passes with {@link #step()} alone. Nothing blocks: {@link Poller#await(long)} is refused.
 */
public final class SimulatedNetwork implements Network
{
    private static final int FIRST_CLIENT_PORT = 40_000;
    private static final long HASH_PRIME = 0x100000001B3L;
    private static final long HASH_BASIS = 0xCBF29CE484222325L;

    private final Random random;
    private final List<SimulatedListener> listeners = new ArrayList<>();
    private final List<SimulatedPoller> pollers = new ArrayList<>();
    private int maxDelaySteps = 3;
    private int maxTransferBytes = 64 * 1024;
    private int windowBytes = 64 * 1024;
    private InetAddress clientAddress = InetAddress.getLoopbackAddress();
    private int nextPort = FIRST_CLIENT_PORT;
    private int openConnectionCount;
    private long nowSteps;
    private long traceHash = HASH_BASIS;

    /**
     * Makes a network with nobody on it.
     *
     * @param seed of every choice.
     */
    public SimulatedNetwork(final long seed)
    {
        random = new Random(seed);
    }

    /**
     * Longest way of bytes and events.
     *
     * @param steps 0 for arrival in the same step.
     * @return this network.
     */
    public SimulatedNetwork maxDelaySteps(final int steps)
    {
        maxDelaySteps = steps;
        return this;
    }

    /**
     * Most bytes that one read or write takes; how many it really takes is drawn between 1 and this.
     *
     * @param lengthBytes 1 or more.
     * @return this network.
     */
    public SimulatedNetwork maxTransferBytes(final int lengthBytes)
    {
        maxTransferBytes = lengthBytes;
        return this;
    }

    /**
     * Bytes that may be on their way in one direction of one connection before a write takes nothing more.
     *
     * @param lengthBytes 1 or more.
     * @return this network.
     */
    public SimulatedNetwork windowBytes(final int lengthBytes)
    {
        windowBytes = lengthBytes;
        return this;
    }

    /**
     * Where clients come from that connect after this call; the loopback address until then.
     *
     * @param dottedAddress for example {@code 192.0.2.7}.
     * @return this network.
     */
    public SimulatedNetwork clientAddress(final String dottedAddress)
    {
        try
        {
            clientAddress = InetAddress.getByName(dottedAddress);
        }
        catch (final UnknownHostException ex)
        {
            throw new IllegalArgumentException("not an address: text=" + dottedAddress, ex);
        }
        return this;
    }

    @Override
    public Listener listen(final InetSocketAddress address)
    {
        final int port = address.getPort() == 0 ? nextPort++ : address.getPort();
        final InetSocketAddress bound = new InetSocketAddress(address.getAddress(), port);
        if (find(port) != null)
        {
            throw new NetworkException("cannot listen: address=" + bound + ", cause=address in use", null);
        }
        final SimulatedListener listener = new SimulatedListener(this, bound);
        listeners.add(listener);
        return listener;
    }

    @Override
    public Poller newPoller()
    {
        final SimulatedPoller poller = new SimulatedPoller(this);
        pollers.add(poller);
        return poller;
    }

    /**
     * Connects a client.
     *
     * @param address that somebody listens on.
     * @return the client's end.
     */
    public SimulatedEndpoint connect(final InetSocketAddress address)
    {
        final SimulatedListener listener = find(address.getPort());
        if (listener == null)
        {
            throw new NetworkException("connection refused: address=" + address, null);
        }
        final SimulatedPipe toServer = new SimulatedPipe(this);
        final SimulatedPipe toClient = new SimulatedPipe(this);
        final InetSocketAddress clientSide = new InetSocketAddress(clientAddress, nextPort++);
        final SimulatedConnection connection = new SimulatedConnection(this, clientSide, toServer, toClient);
        openConnectionCount++;
        listener.enqueue(connection, nowSteps + delaySteps());
        trace('C', clientSide.getPort());
        return new SimulatedEndpoint(this, toClient, toServer);
    }

    /**
     * Lets one step of time pass.
     */
    public void step()
    {
        nowSteps++;
    }

    /**
     * Connections of the server's side that it has not closed yet.
     *
     * @return the count.
     */
    public int openConnectionCount()
    {
        return openConnectionCount;
    }

    /**
     * Wake-ups that were asked for, over all pollers.
     *
     * @return the count.
     */
    public int wakeupCount()
    {
        int count = 0;
        for (final SimulatedPoller poller : pollers)
        {
            count += poller.wakeupCount();
        }
        return count;
    }

    /**
     * A hash over everything that happened, in order.
     *
     * @return the hash.
     */
    public long traceHash()
    {
        return traceHash;
    }

    long nowSteps()
    {
        return nowSteps;
    }

    int delaySteps()
    {
        return maxDelaySteps == 0 ? 0 : random.nextInt(maxDelaySteps + 1);
    }

    int transferBytes(final int available)
    {
        return available <= 0 ? 0 : Math.min(available, 1 + random.nextInt(maxTransferBytes));
    }

    int windowBytes()
    {
        return windowBytes;
    }

    void onConnectionClosed()
    {
        openConnectionCount--;
    }

    void onListenerClosed(final SimulatedListener listener)
    {
        listeners.remove(listener);
    }

    void trace(final char event, final long value)
    {
        mix(event);
        mix(nowSteps);
        mix(value);
    }

    void traceBytes(final ByteBuffer buffer, final int from, final int to)
    {
        for (int i = from; i < to; i++)
        {
            mix(buffer.get(i));
        }
    }

    private void mix(final long value)
    {
        traceHash = (traceHash ^ value) * HASH_PRIME;
    }

    private SimulatedListener find(final int port)
    {
        for (final SimulatedListener listener : listeners)
        {
            if (listener.localAddress().getPort() == port)
            {
                return listener;
            }
        }
        return null;
    }

    /** Connections on their way to a listener. */
    static final class Backlog
    {
        private final ArrayDeque<SimulatedConnection> connections = new ArrayDeque<>();
        private final ArrayDeque<Long> arrivalSteps = new ArrayDeque<>();

        void add(final SimulatedConnection connection, final long arrivalStep)
        {
            connections.add(connection);
            arrivalSteps.add(arrivalStep);
        }

        boolean hasArrived(final long nowSteps)
        {
            return !arrivalSteps.isEmpty() && arrivalSteps.peek() <= nowSteps;
        }

        void close()
        {
            connections.forEach(SimulatedConnection::close);
            connections.clear();
            arrivalSteps.clear();
        }

        SimulatedConnection poll(final long nowSteps)
        {
            if (!hasArrived(nowSteps))
            {
                return null;
            }
            arrivalSteps.poll();
            return connections.poll();
        }
    }
}
