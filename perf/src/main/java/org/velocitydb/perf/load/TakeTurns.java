package org.velocitydb.perf.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * Puts the same work on several servers, which take turns of a fraction of a second, and prints a line for each. On a
 * machine that others slow down for seconds at a time, runs one after the other compare the hours rather than the
 * servers; the ratio of two turns side by side does not. Run: {@code java -cp perf/target/velocitydb-perf.jar
 * org.velocitydb.perf.load.TakeTurns --help}.
 */
@Command(name = "turns", mixinStandardHelpOptions = true, sortOptions = false, description = TakeTurns.ABOUT)
public final class TakeTurns implements Callable<Integer>
{
    static final String ABOUT = "The same operations on several servers, which take turns.";
    private static final String SERVER = "NAME=PROTOCOL:PORT, or NAME=PROTOCOL:USER@PORT to log in; velocity, sql," +
        " resp or echo. Several; the first is what the others are compared with.";
    private static final String HOST = "Of the servers. Default: ${DEFAULT-VALUE}.";
    private static final String PASSWORD = "Of the users. Else $$VELOCITY_PASSWORD.";
    private static final String WORK = "get, put or mixed. Default: ${DEFAULT-VALUE}.";
    private static final String CONNECTIONS = "To each server. Default: ${DEFAULT-VALUE}.";
    private static final String PIPELINE = "Requests outstanding on each connection. Default: ${DEFAULT-VALUE}.";
    private static final String OPERATIONS = "In all counted turns, for each server. Default: ${DEFAULT-VALUE}.";
    private static final String TURNS = "That count. Default: ${DEFAULT-VALUE}.";
    private static final String WARM_UP = "Turns before those. Default: ${DEFAULT-VALUE}.";
    private static final String KEYS = "Size of the key space. Default: ${DEFAULT-VALUE}.";
    private static final String DURABILITY = "Of writes over velocity: default, none or group." +
        " Default: ${DEFAULT-VALUE}.";
    private static final String SEED = "Of the order of keys. Default: ${DEFAULT-VALUE}.";
    private static final String RATE = "Operations a second, whether answered or not: latencies count from when each" +
        " was due. Default: a closed loop.";

    /** A server as it is given on the command line. */
    record NamedServer(String name, LoadProtocol protocol, String user, int port)
    {
        private static final Pattern FORM = Pattern.compile("([^=]+)=(\\w+):(?:([^@]+)@)?(\\d{1,5})");

        static NamedServer parse(final String text)
        {
            final Matcher matcher = FORM.matcher(text);
            if (!matcher.matches())
            {
                throw new TypeConversionException("not NAME=PROTOCOL:PORT: '" + text + "'");
            }
            try
            {
                return new NamedServer(
                    matcher.group(1), LoadProtocol.valueOf(matcher.group(2).toUpperCase(Locale.ROOT)), matcher.group(3),
                    Integer.parseInt(matcher.group(4)));
            }
            catch (final IllegalArgumentException ex)
            {
                throw new TypeConversionException("unknown protocol: '" + matcher.group(2) + "'");
            }
        }
    }

    /** So that picocli reads them. */
    static final class NamedServerConverter implements ITypeConverter<NamedServer>
    {
        @Override
        public NamedServer convert(final String value)
        {
            return NamedServer.parse(value);
        }
    }

    @Option(names = "--server", required = true, converter = NamedServerConverter.class, description = SERVER)
    private List<NamedServer> servers;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = HOST)
    private String host;

    @Option(names = "--password", defaultValue = "${env:VELOCITY_PASSWORD}", description = PASSWORD)
    private String password;

    @Option(names = "--work", defaultValue = "get", description = WORK)
    private OperationKind work;

    @Option(names = "--connections", defaultValue = "1", description = CONNECTIONS)
    private int connectionCount;

    @Option(names = "--pipeline", defaultValue = "1", description = PIPELINE)
    private int pipeline;

    @Option(names = "--operations", defaultValue = "100000", description = OPERATIONS)
    private long operationCount;

    @Option(names = "--turns", defaultValue = "40", description = TURNS)
    private int turnCount;

    @Option(names = "--warm-up", defaultValue = "10", description = WARM_UP)
    private int warmUpTurnCount;

    @Option(names = "--keys", defaultValue = "1000000", description = KEYS)
    private int keyCount;

    @Option(names = "--durability", defaultValue = "default", description = DURABILITY)
    private AskedDurability durability;

    @Option(names = "--seed", defaultValue = "1", description = SEED)
    private long seed;

    @Option(names = "--rate", description = RATE)
    private long perSecond;

    private TakeTurns()
    {
    }

    /**
     * Runs it and ends the process.
     *
     * @param args see {@code --help}.
     */
    public static void main(final String[] args)
    {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine()
    {
        return new CommandLine(new TakeTurns()).setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(TakeTurns::report);
    }

    private static int report(final Exception ex, final CommandLine commandLine, final CommandLine.ParseResult parsed)
    {
        commandLine.getErr().println("turns: " + ex);
        return commandLine.getCommandSpec().exitCodeOnExecutionException();
    }

    @Override
    public Integer call() throws IOException
    {
        final List<TurnTaker> takers = new ArrayList<>();
        try
        {
            for (final NamedServer server : servers)
            {
                takers.add(connect(server));
            }
            for (int turn = 0; turn < warmUpTurnCount + turnCount; turn++)
            {
                takeTurn(takers, turn);
            }
        }
        finally
        {
            for (final TurnTaker taker : takers)
            {
                taker.close();
            }
        }
        for (final TurnTaker taker : takers)
        {
            System.out.println(line(taker, takers.get(0)));
        }
        return 0;
    }

    private TurnTaker connect(final NamedServer server) throws IOException
    {
        final LoadTarget target = new LoadTarget(
            server.protocol(), new InetSocketAddress(host, server.port()), server.user(),
            server.user() == null ? null : password, durability.durability());
        // Each with records of its own: the same keys in the same order for all.
        final Workload workload = target.workload(work, new Records(keyCount, seed));
        return TurnTaker.connect(server.name(), target, workload, connectionCount, turnCount);
    }

    /** Another one begins each time: what follows on something heavy is at a disadvantage. */
    private void takeTurn(final List<TurnTaker> takers, final int turn) throws IOException
    {
        final long operations = Math.max(1, operationCount / turnCount);
        for (int i = 0; i < takers.size(); i++)
        {
            takers.get((turn + i) % takers.size()).takeTurn(operations, pipeline, perSecond, turn >= warmUpTurnCount);
        }
    }

    private static String line(final TurnTaker taker, final TurnTaker first)
    {
        return String.format(
            Locale.ROOT, "server=%-14s rate=%.0f/s first/it=%.2f p50=%.1fus p99=%.1fus p99.9=%.1fus", taker.name(),
            taker.medianRate(), first.ratioTo(taker), taker.percentileUs(50), taker.percentileUs(99),
            taker.percentileUs(99.9));
    }
}
