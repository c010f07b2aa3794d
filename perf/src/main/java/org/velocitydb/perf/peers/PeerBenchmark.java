package org.velocitydb.perf.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Compares VelocityDB with other embedded stores and with the disk. In each round, for each set of works, every system
 * takes its turn in a process of its own; medians of the rounds are printed. Run: {@code scripts/peers --help}.
 */
@Command(name = "peers", mixinStandardHelpOptions = true, sortOptions = false, description = PeerBenchmark.ABOUT)
public final class PeerBenchmark implements Callable<Integer>
{
    static final String ABOUT = "Compares embedded ordered stores, each in processes of its own, in rounds.";
    private static final String SYSTEMS = "Of: ${COMPLETION-CANDIDATES}. Default: all.";
    private static final String WORKS = "Of: ${COMPLETION-CANDIDATES}. Default: all.";
    private static final String ROUNDS = "How often everything is measured. Default: ${DEFAULT-VALUE}.";
    private static final String DIRECTORY = "On the disk to be measured; a directory in it is made and deleted." +
        " Default: ${DEFAULT-VALUE}.";
    private static final String JSON = "Write the figures there too, medians and rounds.";
    private static final String SLED = "Directory of the program for Sled. Default: ${DEFAULT-VALUE}.";

    @Option(names = "--systems", split = ",", description = SYSTEMS)
    private List<PeerSystem> systems = List.of(PeerSystem.values());

    @Option(names = "--works", split = ",", description = WORKS)
    private List<Work> works = List.of(Work.values());

    @Option(names = "--rounds", defaultValue = "3", description = ROUNDS)
    private int roundCount;

    @Option(names = "--directory", defaultValue = "perf/target", description = DIRECTORY)
    private Path directory;

    @Option(names = "--json", description = JSON)
    private Path json;

    @Option(names = "--sled-source", defaultValue = "perf/src/main/rust/sled-bench", description = SLED)
    private Path sledSource;

    @Mixin
    private BenchmarkSettings settings;

    private final Results results = new Results();
    private boolean hasFailed;

    private PeerBenchmark()
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
            new CommandLine(new PeerBenchmark()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException
    {
        final Map<PeerSystem, List<String>> commands = commands();
        final Path storeDirectory = directory.resolve("peers-store");
        for (int round = 1; round <= roundCount; round++)
        {
            for (final WorkSet set : WorkSet.values())
            {
                final List<Work> worksOfSet = works.stream().filter(work -> work.set() == set).toList();
                for (final PeerSystem system : worksOfSet.isEmpty() ? Set.<PeerSystem>of() : commands.keySet())
                {
                    if (system.does(set))
                    {
                        System.err.printf("round %d of %d: %s, %s%n", round, roundCount, set, system);
                        measure(system, commands.get(system), worksOfSet, storeDirectory);
                    }
                }
            }
        }
        System.out.print(Report.toMarkdown(results));
        if (json != null)
        {
            Files.writeString(json, Report.toJson(results, settings));
        }
        return hasFailed ? 1 : 0;
    }

    private Map<PeerSystem, List<String>> commands() throws InterruptedException
    {
        final Map<PeerSystem, List<String>> commands = new EnumMap<>(PeerSystem.class);
        for (final PeerSystem system : EnumSet.copyOf(systems))
        {
            if (system == PeerSystem.SLED)
            {
                try
                {
                    commands.put(system, List.of(SledProgram.build(sledSource).toString()));
                }
                catch (final IOException ex)
                {
                    System.err.println("sled is left out: " + ex.getMessage());
                }
            }
            else
            {
                commands.put(system, ChildProcess.jvmCommand(system));
            }
        }
        return commands;
    }

    private void measure(
        final PeerSystem system, final List<String> command, final List<Work> worksOfSet, final Path storeDirectory)
        throws InterruptedException
    {
        try
        {
            for (final Measurement measurement : ChildProcess.run(command, worksOfSet, storeDirectory, settings))
            {
                System.err.println(measurement.toJson());
                results.add(measurement);
            }
        }
        catch (final IOException ex)
        {
            // One that does not load or fails shall not take the others' figures with it.
            System.err.println(system + " failed: works=" + worksOfSet + ": " + ex.getMessage());
            hasFailed = true;
        }
    }
}
