package org.velocitydb.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.MessageType;

/**
 * That a pool gives back what it takes and tells of what it did, also where something goes wrong on its own side.
 */
@Timeout(30)
class PoolAccountingTest
{
    private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path directory;
    private final List<FakeServer> servers = new ArrayList<>();
    private final MapScript map = new MapScript();

    @AfterEach
    void stopServers()
    {
        servers.forEach(FakeServer::close);
    }

    @Test
    void shouldNotTryAStatementAgainWhoseCursorHasFailed()
    {
        final AtomicInteger sqlCount = new AtomicInteger();
        final FakeServer server = start(request ->
        {
            if (request.type() == MessageType.SQL)
            {
                sqlCount.incrementAndGet();
                request.fail(ErrorCode.SERVER_OVERLOADED, Outcome.NOT_DONE, -1, "not now");
                return;
            }
            map.onRequest(request);
        });
        final VelocityPool pool = VelocityPool.connect(options(server));
        final QueryCursor cursor = pool.client()
            .queryCursor(LONG, "INSERT INTO kv (key, value) VALUES ('a', 1)");

        assertEquals(Outcome.NOT_DONE, assertThrows(VelocityException.class, cursor::rowsAffected).outcome());
        // Waits for whatever is still under way.
        pool.close();
        assertEquals(1, sqlCount.get());
    }

    @Test
    void shouldRefuseAStatementWithALimitWhereThePoolIsClosedOrNobodyCanBeReached() throws Exception
    {
        final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
        final FakeServer server = start(map);
        final VelocityPool pool = VelocityPool.connect(options(server).listener(new Recorder(events)));
        server.close();
        await(events, "connectFailed");

        assertInstanceOf(ConnectionLostException.class, assertThrows(
            VelocityException.class, () -> pool.client().queryCursor(LONG, "SELECT key").columns()));
        assertThrows(VelocityException.class, () -> pool.client().scan(ScanRequest.all()).hasNext());
        pool.close();
        assertThrows(
            ConnectionLostException.class,
            () -> pool.client().queryCursor(LONG, "SELECT key").columns());
        events.removeIf(event -> !event.endsWith("SQL") && !event.endsWith("SCAN"));
        assertEquals(List.of("started SQL", "ended SQL", "started SCAN", "ended SCAN"), List.copyOf(events));
    }

    @Test
    void shouldGoOnWhereItsListenerThrows()
    {
        final AtomicInteger writeCount = new AtomicInteger();
        final FakeServer server = start(request ->
        {
            if (request.type() == MessageType.WRITE && writeCount.incrementAndGet() == 1)
            {
                request.peer().close();
                return;
            }
            map.onRequest(request);
        });
        final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
        final Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
        try (VelocityPool pool = VelocityPool.connect(
            options(server).maxOutstandingRequests(1).listener(new Thrower())))
        {
            for (int i = 0; i < 3; i++)
            {
                assertTrue(pool.client().put(KEY, KEY).isApplied());
                pool.client().queryCursor(LONG, "SELECT key FROM kv").rowsAffected();
            }
        }
        finally
        {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        for (final String event : List.of("started", "ended", "retried", "connected", "lost"))
        {
            assertTrue(
                uncaught.stream().anyMatch(failure -> event.equals(failure.getMessage())), event + ": " + uncaught);
        }
    }

    @Test
    void shouldFailARequestThatCannotBeMadeIntoAFrame() throws Exception
    {
        final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
        final FakeServer server = start(map);
        final RequestMessage bad = RequestMessage.reading(MessageType.PING, 0, (buffer, offset) ->
        {
            throw new IllegalStateException("no frame");
        });
        try (VelocityPool pool = VelocityPool.connect(options(server).listener(new Recorder(events))))
        {
            final PooledRequest<Void> request = new PooledRequest<>(
                pool, bad, null, Answers.Empty::new, LONG.toNanos() + System.nanoTime());
            request.attempt();

            final VelocityException failure = failureOf(request.future());
            assertEquals(ErrorCode.INTERNAL_ERROR, failure.code());
            assertEquals(Outcome.NOT_DONE, failure.outcome());
            await(events, "ended PING");
        }
    }

    @Test
    void shouldCountTheWaitForRoomAsPartOfACallsTime() throws Exception
    {
        final LinkedBlockingQueue<FakeServer.Request> seen = new LinkedBlockingQueue<>();
        final FakeServer server = start(seen::add);
        final long waitNs = TimeUnit.MILLISECONDS.toNanos(200);
        final VelocityPool pool = VelocityPool.connect(options(server).maxOutstandingRequests(1));
        final long beganNs = System.nanoTime();
        final CompletableFuture<Void> first = pool.client().async().within(Duration.ofNanos(waitNs)).ping();
        assertEquals(MessageType.PING, seen.take().type());

        // There is room only when the first is late.
        final Thread second = new Thread(() -> pool.client().async().within(LONG).get(KEY));
        second.start();
        while (second.isAlive() && second.getState() != Thread.State.TIMED_WAITING)
        {
            Thread.onSpinWait();
        }
        final long waitedNs = beganNs + waitNs - System.nanoTime();

        final long toldNs = TimeUnit.MICROSECONDS.toNanos(seen.take().frame().timeoutUs());
        assertTrue(toldNs <= LONG.toNanos() - waitedNs, "told=" + toldNs + ", waited=" + waitedNs);
        assertInstanceOf(RequestTimeoutException.class, failureOf(first));
        pool.close(Duration.ofMillis(1));
    }

    @Test
    void shouldConnectToTheNextServerWhereTheFirstOneIsEnding()
    {
        final FakeServer ending = new FakeServer(
            request -> request.fail(ErrorCode.SHUTTING_DOWN, Outcome.NOT_DONE, -1, "ending"));
        servers.add(ending);
        final FakeServer second = start(map);

        try (VelocityPool pool = VelocityPool.connect(options(ending).server(client(second))))
        {
            assertTrue(pool.client().put(KEY, KEY).isApplied());
        }
    }

    private static VelocityException failureOf(final CompletableFuture<?> future)
    {
        final ExecutionException failure = assertThrows(
            ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS));
        return assertInstanceOf(VelocityException.class, failure.getCause());
    }

    private static void await(final LinkedBlockingQueue<String> events, final String wanted)
        throws InterruptedException
    {
        String event = events.take();
        while (!event.equals(wanted))
        {
            event = events.take();
        }
    }

    /** A server that lets everybody in and answers as a script says. */
    private FakeServer start(final FakeServer.Script script)
    {
        final FakeServer server = new FakeServer(request ->
        {
            final boolean isOurs = request.type() != MessageType.AUTH && request.type() != MessageType.DISCONNECT;
            (isOurs ? script : map).onRequest(request);
        });
        servers.add(server);
        return server;
    }

    private ClientOptions client(final FakeServer server)
    {
        return ClientOptions.of(server.address()).knownServers(directory.resolve("known_servers"));
    }

    private PoolOptions options(final FakeServer server)
    {
        return PoolOptions.of(client(server))
            .login("alice", "secret123")
            .connectionsPerServer(1)
            .backoff(Duration.ofMillis(1), Duration.ofMillis(20));
    }

    private static final class Recorder implements PoolListener
    {
        private final LinkedBlockingQueue<String> events;

        Recorder(final LinkedBlockingQueue<String> events)
        {
            this.events = events;
        }

        @Override
        public void requestStarted(final RequestKind kind)
        {
            events.add("started " + kind);
        }

        @Override
        public void requestEnded(final RequestKind kind, final long durationNs, final VelocityException failure)
        {
            events.add("ended " + kind);
        }

        @Override
        public void connectFailed(final String server, final int attempt, final VelocityException failure)
        {
            events.add("connectFailed");
        }
    }

    private static final class Thrower implements PoolListener
    {
        @Override
        public void requestStarted(final RequestKind kind)
        {
            throw new IllegalStateException("started");
        }

        @Override
        public void requestEnded(final RequestKind kind, final long durationNs, final VelocityException failure)
        {
            throw new IllegalStateException("ended");
        }

        @Override
        public void requestRetried(
            final RequestKind kind, final String server, final int attempt, final VelocityException failure)
        {
            throw new IllegalStateException("retried");
        }

        @Override
        public void connected(final String server, final int attempts)
        {
            throw new IllegalStateException("connected");
        }

        @Override
        public void connectFailed(final String server, final int attempt, final VelocityException failure)
        {
            throw new IllegalStateException("connectFailed");
        }

        @Override
        public void connectionLost(final String server, final VelocityException reason)
        {
            throw new IllegalStateException("lost");
        }
    }
}
