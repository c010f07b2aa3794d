package org.velocitydb.server.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.velocitydb.server.cli.NodeLauncher.RunningNode;
import org.velocitydb.server.config.VelocityConfig;
import org.velocitydb.server.identity.HostKey;
import org.velocitydb.server.node.HostIdentity;
import org.velocitydb.server.node.NodeContext;
import org.velocitydb.server.node.VelocityNode;
import org.velocitydb.server.users.PasswordVerifier;
import org.velocitydb.server.users.UserFileMonitor;
import org.velocitydb.transport.network.NioNetwork;

/**
 * A node in this process, with one thread beside it that takes up changed users and notices when the node has failed.
 */
final class RunningServer implements RunningNode
{
    private static final System.Logger LOGGER = System.getLogger(RunningServer.class.getName());
    /** How late a failure or a changed file may be noticed on top of their own periods. */
    private static final long WATCH_PERIOD_MS = 50;

    private final VelocityNode node;
    private final InetSocketAddress localAddress;
    private final AgentRunner watcher;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Throwable failure;

    private RunningServer(final VelocityNode node, final UserFileMonitor monitor, final ErrorHandler errorHandler)
    {
        this.node = node;
        this.localAddress = node.localAddress();
        this.watcher = new AgentRunner(
            new SleepingMillisIdleStrategy(WATCH_PERIOD_MS), errorHandler, null, new Watch(monitor));
    }

    static RunningServer launch(final VelocityConfig config, final HostKey hostKey, final Path usersFile)
    {
        final ErrorHandler errorHandler = (ex) -> LOGGER.log(System.Logger.Level.ERROR, "server", ex);
        final InetSocketAddress address = config.bind().resolve();
        if (address.isUnresolved())
        {
            throw new CommandException(ExitCode.FAILURE, "no such host: " + config.bind().host());
        }
        final SecureRandom random = new SecureRandom();
        final VelocityNode node = VelocityNode.launch(new NodeContext()
            .store(StoreContexts.of(config, config.dataDir(), errorHandler))
            .network(new NioNetwork())
            .bindAddress(address)
            .identity(new KeyIdentity(hostKey))
            .users(config.users())
            .passwordVerifier(PasswordVerifier.argon2())
            .entropy(random::nextBytes)
            .errorHandler(errorHandler)
            .version(VersionProvider.version())
            .loopCount(config.eventLoops())
            .maxConnections(config.maxConnections())
            .rateLimitPerSecond(config.rateLimitPerSecond())
            .maxFrameLength(config.limits().maxFrameLength())
            .limits(Limits.of(config.limits()))
            .idleTimeoutNs(TimeUnit.SECONDS.toNanos(config.connectionTimeoutSeconds())));
        final RunningServer server = new RunningServer(node, new UserFileMonitor(
            usersFile,
            config.users(),
            UserFileMonitor.DEFAULT_PERIOD_MS,
            (problem) -> LOGGER.log(System.Logger.Level.WARNING, problem)), errorHandler);
        AgentRunner.startOnThread(server.watcher);
        return server;
    }

    @Override
    public InetSocketAddress localAddress()
    {
        return localAddress;
    }

    @Override
    public Throwable awaitFailure() throws InterruptedException
    {
        ended.await();
        return failure;
    }

    @Override
    public synchronized void close()
    {
        watcher.close();
        node.close();
        ended.countDown();
    }

    /** What the thread beside the node does. */
    private final class Watch implements Agent
    {
        private final UserFileMonitor monitor;

        Watch(final UserFileMonitor monitor)
        {
            this.monitor = monitor;
        }

        @Override
        public int doWork()
        {
            final Throwable found = node.failure();
            if (found != null && failure == null)
            {
                failure = found;
                ended.countDown();
            }
            final String before = monitor.users().toString();
            if (monitor.changed(TimeUnit.NANOSECONDS.toMillis(System.nanoTime())))
            {
                node.users(monitor.users());
                if (!before.equals(monitor.users().toString()))
                {
                    LOGGER.log(System.Logger.Level.INFO, monitor.users().toString());
                }
            }
            return 0;
        }

        @Override
        public String roleName()
        {
            return "velocity-watch";
        }
    }

    /** The host key as a node wants to see it. */
    private record KeyIdentity(HostKey key) implements HostIdentity
    {
        @Override
        public byte[] publicKey()
        {
            return key.publicKey();
        }

        @Override
        public String fingerprint()
        {
            return key.fingerprint();
        }

        @Override
        public byte[] sign(final byte[] message)
        {
            return key.sign(message);
        }
    }
}
