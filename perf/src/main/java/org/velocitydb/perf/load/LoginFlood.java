package org.velocitydb.perf.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Sends logins that fail to a server, at a fixed rate, each on a connection of its own, and reads none of the answers.
 * Run beside {@link LoadGenerator} it shows what those who are logged in feel of it.
 */
@Command(name = "login-flood", mixinStandardHelpOptions = true, sortOptions = false, description = LoginFlood.ABOUT)
public final class LoginFlood implements Callable<Integer>
{
    static final String ABOUT = "Logins of nobody at a fixed rate, each on a new connection.";
    private static final String PORT = "Of the server on this machine. Default: ${DEFAULT-VALUE}.";
    private static final String RATE = "Logins a second. Default: ${DEFAULT-VALUE}.";
    private static final String SECONDS = "How long. Default: ${DEFAULT-VALUE}.";
    private static final String OPEN = "Connections left open; beyond them the oldest is closed." +
        " Default: ${DEFAULT-VALUE}.";

    @Option(names = "--port", defaultValue = "5432", description = PORT)
    private int port;

    @Option(names = "--rate", defaultValue = "500", description = RATE)
    private int rate;

    @Option(names = "--seconds", defaultValue = "10", description = SECONDS)
    private int seconds;

    @Option(names = "--open", defaultValue = "500", description = OPEN)
    private int openMax;

    private LoginFlood()
    {
    }

    /**
     * Runs it.
     *
     * @param args see {@code --help}.
     */
    public static void main(final String[] args)
    {
        System.exit(new CommandLine(new LoginFlood()).execute(args));
    }

    @Override
    public Integer call()
    {
        final InetSocketAddress address = new InetSocketAddress("127.0.0.1", port);
        final ByteBuffer messages = LoginMessages.of("nobody", "wrong password");
        final ArrayDeque<SocketChannel> open = new ArrayDeque<>();
        final long periodNs = TimeUnit.SECONDS.toNanos(1) / rate;
        final long count = (long) rate * seconds;
        final long startNs = System.nanoTime();
        long refusedCount = 0;
        for (long i = 0; i < count; i++)
        {
            final long waitNs = startNs + i * periodNs - System.nanoTime();
            if (waitNs > 0)
            {
                LockSupport.parkNanos(waitNs);
            }
            refusedCount += tryLogin(address, messages.duplicate(), open) ? 0 : 1;
        }
        final double elapsedS = (System.nanoTime() - startNs) / 1e9;
        System.out.printf("logins=%d rate=%.0f/s refused-connections=%d%n", count, count / elapsedS, refusedCount);
        open.forEach(LoginFlood::close);
        return 0;
    }

    private boolean tryLogin(
        final InetSocketAddress address, final ByteBuffer messages, final ArrayDeque<SocketChannel> open)
    {
        try
        {
            final SocketChannel channel = SocketChannel.open(address);
            open.addLast(channel);
            channel.write(messages);
            if (open.size() > openMax)
            {
                open.pollFirst().close();
            }
            return true;
        }
        catch (final IOException ex)
        {
            // The server may let go whom it likes.
            return false;
        }
    }

    private static void close(final SocketChannel channel)
    {
        try
        {
            channel.close();
        }
        catch (final IOException ex)
        {
            // It is closed either way.
            return;
        }
    }
}
