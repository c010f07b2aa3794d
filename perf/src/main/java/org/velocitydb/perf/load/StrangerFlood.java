package org.velocitydb.perf.load;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.agrona.CloseHelper;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Opens connections to a server at a fixed rate and has each ask for something that costs the server more than the
 * stranger. Run beside {@link LoadGenerator} it shows what those who are logged in feel of it.
 */
@Command(name = "flood", mixinStandardHelpOptions = true, sortOptions = false, description = StrangerFlood.ABOUT)
public final class StrangerFlood implements Callable<Integer>
{
    static final String ABOUT = "Strangers at a fixed rate, each on a new connection.";
    private static final String PORT = "Of the server on this machine. Default: ${DEFAULT-VALUE}.";
    private static final String KIND = "What each does: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.";
    private static final String RATE = "Connections a second. Default: ${DEFAULT-VALUE}.";
    private static final String SECONDS = "How long. Default: ${DEFAULT-VALUE}.";
    private static final String OPEN = "Connections left open; beyond them the oldest is closed." +
        " Default: ${DEFAULT-VALUE}.";

    @Option(names = "--port", defaultValue = "5432", description = PORT)
    private int port;

    @Option(names = "--kind", defaultValue = "LOGIN", description = KIND)
    private FloodKind kind;

    @Option(names = "--rate", defaultValue = "200", description = RATE)
    private int rate;

    @Option(names = "--seconds", defaultValue = "10", description = SECONDS)
    private int seconds;

    @Option(names = "--open", defaultValue = "500", description = OPEN)
    private int openMax;

    private final AtomicLong nextArrival = new AtomicLong();
    private final AtomicLong refusedCount = new AtomicLong();
    /** Connections left open. Locked by whoever changes it. */
    private final ArrayDeque<Closeable> open = new ArrayDeque<>();

    /** What comes of one connection. */
    @FunctionalInterface
    private interface Arrival
    {
        Closeable arrive() throws IOException;
    }

    private StrangerFlood()
    {
    }

    /**
     * Runs it.
     *
     * @param args see {@code --help}.
     */
    public static void main(final String[] args)
    {
        System.exit(new CommandLine(new StrangerFlood()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException
    {
        final Arrival arrival = arrival(new InetSocketAddress("127.0.0.1", port));
        final long startNs = System.nanoTime();
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < kind.threadCount(); i++)
        {
            final Thread thread = new Thread(() -> flood(arrival, startNs), "flood-" + i);
            threads.add(thread);
            thread.start();
        }
        for (final Thread thread : threads)
        {
            thread.join();
        }
        final double elapsedS = (System.nanoTime() - startNs) / 1e9;
        final long count = (long) rate * seconds;
        System.out.printf(
            Locale.ROOT, "flood=%s count=%d rate=%.0f/s refused=%d cpu=%.1fs%n", kind.name().toLowerCase(Locale.ROOT),
            count, count / elapsedS, refusedCount.get(), processorSeconds());
        CloseHelper.closeAll(open);
        return 0;
    }

    private static double processorSeconds()
    {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
    }

    private Arrival arrival(final InetSocketAddress address) throws IOException
    {
        switch (kind)
        {
            case TLS_COMPLETED :
                final TlsPeers peers = new TlsPeers();
                return () -> peers.open(address);
            case TLS_BEGUN :
                return sending(address, new TlsPeers().clientHello());
            case LOGIN :
                return sending(address, LoginMessages.of("nobody", "wrong password"));
            case HELLO :
                return sending(address, LoginMessages.hello());
            default :
                return sending(address, ByteBuffer.allocate(0));
        }
    }

    private static Arrival sending(final InetSocketAddress address, final ByteBuffer messages)
    {
        return () ->
        {
            final SocketChannel channel = SocketChannel.open(address);
            channel.write(messages.duplicate());
            return channel;
        };
    }

    private void flood(final Arrival arrival, final long startNs)
    {
        final long periodNs = TimeUnit.SECONDS.toNanos(1) / rate;
        final long count = (long) rate * seconds;
        for (long i = nextArrival.getAndIncrement(); i < count; i = nextArrival.getAndIncrement())
        {
            final long waitNs = startNs + i * periodNs - System.nanoTime();
            if (waitNs > 0)
            {
                LockSupport.parkNanos(waitNs);
            }
            try
            {
                keep(arrival.arrive());
            }
            catch (final IOException ex)
            {
                // The server may let go whom it likes.
                refusedCount.incrementAndGet();
            }
        }
    }

    private void keep(final Closeable arrived) throws IOException
    {
        final Closeable oldest;
        synchronized (open)
        {
            open.addLast(arrived);
            oldest = open.size() > openMax ? open.pollFirst() : null;
        }
        if (oldest != null)
        {
            oldest.close();
        }
    }
}
