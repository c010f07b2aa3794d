package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.Entry;
import org.velocitydb.client.QueryResult;
import org.velocitydb.client.Scan;
import org.velocitydb.client.ScanRequest;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.WriteAnswer;
import org.velocitydb.client.WriteRequest;

/**
 * Real keys: the paths of this machine's files, with their long common beginnings. Memtables are so small that most
 * answers come from tables that were flushed and compacted. Whatever is asked, the answer is a TreeMap's.
 */
class FileTreeTest
{
    private static final Path TREE = Path.of("/usr");
    private static final int PATH_COUNT_MAX = 60_000;
    private static final int PATH_COUNT_MIN = 20_000;
    private static final int BATCH_COUNT = 500;
    private static final int BATCHES_UNDER_WAY = 8;
    private static final int QUESTION_COUNT = 25;
    private static final int ROW_COUNT_MAX = 3_000;
    private static final String CONFIGURATION = """
        [database]
        max_memtable_size = 4000
        cache_size = 2000
        compaction_threshold = 3
        """;

    private final NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
    /** Everything that was ever put, to find something to change. */
    private final List<byte[]> stored = new ArrayList<>();
    private final List<byte[]> keys = new ArrayList<>();
    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);

    @TempDir
    private Path directory;

    @Test
    void shouldAnswerAsATreeMapDoesAboutAFileTreeBeforeAndAfterAKill() throws IOException
    {
        try
        {
            storeKillAndCompare();
        }
        catch (final AssertionError | RuntimeException ex)
        {
            throw new AssertionError("seed=" + seed + ": " + ex.getMessage(), ex);
        }
    }

    private void storeKillAndCompare() throws IOException
    {
        ServerFiles.write(directory, CONFIGURATION);
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            store(client);
            compare(client);
            final Map<?, ?> figures = (Map<?, ?>) Json.object(client.stats()).get("database");
            assertTrue((Long) figures.get("flushes") >= 3 && (Long) figures.get("compactions") >= 1,
                figures.toString());
            server.kill();
        }
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            compare(client);
            assertEverything(client);
        }
    }

    // --- storing

    private void store(final VelocityClient client) throws IOException
    {
        final List<byte[]> paths = paths();
        Collections.shuffle(paths, new java.util.Random(seed));
        final List<CompletableFuture<WriteAnswer>> underWay = new ArrayList<>();
        for (int from = 0; from < paths.size(); from += BATCH_COUNT)
        {
            final WriteRequest batch = new WriteRequest();
            for (final byte[] path : paths.subList(from, Math.min(paths.size(), from + BATCH_COUNT)))
            {
                put(batch, path);
                if (random.nextInt(10) == 0)
                {
                    change(batch);
                }
            }
            underWay.add(client.async().batch(batch));
            if (underWay.size() == BATCHES_UNDER_WAY)
            {
                assertTrue(underWay.remove(0).join().isApplied());
            }
        }
        underWay.forEach((answer) -> assertTrue(answer.join().isApplied()));
        keys.addAll(model.keySet());
    }

    private void put(final WriteRequest batch, final byte[] path)
    {
        final byte[] value = ("value " + random.nextLong()).getBytes(StandardCharsets.UTF_8);
        batch.put(path, value);
        model.put(path, value);
        stored.add(path);
    }

    /** Overwrites or deletes what is there already. */
    private void change(final WriteRequest batch)
    {
        final byte[] chosen = stored.get(random.nextInt(stored.size()));
        if (random.nextBoolean())
        {
            put(batch, chosen);
        }
        else
        {
            batch.delete(chosen);
            model.remove(chosen);
        }
    }

    private static List<byte[]> paths() throws IOException
    {
        final List<byte[]> paths = new ArrayList<>();
        if (Files.isDirectory(TREE))
        {
            Files.walkFileTree(TREE, new PathCollector(paths));
        }
        final SplittableRandom choice = new SplittableRandom(4711);
        for (int i = 0; paths.size() < PATH_COUNT_MIN; i++)
        {
            final StringBuilder path = new StringBuilder("/synthetic/shared/prefix/that/is/long");
            for (int depth = 0; depth < 6; depth++)
            {
                path.append("/directory-").append(choice.nextInt(3));
            }
            paths.add(utf8(path.append("/file-").append(i).append(".class").toString()));
        }
        return paths;
    }

    // --- asking

    private void compare(final VelocityClient client)
    {
        for (int i = 0; i < QUESTION_COUNT; i++)
        {
            assertPrefixScan(client);
            assertRangeScan(client);
            assertLike(client);
            assertBetween(client);
            assertGet(client);
        }
        assertEquals((long) model.size(), client.query("SELECT COUNT(*) FROM kv").rows().get(0).values().get(0));
    }

    private byte[] anyKey()
    {
        return keys.get(random.nextInt(keys.size()));
    }

    private byte[] anyPrefix()
    {
        final byte[] key = anyKey();
        return Arrays.copyOf(key, 1 + random.nextInt(key.length));
    }

    private void assertGet(final VelocityClient client)
    {
        final byte[] key = random.nextBoolean() ? anyKey() : anyPrefix();
        final byte[] expected = model.get(key);
        assertArrayEquals(expected, client.get(key).map((found) -> found.value()).orElse(null));
    }

    private void assertPrefixScan(final VelocityClient client)
    {
        final byte[] prefix = anyPrefix();
        final byte[] end = prefix.clone();
        end[end.length - 1]++;
        final ScanRequest request = ScanRequest.prefix(prefix);
        assertScan(client, request, end[end.length - 1] == 0
            ? model.tailMap(prefix, true)
            : model.subMap(prefix, true, end, false));
    }

    private void assertRangeScan(final VelocityClient client)
    {
        final byte[] one = random.nextInt(4) == 0 ? anyPrefix() : anyKey();
        final byte[] other = random.nextInt(4) == 0 ? anyPrefix() : anyKey();
        final boolean isOrdered = Arrays.compareUnsigned(one, other) <= 0;
        final byte[] from = isOrdered ? one : other;
        final byte[] to = isOrdered ? other : one;
        assertScan(client, ScanRequest.range(from, to), model.subMap(from, true, to, false));
    }

    private void assertScan(
        final VelocityClient client, final ScanRequest request, final NavigableMap<byte[], byte[]> expected)
    {
        final boolean isReverse = random.nextBoolean();
        final boolean isKeysOnly = random.nextInt(4) == 0;
        final int limit = 1 + random.nextInt(ROW_COUNT_MAX);
        ScanRequest scanned = request.limit(limit);
        scanned = isReverse ? scanned.reverse() : scanned;
        scanned = isKeysOnly ? scanned.keysOnly() : scanned;
        final Iterator<Map.Entry<byte[], byte[]>> entries = (isReverse ? expected.descendingMap() : expected).entrySet()
            .iterator();
        try (Scan scan = client.scan(scanned))
        {
            int count = 0;
            while (entries.hasNext() && count < limit)
            {
                final Map.Entry<byte[], byte[]> entry = entries.next();
                assertTrue(scan.hasNext(), "the scan ended early");
                final Entry found = scan.next();
                assertArrayEquals(entry.getKey(), found.key());
                assertArrayEquals(isKeysOnly ? new byte[0] : entry.getValue(), found.value());
                count++;
            }
            assertTrue(!scan.hasNext(), "the scan found too much");
        }
    }

    private void assertEverything(final VelocityClient client)
    {
        final Iterator<Map.Entry<byte[], byte[]>> entries = model.entrySet().iterator();
        try (Scan scan = client.scan(ScanRequest.all()))
        {
            while (scan.hasNext())
            {
                final Entry found = scan.next();
                final Map.Entry<byte[], byte[]> entry = entries.next();
                assertArrayEquals(entry.getKey(), found.key());
                assertArrayEquals(entry.getValue(), found.value());
            }
        }
        assertTrue(!entries.hasNext(), "the scan ended early");
    }

    private void assertLike(final VelocityClient client)
    {
        final String key = text(anyKey());
        final String prefix = key.substring(0, key.offsetByCodePoints(0, random.nextInt(1 + key.codePointCount(
            0, key.length()))));
        final String suffix = random.nextBoolean() ? "" : key.substring(Math.max(prefix.length(), key.length() - 2));
        final boolean isDescending = random.nextBoolean();
        final int limit = 1 + random.nextInt(ROW_COUNT_MAX);
        final int offset = random.nextInt(3);
        final List<byte[]> expected = new ArrayList<>();
        int skipped = 0;
        for (final byte[] candidate : isDescending ? model.descendingKeySet() : model.keySet())
        {
            final String text = text(candidate);
            if (text.startsWith(prefix) && text.endsWith(suffix) && text.length() >= prefix.length() + suffix.length())
            {
                if (skipped++ >= offset && expected.size() < limit)
                {
                    expected.add(candidate);
                }
            }
        }
        final String pattern = escaped(prefix) + '%' + escaped(suffix);

        assertRows(expected, client.query(
            "SELECT key, value FROM kv WHERE key LIKE ? ORDER BY key " + (isDescending ? "DESC" : "ASC") +
                " LIMIT ? OFFSET ?",
            pattern, limit, offset));
        assertEquals((long) skipped,
            client.query("SELECT COUNT(*) FROM kv WHERE key LIKE ?", pattern).rows().get(0).values().get(0), pattern);
    }

    private void assertBetween(final VelocityClient client)
    {
        final byte[] one = anyKey();
        final byte[] other = anyKey();
        final boolean isOrdered = Arrays.compareUnsigned(one, other) <= 0;
        final byte[] from = isOrdered ? one : other;
        final byte[] to = isOrdered ? other : one;
        final List<byte[]> expected = new ArrayList<>();
        final NavigableMap<byte[], byte[]> range = model.subMap(from, true, to, true);
        for (final byte[] key : range.descendingKeySet())
        {
            if (expected.size() < ROW_COUNT_MAX)
            {
                expected.add(key);
            }
        }

        assertRows(expected, client.query(
            "SELECT * FROM kv WHERE key BETWEEN ? AND ? ORDER BY key DESC LIMIT " + ROW_COUNT_MAX, from, to));
        assertEquals((long) range.size(), client.query("SELECT COUNT(*) FROM kv WHERE key >= ? AND key <= ?", from, to)
            .rows().get(0).values().get(0));
    }

    private void assertRows(final List<byte[]> expected, final QueryResult result)
    {
        assertEquals(expected.size(), result.rows().size());
        for (int i = 0; i < expected.size(); i++)
        {
            assertArrayEquals(expected.get(i), result.rows().get(i).bytes(0));
            assertArrayEquals(model.get(expected.get(i)), result.rows().get(i).bytes(1));
        }
    }

    private static String escaped(final String text)
    {
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }

    private static String text(final byte[] bytes)
    {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Gathers paths whose names are text; what may not be looked into is left out. */
    private static final class PathCollector extends SimpleFileVisitor<Path>
    {
        private final List<byte[]> paths;

        PathCollector(final List<byte[]> paths)
        {
            this.paths = paths;
        }

        @Override
        public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes)
        {
            final String path = file.toString();
            if (path.indexOf('\uFFFD') < 0 && path.equals(text(utf8(path))))
            {
                paths.add(utf8(path));
            }
            return paths.size() < PATH_COUNT_MAX ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        @Override
        public FileVisitResult visitFileFailed(final Path file, final IOException ex)
        {
            return FileVisitResult.CONTINUE;
        }
    }
}
