package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.agrona.concurrent.Agent;
import org.velocitydb.engine.StoreContext;
import org.velocitydb.engine.memtable.Arena;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.server.users.Argon2Phc;
import org.velocitydb.server.users.UserDirectory;
import org.velocitydb.transport.network.SimulatedEndpoint;
import org.velocitydb.transport.network.SimulatedNetwork;

/**
 * A node on a disk and a network in memory, whose agents take a step when the test says so.
 */
final class SteppedNode implements AutoCloseable
{
    static final String USER = "alice";
    static final String PASSWORD = "secret123";
    private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 5432);
    private static final InetSocketAddress RESP_ADDRESS = new InetSocketAddress("127.0.0.1", 6379);
    private static final int STEPS_MAX = 20_000;
    private static final int WRITER_INDEX = 1;

    private final long arenasBefore = Arena.openCount();
    private final SimulatedStorage storage = new SimulatedStorage(1);
    private final SimulatedNetwork network = new SimulatedNetwork(1).maxDelaySteps(1);
    private final List<Throwable> errors = new ArrayList<>();
    private final Consumer<NodeContext> settings;
    private VelocityNode node;
    private List<Agent> agents;
    private boolean isWriterHeld;
    private long nowNs = 1;

    SteppedNode(final Consumer<NodeContext> settings)
    {
        this.settings = settings;
        open();
    }

    private void open()
    {
        final StoreContext store = new StoreContext()
            .storage(storage)
            .seed(1)
            .isInvoked(true)
            .nanoClock(() -> nowNs)
            .epochClock(() -> 1)
            .errorHandler(errors::add)
            .memtableEntryCountMax(100)
            .ringSlotCount(16)
            .segmentLength(64 * 1024);
        final NodeContext context = new NodeContext()
            .store(store)
            .network(network)
            .bindAddress(ADDRESS)
            .nanoClock(() -> nowNs)
            .identity(new FixedIdentity())
            .entropy(bytes -> Arrays.fill(bytes, (byte) 7))
            .users(UserDirectory.of(Map.of(USER, anyPhc()), Set.of()))
            .passwordVerifier((phc, password) -> new String(password, StandardCharsets.UTF_8).equals(PASSWORD))
            .outstandingWriteCountMax(8)
            .errorHandler(errors::add);
        settings.accept(context);
        node = VelocityNode.open(context);
        agents = node.agents();
    }

    static Argon2Phc anyPhc()
    {
        return Argon2Phc.parse(
            "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" +
                "9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ");
    }

    SimulatedNetwork network()
    {
        return network;
    }

    SimulatedStorage storage()
    {
        return storage;
    }

    VelocityNode node()
    {
        return node;
    }

    TestClient2 connect()
    {
        return new TestClient2(this, network.connect(ADDRESS));
    }

    /** A connection for bytes of any kind. */
    SimulatedEndpoint connectRaw()
    {
        return network.connect(ADDRESS);
    }

    /** A connection where the Redis protocol is spoken, if the settings say {@link #withResp}. */
    SimulatedEndpoint connectResp()
    {
        return network.connect(RESP_ADDRESS);
    }

    static void withResp(final NodeContext context)
    {
        context.respBindAddress(RESP_ADDRESS);
    }

    /** A client of version 2 that is logged in. */
    TestClient2 login()
    {
        return login(USER);
    }

    TestClient2 login(final String user)
    {
        final TestClient2 client = connect();
        client.hello();
        assertEquals(org.velocitydb.protocol.v2.MessageType.SERVER_HELLO, client.take().type());
        client.auth(user, PASSWORD);
        assertEquals(org.velocitydb.protocol.v2.MessageType.AUTH_OK, client.take().type());
        return client;
    }

    TestClient1 connect1()
    {
        return new TestClient1(this, network.connect(ADDRESS));
    }

    /** A client of version 1 that is logged in. */
    TestClient1 login1()
    {
        return login1(USER);
    }

    TestClient1 login1(final String user)
    {
        final TestClient1 client = connect1();
        client.send(org.velocitydb.protocol.v1.MessageType.HELLO, "");
        assertTrue(client.take().text().startsWith("VelocityDB v"));
        client.send(org.velocitydb.protocol.v1.MessageType.AUTH_REQUEST, user + '\0' + PASSWORD);
        assertEquals("OK", client.take().text());
        return client;
    }

    /** Commands wait in the ring until the writer is let go. */
    void holdWriter(final boolean isHeld)
    {
        isWriterHeld = isHeld;
    }

    void advance(final long ns)
    {
        nowNs += ns;
    }

    void step()
    {
        network.step();
        for (int i = 0; i < agents.size(); i++)
        {
            if (i != WRITER_INDEX || !isWriterHeld)
            {
                try
                {
                    agents.get(i).doWork();
                }
                catch (final Exception ex)
                {
                    throw new AssertionError(ex);
                }
            }
        }
    }

    void steps(final int count)
    {
        for (int i = 0; i < count; i++)
        {
            step();
        }
    }

    void stepUntil(final BooleanSupplier condition)
    {
        for (int i = 0; !condition.getAsBoolean(); i++)
        {
            assertTrue(i < STEPS_MAX, () -> "waited in vain, errors: " + errors);
            step();
        }
    }

    List<Throwable> takeErrors()
    {
        final List<Throwable> taken = List.copyOf(errors);
        errors.clear();
        return taken;
    }

    void reopen()
    {
        node.close();
        open();
    }

    /** Closes, and finds nothing left behind. */
    @Override
    public void close()
    {
        node.close();
        assertEquals(0, storage.openHandles(), "handles left open");
        assertEquals(arenasBefore, Arena.openCount(), "memtables left open");
        assertTrue(errors.isEmpty(), () -> "errors: " + errors);
    }

    /** An identity whose signature means nothing. */
    static final class FixedIdentity implements HostIdentity
    {
        @Override
        public byte[] publicKey()
        {
            return new byte[44];
        }

        @Override
        public String fingerprint()
        {
            return "0".repeat(64);
        }

        @Override
        public byte[] sign(final byte[] message)
        {
            return new byte[64];
        }
    }
}
