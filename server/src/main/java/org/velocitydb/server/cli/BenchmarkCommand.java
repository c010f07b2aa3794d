package org.velocitydb.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import org.velocitydb.server.cli.BenchmarkTargets.BenchmarkTarget;
import org.velocitydb.server.config.SyncMode;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Writes records and reads them again, and tells how long each took.
 */
@Command(name = "benchmark", description = HelpText.BENCHMARK, footer = HelpText.BENCHMARK_FOOTER)
final class BenchmarkCommand implements Callable<Integer>
{
    private static final int MAX_VALUE_LENGTH = 64 * 1024 * 1024;
    private static final int MAX_CONNECTIONS = 1024;

    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions common;

    @Mixin
    private ServerOptions server;

    @Option(names = "--operations", paramLabel = "N", defaultValue = "100000", description = HelpText.OPERATIONS)
    private long operationCount;

    @Option(names = "--value-length", paramLabel = "BYTES", defaultValue = "100", description = HelpText.VALUE_LENGTH)
    private int valueLength;

    @Option(names = "--connections", paramLabel = "N", defaultValue = "1", description = HelpText.CONNECTIONS)
    private int connectionCount;

    @Option(names = "--durability", paramLabel = "MODE", description = HelpText.DURABILITY)
    private SyncMode durability;

    @Option(names = "--data-dir", paramLabel = "DIR", description = HelpText.BENCHMARK_DATA_DIR)
    private Path dataDir;

    @Option(names = "--host", paramLabel = "ADDRESS", description = HelpText.BENCHMARK_HOST)
    private ServerAddress host;

    private final CommandContext context;

    BenchmarkCommand(final CommandContext context)
    {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException
    {
        check();
        if (host != null)
        {
            final ServerLogin login = server.login(context, host);
            try (BenchmarkTarget target = context.benchmarkTargets().remote(login))
            {
                return run(target);
            }
            finally
            {
                login.wipe();
            }
        }
        if (dataDir != null)
        {
            return runEmbedded(context.workingDirectory().resolve(dataDir));
        }
        final Path temporary = Files.createTempDirectory("velocity-benchmark-");
        try
        {
            return runEmbedded(temporary);
        }
        finally
        {
            delete(temporary);
        }
    }

    private void check()
    {
        checkRange("--operations", operationCount, 1, Long.MAX_VALUE / MAX_CONNECTIONS);
        checkRange("--value-length", valueLength, 0, MAX_VALUE_LENGTH);
        checkRange("--connections", connectionCount, 1, Math.min(MAX_CONNECTIONS, operationCount));
        if (host != null && (durability != null || dataDir != null))
        {
            throw new ParameterException(spec.commandLine(),
                "--durability and --data-dir are for the engine in this process, not for --host");
        }
    }

    private void checkRange(final String name, final long value, final long min, final long max)
    {
        if (value < min || value > max)
        {
            throw new ParameterException(spec.commandLine(),
                "out of range: " + name + " " + value + "; allowed: " + min + " to " + max);
        }
    }

    private int runEmbedded(final Path directory) throws InterruptedException
    {
        final SyncMode mode = durability == null ? SyncMode.GROUP : durability;
        try (BenchmarkTarget target = context.benchmarkTargets().embedded(directory, mode))
        {
            return run(target);
        }
    }

    private int run(final BenchmarkTarget target) throws InterruptedException
    {
        context.out().println("target " + (host == null ? "engine in this process" : host) + ", durability " +
            target.durability() + ", values of " + valueLength + " bytes, connections " + connectionCount);
        final BenchmarkRun run = new BenchmarkRun(context, target, operationCount, valueLength, connectionCount);
        context.out().print(run.write().format());
        context.out().print(run.read().format());
        return ExitCode.OK;
    }

    private static void delete(final Path directory) throws IOException
    {
        final List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory))
        {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (final Path path : paths)
        {
            Files.deleteIfExists(path);
        }
    }
}
