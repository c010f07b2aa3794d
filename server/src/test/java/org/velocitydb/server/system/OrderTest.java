package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.QueryResult;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VersionedValue;
import org.velocitydb.client.WriteAnswer;
import org.velocitydb.client.WriteRequest;

/**
 * In which order requests take effect, as clients of a server process can tell.
 */
class OrderTest
{
    private static final int CLIENT_COUNT = 6;
    private static final int CALLS_PER_CLIENT = 400;
    private static final int KEY_COUNT = 3;
    private static final int PIPELINE_LENGTH = 1_000;
    /** Connections on several event loops, and reads from memtables and tables. */
    private static final String CONFIGURATION = """
        [server]
        event_loops = 3
        [database]
        max_memtable_size = 500
        compaction_threshold = 2
        """;

    /** Counts up with each beginning and each end of a call, so that it orders those that do not overlap. */
    private final AtomicLong moment = new AtomicLong();
    private final long seed = System.nanoTime();

    @TempDir
    private Path directory;

    /**
     * A call and what it was answered.
     *
     * @param began    moment before it was sent.
     * @param ended    moment after it was answered.
     * @param key      that it was about.
     * @param sequence that the answer names: of the write, or where it was judged or read.
     * @param version  that it met: of the value that was read, the one that the condition asked for, or 0.
     * @param written  value of a write that was done; null of any other call.
     * @param read     value that was read; null of any other call.
     * @param isBlind  a write without a condition, which meets nothing.
     */
    private record Call(
        long began, long ended, String key, long sequence, long version, String written, String read, boolean isBlind)
    {
        boolean isWrite()
        {
            return written != null;
        }
    }

    /**
     * The answers name the sequence at which each call took effect. So it is enough to see that this order fits the
     * clock (a call that began after another had ended comes behind it) and that each call met what is there in it.
     */
    @Test
    void shouldLetEachCallTakeEffectAtOneMomentBetweenItsBeginningAndItsEnd() throws Exception
    {
        ServerFiles.write(directory, CONFIGURATION);
        final List<Call> calls = new ArrayList<>();
        final ExecutorService threads = Executors.newFixedThreadPool(CLIENT_COUNT);
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient first = server.login())
        {
            for (int i = 0; i < KEY_COUNT; i++)
            {
                final String key = "key:" + i;
                calls.add(write(key, "first", 0, () -> first.put(utf8(key), utf8("first"))));
            }
            final List<Future<List<Call>>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENT_COUNT; i++)
            {
                final int client = i;
                clients.add(threads.submit(() -> call(server, client)));
            }
            for (final Future<List<Call>> client : clients)
            {
                calls.addAll(client.get());
            }
        }
        finally
        {
            threads.shutdownNow();
        }

        assertEquals(KEY_COUNT + CLIENT_COUNT * CALLS_PER_CLIENT, calls.size());
        assertFitsTheClock(calls);
        assertMeetsWhatIsThere(calls);
    }

    private List<Call> call(final VelocityProcess server, final int client)
    {
        final SplittableRandom random = new SplittableRandom(seed + client);
        final Map<String, Long> seen = new HashMap<>();
        final List<Call> calls = new ArrayList<>();
        try (VelocityClient connection = server.login())
        {
            for (int i = 0; i < CALLS_PER_CLIENT; i++)
            {
                final String key = "key:" + random.nextInt(KEY_COUNT);
                final String value = client + "/" + i;
                final long version = seen.getOrDefault(key, 0L);
                final Call call = switch (random.nextInt(5))
                {
                    case 0 -> write(key, value, 0, () -> connection.put(utf8(key), utf8(value)));
                    case 1, 2 -> version == 0
                        ? read(connection, key)
                        : write(key, value, version, () -> connection.putIfVersion(utf8(key), utf8(value), version));
                    case 3 -> get(connection, key);
                    default -> read(connection, key);
                };
                seen.put(key, call.isWrite() ? call.sequence() : call.version());
                calls.add(call);
            }
        }
        return calls;
    }

    /** Sends a write. */
    @FunctionalInterface
    private interface Sending
    {
        WriteAnswer send();
    }

    private Call write(final String key, final String value, final long expectedVersion, final Sending sending)
    {
        final long began = moment.incrementAndGet();
        final WriteAnswer answer = sending.send();
        final long ended = moment.incrementAndGet();
        return answer.isApplied()
            ? new Call(began, ended, key, answer.sequence(), expectedVersion, value, null, expectedVersion == 0)
            : new Call(began, ended, key, answer.sequence(), answer.foundVersion(), null, null, false);
    }

    /** A read in binary, of a key that is there: else the answer does not say where it was read. */
    private Call get(final VelocityClient connection, final String key)
    {
        final long began = moment.incrementAndGet();
        final VersionedValue found = connection.get(utf8(key)).orElseThrow();
        final long ended = moment.incrementAndGet();
        return new Call(began, ended, key, found.servedAt(), found.version(), null, found.text(), false);
    }

    private Call read(final VelocityClient connection, final String key)
    {
        final long began = moment.incrementAndGet();
        final QueryResult found = connection.query("SELECT value, version FROM kv WHERE key = ?", key);
        final long ended = moment.incrementAndGet();
        return new Call(
            began, ended, key, found.sequence(), (Long) found.rows().get(0).values().get(1), null,
            found.rows().get(0).text(0), false);
    }

    private void assertFitsTheClock(final List<Call> calls)
    {
        final List<Call> byEnd = new ArrayList<>(calls);
        byEnd.sort(Comparator.comparingLong(Call::ended));
        final List<Call> byBeginning = new ArrayList<>(calls);
        byBeginning.sort(Comparator.comparingLong(Call::began));
        long before = 0;
        int next = 0;
        for (final Call call : byBeginning)
        {
            while (byEnd.get(next).ended() < call.began())
            {
                before = Math.max(before, byEnd.get(next).sequence());
                next++;
            }
            final boolean isBehind = call.isWrite() ? call.sequence() > before : call.sequence() >= before;
            assertTrue(isBehind, "seed=" + seed + ", ended before it: " + before + ", " + call);
        }
    }

    private void assertMeetsWhatIsThere(final List<Call> calls)
    {
        final Map<String, NavigableMap<Long, String>> histories = new HashMap<>();
        int writeCount = 0;
        for (final Call call : calls)
        {
            if (call.isWrite())
            {
                histories.computeIfAbsent(call.key(), (key) -> new TreeMap<>()).put(call.sequence(), call.written());
                writeCount++;
            }
        }
        assertEquals(writeCount, histories.values().stream().mapToInt(Map::size).sum(), "a sequence was given twice");
        for (final Call call : calls)
        {
            final NavigableMap<Long, String> history = histories.get(call.key());
            final Map.Entry<Long, String> met = call.isWrite()
                ? history.lowerEntry(call.sequence())
                : history.floorEntry(call.sequence());
            final String place = "seed=" + seed + ", there: " + met + ", " + call;
            assertTrue(call.isBlind() || call.version() == (met == null ? 0 : met.getKey()), place);
            assertTrue(call.read() == null || call.read().equals(met.getValue()), place);
        }
    }

    /** In binary and in SQL by turns, none waiting for the one before. */
    @Test
    void shouldDoTheWritesOfAConnectionInTheOrderInWhichTheyWereSent() throws IOException
    {
        ServerFiles.write(directory, CONFIGURATION);
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            final List<CompletableFuture<Long>> sequences = new ArrayList<>();
            for (int i = 0; i < PIPELINE_LENGTH; i++)
            {
                final String value = Integer.toString(i);
                sequences.add(switch (i % 3)
                {
                    case 0 -> client.async().put(utf8("last"), utf8(value)).thenApply(WriteAnswer::sequence);
                    case 1 -> client.async()
                        .query("INSERT INTO kv (key, value) VALUES ('last', ?)", value)
                        .thenApply(QueryResult::sequence);
                    default -> client.async()
                        .batch(new WriteRequest().put(utf8("other:" + i), utf8(value)).put(utf8("last"), utf8(value)))
                        .thenApply(WriteAnswer::sequence);
                });
            }

            long before = 0;
            for (final CompletableFuture<Long> sequence : sequences)
            {
                assertTrue(sequence.join() > before, "done before one that was sent earlier");
                before = sequence.join();
            }
            assertEquals(Integer.toString(PIPELINE_LENGTH - 1), client.select("last").orElseThrow());
        }
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
