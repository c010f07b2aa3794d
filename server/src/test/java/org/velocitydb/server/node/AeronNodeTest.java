package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import com.sun.management.ThreadMXBean;
import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import org.agrona.concurrent.NoOpLock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.velocitydb.client.ClientOptions;
import org.velocitydb.client.ConnectionLostException;
import org.velocitydb.client.Entry;
import org.velocitydb.client.QueryResult;
import org.velocitydb.client.Scan;
import org.velocitydb.client.ScanRequest;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.client.WriteAnswer;
import org.velocitydb.client.WriteRequest;
import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.aeron.AeronDefaults;
import org.velocitydb.protocol.aeron.ConnectMessage;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.server.metrics.ExpositionParser;
import org.velocitydb.server.metrics.MetricsWriter;
import org.velocitydb.transport.network.NetworkException;

/**
 * A whole node over Aeron with an embedded media driver, through the Java client where that can do it.
 */
class AeronNodeTest
{
    private static final byte[] KEY = bytes("key");
    private static final int ENTRY_COUNT = 3_000;
    private static final int LARGE_LENGTH = 20 * 1024 * 1024;
    private static final int MEASURED_COUNT = 20_000;
    private static final int PIPELINE = 50;

    @TempDir
    private Path directory;
    private AeronNode node;

    @BeforeEach
    void before()
    {
        node = new AeronNode(directory);
    }

    @AfterEach
    void after()
    {
        node.close();
        assertEquals(List.of(), node.errors());
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void shouldServeWhatTcpServes(final boolean isIpc)
    {
        node.launch();
        try (VelocityClient client = node.connect(isIpc ? node.ipc() : node.udp()))
        {
            final WriteAnswer answer = client.batch(
                new WriteRequest().put(KEY, bytes("value")).durability(Durability.GROUP));
            assertEquals(Durability.GROUP, answer.durability());
            assertArrayEquals(bytes("value"), client.get(KEY).orElseThrow().value());

            final WriteRequest batch = new WriteRequest();
            for (int i = 0; i < ENTRY_COUNT; i++)
            {
                batch.put(bytes(String.format("row:%06d", i)), new byte[500]);
            }
            client.batch(batch);
            int count = 0;
            try (Scan scan = client.scan(ScanRequest.prefix(bytes("row:"))))
            {
                while (scan.hasNext())
                {
                    final Entry entry = scan.next();
                    assertArrayEquals(bytes(String.format("row:%06d", count)), entry.key());
                    count++;
                }
            }
            assertEquals(ENTRY_COUNT, count);

            client.query("INSERT INTO kv (key, value) VALUES (?, ?)", "sql", "text");
            final QueryResult found = client.query("SELECT value FROM kv WHERE key = ?", "sql");
            assertEquals(1, found.rows().size());
            client.ping();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void shouldCarryValuesThatAreLongerThanAnyMessage(final boolean isIpc)
    {
        node.launch();
        final byte[] value = new byte[isIpc ? LARGE_LENGTH : LARGE_LENGTH / 10];
        new SplittableRandom(1).nextBytes(value);
        try (VelocityClient client = node.connect(isIpc ? node.ipc() : node.udp()))
        {
            client.put(KEY, value);

            assertArrayEquals(value, client.get(KEY).orElseThrow().value());
        }
    }

    @Test
    void shouldServeAClientWithAMediaDriverOfItsOwn()
    {
        node.launch();
        try (VelocityClient client = node.connect(node.udpOfOwnDriver()))
        {
            client.put(KEY, KEY);

            assertArrayEquals(KEY, client.get(KEY).orElseThrow().value());
        }
    }

    @Test
    void shouldSayWhoIsConnectedAndEndWhomAnOperatorNames()
    {
        node.launch();
        try (VelocityClient operator = node.connect(node.ipc()); VelocityClient other = node.connect(node.udp()))
        {
            final QueryResult connections = operator.query("SHOW CONNECTIONS");
            assertEquals(2, connections.rows().size());
            long otherId = -1;
            for (final QueryResult.Row row : connections.rows())
            {
                assertTrue(row.values().get(1).toString().startsWith("127.0.0.1:"), row::toString);
                if (!row.values().get(1).equals("127.0.0.1:0"))
                {
                    otherId = Long.parseLong(row.values().get(0).toString());
                }
            }
            operator.query("KILL " + otherId);

            final VelocityException failure = assertThrows(VelocityException.class, () -> pingForEver(other));
            assertEquals(ErrorCode.CONNECTION_KILLED, failure.code());
            operator.ping();
        }
    }

    @Test
    void shouldRefuseAWrongPasswordAndConnectionsOverTheLimit()
    {
        node.maxConnections(1).launch();
        try (VelocityClient client = VelocityClient.connect(options()))
        {
            final VelocityException refusal = assertThrows(
                VelocityException.class, () -> client.authenticate(AeronNode.USER, "wrong"));
            assertEquals(ErrorCode.INVALID_CREDENTIALS, refusal.code());

            final VelocityException second = assertThrows(
                VelocityException.class, () -> VelocityClient.connect(options()));
            assertEquals(ErrorCode.CONNECTION_LIMIT, second.code());
        }
        AeronNode.await("the connection is gone", () -> node.figure("open") == 0);
        node.connect(node.ipc()).close();
    }

    @Test
    void shouldHoldLittleForAPeerThatDoesNotTakeItsAnswers() throws IOException
    {
        final int answerCount = 1_000;
        node.launch();
        try (VelocityClient other = node.connect(node.ipc());
            AeronPipeline slow = new AeronPipeline(node.ipc()).login())
        {
            other.put(KEY, new byte[64 * 1024]);
            slow.sendGets(KEY, answerCount);
            AeronNode.await("answers wait", () -> node.figure("output_pressure") > 0);
            for (int i = 0; i < 100; i++)
            {
                other.get(KEY);
            }
            final long heldBytes = node.node().statistics().poolBytesUsed();
            assertTrue(heldBytes < 8 * 1024 * 1024, () -> "bytes held: " + heldBytes);

            for (int i = 0; i < answerCount; i++)
            {
                assertTrue(slow.receive(MessageType.GET_RESULT) > 64 * 1024);
            }
        }
    }

    @Test
    void shouldEndTheSessionOfAClientThatDiesWithoutAWord()
    {
        node.aeron().clientLivenessTimeoutNs(TimeUnit.SECONDS.toNanos(2));
        node.launch();
        final Aeron dying = Aeron.connect(new Aeron.Context()
            .aeronDirectoryName(node.driverDirectory().toString())
            .useConductorAgentInvoker(true)
            .clientLock(NoOpLock.INSTANCE)
            .errorHandler((ex) ->
            {
            }));
        connect(dying);
        AeronNode.await("it is connected", () -> node.figure("accepted") == 1);

        AeronNode.await("its session is gone", () -> node.figure("open") == 0);
        assertEquals(0, node.figure("closed_handshake_timeout"));
        // Its driver has given it up; nothing is sent any more.
        dying.close();
        node.errors().clear();
    }

    @Test
    void shouldEndTheSessionOfAClientWhoseMediaDriverIsGone()
    {
        node.aeron().clientLivenessTimeoutNs(TimeUnit.SECONDS.toNanos(2));
        node.launch();
        final Path directoryOfOther = directory.resolve("other");
        final VelocityClient client;
        try (MediaDriver driver = launchDriver(directoryOfOther))
        {
            client = node.connect(node.udpOfOwnDriver() + "|dir=" + driver.aeronDirectoryName());
            client.put(KEY, KEY);
        }
        assertThrows(ConnectionLostException.class, () -> pingForEver(client));
        client.close();

        AeronNode.await("its session is gone", () -> node.figure("open") == 0);
    }

    @Test
    void shouldAnswerNothingBeforeTheLogin() throws IOException
    {
        node.launch();
        try (AeronPipeline stranger = new AeronPipeline(node.ipc()))
        {
            stranger.sendGets(KEY, 1);
            stranger.receive(MessageType.ERROR);
        }
    }

    @Test
    void shouldTurnAwayWhoDoesNotBeginWithAConnectMessage()
    {
        node.launch();
        try (Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(node.driverDirectory().toString()));
            ExclusivePublication publication = aeron.addExclusivePublication("aeron:ipc", AeronDefaults.STREAM_ID))
        {
            AeronNode.await("it is heard", publication::isConnected);
            final UnsafeBuffer garbage = new UnsafeBuffer(new byte[ConnectMessage.LENGTH]);
            AeronNode.await("it is sent", () -> publication.offer(garbage) > 0);

            AeronNode.await("it is refused", () -> node.figure("aeron_refused") == 1);
            final MetricsWriter metrics = new MetricsWriter();
            node.node().writeMetrics(metrics);
            assertEquals(1, ExpositionParser.parse(metrics.toString()).get("velocitydb_aeron_refused_total"));
            AeronNode.await("it is told so", () -> !publication.isConnected());
        }
        node.connect(node.ipc()).close();
    }

    @Test
    void shouldKeepWhatWasAcknowledgedWhenTheServerIsStartedAgain() throws IOException
    {
        node.launch();
        final VelocityClient before = node.connect(node.ipc());
        before.put(KEY, KEY);
        node.close();
        final VelocityException failure = assertThrows(VelocityException.class, () -> pingForEver(before));
        assertTrue(failure.code() == ErrorCode.SHUTTING_DOWN || failure instanceof ConnectionLostException,
            failure::toString);
        before.close();
        assertFalse(Files.exists(node.driverDirectory()), "the driver's directory is left");
        node.launch();

        try (VelocityClient client = node.connect(node.ipc()))
        {
            assertArrayEquals(KEY, client.get(KEY).orElseThrow().value());
        }
    }

    @Test
    void shouldUseADriverThatRunsAlreadyAndOutliveAServerOnIt()
    {
        node.aeron().isDriverEmbedded(false);
        assertThrows(NetworkException.class, node::launch);
        try (MediaDriver driver = launchDriver())
        {
            for (int i = 0; i < 2; i++)
            {
                node.launch();
                try (VelocityClient client = node.connect(node.ipc()))
                {
                    client.put(KEY, KEY);
                }
                node.close();
            }
            assertTrue(Files.exists(Path.of(driver.aeronDirectoryName())));
        }
    }

    @Test
    void shouldGoOnOverTcpWithoutADriverAndServeAeronAgainWhenThereIsOne()
    {
        node.aeron().isDriverEmbedded(false);
        final VelocityClient lost;
        try (MediaDriver driver = launchDriver())
        {
            node.launch();
            lost = node.connect(node.ipc());
            lost.put(KEY, KEY);
            assertTrue(Files.exists(Path.of(driver.aeronDirectoryName())));
        }
        try (VelocityClient tcp = node.connect(node.tcp()))
        {
            assertThrows(ConnectionLostException.class, () -> pingForEver(lost));
            lost.close();
            AeronNode.await("its session is gone", () -> node.figure("open") == 1);
            assertThrows(ConnectionLostException.class, () -> node.connect(node.ipc()));
            assertArrayEquals(KEY, tcp.get(KEY).orElseThrow().value());

            try (MediaDriver driver = launchDriver())
            {
                try (VelocityClient again = node.connect(node.ipc()))
                {
                    assertArrayEquals(KEY, again.get(KEY).orElseThrow().value());
                }
                assertTrue(Files.exists(Path.of(driver.aeronDirectoryName())));
                node.close();
            }
        }
        assertEquals(1, node.errors().size(), () -> "told once: " + node.errors());
        node.errors().clear();
    }

    @Test
    void shouldKeepTheDriversDirectoryToItself() throws IOException
    {
        node.launch();

        assertEquals("rwx------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(node.driverDirectory())));
        assertThrows(NetworkException.class, () -> new AeronNode(directory.resolve("second")).launch());
    }

    @Test
    void shouldAllocateNothingOnTheServersLoopForAGet() throws IOException
    {
        node.launch();
        try (VelocityClient client = node.connect(node.ipc());
            AeronPipeline pipeline = new AeronPipeline(node.ipc()).login())
        {
            client.put(KEY, new byte[100]);
            get(pipeline, MEASURED_COUNT);
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            final long loopId = Thread.getAllStackTraces().keySet().stream()
                .filter((thread) -> thread.getName().equals("event-loop-1"))
                .findFirst().orElseThrow().getId();
            final long beforeBytes = threads.getThreadAllocatedBytes(loopId);

            get(pipeline, MEASURED_COUNT);

            final double each = (double) (threads.getThreadAllocatedBytes(loopId) - beforeBytes) / MEASURED_COUNT;
            final String figure = String.format(Locale.ROOT, "bytes allocated for a GET over Aeron: %.3f", each);
            System.out.println(figure);
            assertTrue(each < 1, figure);
        }
    }

    private static void get(final AeronPipeline pipeline, final int count) throws IOException
    {
        for (int i = 0; i < count; i += PIPELINE)
        {
            pipeline.sendGets(KEY, PIPELINE);
            for (int j = 0; j < PIPELINE; j++)
            {
                pipeline.receive(MessageType.GET_RESULT);
            }
        }
    }

    private static void pingForEver(final VelocityClient client)
    {
        while (true)
        {
            client.ping();
        }
    }

    /** One that the server does not own. */
    private MediaDriver launchDriver()
    {
        return launchDriver(node.driverDirectory());
    }

    private static MediaDriver launchDriver(final Path directory)
    {
        return MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(directory.toString())
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .threadingMode(ThreadingMode.SHARED)
            .sharedIdleStrategy(YieldingIdleStrategy.INSTANCE)
            .clientLivenessTimeoutNs(TimeUnit.MINUTES.toNanos(2))
            .publicationUnblockTimeoutNs(TimeUnit.MINUTES.toNanos(4)));
    }

    private static void connect(final Aeron aeron)
    {
        aeron.addSubscription("aeron:ipc?session-id=7", 7);
        final ExclusivePublication publication = aeron
            .addExclusivePublication("aeron:ipc", AeronDefaults.STREAM_ID);
        final UnsafeBuffer message = new UnsafeBuffer(new ConnectMessage(7, 7, ConnectMessage.NO_PORT).encode());
        AeronNode.await("it is sent", () -> publication.offer(message) > 0);
    }

    private ClientOptions options()
    {
        return ClientOptions.of(node.ipc()).knownServers(directory.resolve("known_servers"));
    }

    private static byte[] bytes(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
