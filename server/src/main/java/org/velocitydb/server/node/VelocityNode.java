package org.velocitydb.server.node;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.velocitydb.engine.Store;
import org.velocitydb.protocol.Limits;
import org.velocitydb.server.users.AuthenticationAgent;
import org.velocitydb.server.users.Authenticator;
import org.velocitydb.server.users.UserDirectory;
import org.velocitydb.transport.Transport;
import org.velocitydb.transport.TransportContext;

/**
 * A whole server: store, event loops and logins, made from one {@link NodeContext}. Either it runs on threads of its
 * own ({@link #launch(NodeContext)}), or somebody steps its {@link #agents()} one after the other on one thread ({@link
 * #open(NodeContext)}); it is the same code in either case.
 */
public final class VelocityNode implements AutoCloseable
{
    /** How long a login waits at most until an idle verifier notices it, which is little beside the verification. */
    private static final long LOGIN_POLL_MS = 2;

    private final NodeContext context;
    private final List<NodeHandler> handlers = new ArrayList<>();
    private final List<AgentRunner> loginRunners = new ArrayList<>();
    private Store store;
    private Authenticator authenticator;
    private ServerStatistics statistics;
    private volatile Transport transport;
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
        statistics = new ServerStatistics(store, context);
        authenticator = new Authenticator(
            context.users(), context.limits().loginConcurrency(), Authenticator.DEFAULT_QUEUE_CAPACITY,
            context.passwordVerifier(), context.errorHandler());
        final TransportContext transportContext = new TransportContext()
            .network(context.network())
            .bindAddress(context.bindAddress())
            .nanoClock(context.nanoClock())
            .errorHandler(context.errorHandler())
            .loopCount(context.loopCount())
            .maxConnections(context.maxConnections())
            .maxFrameLength(context.maxFrameLength())
            .maxConnectionsPerAddress(context.limits().connectionsPerAddressMax())
            .initialFrameLimit(Math.min(context.maxFrameLength(), Limits.MAX_FRAME_LENGTH_BEFORE_LOGIN))
            .loginTimeoutNs(context.limits().loginTimeoutNs())
            .idleTimeoutNs(context.idleTimeoutNs())
            .sessionHandlers(this::newHandler);
        transport = hasThreads ? Transport.launch(transportContext) : Transport.open(transportContext);
        statistics.transport(transport);
        if (hasThreads)
        {
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
        final NodeHandler handler = new NodeHandler(context, store, authenticator, statistics,
            () -> wakeLoop(loopIndex));
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
                new SleepingMillisIdleStrategy(LOGIN_POLL_MS), context.errorHandler(), null, agent);
            loginRunners.add(runner);
            AgentRunner.startOnThread(runner);
        }
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
        return agents;
    }

    /**
     * Replaces the users. Connections that are logged in stay.
     *
     * @param users who may log in from now on.
     */
    public void users(final UserDirectory users)
    {
        authenticator.users(users);
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
        CloseHelper.closeAll(context.errorHandler(), loginRunners);
        CloseHelper.closeAll(context.errorHandler(), handlers);
        CloseHelper.close(context.errorHandler(), store);
    }
}
