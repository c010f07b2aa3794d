package org.velocitydb.transport;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.velocitydb.transport.network.Listener;
import org.velocitydb.transport.network.Network;
import org.velocitydb.transport.network.Poller;

/**
 * A listening address and the event loops that serve it. The first loop accepts and gives connections to all in turn.
 * Where there is another network, that has a listening address and a loop of its own.
 *
 * <p>Any thread may call, but {@link #close()} of a transport that was only opened belongs to the thread that runs its
 * loops, or to any once that has ended.
 */
public final class Transport implements AutoCloseable
{
    /** Part of the buffer budget that the pools may keep while nobody uses it: a fourth, over all loops. */
    private static final int KEPT_SHARE = 4;

    private final TransportContext context;
    private final AtomicInteger openCount = new AtomicInteger();
    private final AddressCounts addressCounts;
    private final EventLoop[] loops;
    /** Null where no TLS is spoken. */
    private final TlsHandshakes handshakes;
    /** One for each loop, where TLS is spoken. */
    private final List<TlsLoop> tlsLoops = new ArrayList<>();
    private AgentRunner[] runners = {};
    private InetSocketAddress localAddress;
    private ConnectionIntake intake;
    private InetSocketAddress additionalAddress;
    /** Null where there is no other network. */
    private ConnectionIntake additionalIntake;
    /** Null where there is no second listener. */
    private InetSocketAddress scannedLocalAddress;
    private ConnectionIntake scannedIntake;

    private Transport(final TransportContext context)
    {
        this.context = context;
        addressCounts = new AddressCounts(context.maxConnectionsPerAddress());
        loops = new EventLoop[context.totalLoopCount()];
        handshakes = context.tls() == null ? null : new TlsHandshakes(context.handshakesStart());
    }

    /**
     * Binds the address and makes the loops, for callers that run them on threads of their own.
     *
     * @param context concluded here.
     * @return the transport, whose loops do nothing until they are run.
     * @throws org.velocitydb.transport.network.NetworkException when the address cannot be bound.
     */
    public static Transport open(final TransportContext context)
    {
        final Transport transport = new Transport(context.conclude());
        boolean isOpen = false;
        try
        {
            transport.openLoops();
            isOpen = true;
            return transport;
        }
        finally
        {
            if (!isOpen)
            {
                transport.close();
            }
        }
    }

    /**
     * As {@link #open(TransportContext)}, with a thread for each loop.
     *
     * @param context concluded here.
     * @return the running transport.
     * @throws org.velocitydb.transport.network.NetworkException when the address cannot be bound.
     */
    public static Transport launch(final TransportContext context)
    {
        final Transport transport = open(context);
        transport.start();
        return transport;
    }

    /**
     * Where it listens.
     *
     * @return the bound address.
     */
    public InetSocketAddress localAddress()
    {
        return localAddress;
    }

    /**
     * Where it listens on the other network.
     *
     * @return the bound address, or null where there is no other.
     */
    public InetSocketAddress additionalAddress()
    {
        return additionalAddress;
    }

    /**
     * Where it listens for sessions whose frames are found by a scanner.
     *
     * @return the bound address, or null where there is none.
     */
    public InetSocketAddress scannedLocalAddress()
    {
        return scannedLocalAddress;
    }

    /**
     * How many loops there are.
     *
     * @return 1 or more.
     */
    public int loopCount()
    {
        return loops.length;
    }

    /**
     * One of the loops.
     *
     * @param index from 0.
     * @return the loop.
     */
    public EventLoop loop(final int index)
    {
        return loops[index];
    }

    /**
     * Everything that has to run, for a transport that was only opened.
     *
     * @return the loops and, where TLS is spoken, what computes its handshakes.
     */
    public List<Agent> agents()
    {
        final List<Agent> agents = new ArrayList<>(List.of(loops));
        if (handshakes != null)
        {
            agents.add(handshakes);
        }
        return agents;
    }

    /**
     * Takes no more connections. Any thread may call.
     */
    public void stopAccepting()
    {
        intake.requestStop();
        if (scannedIntake != null)
        {
            scannedIntake.requestStop();
        }
        loops[0].wakeup();
        if (additionalIntake != null)
        {
            additionalIntake.requestStop();
            loops[context.loopCount()].wakeup();
        }
    }

    /**
     * Asks every loop to close its sessions once their answers are flushed, each within {@link
     * SessionTimeouts#closeTimeoutNs()}. Any thread may call; {@link #openCount()} tells when it is done.
     */
    public void closeSessions()
    {
        for (final EventLoop loop : loops)
        {
            loop.requestCloseSessions();
        }
    }

    /**
     * Changes the limit on connections. Those that are over it stay. Any thread may call.
     *
     * @param value more than 0.
     */
    public void maxConnections(final int value)
    {
        context.maxConnections(value);
    }

    /**
     * Changes how long a session may be idle, for those that are open too. Any thread may call.
     *
     * @param value in nanoseconds; 0 for ever.
     */
    public void idleTimeoutNs(final long value)
    {
        context.timeouts().idleTimeoutNs(value);
    }

    /**
     * Changes the limit on connections from one address. Those that are over it stay. Any thread may call.
     *
     * @param value 0 for as many as there may be at all.
     */
    public void maxConnectionsPerAddress(final int value)
    {
        addressCounts.maxCount(value);
    }

    /**
     * Changes how long a session may take to be admitted, for those that are open too. Any thread may call. Where
     * sessions need not be admitted, that stays so, and where they have to be, too.
     *
     * @param value in nanoseconds, more than 0.
     */
    public void loginTimeoutNs(final long value)
    {
        if (context.timeouts().loginTimeoutNs() > 0 && value > 0)
        {
            context.timeouts().loginTimeoutNs(value);
        }
    }

    /**
     * Changes how TLS is spoken with those who connect from now on; whether it is spoken at all, and whether it is
     * required, stays. Any thread may call.
     *
     * @param settings for new connections.
     */
    public void tls(final TlsSettings settings)
    {
        for (final TlsLoop loop : tlsLoops)
        {
            loop.settings(settings);
        }
    }

    /**
     * Changes how long a watched peer may be silent, for sessions that are open too. Any thread may call.
     *
     * @param value in nanoseconds; 0 for ever.
     */
    public void pingIntervalNs(final long value)
    {
        context.timeouts().pingIntervalNs(value);
    }

    /**
     * Sessions that are open now, those being closed included.
     *
     * @return the count over all loops.
     */
    public int openCount()
    {
        return openCount.get();
    }

    /**
     * Sum of a counter over all loops; of {@link TransportCounter#LONGEST_CYCLE_NS} the greatest.
     *
     * @param counter which.
     * @return the value.
     */
    public long total(final TransportCounter counter)
    {
        long total = 0;
        for (final EventLoop loop : loops)
        {
            final long value = loop.counters().get(counter);
            total = counter == TransportCounter.LONGEST_CYCLE_NS ? Math.max(total, value) : total + value;
        }
        return total;
    }

    /**
     * How many sessions ended for a reason, over all loops.
     *
     * @param reason which.
     * @return the count.
     */
    public long totalClosed(final CloseReason reason)
    {
        long total = 0;
        for (final EventLoop loop : loops)
        {
            total += loop.counters().closed(reason);
        }
        return total;
    }

    /**
     * How many sessions sent what is no frame, over all loops.
     *
     * @param fault which.
     * @return the count.
     */
    public long totalFaults(final FrameFault fault)
    {
        long total = 0;
        for (final EventLoop loop : loops)
        {
            total += loop.counters().faults(fault);
        }
        return total;
    }

    /**
     * Stops the threads that {@link #launch(TransportContext)} started and closes everything at once. May be called
     * twice.
     */
    @Override
    public void close()
    {
        if (runners.length > 0)
        {
            closeRunners();
            return;
        }
        for (int i = loops.length - 1; i >= 0; i--)
        {
            if (loops[i] != null)
            {
                loops[i].onClose();
            }
        }
    }

    private void openLoops()
    {
        final Listener listener = context.network().listen(context.bindAddress());
        boolean isListening = false;
        try
        {
            localAddress = listener.localAddress();
            final BufferBudget budget = new BufferBudget(context.bufferPoolBytes());
            final LoopState first = openLoop(0, budget);
            final EventLoop[] sharing = new EventLoop[context.loopCount()];
            intake = new ConnectionIntake(first, listener, sharing, openCount, addressCounts, false);
            loops[0].listen(listener, intake);
            isListening = true;
            if (context.scannedBindAddress() != null)
            {
                listenScanned(first, sharing);
            }
            for (int i = 1; i < sharing.length; i++)
            {
                openLoop(i, budget);
            }
            System.arraycopy(loops, 0, sharing, 0, sharing.length);
            if (context.additionalNetwork() != null)
            {
                openAdditional(budget);
            }
        }
        finally
        {
            if (!isListening)
            {
                listener.close();
            }
        }
    }

    private void openAdditional(final BufferBudget budget)
    {
        final Listener listener = context.additionalNetwork().listen(context.additionalAddress());
        additionalAddress = listener.localAddress();
        final int index = context.loopCount();
        final LoopState state = openLoop(index, context.additionalNetwork(), null, budget);
        additionalIntake = new ConnectionIntake(
            state, listener, new EventLoop[]{ loops[index] }, openCount, addressCounts, false);
        loops[index].listen(listener, additionalIntake);
    }

    private void listenScanned(final LoopState first, final EventLoop[] sharing)
    {
        final Listener listener = context.network().listen(context.scannedBindAddress());
        scannedLocalAddress = listener.localAddress();
        scannedIntake = new ConnectionIntake(first, listener, sharing, openCount, addressCounts, true);
        loops[0].listenScanned(listener, scannedIntake);
    }

    private LoopState openLoop(final int index, final BufferBudget budget)
    {
        return openLoop(index, context.network(), newTls(), budget);
    }

    private LoopState openLoop(
        final int index, final Network network, final TlsLoop tls, final BufferBudget budget)
    {
        final long keptBytes = context.bufferPoolBytes() / KEPT_SHARE / loops.length;
        final SessionHandler handler = context.sessionHandlers().apply(index);
        final Poller poller = network.newPoller();
        final LoopState state = new LoopState(
            context, handler, poller, new BufferPool(budget, keptBytes, context.maxFrameLength()), openCount,
            addressCounts, tls);
        loops[index] = new EventLoop(index, state);
        if (state.tls() != null)
        {
            state.tls().wakeLoop(loops[index]::wakeup);
        }
        return state;
    }

    private TlsLoop newTls()
    {
        if (handshakes == null)
        {
            return null;
        }
        final TlsLoop loop = new TlsLoop(context.tls(), handshakes, context.receiveBufferLength());
        tlsLoops.add(loop);
        return loop;
    }

    private void start()
    {
        runners = new AgentRunner[loops.length + (handshakes == null ? 0 : 1)];
        if (handshakes != null)
        {
            runners[loops.length] = new AgentRunner(handshakes, context.errorHandler(), null, handshakes);
            AgentRunner.startOnThread(runners[loops.length]);
        }
        for (int i = 0; i < loops.length; i++)
        {
            final EventLoopIdleStrategy idleStrategy = new EventLoopIdleStrategy(
                loops[i], EventLoopIdleStrategy.DEFAULT_MAX_SPINS);
            runners[i] = new AgentRunner(idleStrategy, context.errorHandler(), null, loops[i]);
            AgentRunner.startOnThread(runners[i]);
        }
    }

    private void closeRunners()
    {
        for (int i = runners.length - 1; i >= 0; i--)
        {
            // The last wake-up of a blocked loop comes from its own time-out, a moment after the runner's flag is set.
            CloseHelper.close(context.errorHandler(), runners[i]);
        }
    }
}
