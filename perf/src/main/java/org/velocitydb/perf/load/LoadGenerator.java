package org.velocitydb.perf.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Puts single operations on a server, in a closed loop or at a fixed rate, and prints a line for each run: kind of work
 * by kind of work, and for each the given counts of connections. Run: {@code java -cp perf/target/velocitydb-perf.jar
 * org.velocitydb.perf.load.LoadGenerator --help}.
 */
@Command(name = "load", mixinStandardHelpOptions = true, sortOptions = false, description = LoadGenerator.ABOUT)
public final class LoadGenerator implements Callable<Integer>
{
    static final String ABOUT = "Single operations from one thread, in a closed loop or at a fixed rate.";
    private static final String HOST = "Of the server. Default: ${DEFAULT-VALUE}.";
    private static final String PORT = "Of the server. Default: ${DEFAULT-VALUE}.";
    private static final String USER = "Who logs in. Default: ${DEFAULT-VALUE}.";
    private static final String PASSWORD = "Else $$VELOCITY_PASSWORD. Without one, resp does not log in.";
    private static final String WORK = "get, put or mixed; several, separated by commas, make several runs." +
        " Default: ${DEFAULT-VALUE}.";
    private static final String CONNECTIONS = "How many; several, separated by commas, make several runs." +
        " Default: ${DEFAULT-VALUE}.";
    private static final String PIPELINE = "Requests outstanding on each connection. Default: ${DEFAULT-VALUE}.";
    private static final String OPERATIONS = "In each run. Default: ${DEFAULT-VALUE}.";
    private static final String WARM_UP = "Operations of each kind of work that are not measured." +
        " Default: ${DEFAULT-VALUE}.";
    private static final String KEYS = "Size of the key space. Default: ${DEFAULT-VALUE}.";
    private static final String DURABILITY = "Of writes: default, none or group. Default: ${DEFAULT-VALUE}.";
    private static final String SEED = "Of the order of keys. Default: ${DEFAULT-VALUE}.";
    private static final String LOAD = "Fill the key space first.";
    private static final String PROTOCOL = "velocity (version 2), sql (with bound parameters, over version 2), resp" +
        " (Redis protocol) or echo (an EchoServer that was told the lengths that --lengths prints)." +
        " Default: ${DEFAULT-VALUE}.";
    private static final String RATE = "Operations a second, whether answered or not: latencies count from when each" +
        " was due. Default: a closed loop.";
    private static final String LENGTHS = "Print the lengths of request and answer for each work, and end.";

    private static final int WARM_UP_CONNECTIONS_MAX = 16;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = HOST)
    private String host;

    @Option(names = "--port", defaultValue = "5432", description = PORT)
    private int port;

    @Option(names = "--user", defaultValue = "admin", description = USER)
    private String user;

    @Option(names = "--password", defaultValue = "${env:VELOCITY_PASSWORD}", description = PASSWORD)
    private String password;

    @Option(names = "--work", split = ",", defaultValue = "get", description = WORK)
    private List<OperationKind> work;

    @Option(names = "--connections", split = ",", defaultValue = "1", description = CONNECTIONS)
    private List<Integer> connectionCounts;

    @Option(names = "--pipeline", defaultValue = "1", description = PIPELINE)
    private int pipeline;

    @Option(names = "--operations", defaultValue = "100000", description = OPERATIONS)
    private long operationCount;

    @Option(names = "--warm-up", defaultValue = "20000", description = WARM_UP)
    private long warmUpCount;

    @Option(names = "--keys", defaultValue = "1000000", description = KEYS)
    private int keyCount;

    @Option(names = "--durability", defaultValue = "default", description = DURABILITY)
    private AskedDurability durability;

    @Option(names = "--seed", defaultValue = "1", description = SEED)
    private long seed;

    @Option(names = "--load", description = LOAD)
    private boolean isLoading;

    @Option(names = "--protocol", defaultValue = "velocity", description = PROTOCOL)
    private LoadProtocol protocol;

    @Option(names = "--rate", description = RATE)
    private long perSecond;

    @Option(names = "--lengths", description = LENGTHS)
    private boolean isPrintingLengths;

    private LoadGenerator()
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
            new CommandLine(new LoadGenerator()).setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(LoadGenerator::report)
                .execute(args));
    }

    private static int report(final Exception ex, final CommandLine commandLine, final CommandLine.ParseResult parsed)
    {
        commandLine.getErr().println("load: " + ex);
        return commandLine.getCommandSpec().exitCodeOnExecutionException();
    }

    @Override
    public Integer call() throws IOException
    {
        if (isPrintingLengths)
        {
            printLengths();
            return 0;
        }
        final LoadTarget target = new LoadTarget(
            protocol, new InetSocketAddress(host, port), user, password, durability.durability());
        final Records records = new Records(keyCount, seed);
        final int connectionCountMax = Collections.max(connectionCounts);
        if (isLoading)
        {
            load(target, records);
        }
        final List<LoadConnection> connections = new ArrayList<>();
        try
        {
            for (int i = 0; i < connectionCountMax; i++)
            {
                connections.add(target.connect());
            }
            for (final OperationKind kind : work)
            {
                runAll(target.workload(kind, records), connections);
            }
        }
        finally
        {
            for (final LoadConnection connection : connections)
            {
                connection.close();
            }
        }
        return 0;
    }

    private static void printLengths()
    {
        System.out.println("get " + VelocityWorkload.GET_REQUEST_LENGTH + " " + VelocityWorkload.GET_ANSWER_LENGTH);
        System.out.println("put " + VelocityWorkload.PUT_REQUEST_LENGTH + " " + VelocityWorkload.PUT_ANSWER_LENGTH);
    }

    private void load(final LoadTarget target, final Records records) throws IOException
    {
        try (LoadConnection connection = target.connect())
        {
            if (protocol == LoadProtocol.RESP)
            {
                KeyspaceLoad.run(connection, new RespWorkload(OperationKind.PUT, records), records.keyCount());
            }
            else
            {
                KeyspaceLoad.run(connection, records);
            }
        }
    }

    private void runAll(final Workload workload, final List<LoadConnection> connections) throws IOException
    {
        if (warmUpCount > 0)
        {
            final int count = Math.min(connections.size(), WARM_UP_CONNECTIONS_MAX);
            new ClosedLoop(workload, warmUpCount, pipeline, connections.subList(0, count)).run();
        }
        for (final int count : connectionCounts)
        {
            final List<LoadConnection> used = connections.subList(0, count);
            System.out.println(
                perSecond > 0
                    ? new OpenLoop(workload, operationCount, TimeUnit.SECONDS.toNanos(1) / perSecond, used).run()
                    : new ClosedLoop(workload, operationCount, pipeline, used).run());
        }
    }
}
