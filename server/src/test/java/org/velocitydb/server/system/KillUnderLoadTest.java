package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.client.VersionedValue;
import org.velocitydb.client.WriteAnswer;
import org.velocitydb.client.WriteRequest;
import org.velocitydb.protocol.Durability;

/**
 * Kills the process again and again while eight clients write, and asks it after each restart for everything that it
 * has acknowledged. More rounds: {@code -Dvelocity.kill.rounds=100}.
 */
class KillUnderLoadTest
{
    private static final int ROUND_COUNT = Integer.getInteger("velocity.kill.rounds", 10);
    private static final int UNFORCED_ROUND_COUNT = 2;
    private static final int WRITER_COUNT = 8;
    private static final int OUTSTANDING_COUNT = 32;
    private static final int SHARED_KEY_COUNT = 50;
    private static final int LOOKUP_COUNT = 1_000;
    private static final String CONFIGURATION = """
        [database]
        max_memtable_size = 1500
        compaction_threshold = 2
        """;

    private final Ledger ledger = new Ledger();
    /** What each writer was told about its last request with an identity. */
    private final Map<Integer, Identified> identified = new ConcurrentHashMap<>();
    private Durability expected = Durability.GROUP;
    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);

    @TempDir
    private Path directory;

    /** A request with an identity: its number, and the sequence that it was acknowledged with or 0. */
    private record Identified(long number, long sequence)
    {
    }

    @Test
    void shouldHaveEverythingAcknowledgedAfterEachKill() throws Exception
    {
        runRounds(CONFIGURATION, ROUND_COUNT);
    }

    /** What was written and not forced is the operating system's to keep when the process dies. */
    @ParameterizedTest
    @EnumSource(value = Durability.class, names = { "INTERVAL", "NONE" })
    void shouldHaveEverythingAcknowledgedAfterEachKillThoughNothingWasForced(final Durability level) throws Exception
    {
        expected = level;
        runRounds(
            CONFIGURATION + "sync_interval_ms = 60000\nsync_mode = \"" + level.name().toLowerCase(Locale.ROOT) + "\"\n",
            UNFORCED_ROUND_COUNT);
    }

    private void runRounds(final String configuration, final int roundCount) throws Exception
    {
        ServerFiles.write(directory, configuration);
        try
        {
            for (int round = 0; round <= roundCount; round++)
            {
                runRound(round, round == roundCount);
            }
        }
        catch (final AssertionError ex)
        {
            throw new AssertionError("seed=" + seed + ", acknowledged=" + ledger.acknowledgedCount() + ": " +
                ex.getMessage(), ex);
        }
        assertTrue(ledger.acknowledgedCount() >= 100L * roundCount, "too little was written to say anything");
    }

    private void runRound(final int round, final boolean isLast) throws Exception
    {
        try (VelocityProcess server = VelocityProcess.startServer(directory))
        {
            try (VelocityClient client = server.login())
            {
                compareAll(client);
                retryIdentified(client);
            }
            if (!isLast)
            {
                killUnderLoad(server, round);
            }
        }
    }

    // --- writing

    private void killUnderLoad(final VelocityProcess server, final int round) throws Exception
    {
        final long enough = ledger.acknowledgedCount() + 100 + random.nextInt(3_000);
        final ExecutorService threads = Executors.newFixedThreadPool(WRITER_COUNT);
        try
        {
            final List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITER_COUNT; i++)
            {
                final Writer writer = new Writer(i, round, server, random.split());
                writers.add(threads.submit(writer::run));
            }
            Await.until(() -> "writes are not acknowledged: " + server,
                () -> ledger.acknowledgedCount() >= enough || writers.stream().anyMatch(Future::isDone));
            server.kill();
            for (final Future<?> writer : writers)
            {
                result(writer);
            }
        }
        finally
        {
            threads.shutdownNow();
        }
    }

    private static void result(final Future<?> future) throws InterruptedException
    {
        try
        {
            future.get();
        }
        catch (final ExecutionException ex)
        {
            throw new AssertionError("a writer failed: " + ex.getCause(), ex);
        }
    }

    /** Writes until the connection is lost. */
    private final class Writer
    {
        private final int index;
        private final int round;
        private final VelocityProcess server;
        private final SplittableRandom choice;
        private final Semaphore room = new Semaphore(OUTSTANDING_COUNT);
        private volatile VelocityException lost;
        private volatile AssertionError failure;

        Writer(final int index, final int round, final VelocityProcess server, final SplittableRandom choice)
        {
            this.index = index;
            this.round = round;
            this.server = server;
            this.choice = choice;
        }

        void run()
        {
            try (VelocityClient client = server.login())
            {
                for (int i = 0; lost == null && failure == null; i++)
                {
                    write(client, i);
                }
            }
            catch (final VelocityException ex)
            {
                // Killed before it was reached, or under a call that waits.
                lost = ex;
            }
            if (failure != null)
            {
                throw failure;
            }
        }

        private void write(final VelocityClient client, final int i)
        {
            final String value = round + "/" + index + "/" + i;
            switch (choice.nextInt(8))
            {
                case 0 :
                    writeIdentified(client);
                    break;
                case 1 :
                case 2 :
                    send(client, value, "overwritten:" + index + ":" + choice.nextInt(20));
                    break;
                case 3 :
                    send(client, value, "shared:" + choice.nextInt(SHARED_KEY_COUNT));
                    break;
                case 4 :
                    send(client, value, "batch:" + index + ":a", "batch:" + index + ":b", "batch:" + index + ":c");
                    break;
                default :
                    send(client, value, "unique:" + value);
                    break;
            }
        }

        private void send(final VelocityClient client, final String value, final String... keys)
        {
            final WriteRequest request = new WriteRequest();
            for (final String key : keys)
            {
                ledger.sent(key, value);
                request.put(utf8(key), utf8(value));
            }
            room.acquireUninterruptibly();
            client.async().batch(request).whenComplete((answer, ex) -> onAnswer(answer, ex, value, keys));
        }

        private void onAnswer(
            final WriteAnswer answer, final Throwable ex, final String value, final String... keys)
        {
            room.release();
            try
            {
                if (ex != null)
                {
                    lost = (VelocityException) ex;
                    return;
                }
                assertEquals(expected, answer.durability());
                for (int i = 0; i < keys.length; i++)
                {
                    ledger.acknowledged(keys[i], value, answer.sequence() - (keys.length - 1) + i);
                }
            }
            catch (final AssertionError wrong)
            {
                failure = wrong;
            }
        }

        private void writeIdentified(final VelocityClient client)
        {
            final Identified last = identified.getOrDefault(index, new Identified(0, 0));
            final long number = last.number() + 1;
            identified.put(index, new Identified(number, 0));
            final WriteAnswer answer = client.batch(identifiedRequest(index, number));
            identified.put(index, new Identified(number, answer.sequence()));
        }
    }

    private static WriteRequest identifiedRequest(final int writer, final long number)
    {
        return new WriteRequest()
            .put(utf8("identified:" + writer), utf8(Long.toString(number)))
            .requestId(1_000 + writer, number);
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // --- reading

    private void compareAll(final VelocityClient client)
    {
        final List<String> keys = new ArrayList<>(ledger.keys());
        for (int from = 0; from < keys.size(); from += LOOKUP_COUNT)
        {
            final List<String> some = keys.subList(from, Math.min(keys.size(), from + LOOKUP_COUNT));
            final List<Optional<VersionedValue>> found = client.multiGet(some.stream()
                .map(KillUnderLoadTest::utf8).toList());
            for (int i = 0; i < some.size(); i++)
            {
                ledger.recovered(some.get(i), found.get(i).orElse(null));
            }
        }
        for (int writer = 0; writer < WRITER_COUNT; writer++)
        {
            final Optional<String> first = client.select("batch:" + writer + ":a");
            assertEquals(first, client.select("batch:" + writer + ":b"), "half a batch: writer=" + writer);
            assertEquals(first, client.select("batch:" + writer + ":c"), "half a batch: writer=" + writer);
        }
        final long count = (Long) client.query("SELECT COUNT(*) FROM kv WHERE key LIKE 'unique:%'").rows().get(0)
            .values().get(0);
        assertTrue(count <= keys.stream().filter((key) -> key.startsWith("unique:")).count(), "keys from nowhere");
    }

    /** Each writer's last request once more: done once, and answered as it was answered if it was. */
    private void retryIdentified(final VelocityClient client)
    {
        identified.replaceAll((writer, last) ->
        {
            final WriteAnswer answer = client.batch(identifiedRequest(writer, last.number()));
            final VersionedValue found = client.get(utf8("identified:" + writer)).orElseThrow();
            assertEquals(Long.toString(last.number()), found.text());
            assertEquals(answer.sequence(), found.version());
            if (last.sequence() != 0)
            {
                assertTrue(answer.isReplay(), "done twice: writer=" + writer + ", request=" + last);
                assertEquals(last.sequence(), answer.sequence());
            }
            return new Identified(last.number(), answer.sequence());
        });
    }
}
