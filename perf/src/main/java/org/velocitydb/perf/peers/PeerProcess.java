package org.velocitydb.perf.peers;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The process that measures one system's works of one set, once; {@link PeerBenchmark} starts it. Prints a
 * {@link Measurement} on each line of standard output.
 */
@Command(name = "peer-process", mixinStandardHelpOptions = true, description = PeerProcess.ABOUT)
public final class PeerProcess implements Callable<Integer>
{
    static final String ABOUT = "Measures one system's works of one set, and prints JSON lines.";
    private static final String SYSTEM = "To measure.";
    private static final String WORKS = "Of one set.";
    private static final String DIRECTORY = "Empty, for the stores.";

    @Option(names = "--system", required = true, description = SYSTEM)
    private PeerSystem system;

    @Option(names = "--works", split = ",", required = true, description = WORKS)
    private List<Work> works;

    @Option(names = "--directory", required = true, description = DIRECTORY)
    private Path directory;

    @Mixin
    private BenchmarkSettings settings;

    private PeerProcess()
    {
    }

    /**
     * Runs it and ends the process.
     *
     * @param args see {@code --help}.
     */
    public static void main(final String[] args)
    {
        System.exit(
            new CommandLine(new PeerProcess()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
    }

    @Override
    public Integer call() throws Exception
    {
        measure(
            new PeerRun(
                system, EnumSet.copyOf(works), directory, settings,
                measurement -> System.out.println(measurement.toJson())));
        return 0;
    }

    /**
     * Measures here.
     *
     * @param run what to measure.
     * @throws Exception what the store throws.
     */
    static void measure(final PeerRun run) throws Exception
    {
        final WorkSet set = run.works().iterator().next().set();
        switch (set)
        {
            case FILLED -> new FilledWorks(run).run();
            case PUT_RANDOM, PUT_SEQUENTIAL, PUT_BATCH -> new FillWorks(run, set).run();
            case DURABLE -> new DurableWorks(run).run();
            case SMALL -> new SmallWorks(run).run();
            default -> new DiskWorks(run).run();
        }
    }
}
