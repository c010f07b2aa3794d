package org.velocitydb.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.velocitydb.transport.network.Connection;
import org.velocitydb.transport.network.Listener;
import org.velocitydb.transport.network.NetworkException;
import org.velocitydb.transport.network.Poller;
import org.velocitydb.transport.network.ReadyHandler;

/**
 * One thread's share of the sessions. A duty cycle takes new connections, hands over frames that had to wait, reads
 * what the poller reports and hands that over, lets the handler append answers, looks for timeouts, and sends
 * everything that was appended with one write for each session.
 *
 * <p>All of it runs on one thread, and no other touches a session; {@link #wakeup()}, {@link #counters()} and {@link
 * #roleName()} may be called by any. {@link #doWork()} never blocks; see {@link EventLoopIdleStrategy} for what does.
 * Allocation-free once warm.
 *
 * <h2>Waking up</h2>
 *
 * Whoever has something for the loop first publishes it where the loop looks (in a queue that {@link
 * SessionHandler#onDutyCycle(long)} polls) and then calls {@link #wakeup()}, which is to cost nothing while the loop is
 * awake. The loop, before it blocks, first announces that and then looks once more. Each side stores and then loads
 * what the other stores:
 *
 * <pre>
 *     loop                               other thread
 *     wakeState = BLOCKING               publish the item
 *     full fence                         full fence
 *     run a cycle: any item?             wakeState == BLOCKING?
 *     none: block in the poller          yes: wake the poller
 * </pre>
 *
 * Without the fences both stores could still be on their way while both loads are done, and the item would lie there
 * until the poller's time-out. With them at least one side sees the other's store. A wake-up that comes before the
 * poller blocks makes it return at once.
 */
public final class EventLoop implements Agent
{
    /** Connections handed over by the first loop and not taken yet. */
    private static final int INBOX_CAPACITY = 1024;
    /** Wait while frames wait for room behind: nobody tells us of it, so we look again soon, without spinning. */
    private static final long RETRY_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Session ids hold the loop's index above this, so that loops need not agree on them. */
    private static final int LOOP_INDEX_SHIFT = 48;

    private static final int AWAKE = 0;
    private static final int BLOCKING = 1;
    private static final VarHandle WAKE_STATE;

    static
    {
        try
        {
            WAKE_STATE = MethodHandles.lookup().findVarHandle(EventLoop.class, "wakeState", int.class);
        }
        catch (final ReflectiveOperationException ex)
        {
            throw new ExceptionInInitializerError(ex);
        }
    }

    private final int index;
    private final LoopState state;
    private final SessionHandler handler;
    private final Poller poller;
    private final TransportCounters counters;
    private final TlsLoop tls;
    private final SessionReader reader;
    private final SessionWriter writer;
    private final SessionSweeper sweeper;
    private final ReadyHandler readyHandler = this::onReady;
    private final OneToOneConcurrentArrayQueue<Connection> inbox = new OneToOneConcurrentArrayQueue<>(INBOX_CAPACITY);
    /** The same for connections at the scanned address. */
    private final OneToOneConcurrentArrayQueue<Connection> scannedInbox = new OneToOneConcurrentArrayQueue<>(
        INBOX_CAPACITY);
    private ConnectionIntake intake;
    /** Null where there is no such listener. */
    private ConnectionIntake scannedIntake;

    private volatile boolean isCloseRequested;
    private long sessionCount;
    private boolean hasBegun;
    private int previousWork;
    private boolean isClosed;

    /** Written by the loop's thread and, from BLOCKING to AWAKE, by whoever wakes it. */
    @SuppressWarnings("unused") // accessed through WAKE_STATE
    private int wakeState = AWAKE;

    EventLoop(final int index, final LoopState state)
    {
        this.index = index;
        this.state = state;
        handler = state.handler();
        poller = state.poller();
        counters = state.counters();
        tls = state.tls();
        reader = new SessionReader(state);
        writer = new SessionWriter(state);
        sweeper = new SessionSweeper(state);
    }

    /** Makes this the loop that accepts for all. Called before the loop runs. */
    void listen(final Listener listener, final ConnectionIntake connectionIntake)
    {
        intake = connectionIntake;
        poller.register(listener, connectionIntake);
    }

    /** The same for the scanned address. */
    void listenScanned(final Listener listener, final ConnectionIntake connectionIntake)
    {
        scannedIntake = connectionIntake;
        poller.register(listener, connectionIntake);
    }

    @Override
    public int doWork()
    {
        final long nowNs = state.context().nanoClock().nanoTime();
        beginCycle(nowNs);
        int work = takeConnections(nowNs);
        work += tls == null ? 0 : tls.pollComputed();
        work += reader.deliverWaiting();
        work += poller.poll(readyHandler);
        work += runHandler(nowNs);
        work += sweeper.sweep(nowNs);
        if (isCloseRequested)
        {
            closeSessions();
        }
        work += writer.flushAll();
        counters.set(TransportCounter.POOL_BYTES_USED, state.pool().usedBytes());
        previousWork = work;
        return work;
    }

    /**
     * Closes every session at once, then the poller and, in the loop that accepts, the listener. May be called twice.
     */
    @Override
    public void onClose()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        if (intake != null)
        {
            intake.close();
        }
        if (scannedIntake != null)
        {
            scannedIntake.close();
        }
        inbox.drain(this::discard);
        scannedInbox.drain(this::discard);
        final SessionTable sessions = state.sessions();
        while (sessions.count() > 0)
        {
            state.close(sessions.at(sessions.count() - 1), CloseReason.SHUTDOWN);
        }
        counters.set(TransportCounter.POOL_BYTES_USED, state.pool().usedBytes());
        state.pool().close();
        poller.close();
    }

    @Override
    public String roleName()
    {
        return "event-loop-" + index;
    }

    /**
     * Makes the loop run a duty cycle soon, also where it is blocked. Any thread may call; cheap while the loop is
     * awake. Call it after what the loop is to see has been published.
     */
    public void wakeup()
    {
        // Orders the caller's publication before the load; pairs with the fence in announceBlocking().
        VarHandle.fullFence();
        // Opaque is enough for the load, since the fence orders it. The exchange lets one of many callers wake.
        if ((int) WAKE_STATE.getOpaque(this) == BLOCKING && WAKE_STATE.compareAndSet(this, BLOCKING, AWAKE))
        {
            poller.wakeup();
        }
    }

    /**
     * Finds an open session. Called on the loop's thread.
     *
     * @param id of the session.
     * @return the session, or null when it is closed or being closed.
     */
    public Session session(final long id)
    {
        final TransportSession session = state.sessions().find(id);
        return session != null && session.isOpen() ? session : null;
    }

    /**
     * What the loop counted. Any thread may call.
     *
     * @return always the same object.
     */
    public TransportCounters counters()
    {
        return counters;
    }

    /**
     * Which loop a session belongs to.
     *
     * @param sessionId of any session.
     * @return index of the loop, as {@link Transport#loop(int)} takes it.
     */
    public static int indexOf(final long sessionId)
    {
        return (int) (sessionId >>> LOOP_INDEX_SHIFT);
    }

    /** Announces that the loop is about to block; the caller runs one more cycle before it does. */
    void announceBlocking()
    {
        WAKE_STATE.setOpaque(this, BLOCKING);
        // Orders the announcement before whatever the next cycle looks at; pairs with the fence in wakeup().
        VarHandle.fullFence();
    }

    void announceAwake()
    {
        // Opaque is enough: who still sees BLOCKING wakes the poller once for nothing.
        WAKE_STATE.setOpaque(this, AWAKE);
    }

    /** Blocks until there is something to do. Called on the loop's thread after {@link #announceBlocking()}. */
    void awaitWork()
    {
        final long untilNextSweepNs = sweeper.untilNextSweepNs(state.nowNs());
        final long waitNs = state.deliveryList().count() > 0 ? RETRY_WAIT_NS : Math.max(1, untilNextSweepNs);
        poller.await(waitNs);
    }

    /** Any thread may call; see {@link Transport#closeSessions()}. */
    void requestCloseSessions()
    {
        isCloseRequested = true;
        wakeup();
    }

    /** Takes over a connection from the loop that accepts; called on that loop's thread. */
    boolean offer(final Connection connection, final boolean isScanned)
    {
        if (!(isScanned ? scannedInbox : inbox).offer(connection))
        {
            return false;
        }
        wakeup();
        return true;
    }

    /** Makes a session of a connection that belongs to this loop from now on; {@code refusal} is null or why not. */
    void adopt(final Connection connection, final CloseReason refusal, final boolean isScanned)
    {
        final long id = ((long) index << LOOP_INDEX_SHIFT) | ++sessionCount;
        final TransportSession session = new TransportSession(id, connection, state, refusal, isScanned);
        try
        {
            poller.register(connection, session);
        }
        catch (final NetworkException ex)
        {
            connection.close();
            if (refusal == null)
            {
                state.release(connection);
            }
            state.context().errorHandler().onError(ex);
            return;
        }
        state.open(session);
    }

    private void beginCycle(final long nowNs)
    {
        if (!hasBegun)
        {
            hasBegun = true;
            sweeper.begin(nowNs);
        }
        else if (previousWork > 0)
        {
            // A cycle that did something is followed by the next without idling, so their distance is its length.
            final long lengthNs = nowNs - state.nowNs();
            if (lengthNs > counters.get(TransportCounter.LONGEST_CYCLE_NS))
            {
                counters.set(TransportCounter.LONGEST_CYCLE_NS, lengthNs);
            }
        }
        counters.add(TransportCounter.CYCLES, 1);
        state.nowNs(nowNs);
    }

    private int takeConnections(final long nowNs)
    {
        int taken = intake != null ? intake.accept(nowNs) : 0;
        taken += scannedIntake != null ? scannedIntake.accept(nowNs) : 0;
        return taken + takeConnections(inbox, false) + takeConnections(scannedInbox, true);
    }

    private int takeConnections(final OneToOneConcurrentArrayQueue<Connection> handedOver, final boolean isScanned)
    {
        final int limit = state.context().acceptLimit();
        for (int i = 0; i < limit; i++)
        {
            final Connection connection = handedOver.poll();
            if (connection == null)
            {
                return i;
            }
            adopt(connection, null, isScanned);
        }
        return limit;
    }

    private void onReady(final Object attachment, final int readyOps)
    {
        if (attachment instanceof final ConnectionIntake listening)
        {
            listening.onAcceptable();
            return;
        }
        final TransportSession session = (TransportSession) attachment;
        if ((readyOps & Poller.WRITE) != 0)
        {
            writer.onWritable(session);
        }
        if ((readyOps & Poller.READ) != 0 && session.state() != SessionState.CLOSED)
        {
            reader.onReadable(session);
        }
    }

    private int runHandler(final long nowNs)
    {
        try
        {
            return handler.onDutyCycle(nowNs);
        }
        catch (final RuntimeException ex)
        {
            state.context().errorHandler().onError(ex);
            return 1;
        }
    }

    private void closeSessions()
    {
        isCloseRequested = false;
        final SessionTable sessions = state.sessions();
        for (int i = sessions.count() - 1; i >= 0; i--)
        {
            sessions.at(i).closeAfterFlush(CloseReason.SHUTDOWN);
        }
    }

    private void discard(final Connection connection)
    {
        connection.close();
        state.release(connection);
    }
}
