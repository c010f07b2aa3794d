package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.engine.StoreContext;

/**
 * What a statement costs in garbage once its text is known, over a real socket and with a real disk: nothing on the
 * event loop, nothing on the writer. Of what comes back that is SELECT by a key and INSERT, be their text repeated or
 * prepared.
 */
class SqlAllocationTest
{
    private static final int KEY_COUNT = 10_000;
    private static final int WARM_UP_COUNT = 30_000;
    private static final int MEASURED_COUNT = 40_000;
    private static final int PIPELINE = 50;

    /** For each operation; a fraction, since code that is compiled late still allocates a little. */
    private static final double BYTES_MAX = 1;

    private static final byte[] INSERT = bytes("INSERT INTO kv (key, value) VALUES (?, ?)");
    private static final byte[] SELECT = bytes("SELECT key, value, version FROM kv WHERE key = ?");

    @TempDir
    private Path directory;

    private static byte[] bytes(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldAllocateNothingForStatementsWhoseTextIsRepeated() throws IOException
    {
        try (MeteredNode node = new MeteredNode(directory, new StoreContext());
            PipelineClient client = new PipelineClient(node))
        {
            measure(node, client, "insert", INSERT, 2);
            measure(node, client, "select", SELECT, 1);
            assertTrue(executedFast(node) >= 2 * MEASURED_COUNT, node.statistics());
        }
    }

    @Test
    void shouldAllocateNothingForStatementsThatArePrepared() throws IOException
    {
        try (MeteredNode node = new MeteredNode(directory, new StoreContext());
            PipelineClient client = new PipelineClient(node))
        {
            client.sql(1, 1, KEY_COUNT, bytes(
                "PREPARE put AS INSERT INTO kv (key, value) VALUES (?, ?), ('counter', ?) IF NOT EXISTS"), 0);
            client.sql(1, 1, KEY_COUNT, bytes("PREPARE find AS SELECT value FROM kv WHERE key = ?"), 0);

            measure(node, client, "prepared insert", bytes("EXECUTE put"), 3);
            measure(node, client, "prepared select", bytes("EXECUTE find"), 1);
            assertTrue(executedFast(node) >= 2 * MEASURED_COUNT, node.statistics());
        }
    }

    @Test
    void shouldAllocateNothingForASelectThatCarriesItsKey() throws IOException
    {
        try (MeteredNode node = new MeteredNode(directory, new StoreContext());
            PipelineClient client = new PipelineClient(node))
        {
            client.sql(1, 1, 1, INSERT, 2);

            measure(
                node, client, "literal select",
                bytes("SELECT value FROM kv WHERE key = x'0000000000000000'"), 0);
        }
    }

    private static long executedFast(final MeteredNode node)
    {
        final String json = node.statistics();
        final String name = "\"sql_executed_from_parameters\":";
        final int at = json.indexOf(name) + name.length();
        return Long.parseLong(json.substring(at).split("[,}]")[0]);
    }

    private static void measure(
        final MeteredNode node,
        final PipelineClient client,
        final String title,
        final byte[] statement,
        final int parameterCount)
        throws IOException
    {
        client.sql(WARM_UP_COUNT, PIPELINE, KEY_COUNT, statement, parameterCount);
        final long loopBefore = node.allocatedBytes("event-loop-0");
        final long writerBefore = node.allocatedBytes("velocity-writer");

        client.sql(MEASURED_COUNT, PIPELINE, KEY_COUNT, statement, parameterCount);

        final double loopBytes = (double) (node.allocatedBytes("event-loop-0") - loopBefore) / MEASURED_COUNT;
        final double writerBytes = (double) (node.allocatedBytes("velocity-writer") - writerBefore) / MEASURED_COUNT;
        final String figures = String.format(
            Locale.ROOT, "bytes allocated: work=%s, operations=%d, event loop=%.3f/op, writer=%.3f/op", title,
            MEASURED_COUNT, loopBytes, writerBytes);
        System.out.println(figures);
        assertTrue(loopBytes < BYTES_MAX && writerBytes < BYTES_MAX, figures);
    }
}
