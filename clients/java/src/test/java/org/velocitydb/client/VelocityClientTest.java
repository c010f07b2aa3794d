package org.velocitydb.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.example.QuickStart;
import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.GetResult;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.ScanResult;

@Timeout(30)
class VelocityClientTest
{
    private static final Duration SHORT = Duration.ofMillis(100);

    @TempDir
    private Path directory;
    private FakeServer server;

    @AfterEach
    void stopServer()
    {
        server.close();
    }

    @Test
    void shouldRunTheQuickStart()
    {
        server = new FakeServer(new MapScript());
        final ByteArrayOutputStream out = new ByteArrayOutputStream();

        QuickStart.run(options(), new PrintStream(out, true, StandardCharsets.UTF_8));

        assertEquals(List.of("Found: alice", "Found 1 rows"), out.toString(StandardCharsets.UTF_8).lines().toList());
    }

    @Test
    void shouldReadWhatItWrote()
    {
        try (VelocityClient client = connect(new MapScript()))
        {
            assertEquals(1, client.put(bytes("a"), bytes("1")).sequence());
            assertTrue(client.putIfAbsent(bytes("b"), bytes("2")).isApplied());
            final WriteAnswer refused = client.putIfAbsent(bytes("b"), bytes("3"));
            assertFalse(refused.isApplied());
            assertEquals(2, refused.foundVersion());
            assertTrue(client.putIfVersion(bytes("b"), bytes("4"), 2).isApplied());
            assertTrue(client.putIfPresent(bytes("a"), bytes("5")).isApplied());
            assertFalse(client.deleteIfVersion(bytes("a"), 1).isApplied());
            assertEquals(Durability.GROUP, client.delete(bytes("a")).durability());

            assertEquals(Optional.empty(), client.get(bytes("a")));
            assertEquals("4", client.get(bytes("b")).orElseThrow().text());
            final List<Optional<VersionedValue>> found = client.multiGet(List.of(bytes("b"), bytes("a"), bytes("b")));
            assertEquals(List.of(true, false, true), found.stream().map(Optional::isPresent).toList());
            assertEquals("{}", client.stats());
            client.ping();
        }
    }

    @Test
    void shouldSendBatchesWithTheirRequestIdAndTimeBudget() throws InterruptedException
    {
        final LinkedBlockingQueue<FakeServer.Request> seen = new LinkedBlockingQueue<>();
        final MapScript map = new MapScript();
        try (VelocityClient client = connect(request ->
        {
            seen.add(request);
            map.onRequest(request);
        }))
        {
            final WriteAnswer answer = client.batch(
                new WriteRequest().put(bytes("a"), bytes("1"))
                    .put(bytes("b"), new byte[1000])
                    .delete(bytes("c"))
                    .requestId(7, 12));

            final FakeServer.Request request = seen.take();
            assertEquals(7, request.frame().clientId());
            assertEquals(12, request.frame().requestNumber());
            assertEquals(ClientOptions.DEFAULT_REQUEST_TIMEOUT.toMillis() * 1000, request.frame().timeoutUs());
            assertEquals(3, answer.appliedCount());
            assertTrue(answer.isReplay());
        }
    }

    @Test
    void shouldIterateOverTheFramesOfAScan()
    {
        try (VelocityClient client = connect(new MapScript()))
        {
            for (int i = 0; i < 100; i++)
            {
                client.insert(String.format("key:%03d", i), "value " + i);
            }
            final List<String> found = new ArrayList<>();

            client.scan(ScanRequest.prefix(bytes("key:"))).forEachRemaining(entry -> found.add(entry.valueText()));

            assertEquals(100, found.size());
            assertEquals("value 99", found.get(99));
        }
    }

    @Test
    void shouldMatchAnswersThatComeInAnotherOrder() throws Exception
    {
        final List<FakeServer.Request> held = new ArrayList<>();
        try (VelocityClient client = connect(request ->
        {
            held.add(request);
            for (int i = held.size() - 1; held.size() >= 3 && i >= 0; i--)
            {
                answerCorrelationId(held.get(i));
            }
        }))
        {
            final List<CompletableFuture<Optional<VersionedValue>>> futures = new ArrayList<>();
            for (int i = 0; i < 3; i++)
            {
                futures.add(client.async().get(bytes("key")));
            }

            // The handshake was number 1.
            for (int i = 0; i < 3; i++)
            {
                assertEquals(2 + i, futures.get(i).get().orElseThrow().version());
            }
        }
    }

    @Test
    void shouldServeManyThreads() throws Exception
    {
        final int threadCount = 8;
        final int roundCount = 300;
        try (VelocityClient client = connect(new MapScript()))
        {
            final List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int i = 0; i < threadCount; i++)
            {
                final String name = "thread:" + i;
                threads.add(CompletableFuture.runAsync(() ->
                {
                    for (int round = 0; round < roundCount; round++)
                    {
                        client.insert(name, name + "/" + round);
                        assertEquals(name + "/" + round, client.select(name).orElseThrow());
                    }
                }, work -> FakeServer.start("client", work)));
            }

            for (final CompletableFuture<Void> thread : threads)
            {
                thread.get();
            }
        }
    }

    @Test
    void shouldCarryAValueThatIsLongerThanAllBuffers()
    {
        try (VelocityClient client = connect(new MapScript()))
        {
            final byte[] value = new byte[200_000];
            value[199_999] = 7;

            client.put(bytes("long"), value);

            assertArrayEquals(value, client.get(bytes("long")).orElseThrow().value());
        }
    }

    @Test
    void shouldTellWhatTheServerRefused()
    {
        try (VelocityClient client = connect(
            request -> request.fail(ErrorCode.SQL_ERROR, Outcome.NOT_DONE, 7, "expected a column")))
        {
            final VelocityException error = assertThrows(VelocityException.class, () -> client.query("SELECT"));

            assertEquals(ErrorCode.SQL_ERROR, error.code());
            assertEquals(Outcome.NOT_DONE, error.outcome());
            assertEquals(7, error.position());
            assertEquals(20, error.retryAfterMs());
        }
    }

    @Test
    void shouldTimeOutWithADoubtAboutWritesAndNoneAboutReads()
    {
        final List<FakeServer.Request> held = new ArrayList<>();
        server = new FakeServer(request ->
        {
            if (request.type() == MessageType.PING)
            {
                // The late answers come first, and must be passed over.
                for (final FakeServer.Request late : held)
                {
                    answerCorrelationId(late);
                }
                request.answerEmpty();
            }
            else if (request.type() == MessageType.GET)
            {
                held.add(request);
            }
        });
        try (VelocityClient client = VelocityClient.connect(options()))
        {
            final VelocityClient hasty = client.within(SHORT);
            assertEquals(
                Outcome.NOT_DONE,
                assertThrows(RequestTimeoutException.class, () -> hasty.get(bytes("a"))).outcome());
            assertEquals(
                Outcome.UNKNOWN,
                assertThrows(RequestTimeoutException.class, () -> hasty.put(bytes("a"), bytes("1"))).outcome());
            client.ping();
        }
    }

    @Test
    void shouldWaitForItsTurnToLogInForLongerThanForARequest() throws Exception
    {
        final LinkedBlockingQueue<FakeServer.Request> held = new LinkedBlockingQueue<>();
        server = new FakeServer(held::add);
        try (VelocityClient client = VelocityClient.connect(options().requestTimeout(SHORT)))
        {
            final CompletableFuture<Void> login = CompletableFuture.runAsync(() -> client.authenticate("me", "pass"));
            final FakeServer.Request auth = held.take();
            assertEquals(ClientOptions.DEFAULT_LOGIN_TIMEOUT.toMillis() * 1000, auth.frame().timeoutUs());
            assertThrows(RequestTimeoutException.class, client::ping);

            assertFalse(login.isDone());
            auth.answerEmpty();
            login.join();
        }
    }

    @Test
    void shouldGiveUpALoginAfterItsOwnTime()
    {
        server = new FakeServer(request ->
        {
        });
        try (VelocityClient client = VelocityClient.connect(options().loginTimeout(Duration.ofSeconds(1))))
        {
            assertThrows(RequestTimeoutException.class, () -> client.authenticate("me", "pass"));
        }
    }

    @Test
    void shouldSayWhatALostConnectionLeavesInDoubt() throws Exception
    {
        final CountDownLatch bothSeen = new CountDownLatch(2);
        try (VelocityClient client = connect(request ->
        {
            bothSeen.countDown();
            if (bothSeen.getCount() == 0)
            {
                request.peer().close();
            }
        }))
        {
            final CompletableFuture<?> read = client.async().get(bytes("a"));
            final CompletableFuture<?> write = client.async().put(bytes("a"), bytes("1"));

            assertEquals(Outcome.NOT_DONE, lossOf(read).outcome());
            assertEquals(Outcome.UNKNOWN, lossOf(write).outcome());
            assertEquals(
                Outcome.NOT_DONE,
                assertThrows(ConnectionLostException.class, () -> client.put(bytes("a"), bytes("1"))).outcome());
        }
    }

    @Test
    void shouldGiveUpAConnectionThatSpeaksNonsense() throws Exception
    {
        final List<FakeServer.Script> nonsense = List.of(
            request -> request.peer().sendRaw(new byte[64]),
            request -> request.peer().sendRaw("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
            request -> request.peer().send(MessageType.GET_RESULT, 999, false, (buffer, offset) -> offset),
            request -> request.answer(MessageType.PONG, (buffer, offset) -> offset),
            request -> request.answer(MessageType.GET_RESULT, (buffer, offset) -> offset + 3),
            request -> request.answer(MessageType.ERROR, (buffer, offset) -> offset),
            request -> request.answer(MessageType.GET, (buffer, offset) -> offset));
        for (final FakeServer.Script script : nonsense)
        {
            try (VelocityClient client = connect(script))
            {
                assertEquals(ErrorCode.PROTOCOL_ERROR, lossOf(client.async().get(bytes("a"))).code());
            }
            server.close();
        }
    }

    @Test
    void shouldPassOnWhyTheServerGaveUp() throws Exception
    {
        try (VelocityClient client = connect(request -> request.peer()
            .send(
                MessageType.ERROR, 0, false, (buffer, offset) -> org.velocitydb.protocol.v2.ErrorMessage.put(
                    buffer, offset, ErrorCode.IDLE_TIMEOUT, Outcome.NOT_DONE, -1, 0, 0))))
        {
            assertEquals(ErrorCode.IDLE_TIMEOUT, lossOf(client.async().get(bytes("a"))).code());
        }
    }

    @Test
    void shouldBoundWhatIsOutstanding()
    {
        server = new FakeServer(request ->
        {
        });
        try (VelocityClient client = VelocityClient.connect(options().requestTimeout(SHORT).maxOutstandingRequests(1)))
        {
            final CompletableFuture<Void> first = client.async().ping();
            final CompletableFuture<Throwable> inCallback = new CompletableFuture<>();
            first.whenComplete((ignored, failure) -> inCallback.complete(failure));

            // Either there is room only after the first has timed out, or there never is.
            assertThrows(VelocityException.class, client::ping);
            assertInstanceOf(RequestTimeoutException.class, inCallback.join());
        }
    }

    @Test
    void shouldRefuseToWaitWhereAnswersAreCompleted() throws Exception
    {
        final CountDownLatch attached = new CountDownLatch(1);
        try (VelocityClient client = connect(request ->
        {
            awaitLatch(attached);
            request.answerEmpty();
        }))
        {
            final CompletableFuture<Void> nested = client.async().ping().thenRun(client::ping);
            attached.countDown();

            final ExecutionException failure = assertThrows(ExecutionException.class, nested::get);

            assertInstanceOf(IllegalStateException.class, failure.getCause());
        }
    }

    /** What hangs on an answer may send, however much: a worker writes, and the reader goes on reading. */
    @Test
    void shouldSendFurtherRequestsFromWhereAnswersAreCompleted() throws Exception
    {
        final byte[] value = new byte[100_000];
        try (VelocityClient client = connect(new MapScript()))
        {
            CompletableFuture<WriteAnswer> last = client.async().put(bytes("0"), value);
            for (int i = 1; i < 200; i++)
            {
                final byte[] key = bytes(Integer.toString(i));
                last = last.thenCompose(ignored -> client.async().put(key, value));
            }

            assertEquals(200, last.get().sequence());
        }
    }

    @Test
    void shouldWaitForOutstandingRequestsWhenClosed() throws Exception
    {
        final LinkedBlockingQueue<FakeServer.Request> seen = new LinkedBlockingQueue<>();
        final VelocityClient client = connect(seen::add);
        final CompletableFuture<?> outstanding = client.async().get(bytes("a"));
        final FakeServer.Request request = seen.take();
        final CompletableFuture<Void> closing = CompletableFuture.runAsync(client::close);

        answerCorrelationId(request);
        closing.get();

        outstanding.get();
        assertEquals(MessageType.DISCONNECT, seen.take().type());
        assertThrows(ConnectionLostException.class, client::ping);
        client.close();
    }

    @Test
    void shouldAnswerTheServersPingWhileNobodyAsksAnything() throws Exception
    {
        final LinkedBlockingQueue<Long> pongs = new LinkedBlockingQueue<>();
        server = new FakeServer(request ->
        {
            if (request.type() == MessageType.PONG)
            {
                pongs.add(request.frame().correlationId());
                return;
            }
            request.answerEmpty();
            if (request.type() == MessageType.AUTH)
            {
                request.peer().send(MessageType.PING, 0, false, (buffer, offset) -> offset);
                request.peer().send(MessageType.PING, 0, false, (buffer, offset) -> offset);
            }
        });
        try (VelocityClient client = VelocityClient.connect(options()))
        {
            client.authenticate("alice", "secret123");

            assertEquals(0, pongs.take());
            assertEquals(0, pongs.take());
            assertTrue(server.isPingWelcome());
        }
    }

    @Test
    void shouldBoundTheBytesOfAScanThatNobodyTakesAndGoOnWithTheConnection()
    {
        server = new FakeServer(request ->
        {
            if (request.type() == MessageType.SCAN)
            {
                answerScan(request, 100);
            }
            else
            {
                request.answerEmpty();
            }
        });
        try (VelocityClient client = VelocityClient.connect(options().scanBufferLength(4096)))
        {
            final Scan untaken = client.within(SHORT).scan(ScanRequest.all());
            // An answer behind the scan's frames comes only when the reader has given up the scan.
            client.ping();
            assertThrows(VelocityException.class, () -> untaken.forEachRemaining(entry ->
            {
            }));

            final Scan left = client.scan(ScanRequest.all());
            left.next();
            left.close();
            assertFalse(left.hasNext());

            final List<Entry> taken = new ArrayList<>();
            client.scan(ScanRequest.all()).forEachRemaining(taken::add);
            assertEquals(100, taken.size());
        }
    }

    private static void answerScan(final FakeServer.Request request, final int count) throws IOException
    {
        for (int i = 1; i <= count; i++)
        {
            final FakeServer.Message page = (buffer, offset) -> ScanResult.putEntry(
                buffer, ScanResult.put(buffer, offset, 1, 1), 1, 1000, 1) + 1001;
            if (i == count)
            {
                request.answer(MessageType.SCAN_RESULT, page);
            }
            else
            {
                request.answerPart(MessageType.SCAN_RESULT, page);
            }
        }
    }

    private static void answerCorrelationId(final FakeServer.Request request) throws IOException
    {
        request.answer(
            MessageType.GET_RESULT,
            (buffer, offset) -> GetResult.put(buffer, offset, true, 0, request.frame().correlationId(), 1));
    }

    private static ConnectionLostException lossOf(final CompletableFuture<?> future) throws Exception
    {
        final ExecutionException failure = assertThrows(
            ExecutionException.class, () -> future.get(20, TimeUnit.SECONDS));
        return assertInstanceOf(ConnectionLostException.class, failure.getCause());
    }

    private static void awaitLatch(final CountDownLatch latch)
    {
        try
        {
            latch.await();
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    private VelocityClient connect(final FakeServer.Script script)
    {
        server = new FakeServer(script);
        return VelocityClient.connect(options());
    }

    private ClientOptions options()
    {
        return ClientOptions.of(server.address()).knownServers(directory.resolve("known_servers"));
    }

    private static byte[] bytes(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
