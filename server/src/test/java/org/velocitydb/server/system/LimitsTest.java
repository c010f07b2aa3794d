package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.server.system.RawConnection.Answer;
import org.velocitydb.server.system.RawConnection.Message;

/**
 * The limits that {@code velocity.toml} sets, as clients meet them.
 */
class LimitsTest
{
    private static final int RATE = 50;
    private static final int MAX_CONNECTIONS = 3;
    private static final int IDLE_SECONDS = 2;

    @TempDir
    private static Path directory;
    private static VelocityProcess server;

    @BeforeAll
    static void startServer() throws IOException
    {
        ServerFiles.write(directory, "[server]\nrate_limit_per_second = " + RATE + "\nmax_connections = " +
            MAX_CONNECTIONS + "\nconnection_timeout_seconds = " + IDLE_SECONDS + "\n");
        server = VelocityProcess.startServer(directory);
    }

    @AfterAll
    static void stopServer()
    {
        server.close();
    }

    @Test
    void shouldRefuseRequestsOverTheRateAndSayHowLongToWait() throws IOException
    {
        final byte[] get = RawConnection.getBody("key".getBytes(StandardCharsets.UTF_8));
        try (RawConnection connection = login2())
        {
            final ByteArrayOutputStream requests = new ByteArrayOutputStream();
            for (int i = 1; i <= 4 * RATE; i++)
            {
                requests.writeBytes(RawConnection.frame2(RawConnection.V2_GET, i, get));
            }
            final long beganNs = System.nanoTime();
            // In one piece: what is sent over seconds is within the rate.
            connection.send(requests.toByteArray());
            int servedCount = 0;
            for (int i = 1; i <= 4 * RATE; i++)
            {
                final Answer answer = connection.read2();
                assertEquals(i, answer.correlationId());
                if (answer.type() == RawConnection.V2_ERROR)
                {
                    assertEquals(ErrorCode.RATE_LIMITED.code(), answer.errorCode());
                    assertEquals(Outcome.NOT_DONE.code(), answer.outcome());
                    assertTrue(answer.retryAfterMs() >= 1 && answer.retryAfterMs() <= 1_000 / RATE,
                        "retryAfterMs=" + answer.retryAfterMs());
                }
                else
                {
                    servedCount++;
                }
            }
            final long gainedCount = RATE * (System.nanoTime() - beganNs) / 1_000_000_000L + 1;
            assertTrue(servedCount < 4 * RATE, "nothing is refused");
            assertTrue(servedCount <= RATE + gainedCount, "served=" + servedCount + ", gained=" + gainedCount);
            assertEquals(0x83, connection.ask2(RawConnection.V2_PING, 9, new byte[0]).type());
            awaitServed(connection, get);
        }
    }

    private static void awaitServed(final RawConnection connection, final byte[] get)
    {
        Await.until(() -> "the limit does not end", () ->
        {
            try
            {
                return connection.ask2(RawConnection.V2_GET, 10, get).type() == 0x90;
            }
            catch (final IOException ex)
            {
                throw new AssertionError("the connection was lost", ex);
            }
        });
    }

    @Test
    void shouldTellClientsOfVersionOneInWordsHowLongToWait() throws IOException
    {
        try (RawConnection connection = login1())
        {
            final byte[] select = RawConnection.frame1(
                RawConnection.COMMAND, "SELECT value FROM kv WHERE key = 'a'".getBytes(StandardCharsets.UTF_8));
            final ByteArrayOutputStream requests = new ByteArrayOutputStream();
            for (int i = 0; i < 4 * RATE; i++)
            {
                requests.writeBytes(select);
            }
            connection.send(requests.toByteArray());
            Message answer = connection.read1();
            for (int i = 1; i < 4 * RATE; i++)
            {
                final Message next = connection.read1();
                answer = answer.type() == RawConnection.ERROR ? answer : next;
            }
            assertEquals(RawConnection.ERROR, answer.type());
            assertTrue(answer.text().matches("too many requests .*retry_after_ms=\\d+"), answer.text());
            assertEquals(RawConnection.PONG, connection.ask1(RawConnection.PING, "").type());
        }
    }

    @Test
    void shouldTellTheClientTheCodeAndTheTimeToWait()
    {
        try (VelocityClient client = whenThereIsRoom(server::login))
        {
            // Without waiting for answers: a disk may be too slow to take as many writes a second.
            final byte[] key = "key".getBytes(StandardCharsets.UTF_8);
            final CompletableFuture<?>[] writes = new CompletableFuture<?>[4 * RATE];
            Arrays.setAll(writes, (i) -> client.async().put(key, key));
            final VelocityException limited = assertInstanceOf(
                VelocityException.class,
                assertThrows(CompletionException.class, CompletableFuture.allOf(writes)::join).getCause());
            assertEquals(ErrorCode.RATE_LIMITED, limited.code());
            assertEquals(Outcome.NOT_DONE, limited.outcome());
            assertTrue(limited.retryAfterMs() >= 1, limited.toString());
        }
    }

    @Test
    void shouldRefuseOneConnectionTooManyAndTakeTheNextWhenThereIsRoom() throws IOException
    {
        final List<RawConnection> connections = new ArrayList<>();
        try
        {
            for (int i = 0; i < MAX_CONNECTIONS; i++)
            {
                connections.add(login1());
            }
            connections.forEach(LimitsTest::keepBusy);
            try (RawConnection refused = new RawConnection(server.port()))
            {
                final Answer error = refused.ask2(RawConnection.V2_HELLO, 1, RawConnection.helloBody());
                assertEquals(ErrorCode.CONNECTION_LIMIT.code(), error.errorCode(), error.message());
                assertEquals(0, error.correlationId());
                assertArrayEquals(new byte[0], refused.readToEnd());
            }
            connections.forEach(LimitsTest::keepBusy);
            try (RawConnection refused = new RawConnection(server.port()))
            {
                final Message error = refused.ask1(RawConnection.HELLO, "");
                assertEquals(RawConnection.ERROR, error.type());
                assertEquals("too many connections: max=" + MAX_CONNECTIONS, error.text());
                assertArrayEquals(new byte[0], refused.readToEnd());
            }
            connections.forEach(LimitsTest::keepBusy);
            final VelocityException refused = assertThrows(VelocityException.class, server::connect);
            assertEquals(ErrorCode.CONNECTION_LIMIT, refused.code(), refused.toString());
        }
        finally
        {
            for (final RawConnection connection : connections)
            {
                connection.close();
            }
        }
        login2().close();
    }

    @Test
    void shouldCloseIdleConnectionsAndNoOthers() throws IOException
    {
        try (RawConnection busy = login1(); RawConnection idle = login2())
        {
            final long fromNs = System.nanoTime();
            final AtomicReference<IOException> failure = new AtomicReference<>();
            final Thread reader = new Thread(() -> readToEnd(idle, failure));
            reader.start();
            Await.until(() -> "the idle connection stays", () -> pings(busy) && !reader.isAlive());
            assertNull(failure.get(), "the connection did not end in order");
            assertTrue(System.nanoTime() - fromNs >= IDLE_SECONDS * 900_000_000L, "closed too early");
            assertEquals(RawConnection.PONG, busy.ask1(RawConnection.PING, "").type());
        }
    }

    /** Else it would be ended as idle on a machine that is slow, and there would be room. */
    private static void keepBusy(final RawConnection connection)
    {
        assertTrue(pings(connection));
    }

    private static boolean pings(final RawConnection connection)
    {
        try
        {
            return connection.ask1(RawConnection.PING, "").type() == RawConnection.PONG;
        }
        catch (final IOException ex)
        {
            throw new AssertionError("a connection that is not idle was lost", ex);
        }
    }

    private static void readToEnd(final RawConnection connection, final AtomicReference<IOException> failure)
    {
        try
        {
            connection.readToEnd();
        }
        catch (final IOException ex)
        {
            failure.set(ex);
        }
    }

    /** Tests leave connections behind that the server has yet to notice; the limit counts them. */
    private static <T> T whenThereIsRoom(final Callable<T> connector)
    {
        final AtomicReference<T> connected = new AtomicReference<>();
        Await.until(() -> "connections are left", () ->
        {
            try
            {
                connected.set(connector.call());
                return true;
            }
            catch (final VelocityException ex)
            {
                assertEquals(ErrorCode.CONNECTION_LIMIT, ex.code(), ex.toString());
                return false;
            }
            catch (final Exception ex)
            {
                throw new AssertionError("cannot connect", ex);
            }
        });
        return connected.get();
    }

    private static RawConnection login1()
    {
        return whenThereIsRoom(() ->
        {
            final RawConnection connection = new RawConnection(server.port());
            final Message greeting = connection.ask1(RawConnection.HELLO, "");
            if (greeting.type() != RawConnection.SERVER_INFO)
            {
                connection.close();
                throw refused(greeting.text());
            }
            return connection.login1(ServerFiles.USER, ServerFiles.PASSWORD);
        });
    }

    private static RawConnection login2()
    {
        return whenThereIsRoom(() ->
        {
            final RawConnection connection = new RawConnection(server.port());
            final Answer greeting = connection.ask2(RawConnection.V2_HELLO, 1, RawConnection.helloBody());
            if (greeting.type() == RawConnection.V2_ERROR)
            {
                connection.close();
                throw refused(greeting.message());
            }
            return connection.login2(ServerFiles.USER, ServerFiles.PASSWORD);
        });
    }

    private static VelocityException refused(final String message)
    {
        assertTrue(message.startsWith("too many connections"), message);
        return new VelocityException(ErrorCode.CONNECTION_LIMIT, Outcome.NOT_DONE, message, null);
    }
}
