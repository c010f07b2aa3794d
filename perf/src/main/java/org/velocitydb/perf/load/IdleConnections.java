package org.velocitydb.perf.load;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLSocket;

import org.agrona.CloseHelper;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What idle connections cost a server of heap: the live objects before and after some thousands of them have logged in,
 * as {@code jcmd} counts them.
 */
@Command(name = "idle", mixinStandardHelpOptions = true, sortOptions = false, description = IdleConnections.ABOUT)
public final class IdleConnections implements Callable<Integer>
{
    static final String ABOUT = "Heap of a server for each idle connection.";
    private static final String PORT = "Of the server on this machine. Default: ${DEFAULT-VALUE}.";
    private static final String PID = "Of the server's process.";
    private static final String USER = "Who logs in; with a hash that is cheap to verify.";
    private static final String PASSWORD = "Else $$VELOCITY_PASSWORD.";
    private static final String CONNECTIONS = "How many. Default: ${DEFAULT-VALUE}.";
    private static final String TLS = "Over TLS.";
    private static final String CLASSES = "Print the classes that grew by most.";

    /** Connections that take their first use of code and tables with them before anything is counted. */
    private static final int WARM_UP_COUNT = 500;
    /** Both answers of a login, and the beginning of an error. */
    private static final int ANSWER_LENGTH_MIN = 24 + 100 + 24;
    private static final int ANSWERS_LENGTH_MAX = 1024;
    private static final int CLASSES_SHOWN = 25;
    private static final Pattern ROW = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+(\\d+)\\s+(\\d+)");

    @Option(names = "--port", defaultValue = "5432", description = PORT)
    private int port;

    @Option(names = "--pid", required = true, description = PID)
    private long pid;

    @Option(names = "--user", required = true, description = USER)
    private String user;

    @Option(names = "--password", defaultValue = "${env:VELOCITY_PASSWORD}", description = PASSWORD)
    private String password;

    @Option(names = "--connections", defaultValue = "10000", description = CONNECTIONS)
    private int connectionCount;

    @Option(names = "--tls", description = TLS)
    private boolean isTls;

    @Option(names = "--classes", description = CLASSES)
    private boolean isShowingClasses;

    private IdleConnections()
    {
    }

    /**
     * Runs it.
     *
     * @param args see {@code --help}.
     */
    public static void main(final String[] args)
    {
        System.exit(new CommandLine(new IdleConnections()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException
    {
        final List<Closeable> connections = new ArrayList<>();
        try
        {
            open(connections, WARM_UP_COUNT);
            final String before = histogram();
            open(connections, connectionCount);
            final String after = histogram();
            final long bytes = total(after) - total(before);
            System.out.printf(
                Locale.ROOT, "connections=%d heap-bytes=%d bytes-per-connection=%.0f%n", connectionCount, bytes,
                (double) bytes / connectionCount);
            if (isShowingClasses)
            {
                show(before, after);
            }
        }
        finally
        {
            CloseHelper.closeAll(connections);
        }
        return 0;
    }

    private void open(final List<Closeable> connections, final int count) throws IOException
    {
        final InetSocketAddress address = new InetSocketAddress("127.0.0.1", port);
        final ByteBuffer messages = LoginMessages.of(user, password);
        final TlsPeers peers = isTls ? new TlsPeers() : null;
        for (int i = 0; i < count; i++)
        {
            if (isTls)
            {
                final SSLSocket socket = peers.open(address);
                connections.add(socket);
                logIn(socket, messages.duplicate());
            }
            else
            {
                final SocketChannel channel = SocketChannel.open(address);
                connections.add(channel);
                logIn(channel, messages.duplicate());
            }
        }
    }

    private static void logIn(final SocketChannel channel, final ByteBuffer messages) throws IOException
    {
        channel.write(messages);
        final ByteBuffer answers = ByteBuffer.allocate(ANSWERS_LENGTH_MAX);
        int length = 0;
        while (!isLoggedIn(answers.array(), length))
        {
            length += checkOpen(channel.read(answers));
        }
    }

    private static void logIn(final SSLSocket socket, final ByteBuffer messages) throws IOException
    {
        final byte[] bytes = new byte[messages.remaining()];
        messages.get(bytes);
        socket.getOutputStream().write(bytes);
        final byte[] answers = new byte[ANSWERS_LENGTH_MAX];
        int length = 0;
        while (!isLoggedIn(answers, length))
        {
            length += checkOpen(socket.getInputStream().read(answers, length, answers.length - length));
        }
    }

    /** AUTH_OK is a header alone, so its type stands 19 bytes before the end. */
    private static boolean isLoggedIn(final byte[] answers, final int length)
    {
        return length >= ANSWER_LENGTH_MIN && answers[length - 19] == (byte) 0x82;
    }

    private static int checkOpen(final int length)
    {
        if (length < 0)
        {
            throw new LoadException("the server ended a connection");
        }
        return length;
    }

    private String histogram() throws InterruptedException
    {
        try
        {
            final Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid),
                "GC.class_histogram").redirectErrorStream(true).start();
            final String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0)
            {
                throw new LoadException("jcmd failed: pid=" + pid + ", said=" + text);
            }
            return text;
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private static long total(final String histogram)
    {
        final Matcher matcher = TOTAL.matcher(histogram);
        if (!matcher.find())
        {
            throw new LoadException("not a histogram: " + histogram);
        }
        return Long.parseLong(matcher.group(2));
    }

    private void show(final String before, final String after)
    {
        after.lines()
            .map(ROW::matcher)
            .filter(Matcher::matches)
            .map((row) -> new Growth(row.group(3), Long.parseLong(row.group(2)) - bytesOf(before, row.group(3))))
            .sorted((left, right) -> Long.compare(right.bytes(), left.bytes()))
            .limit(CLASSES_SHOWN)
            .forEach((growth) -> System.out.printf(
                Locale.ROOT, "%8.1f B  %s%n", (double) growth.bytes() / connectionCount, growth.className()));
    }

    private static long bytesOf(final String histogram, final String className)
    {
        return histogram.lines()
            .map(ROW::matcher)
            .filter((row) -> row.matches() && row.group(3).equals(className))
            .mapToLong((row) -> Long.parseLong(row.group(2)))
            .sum();
    }

    /** How much the objects of a class grew. */
    private record Growth(String className, long bytes)
    {
    }
}
