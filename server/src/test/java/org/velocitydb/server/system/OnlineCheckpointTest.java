package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.QueryResult;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.engine.Store;

/**
 * A checkpoint of a server process that is written to: verified while the server runs, and opened as a store.
 */
class OnlineCheckpointTest
{
    private static final int WRITER_COUNT = 3;
    private static final int BEFORE_COUNT = 300;
    private static final String TABLE = "orders";
    private static final String CONFIGURATION = """
        [database]
        max_memtable_size = 500
        compaction_threshold = 2
        """;

    /** How many writes of each writer have been acknowledged; they are sent one after the other. */
    private final AtomicIntegerArray acknowledged = new AtomicIntegerArray(WRITER_COUNT);
    private final AtomicBoolean isStopping = new AtomicBoolean();

    @TempDir
    private Path directory;

    @Test
    void shouldHoldWhatWasAcknowledgedBeforeAndAPrefixOfTheRest() throws Exception
    {
        ServerFiles.write(directory, CONFIGURATION);
        final Path checkpoint = directory.resolve("data/checkpoints/monday");
        final ExecutorService threads = Executors.newFixedThreadPool(WRITER_COUNT);
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            client.query("CREATE TABLE " + TABLE);
            client.query("CREATE TABLE dropped");
            client.query("DROP TABLE dropped");
            final List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITER_COUNT; i++)
            {
                final int writer = i;
                writers.add(threads.submit(() -> write(server, writer)));
            }
            awaitAcknowledged(server, BEFORE_COUNT);
            final int[] before = counts();

            final QueryResult made = client.query("CHECKPOINT 'monday'");

            assertEquals(List.of("name", "path", "sequence"), made.columns());
            assertEquals("checkpoints/monday", made.rows().get(0).text(1));
            assertEquals(Long.toString(made.sequence()), made.rows().get(0).text(2));
            awaitAcknowledged(server, counts()[0] + BEFORE_COUNT);
            assertVerified(checkpoint);
            isStopping.set(true);
            for (final Future<?> writer : writers)
            {
                writer.get();
            }
            assertPrefix(checkpoint, before, counts());

            final QueryResult shown = client.query("SHOW CHECKPOINTS");
            assertEquals("monday", shown.rows().get(0).text(0));
            assertEquals(Long.toString(made.sequence()), shown.rows().get(0).text(2));
            assertTrue(Long.parseLong(shown.rows().get(0).text(3)) > 0);
            assertEquals(1, client.query("DROP CHECKPOINT ?", "monday").rowsAffected());
            assertFalse(Files.exists(checkpoint));
            assertEquals(0, client.query("SHOW CHECKPOINTS").rows().size());
            assertEquals(value(0), client.query("SELECT value FROM orders WHERE key = ?", key(0, 0)).rows().get(0)
                .text(0));
        }
        finally
        {
            isStopping.set(true);
            threads.shutdownNow();
        }
    }

    private static String key(final int writer, final int i)
    {
        return "writer " + writer + ", key " + i;
    }

    private static String value(final int i)
    {
        return "value of " + i;
    }

    private void write(final VelocityProcess server, final int writer)
    {
        try (VelocityClient client = server.login())
        {
            for (int i = 0; !isStopping.get(); i++)
            {
                client.query("INSERT INTO orders (key, value) VALUES (?, ?)", key(writer, i), value(i));
                acknowledged.set(writer, i + 1);
            }
        }
    }

    private int[] counts()
    {
        final int[] counts = new int[WRITER_COUNT];
        for (int i = 0; i < WRITER_COUNT; i++)
        {
            counts[i] = acknowledged.get(i);
        }
        return counts;
    }

    private void awaitAcknowledged(final VelocityProcess server, final int count)
    {
        for (int i = 0; i < WRITER_COUNT; i++)
        {
            final int writer = i;
            Await.until(() -> "writes are not acknowledged: " + server, () -> acknowledged.get(writer) >= count);
        }
    }

    private void assertVerified(final Path checkpoint)
    {
        try (VelocityProcess verify = VelocityProcess.run(directory, "verify", "--data-dir", checkpoint.toString()))
        {
            assertEquals(0, verify.awaitExit(), verify::toString);
        }
    }

    private static void assertPrefix(final Path checkpoint, final int[] before, final int[] after)
    {
        try (Store copy = Store.open(checkpoint))
        {
            final int keyspace = copy.keyspace(TABLE);
            assertEquals(List.of("kv", TABLE), List.copyOf(copy.keyspaces().keySet()));
            for (int writer = 0; writer < WRITER_COUNT; writer++)
            {
                int count = 0;
                while (copy.get(keyspace, utf8(key(writer, count))) != null)
                {
                    assertEquals(
                        value(count),
                        new String(copy.get(keyspace, utf8(key(writer, count))), StandardCharsets.UTF_8));
                    count++;
                }
                assertTrue(
                    count >= before[writer], "acknowledged before, not there: writer=" + writer + ", count=" + count);
                for (int i = count; i < after[writer]; i++)
                {
                    assertNull(copy.get(keyspace, utf8(key(writer, i))), "not a prefix: " + key(writer, i));
                }
            }
            copy.put(keyspace, utf8("new"), utf8("life"));
            assertNotNull(copy.get(keyspace, utf8("new")));
        }
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
