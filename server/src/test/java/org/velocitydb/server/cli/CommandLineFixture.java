package org.velocitydb.server.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import org.velocitydb.server.config.SyncMode;

/**
 * Runs commands in a directory of their own, and keeps what they print.
 */
final class CommandLineFixture
{
    private final Path directory;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();
    private final Deque<String> typedPasswords = new ArrayDeque<>();
    private boolean isInteractive;
    private String input = "";
    private NodeLauncher nodeLauncher = (config, hostKey, usersFile, loader) ->
    {
        throw new IllegalStateException("no server here");
    };
    private SqlConnector sqlConnector = (login) ->
    {
        throw new IllegalStateException("no server here");
    };

    CommandLineFixture(final Path directory)
    {
        this.directory = directory;
    }

    CommandLineFixture input(final String text)
    {
        input = text;
        return this;
    }

    CommandLineFixture typing(final String... passwords)
    {
        isInteractive = true;
        for (final String password : passwords)
        {
            typedPasswords.add(password);
        }
        return this;
    }

    CommandLineFixture environment(final String name, final String value)
    {
        environment.put(name, value);
        return this;
    }

    CommandLineFixture nodeLauncher(final NodeLauncher launcher)
    {
        nodeLauncher = launcher;
        return this;
    }

    CommandLineFixture sqlConnector(final SqlConnector connector)
    {
        sqlConnector = connector;
        return this;
    }

    int run(final String... args)
    {
        out.reset();
        err.reset();
        final CommandContext context = new CommandContext(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new FixtureTerminal(),
            environment,
            directory,
            nodeLauncher,
            sqlConnector,
            new MemoryTargets());
        return VelocityCommand.execute(context, args);
    }

    String out()
    {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err()
    {
        return err.toString(StandardCharsets.UTF_8);
    }

    private final class FixtureTerminal implements CommandContext.Terminal
    {
        @Override
        public boolean isInteractive()
        {
            return isInteractive;
        }

        @Override
        public char[] readPassword(final String prompt)
        {
            return typedPasswords.isEmpty() ? null : typedPasswords.poll().toCharArray();
        }
    }

    /** Keeps records in a map; a data directory whose name says so loses one. */
    private static final class MemoryTargets implements BenchmarkTargets
    {
        @Override
        public BenchmarkTarget embedded(final Path dataDir, final SyncMode durability)
        {
            return new MemoryTarget(durability.text(), dataDir.endsWith("lossy"));
        }

        @Override
        public BenchmarkTarget remote(final ServerLogin login)
        {
            return new MemoryTarget("of the server, " + login.userName() + " " + new String(login.password()), false);
        }
    }

    private record MemoryTarget(String durability, Map<String, byte[]> records, boolean isLossy)
        implements
            BenchmarkTargets.BenchmarkTarget,
            BenchmarkTargets.BenchmarkSession
    {
        MemoryTarget(final String durability, final boolean isLossy)
        {
            this(durability, new TreeMap<>(), isLossy);
        }

        @Override
        public BenchmarkTargets.BenchmarkSession openSession()
        {
            return this;
        }

        @Override
        public void put(final byte[] key, final byte[] value)
        {
            synchronized (records)
            {
                records.put(new String(key, StandardCharsets.US_ASCII), isLossy ? new byte[0] : value.clone());
            }
        }

        @Override
        public byte[] get(final byte[] key)
        {
            synchronized (records)
            {
                return records.get(new String(key, StandardCharsets.US_ASCII));
            }
        }

        @Override
        public void close()
        {
            // Nothing is open.
        }
    }
}
