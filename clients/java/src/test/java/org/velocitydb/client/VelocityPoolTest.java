package org.velocitydb.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.MessageType;

/**
 * What a pool does when its servers fail it, by scripts. Real servers and networks are in the server's system tests.
 */
@Timeout(30)
class VelocityPoolTest
{
    private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;
    private final List<FakeServer> servers = new ArrayList<>();

    @AfterEach
    void stopServers()
    {
        servers.forEach(FakeServer::close);
    }

    @Test
    void shouldRepeatAWriteThatIsInDoubtUnderTheSameIdAndTheNextOneUnderAnother()
    {
        final List<Long> numbers = new ArrayList<>();
        final List<Long> clientIds = new ArrayList<>();
        final MapScript map = new MapScript();
        final FakeServer server = start(map, request ->
        {
            if (request.type() == MessageType.WRITE)
            {
                clientIds.add(request.frame().clientId());
                numbers.add(request.frame().requestNumber());
                if (numbers.size() == 1)
                {
                    request.peer().close();
                    return;
                }
            }
            map.onRequest(request);
        });
        try (VelocityPool pool = VelocityPool.connect(options(server)))
        {
            assertTrue(pool.client().put(KEY, KEY).isApplied());
            assertTrue(pool.client().put(KEY, KEY).isApplied());
        }

        assertEquals(numbers.get(0), numbers.get(1));
        assertNotEquals(numbers.get(1), numbers.get(2));
        assertEquals(1, clientIds.stream().distinct().count());
    }

    @Test
    void shouldNotTakeAWriteThatIsInDoubtToAnotherServer() throws Exception
    {
        final FakeServer first = start(new MapScript(), request ->
        {
            if (request.type() == MessageType.WRITE)
            {
                servers.get(0).close();
            }
        });
        final AtomicInteger writeCount = new AtomicInteger();
        final MapScript map = new MapScript();
        final FakeServer second = start(map, request ->
        {
            writeCount.addAndGet(request.type() == MessageType.WRITE ? 1 : 0);
            map.onRequest(request);
        });
        final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
        final PoolOptions options = options(first).server(client(second)).listener(recordTo(events));
        try (VelocityPool pool = VelocityPool.connect(options))
        {
            final CompletableFuture<WriteAnswer> doubtful = pool.client().async().put(KEY, KEY);
            awaitEvent(events, "retried WRITE 1 UNKNOWN");
            // Whoever has no doubt goes on meanwhile.
            awaitEvent(events, "connectFailed");
            assertTrue(pool.client().put(KEY, KEY).isApplied());
            assertFalse(doubtful.isDone());
            pool.close(Duration.ofMillis(1));

            final VelocityException failure = assertInstanceOf(
                VelocityException.class, assertThrows(ExecutionException.class, doubtful::get).getCause());
            assertEquals(Outcome.UNKNOWN, failure.outcome());
            assertEquals(1, writeCount.get());
        }
    }

    @Test
    void shouldReadFromAnotherServerWhenOneIsGone()
    {
        final FakeServer first = start(new MapScript(), request -> servers.get(0).close());
        final FakeServer second = start(new MapScript());
        try (VelocityPool pool = VelocityPool.connect(options(first).server(client(second))))
        {
            assertFalse(pool.client().get(KEY).isPresent());
        }
    }

    @Test
    void shouldNotRepeatWhatMayBeDoneTwice()
    {
        final AtomicInteger count = new AtomicInteger();
        final FakeServer server = start(new MapScript(), request ->
        {
            count.incrementAndGet();
            request.peer().close();
        });
        try (VelocityPool pool = VelocityPool.connect(options(server)))
        {
            final VelocityException failure = assertThrows(
                VelocityException.class, () -> pool.client().query("CREATE TABLE orders"));

            assertEquals(Outcome.UNKNOWN, failure.outcome());
            assertEquals(1, count.get());
        }
    }

    @Test
    void shouldTryAgainAsOftenAsAllowedAndThenSayWhy()
    {
        final AtomicInteger count = new AtomicInteger();
        final FakeServer server = start(new MapScript(), request ->
        {
            count.incrementAndGet();
            request.fail(ErrorCode.RATE_LIMITED, Outcome.NOT_DONE, -1, "slowly");
        });
        try (VelocityPool pool = VelocityPool.connect(options(server).maxAttempts(3)))
        {
            final VelocityException failure = assertThrows(
                VelocityException.class, () -> pool.client().put(KEY, KEY));

            assertEquals(ErrorCode.RATE_LIMITED, failure.code());
            assertEquals(Outcome.NOT_DONE, failure.outcome());
            assertEquals(3, count.get());
            // There is no time for what the server asks to wait.
            assertThrows(VelocityException.class, () -> pool.client().within(Duration.ofMillis(10)).put(KEY, KEY));
            assertTrue(count.get() <= 4, "count=" + count);
        }
    }

    @Test
    void shouldFailAtOnceWhileNobodyCanBeReachedAndGoOnWhenSomebodyCan() throws Exception
    {
        final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
        final FakeServer server = start(new MapScript());
        final PoolOptions options = options(server).listener(recordTo(events));
        try (VelocityPool pool = VelocityPool.connect(options))
        {
            server.close();
            awaitEvent(events, "connectFailed");

            final VelocityException failure = assertInstanceOf(
                VelocityException.class,
                assertThrows(ExecutionException.class, () -> pool.client().async().put(KEY, KEY).get()).getCause());
            assertInstanceOf(ConnectionLostException.class, failure);
            assertEquals(Outcome.NOT_DONE, failure.outcome());

            servers.add(server.startAgain());
            awaitEvent(events, "connected");
            assertTrue(pool.client().put(KEY, KEY).isApplied());
        }
    }

    @Test
    void shouldSayThatItIsConnectedOnlyOnceRequestsFindTheConnection() throws Exception
    {
        final AtomicReference<VelocityPool> made = new AtomicReference<>();
        final CompletableFuture<Boolean> isFound = new CompletableFuture<>();
        final FakeServer server = start(new MapScript());
        final PoolListener listener = new PoolListener()
        {
            @Override
            public void connected(final String name, final int attempts)
            {
                final VelocityPool pool = made.get();
                if (pool != null)
                {
                    isFound.complete(pool.choose() != null);
                }
            }
        };
        try (VelocityPool pool = VelocityPool.connect(options(server).listener(listener)))
        {
            made.set(pool);
            server.close();
            servers.add(server.startAgain());

            assertTrue(isFound.get());
        }
    }

    @Test
    void shouldRefuseToConnectWhereNobodyIs()
    {
        final FakeServer server = start(new MapScript());
        server.close();

        assertThrows(ConnectionLostException.class, () -> VelocityPool.connect(options(server)));
    }

    @Test
    void shouldPassOnThatTheUserIsRefused()
    {
        final FakeServer server = new FakeServer(
            request -> request.fail(ErrorCode.INVALID_CREDENTIALS, Outcome.NOT_DONE, -1, "no"));
        servers.add(server);

        final VelocityException failure = assertThrows(
            VelocityException.class, () -> VelocityPool.connect(options(server)));

        assertEquals(ErrorCode.INVALID_CREDENTIALS, failure.code());
    }

    @Test
    void shouldSpreadRequestsOverServersAsAsked()
    {
        final AtomicInteger[] counts = { new AtomicInteger(), new AtomicInteger() };
        final Queue<FakeServer.Request> held = new ConcurrentLinkedQueue<>();
        final MapScript map = new MapScript();
        for (final AtomicInteger count : counts)
        {
            start(map, request ->
            {
                count.incrementAndGet();
                if (request.type() == MessageType.STATS)
                {
                    held.add(request);
                }
                else
                {
                    map.onRequest(request);
                }
            });
        }
        final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
        final PoolOptions options = options(servers.get(0)).server(client(servers.get(1)))
            .listener(recordTo(events))
            .balancing(Balancing.ROUND_ROBIN);
        try (VelocityPool pool = VelocityPool.connect(options))
        {
            awaitEvent(events, "connected");
            awaitEvent(events, "connected");
            for (int i = 0; i < 10; i++)
            {
                pool.client().get(KEY);
            }
            assertEquals(5, counts[0].get());
            assertEquals(5, counts[1].get());
        }
        try (VelocityPool pool = VelocityPool.connect(options.balancing(Balancing.LEAST_OUTSTANDING)))
        {
            awaitEvent(events, "connected");
            awaitEvent(events, "connected");
            final CompletableFuture<String> unanswered = pool.client().async().stats();
            final int busy = awaitHeld(held, counts);
            final int before = counts[1 - busy].get();
            for (int i = 0; i < 10; i++)
            {
                pool.client().get(KEY);
            }
            assertEquals(before + 10, counts[1 - busy].get());
            pool.close(Duration.ofMillis(1));
            assertThrows(ExecutionException.class, unanswered::get);
        }
    }

    private static int awaitHeld(final Queue<FakeServer.Request> held, final AtomicInteger[] counts)
    {
        while (held.isEmpty())
        {
            Thread.onSpinWait();
        }
        return counts[0].get() > counts[1].get() ? 0 : 1;
    }

    @Test
    void shouldMakeFurtherConnectionsWhileThoseThereAreHaveMuchToDo() throws Exception
    {
        final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
        final Queue<FakeServer.Request> held = new ConcurrentLinkedQueue<>();
        final FakeServer server = start(new MapScript(), held::add);
        try (VelocityPool pool = VelocityPool.connect(
            options(server).connectionsPerServer(2).listener(recordTo(events))))
        {
            awaitEvent(events, "connected");
            final List<CompletableFuture<?>> outstanding = new ArrayList<>();
            while (events.stream().noneMatch("connected"::equals))
            {
                if (outstanding.size() < 100)
                {
                    outstanding.add(pool.client().async().ping());
                }
            }
            pool.close(Duration.ofMillis(1));
            for (final CompletableFuture<?> each : outstanding)
            {
                assertThrows(ExecutionException.class, each::get);
            }
        }
    }

    @Test
    void shouldFindByPingThatAServerAnswersNothingAndAskAnotherConnection()
    {
        final AtomicInteger getCount = new AtomicInteger();
        final MapScript map = new MapScript();
        final FakeServer server = new FakeServer(request ->
        {
            // The connection of the first GET answers nothing from then on; the next is sound.
            final boolean isGet = request.type() == MessageType.GET;
            if (getCount.get() != 1 && !isGet || isGet && getCount.incrementAndGet() > 1 ||
                request.type() == MessageType.AUTH)
            {
                map.onRequest(request);
            }
        });
        servers.add(server);
        final List<VelocityException> losses = new ArrayList<>();
        final ClientOptions half = client(server).pingInterval(Duration.ofMillis(20))
            .pingTimeout(Duration.ofMillis(40));
        try (VelocityPool pool = VelocityPool.connect(options(half).listener(new PoolListener()
        {
            @Override
            public void connectionLost(final String name, final VelocityException reason)
            {
                losses.add(reason);
            }
        })))
        {
            assertFalse(pool.client().get(KEY).isPresent());
        }

        assertTrue(losses.get(0).getMessage().contains("does not answer a ping"), losses.toString());
    }

    @Test
    void shouldKeepAConnectionThatIsIdleAndAnswersPings() throws Exception
    {
        final LinkedBlockingQueue<FakeServer.Request> pings = new LinkedBlockingQueue<>();
        final FakeServer server = new FakeServer(request ->
        {
            request.answerEmpty();
            if (request.type() == MessageType.PING)
            {
                pings.add(request);
            }
        });
        servers.add(server);
        try (VelocityClient client = VelocityClient.connect(
            client(server).pingInterval(Duration.ofMillis(10)).pingTimeout(Duration.ofSeconds(10))))
        {
            client.authenticate("alice", "secret123");

            for (int i = 0; i < 5; i++)
            {
                pings.take();
            }
            client.ping();
        }
    }

    @Test
    void shouldSendEachCallsDeadline() throws Exception
    {
        final LinkedBlockingQueue<Long> timeouts = new LinkedBlockingQueue<>();
        final MapScript map = new MapScript();
        final FakeServer server = start(map, request ->
        {
            timeouts.add(request.frame().timeoutUs());
            map.onRequest(request);
        });
        try (VelocityPool pool = VelocityPool.connect(options(server));
            VelocityClient client = VelocityClient.connect(client(server)))
        {
            client.within(Duration.ofSeconds(3)).get(KEY);
            assertEquals(3_000_000, timeouts.take());
            client.async().within(Duration.ofSeconds(4)).get(KEY).get();
            assertEquals(4_000_000, timeouts.take());
            pool.client().within(Duration.ofSeconds(5)).get(KEY);
            final long left = timeouts.take();
            assertTrue(left <= 5_000_000 && left > 0, "left=" + left);
        }
    }

    @Test
    void shouldTellTheListenerOfRequestsRetriesAndConnections()
    {
        final List<String> events = new ArrayList<>();
        final AtomicInteger count = new AtomicInteger();
        final MapScript map = new MapScript();
        final FakeServer server = start(map, request ->
        {
            if (count.incrementAndGet() == 1)
            {
                request.peer().close();
                return;
            }
            map.onRequest(request);
        });
        final LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
        try (VelocityPool pool = VelocityPool.connect(options(server).listener(recordTo(queue))))
        {
            pool.client().put(KEY, KEY);
            queue.drainTo(events);
        }

        assertTrue(
            events.containsAll(
                List.of("connected", "started WRITE", "lost", "retried WRITE 1 UNKNOWN", "ended WRITE null")),
            events.toString());
    }

    @Test
    void shouldRefuseRequestsOnceClosedAndWaitForThoseUnderWay() throws Exception
    {
        final LinkedBlockingQueue<FakeServer.Request> seen = new LinkedBlockingQueue<>();
        final FakeServer server = start(new MapScript(), seen::add);
        final VelocityPool pool = VelocityPool.connect(options(server));
        final CompletableFuture<Void> outstanding = pool.client().async().ping();
        final FakeServer.Request request = seen.take();
        final CompletableFuture<Void> closing = CompletableFuture.runAsync(pool::close);

        request.answerEmpty();
        closing.get();

        assertNull(outstanding.get());
        assertEquals(
            Outcome.NOT_DONE, assertThrows(ConnectionLostException.class, () -> pool.client().ping()).outcome());
        pool.close();
    }

    @Test
    void shouldBoundWhatIsUnderWay()
    {
        final FakeServer server = start(new MapScript(), request ->
        {
        });
        final VelocityPool pool = VelocityPool.connect(options(server).maxOutstandingRequests(1));
        final CompletableFuture<Void> first = pool.client().async().ping();

        final VelocityException failure = assertThrows(
            VelocityException.class, () -> pool.client().within(Duration.ofMillis(20)).ping());

        assertEquals(ErrorCode.SERVER_OVERLOADED, failure.code());
        assertEquals(Outcome.NOT_DONE, failure.outcome());
        pool.close(Duration.ofMillis(1));
        assertThrows(ExecutionException.class, first::get);
    }

    private static PoolListener recordTo(final Queue<String> events)
    {
        return new PoolListener()
        {
            @Override
            public void requestStarted(final RequestKind kind)
            {
                events.add("started " + kind);
            }

            @Override
            public void requestEnded(final RequestKind kind, final long durationNs, final VelocityException failure)
            {
                events.add("ended " + kind + " " + failure);
            }

            @Override
            public void requestRetried(
                final RequestKind kind, final String server, final int attempt, final VelocityException failure)
            {
                events.add("retried " + kind + " " + attempt + " " + failure.outcome());
            }

            @Override
            public void connected(final String server, final int attempts)
            {
                events.add("connected");
            }

            @Override
            public void connectFailed(final String server, final int attempt, final VelocityException failure)
            {
                events.add("connectFailed");
            }

            @Override
            public void connectionLost(final String server, final VelocityException reason)
            {
                events.add("lost");
            }
        };
    }

    private static void awaitEvent(final LinkedBlockingQueue<String> events, final String wanted)
    {
        try
        {
            while (!events.take().equals(wanted))
            {
                assertFalse(Thread.currentThread().isInterrupted());
            }
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    /** A server that lets everybody in and answers as a script says. */
    private FakeServer start(final MapScript map, final FakeServer.Script script)
    {
        final FakeServer server = new FakeServer(request ->
        {
            if (request.type() == MessageType.AUTH || request.type() == MessageType.DISCONNECT)
            {
                map.onRequest(request);
            }
            else
            {
                script.onRequest(request);
            }
        });
        servers.add(server);
        return server;
    }

    private FakeServer start(final MapScript map)
    {
        return start(map, map);
    }

    private ClientOptions client(final FakeServer server)
    {
        return ClientOptions.of(server.address()).knownServers(directory.resolve("known_servers"));
    }

    private PoolOptions options(final FakeServer server)
    {
        return options(client(server));
    }

    private static PoolOptions options(final ClientOptions client)
    {
        return PoolOptions.of(client)
            .login("alice", "secret123")
            .connectionsPerServer(1)
            .backoff(Duration.ofMillis(1), Duration.ofMillis(20));
    }
}
