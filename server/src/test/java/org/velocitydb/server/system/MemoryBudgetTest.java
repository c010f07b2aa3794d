package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.server.cli.ExitCode;

/**
 * What {@code memory_budget} says, and what the server then takes of memory.
 */
class MemoryBudgetTest
{
    private static final long MIB = 1024 * 1024;
    private static final long BUDGET = 96 * MIB;
    private static final long LOADED = 3 * BUDGET;
    private static final int VALUE_LENGTH = 64 * 1024;
    /** The heap is touched whole at the start; what compiled code, threads and allocators add comes on top. */
    private static final long ALLOWANCE = 16 * MIB;
    private static final int SAMPLE_INTERVAL = 100;

    @TempDir
    private Path directory;

    @Test
    void shouldKeepToTheBudgetWhileMoreIsWrittenAndRead() throws IOException
    {
        ServerFiles.write(
            directory, "[database]\nmemory_budget = \"96MiB\"\nsync_mode = \"none\"\n[server]\nevent_loops = 1\n");
        try (VelocityProcess server = start(); VelocityClient client = server.login())
        {
            final long baseBytes = server.anonymousKib() * 1024;
            assumeTrue(baseBytes > 0, "the system does not tell");
            long mostBytes = load(server, client);
            mostBytes = Math.max(mostBytes, readAll(server, client));

            final String stats = client.stats();
            assertTrue(mostBytes - baseBytes < BUDGET + ALLOWANCE,
                "base=" + baseBytes + ", most=" + mostBytes + ", stats=" + stats);
            assertEquals(BUDGET, figure(stats, "memory_budget_bytes"));
            assertTrue(figure(stats, "mapped_table_bytes") > BUDGET, stats);
            assertTrue(
                figure(stats, "memory_memtables_reserved_bytes") <= figure(stats, "memory_memtables_budget_bytes"),
                stats);
        }
    }

    private VelocityProcess start()
    {
        return VelocityProcess.java(directory, List.of(
            "-Xms160m", "-Xmx160m", "-XX:+AlwaysPreTouch", "-cp", VelocityProcess.classPath(),
            "org.velocitydb.server.cli.VelocityCommand", "server", "--bind", "127.0.0.1:0", "--data-dir", "data"))
            .awaitListening();
    }

    private static long load(final VelocityProcess server, final VelocityClient client)
    {
        final SplittableRandom random = new SplittableRandom(1);
        final byte[] value = new byte[VALUE_LENGTH];
        long mostBytes = 0;
        for (int i = 0; i < LOADED / VALUE_LENGTH; i++)
        {
            random.nextBytes(value);
            client.put(key(i), value);
            if (i % SAMPLE_INTERVAL == 0)
            {
                mostBytes = Math.max(mostBytes, server.anonymousKib() * 1024);
            }
        }
        return Math.max(mostBytes, server.anonymousKib() * 1024);
    }

    private static long readAll(final VelocityProcess server, final VelocityClient client)
    {
        for (int i = 0; i < LOADED / VALUE_LENGTH; i++)
        {
            assertEquals(VALUE_LENGTH, client.get(key(i)).orElseThrow().value().length);
        }
        return server.anonymousKib() * 1024;
    }

    private static byte[] key(final int number)
    {
        return ("key" + number).getBytes(StandardCharsets.US_ASCII);
    }

    private static long figure(final String stats, final String name)
    {
        final Matcher figure = Pattern.compile("\"" + name + "\":(\\d+)").matcher(stats);
        assertTrue(figure.find(), name + " in " + stats);
        return Long.parseLong(figure.group(1));
    }

    @Test
    void shouldNotStartWithSettingsThatDoNotFitTheBudgetAndNameTheParts() throws IOException
    {
        ServerFiles.write(directory, "[database]\nmemory_budget = \"96MiB\"\nmax_memtable_size = \"64MiB\"\n");
        try (VelocityProcess refused = VelocityProcess.run(
            directory, "server", "--bind", "127.0.0.1:0", "--data-dir", "data"))
        {
            assertEquals(ExitCode.CONFIGURATION, refused.awaitExit());
            final String message = refused.err();
            assertTrue(message.contains("velocity: memory budget too small: budget=100663296, "), message);
            assertTrue(message.contains("memtables=340787200 (5 of 67108864 and a filter)"), message);
            assertTrue(message.contains("command ring=") && message.contains("block cache="), message);
        }
    }
}
