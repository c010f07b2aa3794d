package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.ClientOptions;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.engine.StoreContext;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.server.identity.HostKey;
import org.velocitydb.server.node.HostIdentity;
import org.velocitydb.server.node.NodeContext;
import org.velocitydb.server.node.VelocityNode;
import org.velocitydb.server.users.Argon2Phc;
import org.velocitydb.server.users.UserDirectory;
import org.velocitydb.transport.network.NioNetwork;

/**
 * A disk that fills up and is given room again. It is simulated, since a real one of a chosen size takes privileges;
 * the node, its threads and its sockets are real.
 */
class FullDiskTest
{
    private static final long ROOM = 3L * 1024 * 1024;
    private static final int VALUE_LENGTH = 1_000;
    private static final int WRITE_COUNT_MAX = 20_000;

    private final SimulatedStorage storage = new SimulatedStorage(7);
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final Map<String, String> acknowledged = new HashMap<>();

    @TempDir
    private Path directory;

    @Test
    void shouldRefuseWritesWhileTheDiskIsFullAndGoOnWhenThereIsRoom() throws Exception
    {
        try (VelocityNode node = launch(); VelocityClient client = login(node))
        {
            storage.capacityBytes(ROOM);
            final VelocityException refused = writeUntilRefused(client);

            assertEquals(ErrorCode.DISK_FULL, refused.code(), refused.toString());
            assertEquals(Outcome.NOT_DONE, refused.outcome());
            assertAcknowledged(client);
            assertTrue(client.stats().contains("read-only: disk full"), client.stats());
            assertNull(node.failure());

            storage.capacityBytes(Long.MAX_VALUE);
            Await.until(() -> "writes stay refused: " + client.stats(), () -> isWritten(client, "after"));
            assertAcknowledged(client);
            assertTrue(client.stats().contains("\"state\":\"serving\""), client.stats());
        }

        try (VelocityNode node = launch(); VelocityClient client = login(node))
        {
            assertAcknowledged(client);
            assertEquals((long) acknowledged.size(),
                client.query("SELECT COUNT(*) FROM kv").rows().get(0).values().get(0));
        }
    }

    private VelocityException writeUntilRefused(final VelocityClient client)
    {
        final String filler = "x".repeat(VALUE_LENGTH);
        for (int i = 0; i < WRITE_COUNT_MAX; i++)
        {
            final String key = "key:" + i;
            try
            {
                client.insert(key, i + filler);
                acknowledged.put(key, i + filler);
            }
            catch (final VelocityException ex)
            {
                return ex;
            }
        }
        throw new AssertionError("the disk did not fill up: errors=" + errors);
    }

    private boolean isWritten(final VelocityClient client, final String key)
    {
        try
        {
            client.insert(key, "there is room");
            acknowledged.put(key, "there is room");
            return true;
        }
        catch (final VelocityException ex)
        {
            assertEquals(ErrorCode.DISK_FULL, ex.code(), ex.toString());
            return false;
        }
    }

    private void assertAcknowledged(final VelocityClient client)
    {
        acknowledged.forEach((key, value) -> assertEquals(value, client.select(key).orElse(null), key));
    }

    // --- the node

    private VelocityNode launch()
    {
        return VelocityNode.launch(new NodeContext()
            .store(new StoreContext()
                .storage(storage)
                .seed(11)
                .errorHandler(errors::add)
                .memtableEntryCountMax(500)
                .compactionThreshold(2)
                .segmentLength(256 * 1024))
            .network(new NioNetwork())
            .bindAddress(new InetSocketAddress("127.0.0.1", 0))
            .identity(new Identity(HostKey.loadOrCreate(directory)))
            .entropy((bytes) -> new SecureRandom().nextBytes(bytes))
            .users(UserDirectory.of(Map.of(ServerFiles.USER, anyPhc()), Set.of()))
            .passwordVerifier(
                (phc, password) -> new String(password, StandardCharsets.UTF_8).equals(ServerFiles.PASSWORD))
            .errorHandler(errors::add));
    }

    private VelocityClient login(final VelocityNode node)
    {
        final VelocityClient client = VelocityClient.connect(
            ClientOptions.of("127.0.0.1:" + node.localAddress().getPort())
                .requestTimeout(Duration.ofMillis(Await.TIMEOUT_MS))
                .knownServers(directory.resolve("known_servers")));
        client.authenticate(ServerFiles.USER, ServerFiles.PASSWORD);
        return client;
    }

    private static Argon2Phc anyPhc()
    {
        return Argon2Phc.parse(
            "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" +
                "9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ");
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
