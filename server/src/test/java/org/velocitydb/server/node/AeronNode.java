package org.velocitydb.server.node;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.velocitydb.client.ClientOptions;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.engine.StoreContext;
import org.velocitydb.journal.storage.FileStorage;
import org.velocitydb.server.identity.HostKey;
import org.velocitydb.server.users.UserDirectory;
import org.velocitydb.transport.aeron.AeronContext;
import org.velocitydb.transport.network.NioNetwork;

/**
 * A node on threads of its own that is reached over Aeron, IPC and UDP of the loopback, in a directory of the test's.
 */
final class AeronNode implements AutoCloseable
{
    static final String USER = SteppedNode.USER;
    static final String PASSWORD = SteppedNode.PASSWORD;

    /** Neither a loaded machine nor one that stands still for a while is a dead client. */
    private static final long LIVENESS_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(2);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Path directory;
    private final Path driverDirectory;
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private AeronContext aeron;
    private int maxConnections = 100;
    private VelocityNode node;

    AeronNode(final Path directory)
    {
        this.directory = directory;
        driverDirectory = Path.of("/dev/shm").resolve("velocitydb-test-" + ProcessHandle.current().pid());
        aeron = new AeronContext()
            .directory(driverDirectory)
            .isIpc(true)
            .udpAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .clientLivenessTimeoutNs(LIVENESS_TIMEOUT_NS)
            .errorHandler(errors::add);
    }

    AeronContext aeron()
    {
        return aeron;
    }

    AeronNode maxConnections(final int count)
    {
        maxConnections = count;
        return this;
    }

    AeronNode launch()
    {
        final HostKey hostKey = HostKey.loadOrCreate(directory);
        node = VelocityNode.launch(new NodeContext()
            .store(new StoreContext().storage(new FileStorage(directory)).errorHandler(errors::add))
            .network(new NioNetwork())
            .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .identity(new Identity(hostKey))
            .entropy((bytes) ->
            {
            })
            .users(UserDirectory.of(Map.of(USER, SteppedNode.anyPhc()), Set.of()))
            .passwordVerifier((phc, password) -> new String(password, StandardCharsets.UTF_8).equals(PASSWORD))
            .maxConnections(maxConnections)
            .aeron(aeron)
            .loopCount(1)
            .errorHandler(errors::add));
        return this;
    }

    VelocityNode node()
    {
        return node;
    }

    Path driverDirectory()
    {
        return driverDirectory;
    }

    String tcp()
    {
        return "127.0.0.1:" + node.localAddress().getPort();
    }

    String ipc()
    {
        return "aeron:ipc?dir=" + driverDirectory;
    }

    /** Over the server's own driver, so that a test needs no second one. */
    String udp()
    {
        return udpOfOwnDriver() + "|dir=" + driverDirectory;
    }

    String udpOfOwnDriver()
    {
        return "aeron:udp?endpoint=127.0.0.1:" + node.aeronAddress().getPort();
    }

    VelocityClient connect(final String address)
    {
        final VelocityClient client = VelocityClient.connect(ClientOptions.of(address)
            .connectTimeout(java.time.Duration.ofSeconds(60))
            .requestTimeout(java.time.Duration.ofSeconds(60))
            .knownServers(directory.resolve("known_servers")));
        client.authenticate(USER, PASSWORD);
        return client;
    }

    long figure(final String name)
    {
        return node.statistics().all().stream()
            .filter((figure) -> figure.name().equals(name))
            .mapToLong((figure) -> Long.parseLong(figure.text()))
            .findFirst()
            .orElseThrow();
    }

    List<Throwable> errors()
    {
        return errors;
    }

    static void await(final String what, final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean())
        {
            if (deadlineNs - System.nanoTime() < 0)
            {
                throw new AssertionError("not so in time: " + what);
            }
            LockSupport.parkNanos(LOOK_NS);
        }
    }

    @Override
    public void close()
    {
        if (node != null)
        {
            node.drain(TimeUnit.SECONDS.toNanos(10));
            node.close();
        }
    }

    private record Identity(HostKey key) implements HostIdentity
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
