package org.velocitydb.server.node;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.velocitydb.engine.Store;
import org.velocitydb.server.audit.AuditLog;
import org.velocitydb.server.audit.LoopAudit;
import org.velocitydb.server.users.AccessCounters;
import org.velocitydb.server.metrics.MetricsWriter;
import org.velocitydb.server.users.AuthenticationAgent;
import org.velocitydb.server.users.Authenticator;
import org.velocitydb.server.users.LoginGuard;
import org.velocitydb.server.users.LowPriority;
import org.velocitydb.server.users.UserDirectory;
import org.velocitydb.transport.SessionTimeouts;
import org.velocitydb.transport.TlsSettings;
import org.velocitydb.transport.Transport;
import org.velocitydb.transport.TransportContext;
import org.velocitydb.transport.aeron.AeronEndpoint;

/**
 * A whole server: store, event loops and logins, made from one {@link NodeContext}. Either it runs on threads of its
 * own ({@link #launch(NodeContext)}), or somebody steps its {@link #agents()} one after the other on one thread ({@link
 * #open(NodeContext)}); it is the same code in either case.
 */
public final class VelocityNode implements AutoCloseable
{
    private static final long SHUTDOWN_POLL_NS = TimeUnit.MILLISECONDS.toNanos(1);
    /**
     * Peers for which the media driver keeps buffers over UDP, more than may be connected: those count that were turned
     * away a moment ago, and the limit on connections may be raised while the driver runs.
     */
    private static final int AERON_SESSIONS_PER_CONNECTION = 4;
    private static final int AERON_SESSIONS_MIN = 4096;

    private final NodeContext context;
    private final List<NodeHandler> handlers = new ArrayList<>();
    private HandshakeSigner signer;
    private final List<AgentRunner> loginRunners = new ArrayList<>();
    private Store store;
    /** Null where there is none. */
    private AuditLog audit;
    private LoginGuard guard;
    private Authenticator authenticator;
    private ServerStatistics statistics;
    private NodeControl control;
    private volatile Transport transport;
    /** Null where there is none. */
    private AeronEndpoint aeron;
    private boolean isClosed;

    private VelocityNode(final NodeContext context)
    {
        this.context = context;
    }

    /**
     * Opens a node whose agents the caller steps. The store's context says {@code isInvoked}.
     *
     * @param context concluded here; serves one node.
     * @return the node, listening.
     */
    public static VelocityNode open(final NodeContext context)
    {
        return start(context, false);
    }

    /**
     * Opens a node and runs it on threads of its own.
     *
     * @param context concluded here; serves one node.
     * @return the node, listening.
     * @throws org.velocitydb.journal.storage.StorageException when the store cannot be opened.
     * @throws org.velocitydb.transport.network.NetworkException when the address cannot be had.
     */
    public static VelocityNode launch(final NodeContext context)
    {
        return start(context, true);
    }

    private static VelocityNode start(final NodeContext context, final boolean hasThreads)
    {
        context.conclude();
        final VelocityNode node = new VelocityNode(context);
        try
        {
            node.start(hasThreads);
            return node;
        }
        catch (final RuntimeException ex)
        {
            node.close();
            throw ex;
        }
    }

    private void start(final boolean hasThreads)
    {
        store = Store.open(context.store());
        audit = context.audit() == null ? null : AuditLog.open(context.audit());
        statistics = new ServerStatistics(store, context);
        control = new NodeControl(context.totalLoopCount(), context.settings());
        store.timeGroups(context.settings().slowLogThresholdNs() != NodeSettings.NO_SLOW_LOG);
        statistics.audit(audit);
        final AccessCounters accessCounters = new AccessCounters();
        guard = new LoginGuard(
            context.loginLimits(), LoginGuard.CAPACITY_DEFAULT, context.nanoClock(), accessCounters,
            context.securityLog());
        authenticator = new Authenticator(
            context.users(), context.limits().loginConcurrency(), Authenticator.DEFAULT_QUEUE_CAPACITY,
            context.passwordVerifier(), guard, accessCounters, context.errorHandler());
        statistics.authenticator(authenticator);
        signer = new HandshakeSigner(context.identity(), context.errorHandler());
        final TransportContext transportContext = new TransportContext()
            .network(context.network())
            .bindAddress(context.bindAddress())
            .scannedBindAddress(context.respBindAddress())
            .tls(context.tls())
            .nanoClock(context.nanoClock())
            .errorHandler(context.errorHandler())
            .loopCount(context.loopCount())
            .maxConnections(context.maxConnections())
            .maxFrameLength(context.maxFrameLength())
            .maxConnectionsPerAddress(context.limits().connectionsPerAddressMax())
            .initialFrameLimit(context.initialFrameLimit())
            .timeouts(new SessionTimeouts()
                .loginTimeoutNs(context.limits().loginTimeoutNs())
                .idleTimeoutNs(context.idleTimeoutNs())
                .pingIntervalNs(context.limits().pingIntervalNs()))
            .handshakesStart(LowPriority.TLS_HANDSHAKES::take)
            .sessionHandlers(this::newHandler);
        if (context.aeron() != null)
        {
            aeron = AeronEndpoint.open(context.aeron().maxSessionCount(
                Math.max(AERON_SESSIONS_MIN, AERON_SESSIONS_PER_CONNECTION * context.maxConnections())));
            statistics.aeron(aeron);
            transportContext.additionalNetwork(aeron, aeron.address());
        }
        transport = hasThreads ? Transport.launch(transportContext) : Transport.open(transportContext);
        statistics.transport(transport);
        if (hasThreads)
        {
            if (audit != null)
            {
                audit.launch();
            }
            startLogins();
            // Whoever wanted to wake a loop before the field above was set could not.
            for (int i = 0; i < transport.loopCount(); i++)
            {
                wakeLoop(i);
            }
        }
    }

    private NodeHandler newHandler(final int loopIndex)
    {
        final Runnable wakeLoop = () -> wakeLoop(loopIndex);
        final NodeHandler handler = new NodeHandler(context, store, authenticator, statistics,
            new LoopOperator(control, loopIndex, wakeLoop), audit == null ? LoopAudit.OFF : audit.newLoop(),
            signer, wakeLoop);
        handlers.add(handler);
        return handler;
    }

    private void wakeLoop(final int loopIndex)
    {
        final Transport running = transport;
        if (running != null)
        {
            running.loop(loopIndex).wakeup();
        }
    }

    private void startLogins()
    {
        for (final AuthenticationAgent agent : authenticator.agents())
        {
            final AgentRunner runner = new AgentRunner(
                agent.idleStrategy(), context.errorHandler(), null, agent);
            loginRunners.add(runner);
            AgentRunner.startOnThread(runner);
        }
        final AgentRunner runner = new AgentRunner(signer, context.errorHandler(), null, signer);
        loginRunners.add(runner);
        AgentRunner.startOnThread(runner);
    }

    /**
     * Where the node listens.
     *
     * @return the bound address.
     */
    public InetSocketAddress localAddress()
    {
        return transport.localAddress();
    }

    /**
     * Where clients connect over Aeron's UDP.
     *
     * @return the bound address; over IPC alone it says nothing; null where there is no Aeron.
     */
    public InetSocketAddress aeronAddress()
    {
        return transport.additionalAddress();
    }

    /**
     * Where the node speaks the Redis protocol.
     *
     * @return the bound address, or null where it does not.
     */
    public InetSocketAddress respAddress()
    {
        return transport.scannedLocalAddress();
    }

    /**
     * What is to be stepped in a node without threads.
     *
     * @return event loops, the store's agents and the login agents.
     */
    public List<Agent> agents()
    {
        final List<Agent> agents = new ArrayList<>();
        for (int i = 0; i < transport.loopCount(); i++)
        {
            agents.add(transport.loop(i));
        }
        agents.addAll(List.of(store.agents()));
        agents.addAll(authenticator.agents());
        agents.add(signer);
        if (audit != null)
        {
            agents.add(audit.agent());
        }
        agents.addAll(transport.agents().subList(transport.loopCount(), transport.agents().size()));
        return agents;
    }

    /**
     * Replaces the users. Connections that are logged in get the rights that their users have now; those of users that
     * were dropped or disabled or have another password are ended.
     *
     * @param users who may log in from now on.
     */
    public void users(final UserDirectory users)
    {
        authenticator.users(users);
        for (int i = 0; i < transport.loopCount(); i++)
        {
            wakeLoop(i);
        }
    }

    /**
     * What can be changed while the node runs, as it is now.
     *
     * @return the settings.
     */
    public NodeSettings settings()
    {
        return control.settings();
    }

    /**
     * Changes what can be changed while the node runs, for connections that are open too. Any thread may call.
     *
     * @param settings in force from now on.
     */
    public void settings(final NodeSettings settings)
    {
        transport.maxConnections(settings.maxConnections());
        transport.idleTimeoutNs(settings.idleTimeoutNs());
        transport.maxConnectionsPerAddress(settings.limits().connectionsPerAddressMax());
        transport.loginTimeoutNs(settings.limits().loginTimeoutNs());
        transport.pingIntervalNs(settings.limits().pingIntervalNs());
        guard.limits(settings.loginLimits());
        // Before the loops see the settings: they then give their connections the buckets of the new limits.
        context.rateLimits().change(settings.limits());
        store.timeGroups(settings.slowLogThresholdNs() != NodeSettings.NO_SLOW_LOG);
        control.settings(settings);
    }

    /**
     * Changes how TLS is spoken with those who connect from now on, where it is spoken. Any thread may call.
     *
     * @param settings as required as before.
     */
    public void tls(final TlsSettings settings)
    {
        transport.tls(settings);
    }

    /**
     * Which requests took long.
     *
     * @return the log, always the same.
     */
    public SlowLog slowLog()
    {
        return control.slowLog();
    }

    /**
     * The node's end, to be stepped by whoever steps the node; {@link #drain(long)} does it all.
     *
     * @param timeoutNs until what is under way is given up.
     * @return the shutdown, not begun.
     */
    NodeShutdown newShutdown(final long timeoutNs)
    {
        return new NodeShutdown(control, transport, context.nanoClock(), timeoutNs);
    }

    /**
     * Begins the node's end: takes no more connections, refuses new requests, finishes and answers what is under way,
     * tells every client and disconnects it. Blocks; {@link #close()} then cuts off what was not finished in time.
     *
     * @param timeoutNs for what is under way and for the clients to take their answers.
     */
    public void drain(final long timeoutNs)
    {
        if (!isClosed)
        {
            final NodeShutdown shutdown = newShutdown(timeoutNs);
            while (!shutdown.doWork())
            {
                LockSupport.parkNanos(SHUTDOWN_POLL_NS);
            }
        }
    }

    /**
     * Whether it has begun to end.
     *
     * @return true from {@link #drain(long)} on.
     */
    public boolean isEnding()
    {
        return control.phase() != NodeControl.Phase.SERVING;
    }

    /**
     * The node's figures.
     *
     * @return what SHOW STATS shows.
     */
    public ServerStatistics statistics()
    {
        return statistics;
    }

    /**
     * Why no requests should be sent to the node.
     *
     * @return the reasons in words, none while it is ready. Any thread may call.
     */
    public List<String> whyNotReady()
    {
        final List<String> reasons = new ArrayList<>();
        if (isEnding())
        {
            reasons.add("shutting down");
        }
        if (store.failure() != null)
        {
            reasons.add("the journal has failed");
        }
        if (store.maintenanceFailure() != null)
        {
            reasons.add("flushes or compactions fail");
        }
        if (store.isDiskFull())
        {
            reasons.add("disk full: writes are refused");
        }
        if (audit != null && audit.failure() != null)
        {
            reasons.add("the audit log cannot be written");
        }
        return reasons;
    }

    /**
     * Writes the node's metrics. Any thread may call, until the node is closed.
     *
     * @param metrics page to write to.
     */
    public void writeMetrics(final MetricsWriter metrics)
    {
        metrics.gauge("ready", "1 while requests should be sent here.", whyNotReady().isEmpty() ? 1 : 0);
        new NodeMetrics(store, transport, control, audit, aeron).write(metrics);
    }

    /**
     * Why the node can no longer serve, if so: its journal failed. It is to be closed then.
     *
     * @return the cause, or null while all is well.
     */
    public Throwable failure()
    {
        return store.failure();
    }

    /**
     * Closes the connections, then the store. A second call does nothing.
     */
    @Override
    public void close()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        CloseHelper.close(context.errorHandler(), transport);
        CloseHelper.close(context.errorHandler(), aeron);
        CloseHelper.closeAll(context.errorHandler(), loginRunners);
        CloseHelper.closeAll(context.errorHandler(), handlers);
        CloseHelper.closeAll(context.errorHandler(), audit, store);
    }
}
