package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.QueryResult;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.client.WriteAnswer;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.server.metrics.ExpositionParser;

/**
 * What whoever runs a server does to its process: signals, and the admin port.
 */
@EnabledOnOs({ OS.LINUX, OS.MAC })
class OperatorTest
{
    private static final String CONFIGURATION = """
        [server]
        rate_limit_per_second = 100000
        max_connections = 50
        shutdown_timeout = "20s"
        [admin]
        bind = "127.0.0.1:0"
        [database]
        compaction_threshold = 8
        """;
    private static final int EXIT_TERMINATED = 143;
    private static final int CLIENT_COUNT = 4;
    private static final int OUTSTANDING_COUNT = 64;
    private static final Pattern ADMIN = Pattern.compile("admin port: http://?(127\\.0\\.0\\.1):(\\d+)");

    @TempDir
    private Path directory;

    /** What a client was told about a write. */
    private enum Told
    {
        /** Acknowledged. */
        DONE,
        /** Certainly not done. */
        NOT_DONE,
        /** Perhaps done. */
        UNKNOWN
    }

    // --- SIGHUP ---

    @Test
    void shouldChangeWhatItCanAndNameWhatNeedsARestartWhenItIsToldToReload() throws Exception
    {
        ServerFiles.write(directory, CONFIGURATION);
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            assertEquals("100000 file yes", setting(client, "server.rate_limit_per_second"));
            assertEquals("\"" + server.address().replaceAll(":.*", ":0") + "\" command line restart",
                setting(client, "server.bind"));
            assertEquals("1 default restart", setting(client, "server.event_loops"));

            ServerFiles.write(directory, CONFIGURATION
                .replace("100000", "99999")
                .replace("[admin]", "slow_log_threshold = \"100us\"\n[admin]")
                .replace("compaction_threshold = 8", "compaction_threshold = 9"));
            hangUp(server);

            Await.until(server::toString, () -> server.err().contains("configuration reloaded"));
            assertTrue(server.err().contains("server.rate_limit_per_second: 100000 -> 99999"), server.err());
            assertTrue(server.err().contains("server.slow_log_threshold: \"off\" -> \"100us\""), server.err());
            assertTrue(
                server.err().contains("not changed, needs a restart: database.compaction_threshold: 8 -> 9"),
                server.err());
            assertEquals("99999 file yes", setting(client, "server.rate_limit_per_second"));
            assertEquals("8 file restart", setting(client, "database.compaction_threshold"));
            for (int i = 0; i < 50; i++)
            {
                client.insert("key " + i, "not to be seen");
            }
            Await.until(server::toString, () -> server.err().contains("slow request: "));
            assertFalse(client.query("SHOW SLOW").rows().isEmpty());
            assertFalse(server.err().contains("not to be seen"), server.err());
        }
    }

    @Test
    void shouldChangeNothingWhereTheFileHasAMistakeAndSayWhichLine() throws Exception
    {
        ServerFiles.write(directory, CONFIGURATION);
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            ServerFiles.write(directory, CONFIGURATION.replace("100000", "99999").replace("= 50", "= \"many\""));
            hangUp(server);

            Await.until(server::toString, () -> server.err().contains("configuration refused"));
            assertTrue(server.err().contains(
                "nothing is changed: velocity.toml:3: not a whole number: server.max_connections = \"many\""),
                server.err());
            assertEquals("100000 file yes", setting(client, "server.rate_limit_per_second"));
            client.insert("a", "1");
        }
    }

    // --- the admin port ---

    @Test
    void shouldTellHealthAndMetricsOnTheAdminPort() throws Exception
    {
        ServerFiles.write(directory, CONFIGURATION);
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            client.insert("a", "1");

            assertTrue(get(server, "/health/live").startsWith("HTTP/1.1 200"));
            assertTrue(get(server, "/health/ready").endsWith("{\"ready\":true,\"reasons\":[]}\n"));
            final String page = get(server, "/metrics");
            final Map<String, Double> samples = ExpositionParser.parse(page.substring(page.indexOf("\r\n\r\n") + 4));
            assertEquals(1, samples.get("velocitydb_operations_applied_total"));
            assertEquals(1, samples.get("velocitydb_connections"));
        }
    }

    // --- KILL ---

    @Test
    void shouldTellTheClientOfAKilledConnection() throws Exception
    {
        ServerFiles.write(directory, CONFIGURATION);
        try (VelocityProcess server = VelocityProcess.startServer(directory);
            VelocityClient operator = server.login();
            VelocityClient victim = server.login())
        {
            final QueryResult connections = operator.query("SHOW CONNECTIONS");
            assertEquals(2, connections.rows().size());
            final String id = connections.rows().get(1).text(0);

            assertEquals(1, operator.query("KILL " + id).rowsAffected());

            final VelocityException lost = assertThrows(VelocityException.class, () ->
            {
                while (true)
                {
                    victim.ping();
                }
            });
            assertEquals(ErrorCode.CONNECTION_KILLED, lost.code(), lost.getMessage());
        }
    }

    // --- SIGTERM ---

    @Test
    void shouldAnswerEveryPipelinedWriteOrSayWhetherItWasDoneWhenItIsTerminated() throws Exception
    {
        ServerFiles.write(directory, CONFIGURATION);
        final Map<String, Told> outcomes = new ConcurrentHashMap<>();
        final AtomicInteger sentCount = new AtomicInteger();
        try (VelocityProcess server = VelocityProcess.startServer(directory))
        {
            final List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < CLIENT_COUNT; i++)
            {
                final int index = i;
                final Thread writer = new Thread(() -> write(server, index, outcomes, sentCount), "writer-" + i);
                writer.setDaemon(true);
                writer.start();
                writers.add(writer);
            }
            Await.until(server::toString, () -> outcomes.size() > 2_000);

            server.terminate();

            assertEquals(EXIT_TERMINATED, server.awaitExit(), server.toString());
            for (final Thread writer : writers)
            {
                writer.join(Await.TIMEOUT_MS);
                assertFalse(writer.isAlive(), "a write was neither answered nor lost");
            }
            assertFalse(server.err().contains("ERROR"), server.err());
        }
        assertEquals(sentCount.get(), outcomes.size(), "each is told what became of it");
        compare(outcomes);
    }

    /** Writes key after key until the server refuses. */
    private static void write(
        final VelocityProcess server,
        final int index,
        final Map<String, Told> outcomes,
        final AtomicInteger sentCount)
    {
        final Semaphore room = new Semaphore(OUTSTANDING_COUNT);
        final AtomicInteger refusedCount = new AtomicInteger();
        try (VelocityClient client = server.login())
        {
            for (int i = 0; refusedCount.get() == 0; i++)
            {
                final String key = "key:" + index + ":" + i;
                room.acquireUninterruptibly();
                sentCount.incrementAndGet();
                put(client, key).whenComplete((answer, ex) ->
                {
                    outcomes.put(key, told((VelocityException) ex));
                    if (ex != null)
                    {
                        refusedCount.incrementAndGet();
                    }
                    room.release();
                });
            }
            // Those that are under way are answered, or lost with the connection.
            assertTrue(room.tryAcquire(OUTSTANDING_COUNT, Await.TIMEOUT_MS, TimeUnit.MILLISECONDS));
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
    }

    /** The answer to a put; where the connection is lost already, the client throws at once. */
    private static CompletionStage<WriteAnswer> put(final VelocityClient client, final String key)
    {
        try
        {
            return client.async().put(utf8(key), utf8("1"));
        }
        catch (final VelocityException ex)
        {
            return CompletableFuture.failedStage(ex);
        }
    }

    private static Told told(final VelocityException ex)
    {
        if (ex == null)
        {
            return Told.DONE;
        }
        return ex.outcome() == Outcome.NOT_DONE ? Told.NOT_DONE : Told.UNKNOWN;
    }

    private void compare(final Map<String, Told> outcomes)
    {
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            outcomes.forEach((key, outcome) ->
            {
                final boolean isThere = client.select(key).isPresent();
                assertTrue(outcome != Told.DONE || isThere, "acknowledged and lost: " + key);
                assertTrue(outcome != Told.NOT_DONE || !isThere, "called not done and done: " + key);
            });
        }
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String setting(final VelocityClient client, final String key)
    {
        for (final QueryResult.Row row : client.query("SHOW CONFIG").rows())
        {
            if (row.text(0).equals(key))
            {
                return row.text(1) + " " + row.text(2) + " " + row.text(3);
            }
        }
        throw new AssertionError("no such setting: " + key);
    }

    private static void hangUp(final VelocityProcess server) throws IOException, InterruptedException
    {
        assertEquals(0, new ProcessBuilder("kill", "-HUP", Long.toString(server.pid())).start().waitFor());
    }

    private static String get(final VelocityProcess server, final String path) throws IOException
    {
        final Matcher matcher = server.awaitErr(ADMIN);
        try (Socket socket = new Socket(matcher.group(1), Integer.parseInt(matcher.group(2)));
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream())
        {
            out.write(utf8("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
            out.flush();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
