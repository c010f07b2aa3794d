package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.server.system.RawConnection.Answer;
import org.velocitydb.server.system.RawConnection.Message;

/**
 * Clients that mean harm or are broken. Whatever they do, they get a definite answer, the process stays as it is, and a
 * client that behaves well goes on all the while.
 */
class HostileClientTest
{
    private static final int MAGIC = 0x56454C4F;
    private static final int NOT_DONE = 1;
    private static final int POOL_BYTES_MAX = 256 * 1024 * 1024;

    @TempDir
    private static Path directory;
    private static VelocityProcess server;
    private Bystander bystander;

    @BeforeAll
    static void startServer() throws IOException
    {
        ServerFiles.write(directory, "[server]\nevent_loops = 2\nmax_auth_failures = 1000000\n");
        // The last section is that of the users. Verifying this one's password costs what it costs outside of tests.
        Files.writeString(
            directory.resolve("velocity.toml"),
            "costly = \"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc\"\n",
            StandardOpenOption.APPEND);
        server = VelocityProcess.startServer(directory);
    }

    @AfterAll
    static void stopServer()
    {
        server.close();
    }

    @BeforeEach
    void startBystander()
    {
        bystander = new Bystander(server);
    }

    @AfterEach
    void shouldNotHaveDisturbedTheOthers()
    {
        bystander.finish();
        assertTrue(server.isAlive(), server.toString());
        assertFalse(server.err().contains("Exception"), server.err());
        assertFalse(server.out().contains("Exception"), server.out());
    }

    // --- frames of version 1

    @Test
    void shouldAnswerBrokenFramesOfVersionOneWithAnErrorAndClose() throws IOException
    {
        final byte[] wrongChecksum = RawConnection.frame1(RawConnection.PING, new byte[0]);
        wrongChecksum[wrongChecksum.length - 1] ^= 1;
        assertErrorAndEnd1("checksum", wrongChecksum);
        assertErrorAndEnd1("magic", RawConnection.frame1(MAGIC + 1, 1, RawConnection.PING, 0, new byte[0]));
        assertErrorAndEnd1("version", RawConnection.frame1(MAGIC, 3, RawConnection.PING, 0, new byte[0]));
        assertErrorAndEnd1("long", RawConnection.frame1(MAGIC, 1, RawConnection.COMMAND, 0xFFFFFFFF, new byte[0]));
        assertErrorAndEnd1("long", RawConnection.frame1(MAGIC, 1, RawConnection.COMMAND, 0x7FFFFFFF, new byte[0]));
        assertErrorAndEnd1("long", RawConnection.frame1(MAGIC, 1, RawConnection.COMMAND, 0x7FFFFFF1, new byte[0]));
        assertErrorAndEnd1("unknown message type", RawConnection.frame1(0x77, new byte[3]));
        assertErrorAndEnd1("differs", RawConnection.frame2(RawConnection.V2_PING, 5, new byte[0]));
    }

    private static void assertErrorAndEnd1(final String expected, final byte[] frame) throws IOException
    {
        try (RawConnection connection = new RawConnection(server.port()))
        {
            connection.login1(ServerFiles.USER, ServerFiles.PASSWORD);
            connection.send(frame);
            final Message error = connection.read1();
            assertEquals(RawConnection.ERROR, error.type(), error.text());
            assertTrue(error.text().contains(expected), error.text());
            assertArrayEquals(new byte[0], connection.readToEnd());
        }
    }

    // --- frames of version 2

    @Test
    void shouldAnswerBrokenFramesOfVersionTwoWithATypedErrorAndClose() throws IOException
    {
        final byte[] ping = RawConnection.frame2(RawConnection.V2_PING, 5, new byte[0]);
        assertErrorAndEnd2(ErrorCode.PROTOCOL_ERROR, 0, changed(ping, 0, 1, false));
        assertErrorAndEnd2(ErrorCode.PROTOCOL_ERROR, 0, changed(ping, 4, 7, true));
        assertErrorAndEnd2(ErrorCode.PROTOCOL_ERROR, 0, changed(ping, 12, 1, false));
        assertErrorAndEnd2(ErrorCode.PROTOCOL_ERROR, 0, changed(ping, 16, 1, false));
        assertErrorAndEnd2(ErrorCode.PROTOCOL_ERROR, 5, changed(ping, 7, 0x80, true));
        assertErrorAndEnd2(ErrorCode.PROTOCOL_ERROR, 5,
            RawConnection.frame2(RawConnection.V2_PING, 5, new byte[1]));
        final byte[] huge = ping.clone();
        ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putInt(8, 0xFFFFFFFF);
        assertErrorAndEnd2(ErrorCode.FRAME_TOO_LARGE, 0, RawConnection.seal2(huge));
        final byte[] nested = RawConnection.getBody(utf8("key"));
        ByteBuffer.wrap(nested).order(ByteOrder.LITTLE_ENDIAN).putInt(4, Integer.MAX_VALUE);
        assertErrorAndEnd2(ErrorCode.PROTOCOL_ERROR, 5, RawConnection.frame2(RawConnection.V2_GET, 5, nested));
        assertErrorAndEnd2(ErrorCode.PROTOCOL_ERROR, 0, RawConnection.frame1(RawConnection.PING, new byte[0]));
    }

    private static byte[] changed(final byte[] frame, final int offset, final int bits, final boolean isSealed)
    {
        final byte[] changed = frame.clone();
        changed[offset] ^= (byte) bits;
        return isSealed ? RawConnection.seal2(changed) : changed;
    }

    private static void assertErrorAndEnd2(final ErrorCode code, final long correlationId, final byte[] frame)
        throws IOException
    {
        try (RawConnection connection = new RawConnection(server.port()))
        {
            connection.login2(ServerFiles.USER, ServerFiles.PASSWORD);
            connection.send(frame);
            final Answer error = connection.read2();
            assertEquals(code.code(), error.errorCode(), error.message());
            assertEquals(NOT_DONE, error.outcome());
            assertEquals(correlationId, error.correlationId());
            assertArrayEquals(new byte[0], connection.readToEnd());
        }
    }

    @Test
    void shouldGoOnAfterRequestsThatAreSoundButOutOfTheirLimits() throws IOException
    {
        try (RawConnection connection = new RawConnection(server.port()))
        {
            connection.login2(ServerFiles.USER, ServerFiles.PASSWORD);
            assertRefused(connection, ErrorCode.KEY_OUT_OF_RANGE, RawConnection.V2_GET,
                RawConnection.getBody(new byte[0]));
            assertRefused(connection, ErrorCode.KEY_OUT_OF_RANGE, RawConnection.V2_GET,
                RawConnection.getBody(new byte[65_537]));
            assertRefused(connection, ErrorCode.KEY_OUT_OF_RANGE, RawConnection.V2_WRITE,
                RawConnection.putBody(new byte[0], new byte[1]));
            assertRefused(connection, ErrorCode.KEY_OUT_OF_RANGE, RawConnection.V2_WRITE,
                RawConnection.putBody(new byte[65_537], new byte[1]));
            assertRefused(connection, ErrorCode.VALUE_TOO_LARGE, RawConnection.V2_WRITE,
                RawConnection.putBody(new byte[1], new byte[64 * 1024 * 1024 + 1]));
            assertRefused(connection, ErrorCode.UNSUPPORTED, 0x7E, new byte[0]);
            final byte[] otherKeyspace = RawConnection.getBody(utf8("key"));
            otherKeyspace[0] = 9;
            assertRefused(connection, ErrorCode.INVALID_COMMAND, RawConnection.V2_GET, otherKeyspace);
        }
    }

    private static void assertRefused(
        final RawConnection connection, final ErrorCode code, final int type, final byte[] body) throws IOException
    {
        final Answer error = connection.ask2(type, 77, body);
        assertEquals(code.code(), error.errorCode(), error.message());
        assertEquals(NOT_DONE, error.outcome());
        assertEquals(77, error.correlationId());
        assertEquals(0x83, connection.ask2(RawConnection.V2_PING, 78, new byte[0]).type());
    }

    @Test
    void shouldTakeAKeyAndAValueOfTheGreatestLength() throws IOException
    {
        final byte[] key = new byte[65_536];
        final byte[] value = new byte[64 * 1024 * 1024];
        new SplittableRandom(1).nextBytes(value);
        try (VelocityClient client = server.login())
        {
            assertTrue(client.put(key, value).isApplied());
            assertArrayEquals(value, client.get(key).orElseThrow().value());
            assertTrue(client.delete(key).isApplied());
            assertTrue(client.get(key).isEmpty());
        }
    }

    @Test
    void shouldAnswerNothingBeforeHelloAndLogin() throws IOException
    {
        try (RawConnection connection = new RawConnection(server.port()))
        {
            final byte[] get = RawConnection.getBody(utf8("key"));
            final byte[] auth = RawConnection.authBody(ServerFiles.USER, ServerFiles.PASSWORD);
            assertNotAuthenticated(connection.ask2(RawConnection.V2_GET, 5, get));
            assertNotAuthenticated(connection.ask2(RawConnection.V2_AUTH, 5, auth));
            assertEquals(0x81, connection.ask2(RawConnection.V2_HELLO, 5, RawConnection.helloBody()).type());
            assertNotAuthenticated(connection.ask2(RawConnection.V2_GET, 5, get));
            assertNotAuthenticated(connection.ask2(RawConnection.V2_WRITE, 5, RawConnection.putBody(
                utf8("key"), utf8("value"))));
            for (final byte[] wrong : List.of(
                RawConnection.authBody(ServerFiles.USER, "wrong"),
                RawConnection.authBody("nobody", ServerFiles.PASSWORD),
                RawConnection.authBody("", ""),
                RawConnection.authBody("x".repeat(65), "y".repeat(129)),
                RawConnection.authBody(ServerFiles.USER, ServerFiles.PASSWORD + "\0")))
            {
                final Answer refusal = connection.ask2(RawConnection.V2_AUTH, 6, wrong);
                assertEquals(ErrorCode.INVALID_CREDENTIALS.code(), refusal.errorCode(), refusal.message());
            }
            assertNotAuthenticated(connection.ask2(RawConnection.V2_GET, 5, get));
            assertEquals(0x82, connection.ask2(RawConnection.V2_AUTH, 7, auth).type());
            assertEquals(0x90, connection.ask2(RawConnection.V2_GET, 8, get).type());
        }
    }

    private static void assertNotAuthenticated(final Answer answer)
    {
        assertEquals(ErrorCode.NOT_AUTHENTICATED.code(), answer.errorCode(), answer.message());
    }

    // --- streams

    @Test
    void shouldPassOverHalfFramesAndConnectionsThatBreak() throws IOException
    {
        final byte[] frame = RawConnection.frame2(RawConnection.V2_HELLO, 1, RawConnection.helloBody());
        for (int length = 0; length < frame.length; length++)
        {
            try (RawConnection connection = new RawConnection(server.port()))
            {
                connection.send(java.util.Arrays.copyOf(frame, length));
                if (length % 2 == 0)
                {
                    // The connection is reset when it is closed.
                    connection.socket().setSoLinger(true, 0);
                }
                else
                {
                    connection.endOutput();
                    connection.readToEnd();
                }
            }
        }
        final byte[] whole = RawConnection.frame2(RawConnection.V2_WRITE, 9,
            RawConnection.putBody(utf8("half"), new byte[1_000_000]));
        try (RawConnection connection = new RawConnection(server.port()))
        {
            connection.login2(ServerFiles.USER, ServerFiles.PASSWORD);
            connection.send(java.util.Arrays.copyOf(whole, whole.length - 1));
        }
        try (VelocityClient client = server.login())
        {
            assertTrue(client.select("half").isEmpty());
        }
        Await.until(() -> "connections are left: " + figures(), () -> figure("open") <= 2);
    }

    @Test
    void shouldAnswerWhatWasSentBeforeTheClientEndedItsSide() throws IOException
    {
        try (RawConnection connection = new RawConnection(server.port()))
        {
            connection.login2(ServerFiles.USER, ServerFiles.PASSWORD);
            for (int i = 1; i <= 1_000; i++)
            {
                connection.send2(RawConnection.V2_WRITE, i, RawConnection.putBody(utf8("end:" + i), utf8("v" + i)));
            }
            connection.endOutput();
            for (int i = 1; i <= 1_000; i++)
            {
                assertEquals(0x92, connection.read2().type());
            }
            assertArrayEquals(new byte[0], connection.readToEnd());
        }
    }

    @Test
    void shouldEndConnectionsThatSendGarbage() throws IOException
    {
        final SplittableRandom random = new SplittableRandom(42);
        for (int i = 0; i < 200; i++)
        {
            try (RawConnection connection = new RawConnection(server.port()))
            {
                if (i % 2 == 0)
                {
                    connection.login2(ServerFiles.USER, ServerFiles.PASSWORD);
                }
                sendAndEnd(connection, i % 4 < 2 ? noise(random) : spoiltFrames(random));
            }
        }
    }

    private static byte[] noise(final SplittableRandom random)
    {
        final byte[] bytes = new byte[1 + random.nextInt(2_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Frames with the right checksum and bodies of noise: what is behind the checksum must not trust them either. */
    private static byte[] spoiltFrames(final SplittableRandom random)
    {
        final int[] types = { 1, 2, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15 };
        final ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < 5; i++)
        {
            final byte[] body = new byte[random.nextInt(100)];
            random.nextBytes(body);
            if (random.nextBoolean())
            {
                // Small numbers make it further.
                for (int at = 0; at < body.length; at++)
                {
                    body[at] = random.nextInt(3) == 0 ? (byte) random.nextInt(20) : 0;
                }
            }
            frames.writeBytes(RawConnection.frame2(types[random.nextInt(types.length)], i + 1, body));
        }
        return frames.toByteArray();
    }

    private static void sendAndEnd(final RawConnection connection, final byte[] bytes) throws IOException
    {
        try
        {
            connection.send(bytes);
            connection.endOutput();
            connection.readToEnd();
        }
        catch (final SocketException ex)
        {
            // The server may close before everything is sent; then the connection is broken, not ended.
            assertFalse(ex.getMessage().contains("timed out"), ex.toString());
        }
    }

    @Test
    void shouldBoundItsMemoryWhenAClientAsksAndNeverReads() throws Exception
    {
        try (VelocityClient client = server.login())
        {
            client.put(utf8("large"), new byte[100_000]);
        }
        final long before = server.residentKib();
        final List<Socket> sockets = new ArrayList<>();
        final List<Thread> senders = new ArrayList<>();
        final AtomicLong sentCount = new AtomicLong();
        try
        {
            for (int i = 0; i < 8; i++)
            {
                final RawConnection connection = new RawConnection(server.port());
                sockets.add(connection.socket());
                connection.login2(ServerFiles.USER, ServerFiles.PASSWORD);
                final byte[] request = i % 2 == 0
                    ? RawConnection.frame2(RawConnection.V2_GET, 9, RawConnection.getBody(utf8("large")))
                    : RawConnection.frame2(RawConnection.V2_WRITE, 9,
                        RawConnection.putBody(utf8("flood:" + i), utf8("value")));
                final Thread sender = new Thread(() -> flood(connection, request, sentCount));
                sender.start();
                senders.add(sender);
            }
            // Forty thousand answers of 100 kB would be 4 GB; a client that is not read any more cannot even ask for
            // them.
            Await.until(() -> "reading does not stop: sent=" + sentCount + ", " + figures(),
                () -> figure("output_pressure") >= 4);
            final long answered = bystander.count();
            Await.until(() -> "the bystander waits", () -> bystander.count() >= answered + 50);
            assertTrue(figure("pool_bytes_used") < POOL_BYTES_MAX, figures().toString());
            assertTrue(sentCount.get() < 2_000_000, "everything was read: " + sentCount);
            if (before >= 0)
            {
                final long grown = server.residentKib() - before;
                assertTrue(grown < 300 * 1024, "the process has grown: KiB=" + grown);
            }
        }
        finally
        {
            for (final Socket socket : sockets)
            {
                socket.close();
            }
            for (final Thread sender : senders)
            {
                sender.join(Await.TIMEOUT_MS);
            }
        }
        Await.until(() -> "buffers are not given back: " + figures(),
            () -> figure("open") <= 2 && figure("pool_bytes_used") < 1024 * 1024);
    }

    private static void flood(final RawConnection connection, final byte[] request, final AtomicLong sentCount)
    {
        try
        {
            for (int i = 0; i < 500_000; i++)
            {
                connection.send(request);
                sentCount.incrementAndGet();
            }
        }
        catch (final IOException ex)
        {
            // Ends when the test closes the socket, where the server has stopped reading.
            return;
        }
    }

    @Test
    void shouldPassOverTenThousandConnectionsThatAreOpenedAndDropped() throws IOException
    {
        final byte[] hello = RawConnection.frame2(RawConnection.V2_HELLO, 1, RawConnection.helloBody());
        for (int i = 0; i < 10_000; i++)
        {
            try (RawConnection connection = new RawConnection(server.port()))
            {
                if (i % 3 == 0)
                {
                    connection.send(java.util.Arrays.copyOf(hello, 1 + i % hello.length));
                }
                if (i % 2 == 0)
                {
                    // Reset rather than ended, and this side keeps no port of it.
                    connection.socket().setSoLinger(true, 0);
                }
            }
        }
        Await.until(() -> "connections are left: " + figures(),
            () -> figure("open") <= 2 && figure("pool_bytes_used") == 0);
    }

    @Test
    void shouldLetThoseGoOnWhoAreLoggedInWhileLoginsComeInAFlood() throws IOException
    {
        final byte[] logins = join(
            RawConnection.frame2(RawConnection.V2_HELLO, 1, RawConnection.helloBody()),
            RawConnection.frame2(RawConnection.V2_AUTH, 2, RawConnection.authBody("costly", "wrong")));
        final List<RawConnection> flood = new ArrayList<>();
        try
        {
            for (int i = 0; i < 400; i++)
            {
                final RawConnection connection = new RawConnection(server.port());
                flood.add(connection);
                connection.send(logins);
            }
            // Each costs 64 MiB and a tenth of a second; all at once would be 25 GB.
            Await.until(() -> "nobody is refused: " + figures(), () -> figure("logins_overloaded") > 0);
            final long answered = bystander.count();
            Await.until(() -> "the bystander waits", () -> bystander.count() >= answered + 50);
        }
        finally
        {
            for (final RawConnection connection : flood)
            {
                connection.close();
            }
        }
        Await.until(() -> "connections are left: " + figures(), () -> figure("open") <= 2);
    }

    private static byte[] join(final byte[] first, final byte[] second)
    {
        final ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(first);
        joined.writeBytes(second);
        return joined.toByteArray();
    }

    @Test
    void shouldNotSignHandshakesForOneConnectionWithoutEnd() throws IOException
    {
        // Each signature takes a good part of a millisecond of the event loop, from others too, before any login.
        try (RawConnection connection = new RawConnection(server.port()))
        {
            final int requestCount = 1_000;
            for (int i = 1; i <= requestCount; i++)
            {
                connection.send2(RawConnection.V2_HELLO, i, RawConnection.helloBody());
            }
            int refusedCount = 0;
            for (int i = 1; i <= requestCount; i++)
            {
                final Answer answer = connection.read2();
                if (answer.type() == RawConnection.V2_ERROR)
                {
                    assertEquals(ErrorCode.RATE_LIMITED.code(), answer.errorCode());
                    assertTrue(answer.retryAfterMs() >= 1, "retryAfterMs=" + answer.retryAfterMs());
                    refusedCount++;
                }
            }
            assertTrue(refusedCount >= requestCount / 2, "refused=" + refusedCount);
        }
    }

    // --- statements

    @Test
    void shouldGoOnAfterStatementsThatAreWrongAndSayWhere()
    {
        try (VelocityClient client = server.login())
        {
            final VelocityException misspelt = assertThrows(VelocityException.class,
                () -> client.query("SELECT value FORM kv"));
            assertEquals(ErrorCode.SQL_ERROR, misspelt.code());
            assertEquals(13, misspelt.position());
            for (final String wrong : List.of(
                "", "'", "SELECT", "SELECT * FROM kv WHERE key LIKE '\\'", "SELECT * FROM kv LIMIT -1",
                "SELECT * FROM kv WHERE " + "(".repeat(5_000), "INSERT INTO kv (key, value) VALUES ('', 1)",
                "SELECT * FROM kv WHERE key IN (" + "1,".repeat(70_000) + "1)", "DROP TABLE kv", "\0",
                "DELETE FROM kv", "UPDATE kv SET value = 1", "SELECT * FROM kv /* open"))
            {
                final VelocityException error = assertThrows(VelocityException.class, () -> client.query(wrong));
                assertTrue(
                    error.code() == ErrorCode.SQL_ERROR || error.code() == ErrorCode.UNSUPPORTED, error.toString());
                client.ping();
            }
            final VelocityException parameters = assertThrows(VelocityException.class,
                () -> client.query("SELECT * FROM kv WHERE key = ?"));
            assertEquals(ErrorCode.SQL_ERROR, parameters.code());
            assertEquals(1, client.query("INSERT INTO kv (key, value) VALUES (?, ?)", "fine", "still").rowsAffected());
        }
    }

    // --- helpers

    private Map<?, ?> figures()
    {
        return bystander.figures();
    }

    private long figure(final String name)
    {
        return (Long) figures().get(name);
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A client that behaves well: writes and reads its own key all the while, and must never be refused or misled. */
    private static final class Bystander
    {
        private final VelocityClient client;
        private final Thread thread;
        private final AtomicBoolean isRunning = new AtomicBoolean(true);
        private final AtomicLong count = new AtomicLong();
        private volatile Throwable failure;

        Bystander(final VelocityProcess server)
        {
            client = server.login();
            thread = new Thread(this::run, "bystander");
            thread.start();
        }

        private void run()
        {
            try
            {
                while (isRunning.get())
                {
                    final String value = Long.toString(count.get());
                    client.insert("bystander", value);
                    assertEquals(value, client.select("bystander").orElseThrow());
                    count.incrementAndGet();
                }
            }
            catch (final RuntimeException | AssertionError ex)
            {
                failure = ex;
            }
        }

        long count()
        {
            return count.get();
        }

        Map<?, ?> figures()
        {
            return (Map<?, ?>) Json.object(client.stats()).get("server");
        }

        void finish()
        {
            final long before = count.get();
            Await.until(() -> "the bystander stands still: " + failure, () -> count.get() > before);
            isRunning.set(false);
            try
            {
                thread.join(Await.TIMEOUT_MS);
            }
            catch (final InterruptedException ex)
            {
                Thread.currentThread().interrupt();
            }
            client.close();
            if (failure != null)
            {
                throw new AssertionError("the bystander was disturbed", failure);
            }
        }
    }
}
