package org.velocitydb.server.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.velocitydb.server.admin.AdminServer;
import org.velocitydb.server.cli.NodeLauncher.RunningNode;
import org.velocitydb.server.config.BindAddress;
import org.velocitydb.server.config.ServerLimits;
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

    /** Slow requests that are written to the log in a second; the others are counted. */
    private static final int SLOW_LINES_PER_SECOND = 10;

    private final VelocityNode node;
    private final LiveConfig config;
    private final LiveTls tls;
    private final AdminServer admin;
    private volatile boolean isReloadAsked;
    private final InetSocketAddress localAddress;
    private final AgentRunner watcher;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Throwable failure;

    private RunningServer(
        final VelocityNode node,
        final LiveConfig config,
        final LiveTls tls,
        final AdminServer admin,
        final UserFileMonitor monitor,
        final ErrorHandler errorHandler)
    {
        this.node = node;
        this.config = config;
        this.tls = tls;
        this.admin = admin;
        this.localAddress = node.localAddress();
        this.watcher = new AgentRunner(
            new SleepingMillisIdleStrategy(WATCH_PERIOD_MS), errorHandler, null, new Watch(monitor));
    }

    /** Logs what goes wrong; where that is about files, with the directory that their names begin in. */
    private static ErrorHandler logging(final Path directory)
    {
        return (ex) -> LOGGER.log(System.Logger.Level.ERROR, what(ex, directory), ex);
    }

    static String what(final Throwable failure, final Path directory)
    {
        return Failures.isOfStorage(failure)
            ? "server, directory=" + directory.toAbsolutePath().normalize()
            : "server";
    }

    static RunningServer launch(
        final VelocityConfig config, final HostKey hostKey, final Path usersFile, final ConfigLoader loader)
    {
        final LiveTls liveTls = new LiveTls(hostKey);
        liveTls.load(config.tls());
        final LiveConfig live = new LiveConfig(config, loader, liveTls);
        final ErrorHandler errorHandler = logging(config.server().dataDir());
        final InetSocketAddress address = config.server().bind().resolve();
        if (address.isUnresolved())
        {
            throw new CommandException(ExitCode.FAILURE, "no such host: " + config.server().bind().host());
        }
        final InetSocketAddress respAddress = config.resp().bind() == null ? null : config.resp().bind().resolve();
        if (respAddress != null && respAddress.isUnresolved())
        {
            throw new CommandException(ExitCode.FAILURE, "no such host: " + config.resp().bind().host());
        }
        final SecureRandom random = new SecureRandom();
        final ServerLimits limits = config.server().limits();
        final VelocityNode node = VelocityNode.launch(new NodeContext()
            .store(StoreContexts.of(config, config.server().dataDir(), errorHandler))
            .network(new NioNetwork())
            .bindAddress(address)
            .respBindAddress(respAddress)
            .respTable(config.resp().table())
            .identity(new KeyIdentity(hostKey))
            .tls(liveTls.settings())
            .users(config.users())
            .passwordVerifier(PasswordVerifier.argon2())
            .entropy(random::nextBytes)
            .errorHandler(errorHandler)
            .audit(
                AuditContexts.of(
                    config.audit(), config.server().dataDir(),
                    logging(config.audit().directory(config.server().dataDir()))))
            .aeron(AeronContexts.of(config, errorHandler))
            .version(VersionProvider.version())
            .loopCount(config.server().eventLoops())
            .maxConnections(limits.maxConnections())
            .loginLimits(LiveConfig.loginLimits(config))
            .allowPlaintextPasswords(config.server().allowPlaintextPasswords())
            .securityLog((line) -> LOGGER.log(System.Logger.Level.WARNING, line))
            .rateLimitPerSecond(limits.rateLimitPerSecond())
            .slowLogThresholdNs(config.operator().slowLogThresholdNs())
            .configView(live)
            .maxFrameLength(limits.maxFrameLength())
            .limits(Limits.of(limits))
            .idleTimeoutNs(TimeUnit.SECONDS.toNanos(limits.connectionTimeoutSeconds())));
        final RunningServer server = new RunningServer(node, live, liveTls, admin(config, node), new UserFileMonitor(
            usersFile,
            config.users(),
            UserFileMonitor.DEFAULT_PERIOD_MS,
            (problem) -> LOGGER.log(System.Logger.Level.WARNING, problem)), errorHandler);
        if (respAddress != null)
        {
            LOGGER.log(System.Logger.Level.INFO, "Redis protocol: " + node.respAddress());
        }
        AgentRunner.startOnThread(server.watcher);
        return server;
    }

    private static AdminServer admin(final VelocityConfig config, final VelocityNode node)
    {
        final BindAddress address = config.operator().adminBind();
        if (address == null)
        {
            return null;
        }
        try
        {
            final AdminServer admin = AdminServer.open(
                address.resolve(), config.operator().isRemoteAllowed(), node::whyNotReady, node::writeMetrics);
            LOGGER.log(System.Logger.Level.INFO, "admin port: http:/" + admin.localAddress());
            return admin;
        }
        catch (final IOException ex)
        {
            node.close();
            throw new CommandException(ExitCode.FAILURE, "admin.bind: " + address + ": " + ex.getMessage());
        }
    }

    @Override
    public void reload()
    {
        isReloadAsked = true;
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
        node.drain(config.inForce().operator().shutdownTimeoutNs());
        // Told until then that the server is not ready; what it tells of is closed next.
        if (admin != null)
        {
            admin.close();
        }
        node.close();
        ended.countDown();
    }

    /** What the thread beside the node does. */
    private final class Watch implements Agent
    {
        private final UserFileMonitor monitor;
        private long nextSlowLinesNs = System.nanoTime();

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
            if (isReloadAsked)
            {
                isReloadAsked = false;
                if (config.reload())
                {
                    node.settings(LiveConfig.nodeSettings(config.inForce()));
                    node.tls(tls.settings());
                }
            }
            logSlowRequests(System.nanoTime());
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

        private void logSlowRequests(final long nowNs)
        {
            if (nextSlowLinesNs - nowNs > 0)
            {
                return;
            }
            nextSlowLinesNs = nowNs + TimeUnit.SECONDS.toNanos(1);
            final long passedOver = node.slowLog().drain(
                (request) -> LOGGER.log(System.Logger.Level.WARNING, request.toString()), SLOW_LINES_PER_SECOND);
            if (passedOver > 0)
            {
                LOGGER.log(System.Logger.Level.WARNING, "further slow requests in this second: " + passedOver);
            }
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
