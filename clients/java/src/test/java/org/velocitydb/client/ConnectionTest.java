package org.velocitydb.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.MessageType;

/**
 * What becomes of requests that wait for room, are never sent, or get an answer of which nothing can be made.
 */
@Timeout(30)
class ConnectionTest
{
    private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);
    private static final int LARGE_LENGTH = 32 * 1024 * 1024;
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(20);

    @TempDir
    private Path directory;
    private final LinkedBlockingQueue<FakeServer.Request> seen = new LinkedBlockingQueue<>();
    private FakeServer server = new FakeServer(seen::add);

    @AfterEach
    void stopServer()
    {
        server.close();
    }

    @Test
    void shouldFailTheRequestAndEndTheConnectionWhereNothingCanBeMadeOfItsAnswer() throws Exception
    {
        final Connection connection = Connection.open(options());
        final CompletableFuture<WriteAnswer> other = connection.send(write(), new Answers.Write(), LONG_NS);
        final CompletableFuture<Void> ping = connection.send(
            RequestMessage.empty(MessageType.PING), new Unreadable(), LONG_NS);
        assertEquals(MessageType.WRITE, seen.take().type());
        seen.take().answerEmpty();

        final VelocityException failure = failureOf(ping);
        assertEquals(ErrorCode.INTERNAL_ERROR, failure.code());
        assertEquals(Outcome.NOT_DONE, failure.outcome());
        assertInstanceOf(IllegalStateException.class, failure.getCause());
        assertEquals(Outcome.UNKNOWN, assertInstanceOf(ConnectionLostException.class, failureOf(other)).outcome());
        assertTrue(connection.isLost());
    }

    @Test
    void shouldSayThatAWriteIsNotDoneWhichWaitedForRoomWhenTheConnectionWasLost() throws Exception
    {
        final Connection connection = Connection.open(options().maxOutstandingRequests(1));
        final CompletableFuture<WriteAnswer> first = connection.send(write(), new Answers.Write(), LONG_NS);
        final FakeServer.Request sent = seen.take();
        final Waiter second = new Waiter(() -> connection.send(write(), new Answers.Write(), LONG_NS));
        second.awaitWaiting();

        sent.peer().close();

        assertEquals(Outcome.UNKNOWN, failureOf(first).outcome());
        assertEquals(
            Outcome.NOT_DONE, assertInstanceOf(ConnectionLostException.class, second.failure()).outcome());
    }

    @Test
    void shouldTurnAwayWhoWaitsForRoomWhenTheClientIsClosedAndFinishWhatWasSent() throws Exception
    {
        final Connection connection = Connection.open(options().maxOutstandingRequests(1));
        final CompletableFuture<Void> first = connection.send(
            RequestMessage.empty(MessageType.PING), new Answers.Empty(), LONG_NS);
        final FakeServer.Request sent = seen.take();
        final Waiter second = new Waiter(() -> connection.send(write(), new Answers.Write(), LONG_NS));
        second.awaitWaiting();
        final Waiter closing = new Waiter(() ->
        {
            connection.close(LONG_NS);
            return new CompletableFuture<>();
        });
        closing.awaitWaiting();

        sent.answerEmpty();

        assertNull(first.get());
        assertEquals(
            Outcome.NOT_DONE, assertInstanceOf(ConnectionLostException.class, second.failure()).outcome());
        closing.thread.join();
        assertEquals(MessageType.DISCONNECT, seen.take().type());
    }

    @Test
    void shouldSayThatAWriteIsNotDoneForWhichThereNeverWasRoom() throws Exception
    {
        final Connection connection = Connection.open(options().maxOutstandingRequests(1));
        connection.send(RequestMessage.empty(MessageType.PING), new Answers.Empty(), LONG_NS);

        final VelocityException failure = assertThrows(
            VelocityException.class, () -> connection.send(write(), new Answers.Write(), 1));

        assertEquals(ErrorCode.SERVER_OVERLOADED, failure.code());
        assertEquals(Outcome.NOT_DONE, failure.outcome());
        connection.close(0);
    }

    @Test
    void shouldTellTheServerTheTimeThatTheWaitForRoomHasLeft() throws Exception
    {
        final Connection connection = Connection.open(options().maxOutstandingRequests(1));
        connection.send(RequestMessage.empty(MessageType.PING), new Answers.Empty(), LONG_NS);
        final FakeServer.Request first = seen.take();
        final Waiter second = new Waiter(() -> connection.send(write(), new Answers.Write(), LONG_NS));
        second.awaitWaiting();

        first.answerEmpty();

        final long toldUs = seen.take().frame().timeoutUs();
        assertTrue(toldUs < TimeUnit.NANOSECONDS.toMicros(LONG_NS), "told=" + toldUs);
        connection.close(0);
    }

    @Test
    void shouldGiveRoomBackWhereARequestCannotBeMadeIntoAFrame() throws Exception
    {
        final Connection connection = Connection.open(options().maxOutstandingRequests(1));
        final RequestMessage bad = RequestMessage.reading(MessageType.PING, 0, (buffer, offset) ->
        {
            throw new IllegalStateException("no frame");
        });

        assertThrows(IllegalStateException.class, () -> connection.send(bad, new Answers.Empty(), LONG_NS));

        final CompletableFuture<Void> ping = connection.send(
            RequestMessage.empty(MessageType.PING), new Answers.Empty(), TimeUnit.SECONDS.toNanos(5));
        seen.take().answerEmpty();
        assertNull(ping.get());
        connection.close(0);
    }

    @Test
    void shouldFailTheFutureOfACallThatDoesNotWaitWhereTheConnectionIsLost() throws Exception
    {
        final VelocityClient client = VelocityClient.connect(options());
        client.close();

        final CompletableFuture<WriteAnswer> future = client.async().put(KEY, KEY);

        assertEquals(Outcome.NOT_DONE, assertInstanceOf(ConnectionLostException.class, failureOf(future)).outcome());
    }

    @Test
    void shouldFailWhatWasToBeToldEvenWhereTheAnswerThrowsOnHearingOfIt() throws Exception
    {
        final Connection connection = Connection.open(options());
        final CompletableFuture<Void> first = connection.send(
            RequestMessage.empty(MessageType.PING), new Deaf(), LONG_NS);
        final CompletableFuture<Void> second = connection.send(
            RequestMessage.empty(MessageType.PING), new Deaf(), LONG_NS);
        seen.take();
        seen.take().peer().close();

        assertInstanceOf(ConnectionLostException.class, failureOf(first));
        assertInstanceOf(ConnectionLostException.class, failureOf(second));
    }

    @Test
    void shouldKnowAfterAnInterruptThatAReadIsNotDoneAndNotWhatBecameOfAWrite()
    {
        final VelocityClient client = new VelocityClient(options(), new Unanswered(), LONG_NS, null);

        assertEquals(Outcome.NOT_DONE, interrupted(() -> client.get(KEY)).outcome());
        assertEquals(Outcome.NOT_DONE, interrupted(() -> client.query("SELECT key FROM kv")).outcome());
        assertEquals(Outcome.NOT_DONE, interrupted(client::ping).outcome());
        assertEquals(Outcome.UNKNOWN, interrupted(() -> client.put(KEY, KEY)).outcome());
        assertEquals(Outcome.UNKNOWN, interrupted(() -> client.query("DELETE FROM kv")).outcome());
    }

    /** More than the sockets hold, to a server that does not read: it is interrupted within its write. */
    @Test
    void shouldKeepTheConnectionOfAllWhereOneIsInterruptedWhileItWrites() throws Exception
    {
        final CountDownLatch reads = new CountDownLatch(1);
        server.close();
        server = new FakeServer((request) ->
        {
            seen.add(request);
            await(reads);
        });
        final Connection connection = Connection.open(options());
        final CompletableFuture<Void> other = connection.send(
            RequestMessage.empty(MessageType.PING), new Answers.Empty(), LONG_NS);
        final FakeServer.Request first = seen.take();
        final RequestMessage large = new WriteRequest().put(KEY, new byte[LARGE_LENGTH]).message();
        final Waiter writer = new Waiter(() -> connection.send(large, new Answers.Write(), LONG_NS));
        writer.awaitWithin(PlainWire.class);

        writer.thread.interrupt();
        reads.countDown();
        first.answerEmpty();

        assertNull(other.get(10, TimeUnit.SECONDS));
        assertEquals(MessageType.WRITE, seen.take().type());
        writer.thread.join();
        assertFalse(connection.isLost());
        connection.close(0);
    }

    private static void await(final CountDownLatch latch)
    {
        try
        {
            latch.await();
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldTellWhetherTheServerRefusedARequestOrTheClientItself() throws Exception
    {
        final Connection connection = Connection.open(options().maxOutstandingRequests(1));
        final CompletableFuture<Void> refused = connection.send(
            RequestMessage.empty(MessageType.PING), new Answers.Empty(), LONG_NS);
        final VelocityException own = assertThrows(
            VelocityException.class, () -> connection.send(write(), new Answers.Write(), 1));
        seen.take().fail(
            ErrorCode.SERVER_OVERLOADED, Outcome.NOT_DONE, VelocityException.NULL_POSITION, "too many of all");

        final VelocityException told = failureOf(refused);
        assertEquals(told.code(), own.code());
        assertTrue(told.isFromServer());
        assertFalse(own.isFromServer());
        connection.close(0);
        assertFalse(
            assertThrows(ConnectionLostException.class, () -> connection.send(write(), new Answers.Write(), 1))
                .isFromServer());
    }

    private static VelocityException interrupted(final Runnable call)
    {
        Thread.currentThread().interrupt();
        try
        {
            return assertThrows(VelocityException.class, call::run);
        }
        finally
        {
            assertTrue(Thread.interrupted(), "whoever is interrupted is to learn of it");
        }
    }

    private static RequestMessage write()
    {
        return new WriteRequest().put(KEY, KEY).message();
    }

    private static VelocityException failureOf(final CompletableFuture<?> future) throws Exception
    {
        final ExecutionException failure = assertThrows(
            ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS));
        return assertInstanceOf(VelocityException.class, failure.getCause());
    }

    private ClientOptions options()
    {
        return ClientOptions.of(server.address())
            .knownServers(directory.resolve("known_servers"))
            .requestTimeout(Duration.ofNanos(LONG_NS));
    }

    /** A call on a thread of its own that is going to wait. */
    private static final class Waiter
    {
        private final CompletableFuture<Object> result = new CompletableFuture<>();
        private final Thread thread;

        Waiter(final Supplier<CompletableFuture<?>> call)
        {
            thread = new Thread(() ->
            {
                try
                {
                    call.get().whenComplete((value, failure) ->
                    {
                        if (failure == null)
                        {
                            result.complete(value);
                        }
                        else
                        {
                            result.completeExceptionally(failure);
                        }
                    });
                }
                catch (final RuntimeException ex)
                {
                    result.completeExceptionally(ex);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        void awaitWaiting()
        {
            while (thread.getState() != Thread.State.TIMED_WAITING)
            {
                assertFalse(result.isDone(), "it does not wait");
                Thread.onSpinWait();
            }
        }

        void awaitWithin(final Class<?> type)
        {
            while (Arrays.stream(thread.getStackTrace()).noneMatch(
                (frame) -> frame.getClassName().equals(type.getName()) && frame.getMethodName().equals("write")))
            {
                assertFalse(result.isDone(), "it is not there");
                Thread.onSpinWait();
            }
        }

        VelocityException failure() throws Exception
        {
            return failureOf(result);
        }
    }

    private static final class Unreadable extends Answer<Void>
    {
        @Override
        Fault onMessage(final ByteBuffer buffer, final int offset, final int length)
        {
            return Fault.NONE;
        }

        @Override
        Void result()
        {
            throw new IllegalStateException("nothing can be made of it");
        }
    }

    private static final class Deaf extends Answer<Void>
    {
        @Override
        Fault onMessage(final ByteBuffer buffer, final int offset, final int length)
        {
            return Fault.NONE;
        }

        @Override
        Void result()
        {
            return null;
        }

        @Override
        void onFailure(final VelocityException failure)
        {
            throw new IllegalStateException("does not want to hear it");
        }
    }

    /** Takes requests and never answers. */
    private static final class Unanswered implements Dispatcher
    {
        @Override
        public <T> CompletableFuture<T> dispatch(
            final RequestMessage message, final Supplier<Answer<T>> answers, final long timeoutNs)
        {
            return new CompletableFuture<>();
        }

        @Override
        public <T> CompletableFuture<T> stream(
            final RequestMessage message, final Answer<T> answer, final long timeoutNs)
        {
            return new CompletableFuture<>();
        }

        @Override
        public <T> CompletableFuture<T> once(final RequestMessage message, final Answer<T> answer, final long timeoutNs)
        {
            return new CompletableFuture<>();
        }

        @Override
        public void authenticate(final String user, final String password, final long timeoutNs)
        {
            // Nobody asks.
        }

        @Override
        public void release()
        {
            // Nothing is held.
        }
    }
}
