package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.engine.StoreContext;
import org.velocitydb.engine.cache.CacheSize;
import org.velocitydb.journal.storage.FileStorage;
import org.velocitydb.server.audit.AuditContext;
import org.velocitydb.server.audit.AuditScope;

/**
 * What a request costs in garbage, over a real socket and with a real disk: nothing on the event loop, nothing on the
 * writer. Changing to a new memtable is left out.
 */
class AllocationTest
{
    private static final int KEY_COUNT = 10_000;
    private static final int WARM_UP_COUNT = 50_000;
    private static final int MEASURED_COUNT = 100_000;
    private static final int SINGLE_GET_COUNT = 20_000;
    private static final int PIPELINE = 50;
    private static final int SINGLE_PUT_COUNT = 2_000;

    /** For each operation; a fraction, since code that is compiled late still allocates a little. */
    private static final double BYTES_MAX = 1;
    /**
     * The JDK's selector looks a ready key up by its boxed file descriptor, which is allocated where it is above 127.
     * There are two events for an operation that comes alone. The launcher has a flag against it.
     */
    private static final double BOX_BYTES_MAX = 32;

    @TempDir
    private Path directory;

    /** Work that is measured. */
    @FunctionalInterface
    private interface Work
    {
        void run(int count) throws IOException;
    }

    @Test
    void shouldAllocateNothingForPutsOfAPipeline() throws IOException
    {
        try (MeteredNode node = new MeteredNode(directory, new StoreContext());
            PipelineClient client = new PipelineClient(node))
        {
            client.put(WARM_UP_COUNT, PIPELINE, KEY_COUNT);

            measure(node, "put", MEASURED_COUNT, BYTES_MAX, (count) -> client.put(count, PIPELINE, KEY_COUNT));
        }
    }

    @Test
    void shouldAllocateNothingForPutsAndGetsWhileTheSlowLogIsOnAndNothingIsSlow() throws IOException
    {
        try (MeteredNode node = new MeteredNode(directory, new StoreContext());
            PipelineClient client = new PipelineClient(node))
        {
            node.slowLogThreshold(TimeUnit.HOURS.toNanos(1));
            client.put(WARM_UP_COUNT, PIPELINE, KEY_COUNT);
            client.get(WARM_UP_COUNT, PIPELINE, KEY_COUNT);

            measure(node, "timed put", MEASURED_COUNT, BYTES_MAX, (count) -> client.put(count, PIPELINE, KEY_COUNT));
            measure(node, "timed get", MEASURED_COUNT, BYTES_MAX, (count) -> client.get(count, PIPELINE, KEY_COUNT));
        }
    }

    /** Each put is a group with a force of its own. */
    @Test
    void shouldAllocateNothingForSinglePuts() throws IOException
    {
        try (MeteredNode node = new MeteredNode(directory, new StoreContext());
            PipelineClient client = new PipelineClient(node))
        {
            client.put(WARM_UP_COUNT, PIPELINE, KEY_COUNT);
            client.put(SINGLE_PUT_COUNT, 1, KEY_COUNT);

            measure(node, "single put", SINGLE_PUT_COUNT, BOX_BYTES_MAX, (count) -> client.put(count, 1, KEY_COUNT));
        }
    }

    @Test
    void shouldAllocateNothingForGetsFromTheMemtable() throws IOException
    {
        try (MeteredNode node = new MeteredNode(directory, new StoreContext());
            PipelineClient client = new PipelineClient(node))
        {
            client.put(KEY_COUNT, PIPELINE, KEY_COUNT);
            client.get(WARM_UP_COUNT, PIPELINE, KEY_COUNT);

            measure(node, "get", MEASURED_COUNT, BYTES_MAX, (count) -> client.get(count, PIPELINE, KEY_COUNT));
        }
    }

    @Test
    void shouldAllocateNothingForSingleGets() throws IOException
    {
        try (MeteredNode node = new MeteredNode(directory, new StoreContext());
            PipelineClient client = new PipelineClient(node))
        {
            client.put(KEY_COUNT, PIPELINE, KEY_COUNT);
            client.get(SINGLE_GET_COUNT, 1, KEY_COUNT);

            measure(node, "single get", SINGLE_GET_COUNT, BOX_BYTES_MAX, (count) -> client.get(count, 1, KEY_COUNT));
        }
    }

    /** More rows than the cache holds, in tables and a little in the memtable. */
    @Test
    void shouldAllocateNothingForGetsFromTables() throws IOException
    {
        final StoreContext store = new StoreContext()
            .memtableEntryCountMax(KEY_COUNT / 8)
            .cacheSize(CacheSize.ofEntries(KEY_COUNT / 4));
        try (MeteredNode node = new MeteredNode(directory, store); PipelineClient client = new PipelineClient(node))
        {
            client.put(KEY_COUNT, PIPELINE, KEY_COUNT);
            client.get(WARM_UP_COUNT, PIPELINE, KEY_COUNT);

            measure(
                node, "get from tables", MEASURED_COUNT, BYTES_MAX,
                (count) -> client.get(count, PIPELINE, KEY_COUNT));
        }
    }

    @Test
    void shouldAllocateNothingForRequestsThatAreAudited() throws IOException
    {
        final AuditContext audit = new AuditContext()
            .storage(new FileStorage(directory.resolve("audit")))
            .scope(AuditScope.ALL)
            .maxFileBytes(1L << 30)
            .errorHandler((ex) ->
            {
                throw new AssertionError(ex);
            });
        // Each of them, and: a file, the start, a connection, a login.
        try (MeteredNode node = new MeteredNode(directory, new StoreContext(), audit);
            PipelineClient client = new PipelineClient(node))
        {
            client.put(WARM_UP_COUNT, PIPELINE, KEY_COUNT);
            client.get(WARM_UP_COUNT, PIPELINE, KEY_COUNT);

            measure(node, "audited put", MEASURED_COUNT, BYTES_MAX, (count) -> client.put(count, PIPELINE, KEY_COUNT));
            measure(node, "audited get", MEASURED_COUNT, BYTES_MAX, (count) -> client.get(count, PIPELINE, KEY_COUNT));

            final String lines = Long.toString(2 * (WARM_UP_COUNT + MEASURED_COUNT) + 4);
            assertTrue(
                node.statistics().contains("\"audit_lines\":" + lines), () -> lines + " of " + node.statistics());
        }
    }

    private static void measure(
        final MeteredNode node,
        final String title,
        final int count,
        final double loopBytesMax,
        final Work work)
        throws IOException
    {
        final long loopBefore = node.allocatedBytes("event-loop-0");
        final long writerBefore = node.allocatedBytes("velocity-writer");

        work.run(count);

        final double loopBytes = (double) (node.allocatedBytes("event-loop-0") - loopBefore) / count;
        final double writerBytes = (double) (node.allocatedBytes("velocity-writer") - writerBefore) / count;
        final String figures = String.format(
            Locale.ROOT, "bytes allocated: work=%s, operations=%d, event loop=%.3f/op, writer=%.3f/op", title, count,
            loopBytes, writerBytes);
        System.out.println(figures);
        assertTrue(loopBytes < loopBytesMax && writerBytes < BYTES_MAX, figures);
    }
}
