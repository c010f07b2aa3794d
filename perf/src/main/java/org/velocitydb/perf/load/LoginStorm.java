package org.velocitydb.perf.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.velocitydb.client.ClientOptions;
import org.velocitydb.client.VelocityClient;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Many clients that log in at once, as those of a service do when it or the server is started: how long the first, the
 * median and the last of them wait, and how many do not get in. They use the Java client with its defaults.
 */
@Command(name = "storm", mixinStandardHelpOptions = true, sortOptions = false, description = LoginStorm.ABOUT)
public final class LoginStorm implements Callable<Integer>
{
    static final String ABOUT = "How long clients wait that all log in at once.";
    private static final String PORT = "Of the server on this machine. Default: ${DEFAULT-VALUE}.";
    private static final String USER = "Who logs in.";
    private static final String PASSWORD = "Else $$VELOCITY_PASSWORD.";
    private static final String CLIENTS = "How many. Default: ${DEFAULT-VALUE}.";

    @Option(names = "--port", defaultValue = "5432", description = PORT)
    private int port;

    @Option(names = "--user", required = true, description = USER)
    private String user;

    @Option(names = "--password", defaultValue = "${env:VELOCITY_PASSWORD}", description = PASSWORD)
    private String password;

    @Option(names = "--clients", defaultValue = "64", description = CLIENTS)
    private int clientCount;

    private final List<Long> waitsMs = Collections.synchronizedList(new ArrayList<>());
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    private Path knownServers;

    private LoginStorm()
    {
    }

    /**
     * Runs it.
     *
     * @param args see {@code --help}.
     */
    public static void main(final String[] args)
    {
        System.exit(new CommandLine(new LoginStorm()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException
    {
        final Path directory = Files.createTempDirectory("login-storm");
        knownServers = directory.resolve("known_servers");
        try
        {
            return storm();
        }
        finally
        {
            Files.deleteIfExists(knownServers);
            Files.deleteIfExists(directory);
        }
    }

    private int storm() throws InterruptedException
    {
        final CountDownLatch start = new CountDownLatch(1);
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clientCount; i++)
        {
            final Thread thread = new Thread(() -> logIn(start), "client-" + i);
            threads.add(thread);
            thread.start();
        }
        start.countDown();
        for (final Thread thread : threads)
        {
            thread.join();
        }
        final List<Long> sorted = new ArrayList<>(waitsMs);
        Collections.sort(sorted);
        System.out.printf(
            Locale.ROOT, "clients=%d in=%d first=%dms median=%dms last=%dms%n", clientCount, sorted.size(),
            waitMs(sorted, 0), waitMs(sorted, sorted.size() / 2), waitMs(sorted, sorted.size() - 1));
        failures.stream().distinct().limit(3).forEach(System.out::println);
        return failures.isEmpty() ? 0 : 1;
    }

    private static long waitMs(final List<Long> sorted, final int index)
    {
        return sorted.isEmpty() ? 0 : sorted.get(index);
    }

    private void logIn(final CountDownLatch start)
    {
        try
        {
            start.await();
            final long startNs = System.nanoTime();
            // Each measurement's server has a key of its own: none is to be remembered.
            final ClientOptions options = ClientOptions.of("127.0.0.1:" + port).knownServers(knownServers);
            try (VelocityClient client = VelocityClient.connect(options))
            {
                client.authenticate(user, password);
                waitsMs.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs));
            }
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
        catch (final RuntimeException ex)
        {
            failures.add("failed: " + ex.getMessage());
        }
    }
}
