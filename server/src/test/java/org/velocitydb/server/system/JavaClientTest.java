package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.ClientOptions;
import org.velocitydb.client.PoolListener;
import org.velocitydb.client.PoolOptions;
import org.velocitydb.client.QueryResult;
import org.velocitydb.client.RequestTimeoutException;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.client.VelocityPool;
import org.velocitydb.client.VersionedValue;
import org.velocitydb.client.WriteAnswer;
import org.velocitydb.client.WriteRequest;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;

/**
 * What the Java client promises, against the process itself: over a network that cuts, stalls, delays, doubles and
 * reorders, and through crashes of the server. Writes are increments, so one that is done twice or not at all shows in
 * the sum.
 */
class JavaClientTest
{
    private static final int THREAD_COUNT = 4;
    private static final int KILL_COUNT = 2;
    private static final long RETRY_PERIOD_NS = 1_000_000;
    /** So many that only the deadline ends the attempts. */
    private static final int ATTEMPTS = 1_000_000;

    @TempDir
    private static Path sharedDirectory;
    private static VelocityProcess sharedServer;

    @TempDir
    private Path directory;
    private FaultyProxy network;

    @BeforeAll
    static void startServer() throws IOException
    {
        ServerFiles.write(sharedDirectory, "");
        sharedServer = VelocityProcess.startServer(sharedDirectory);
    }

    @AfterAll
    static void stopServer()
    {
        sharedServer.close();
    }

    @BeforeEach
    void openNetwork()
    {
        network = new FaultyProxy(sharedServer.port());
    }

    @AfterEach
    void closeNetwork()
    {
        network.close();
    }

    // --- times to live and counters

    @Test
    void shouldTellHowLongAValueWillLiveAndFindNoneThatHasExpired()
    {
        try (VelocityClient client = sharedServer.login())
        {
            client.put(utf8("long"), utf8("1"), Duration.ofHours(1));
            client.put(utf8("for ever"), utf8("2"));
            client.put(utf8("short"), utf8("3"), Duration.ofMillis(1));

            final long ttlMs = client.get(utf8("long")).orElseThrow().ttlMs();
            assertTrue(ttlMs > 0 && ttlMs <= Duration.ofHours(1).toMillis(), "ttl=" + ttlMs);
            assertEquals(VersionedValue.NO_TTL, client.get(utf8("for ever")).orElseThrow().ttlMs());
            Await.until(() -> "does not expire", () -> client.get(utf8("short")).isEmpty());
            assertTrue(client.multiGet(List.of(utf8("long"))).get(0).orElseThrow().ttlMs() > 0);

            client.put(utf8("long"), utf8("4"));
            assertEquals(VersionedValue.NO_TTL, client.get(utf8("long")).orElseThrow().ttlMs());
        }
    }

    @Test
    void shouldCountAndSayWhatACounterCameTo()
    {
        try (VelocityClient client = sharedServer.login())
        {
            assertEquals(5, client.increment(utf8("counter"), 5));
            assertEquals(3, client.increment(utf8("counter"), -2));
            final WriteAnswer answer = client.batch(
                new WriteRequest().increment(utf8("counter"), 4)
                    .increment(utf8("counter"), 3)
                    .increment(utf8("brief"), -1, Duration.ofHours(1)));
            assertEquals(-1, answer.counterValue());
            assertEquals(3, answer.appliedCount());
            assertEquals("10", client.select("counter").orElseThrow());
            assertTrue(client.get(utf8("brief")).orElseThrow().ttlMs() > 0);

            client.insert("word", "one");
            final VelocityException refused = assertThrows(
                VelocityException.class, () -> client.increment(utf8("word"), 1));
            assertEquals(ErrorCode.INVALID_COMMAND, refused.code());
            assertEquals(Outcome.NOT_DONE, refused.outcome());
        }
    }

    @Test
    void shouldAnswerARetriedIncrementWithWhatItFirstCameTo()
    {
        try (VelocityClient client = sharedServer.login())
        {
            final WriteRequest request = new WriteRequest().increment(utf8("retried"), 7).requestId(4711, 1);
            assertEquals(7, client.batch(request).counterValue());
            client.increment(utf8("retried"), 1);

            final WriteAnswer again = client.batch(request);

            assertTrue(again.isReplay());
            assertEquals(7, again.counterValue());
            assertEquals("8", client.select("retried").orElseThrow());
        }
    }

    // --- what the network does

    @Test
    void shouldDoAWriteOnceThatTheNetworkDoubles()
    {
        network.doubleWrites(true);
        try (VelocityPool pool = VelocityPool.connect(options()))
        {
            for (int i = 1; i <= 200; i++)
            {
                assertEquals(i, pool.client().increment(utf8("doubled"), 1));
            }
        }
    }

    @Test
    void shouldDoAWriteOnceThatArrivesAfterItsRetryAndAfterLaterWrites() throws Exception
    {
        try (VelocityPool pool = VelocityPool.connect(options()))
        {
            network.holdWrites(true);
            final CompletableFuture<Long> write = pool.client().async().increment(utf8("late"), 1);
            Await.until(() -> "no write has come", () -> network.heldCount() == 1);
            network.holdWrites(false);
            network.cutClients();

            assertEquals(1, write.get());
            assertEquals(2, pool.client().increment(utf8("late"), 1));
            network.deliverHeld();
            Await.until(() -> "the late write is not answered", () -> network.unclaimedBytes() > 0);

            assertEquals("2", pool.client().select("late").orElseThrow());
        }
    }

    @Test
    void shouldAnswerAStatementWhoseAnswerWasLostAsItWasDoneAtFirst() throws Exception
    {
        try (VelocityPool pool = VelocityPool.connect(options()); VelocityClient direct = sharedServer.login())
        {
            direct.insert("statement", "first");
            network.holdAnswers(true);
            final CompletableFuture<QueryResult> statement = pool.client()
                .async()
                .query("UPDATE kv SET value = ? WHERE key = 'statement'", "second");
            Await.until(
                () -> "the statement is not done",
                () -> direct.select("statement").orElseThrow().equals("second"));
            direct.insert("statement", "third");
            network.cut();
            network.holdAnswers(false);

            assertEquals(1, statement.get().rowsAffected());
            assertEquals("third", direct.select("statement").orElseThrow());
        }
    }

    @Test
    void shouldDoEachWriteOnceWhileConnectionsAreCut() throws Exception
    {
        final int writeCount = 150;
        try (VelocityPool pool = VelocityPool.connect(options().connectionsPerServer(2)))
        {
            final AtomicInteger done = new AtomicInteger();
            final List<Future<Integer>> writers = startWriters(pool, "cut", (count) -> count < writeCount, done);
            for (int i = 1; i <= 10; i++)
            {
                final int next = i * THREAD_COUNT * writeCount / 12;
                Await.until(() -> "no progress: done=" + done, () -> done.get() >= next);
                network.cut();
            }
            assertSums(pool.client(), "cut", writers);
        }
    }

    @Test
    void shouldFindAStalledConnectionByPingAndFinishWhatIsUnderWayOnAnother() throws Exception
    {
        final AtomicInteger lostCount = new AtomicInteger();
        final ClientOptions server = network().pingInterval(Duration.ofMillis(50)).pingTimeout(Duration.ofMillis(500));
        try (VelocityPool pool = VelocityPool.connect(options(server).listener(new PoolListener()
        {
            @Override
            public void connectionLost(final String name, final VelocityException reason)
            {
                lostCount.incrementAndGet();
            }
        })))
        {
            // While it waits for an answer.
            assertEquals(1, pool.client().increment(utf8("stalled"), 1));
            network.stall();
            assertEquals(2, pool.client().increment(utf8("stalled"), 1));

            // While it is idle.
            final int before = lostCount.get();
            network.stall();
            Await.until(() -> "the stalled connection is not found", () -> lostCount.get() > before);
            assertEquals("2", pool.client().select("stalled").orElseThrow());
        }
    }

    @Test
    void shouldSayWhatIsInDoubtWhenAnswersDoNotComeInTime() throws Exception
    {
        try (VelocityPool pool = VelocityPool.connect(options()))
        {
            final VelocityClient hasty = pool.client().within(Duration.ofSeconds(1));
            network.holdAnswers(true);

            assertEquals(
                Outcome.NOT_DONE, assertThrows(VelocityException.class, () -> hasty.select("delayed")).outcome());
            final VelocityException write = assertThrows(
                VelocityException.class, () -> hasty.increment(utf8("delayed"), 1));
            assertInstanceOf(RequestTimeoutException.class, write);
            assertEquals(Outcome.UNKNOWN, write.outcome());

            network.holdAnswers(false);
            assertEquals(2, pool.client().increment(utf8("delayed"), 1));
        }
    }

    @Test
    void shouldWaitForWhatIsUnderWayWhenClosed() throws Exception
    {
        final VelocityPool pool = VelocityPool.connect(options());
        network.holdAnswers(true);
        final List<CompletableFuture<Long>> writes = new ArrayList<>();
        for (int i = 0; i < 50; i++)
        {
            writes.add(pool.client().async().increment(utf8("closing"), 1));
        }
        final CompletableFuture<Void> closing = CompletableFuture.runAsync(pool::close);
        Await.until(
            () -> "the pool takes requests", () -> pool.client().async().ping().isCompletedExceptionally());
        assertFalse(closing.isDone());

        network.holdAnswers(false);
        closing.get();

        for (final CompletableFuture<Long> write : writes)
        {
            assertTrue(write.get() > 0);
        }
    }

    // --- crashes

    @Test
    void shouldDoEachWriteOnceWhileTheServerIsKilledAndStartedAgain() throws Exception
    {
        ServerFiles.write(directory, "");
        VelocityProcess server = VelocityProcess.startServer(directory);
        network.serverPort(server.port());
        final AtomicBoolean isEnding = new AtomicBoolean();
        final ClientOptions throughNetwork = ClientOptions.of(network.address())
            .trustFingerprint(server.fingerprint())
            .requestTimeout(Duration.ofMillis(2 * Await.TIMEOUT_MS));
        try (VelocityPool pool = VelocityPool.connect(options(throughNetwork).connectionsPerServer(2)))
        {
            final AtomicInteger done = new AtomicInteger();
            final List<Future<Integer>> writers = startWriters(
                pool, "killed", (count) -> !isEnding.get(), done);
            for (int i = 0; i < KILL_COUNT; i++)
            {
                final int next = done.get() + 100;
                Await.until(() -> "no progress: done=" + done, () -> done.get() >= next);
                server.kill();
                server = VelocityProcess.startServer(directory);
                network.serverPort(server.port());
            }
            final int next = done.get() + 100;
            Await.until(() -> "no progress: done=" + done, () -> done.get() >= next);
            isEnding.set(true);

            assertSums(pool.client(), "killed", writers);
        }
        finally
        {
            isEnding.set(true);
            server.close();
        }
    }

    // --- helpers

    /** Says whether a writer that has done so much goes on. */
    @FunctionalInterface
    private interface GoOn
    {
        boolean test(int doneCount);
    }

    /**
     * Starts threads that each add to a counter of their own and to one that they share, in one batch. Each call must
     * succeed and give its own counter's new value, or say that it certainly was not done.
     */
    private static List<Future<Integer>> startWriters(
        final VelocityPool pool, final String name, final GoOn goOn, final AtomicInteger done)
    {
        final ExecutorService threads = Executors.newFixedThreadPool(THREAD_COUNT);
        final List<Future<Integer>> writers = new ArrayList<>();
        for (int i = 0; i < THREAD_COUNT; i++)
        {
            final byte[] own = utf8(name + ":" + i);
            writers.add(threads.submit(() ->
            {
                int count = 0;
                while (goOn.test(count))
                {
                    if (isDone(pool.client(), name, own, count + 1))
                    {
                        count++;
                        done.incrementAndGet();
                    }
                }
                return count;
            }));
        }
        threads.shutdown();
        return writers;
    }

    private static boolean isDone(
        final VelocityClient client, final String name, final byte[] own, final int expectedCount)
    {
        try
        {
            final WriteAnswer answer = client.batch(new WriteRequest().increment(utf8(name), 1).increment(own, 1));
            assertEquals(expectedCount, answer.counterValue(), "done twice or not at all");
            return true;
        }
        catch (final VelocityException ex)
        {
            assertEquals(Outcome.NOT_DONE, ex.outcome(), ex.toString());
            // Nobody can be reached, which is said at once.
            LockSupport.parkNanos(RETRY_PERIOD_NS);
            return false;
        }
    }

    private static void assertSums(
        final VelocityClient client, final String name, final List<Future<Integer>> writers)
        throws InterruptedException, ExecutionException
    {
        int sum = 0;
        for (int i = 0; i < writers.size(); i++)
        {
            final int count = writers.get(i).get();
            assertEquals(Integer.toString(count), client.select(name + ":" + i).orElseThrow());
            sum += count;
        }
        assertEquals(Integer.toString(sum), client.select(name).orElseThrow());
    }

    private ClientOptions network()
    {
        return ClientOptions.of(network.address())
            .trustFingerprint(sharedServer.fingerprint())
            .requestTimeout(Duration.ofMillis(Await.TIMEOUT_MS));
    }

    private PoolOptions options()
    {
        return options(network());
    }

    private static PoolOptions options(final ClientOptions server)
    {
        return PoolOptions.of(server)
            .login(ServerFiles.USER, ServerFiles.PASSWORD)
            .connectionsPerServer(1)
            .maxAttempts(ATTEMPTS)
            .backoff(Duration.ofMillis(5), Duration.ofMillis(100));
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
