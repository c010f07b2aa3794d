package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.velocitydb.client.ClientOptions;
import org.velocitydb.client.VelocityClient;

/**
 * One run of {@code velocity}, with the class path of the tests and the flags of the launcher, in a directory where its
 * configuration and its data are. Closing it kills it.
 */
final class VelocityProcess implements AutoCloseable
{
    private static final Pattern LISTENING = Pattern.compile(
        "velocity: listening on (127\\.0\\.0\\.1:(\\d+)), fingerprint ([0-9a-f]{64})\\R");
    private static final Pattern RESP_LISTENING = Pattern.compile("Redis protocol: 127\\.0\\.0\\.1:(\\d+)\\R");
    private static final String MAIN_CLASS = "org.velocitydb.server.cli.VelocityCommand";

    private final Path directory;
    private final Process process;
    private final Output out;
    private final Output err;

    private VelocityProcess(final Path directory, final List<String> command) throws IOException
    {
        this.directory = directory;
        final ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        process = builder.start();
        process.getOutputStream().close();
        out = new Output(process.getInputStream());
        err = new Output(process.getErrorStream());
    }

    /**
     * Runs a command of {@code velocity}.
     *
     * @param directory in which it is run.
     * @param args      of the command line.
     * @return the process, under way.
     */
    static VelocityProcess run(final Path directory, final String... args)
    {
        final List<String> command = new ArrayList<>(List.of("-cp", classPath(), MAIN_CLASS));
        Collections.addAll(command, args);
        return java(directory, command);
    }

    /**
     * Runs any Java program with the flags that the server needs.
     *
     * @param directory in which it is run.
     * @param args      from the class path on.
     * @return the process, under way.
     */
    static VelocityProcess java(final Path directory, final List<String> args)
    {
        final List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:MaxDirectMemorySize=1g",
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-Duser.home=" + directory));
        command.addAll(args);
        try
        {
            return new VelocityProcess(directory, command);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * Starts a server on a port that the system chooses, and waits until it takes connections.
     *
     * @param directory with its configuration.
     * @return the server.
     */
    static VelocityProcess startServer(final Path directory)
    {
        final VelocityProcess server = run(directory, "server", "--bind", "127.0.0.1:0", "--data-dir", "data");
        try
        {
            return server.awaitListening();
        }
        catch (final AssertionError ex)
        {
            server.close();
            throw ex;
        }
    }

    static String classPath()
    {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    VelocityProcess awaitListening()
    {
        Await.until(() -> "the server does not listen: " + this,
            () -> LISTENING.matcher(out()).find() || !process.isAlive());
        if (!LISTENING.matcher(out()).find())
        {
            throw new AssertionError("the server ended: " + this);
        }
        return this;
    }

    private String listening(final int group)
    {
        final Matcher matcher = LISTENING.matcher(out());
        if (!matcher.find())
        {
            throw new IllegalStateException("not listening: " + this);
        }
        return matcher.group(group);
    }

    String address()
    {
        return listening(1);
    }

    int port()
    {
        return Integer.parseInt(listening(2));
    }

    /** Where the Redis protocol is spoken, if the configuration says that it is. */
    int respPort()
    {
        return Integer.parseInt(awaitErr(RESP_LISTENING).group(1));
    }

    String fingerprint()
    {
        return listening(3);
    }

    long pid()
    {
        return process.pid();
    }

    boolean isAlive()
    {
        return process.isAlive();
    }

    ClientOptions clientOptions()
    {
        return ClientOptions.of(address()).trustFingerprint(fingerprint());
    }

    VelocityClient connect()
    {
        return VelocityClient.connect(clientOptions());
    }

    /**
     * Connects and logs in as the user that {@link ServerFiles} makes.
     *
     * @return a client, which the caller closes.
     */
    VelocityClient login()
    {
        final VelocityClient client = connect();
        try
        {
            client.authenticate(ServerFiles.USER, ServerFiles.PASSWORD);
            return client;
        }
        catch (final RuntimeException ex)
        {
            client.close();
            throw ex;
        }
    }

    /**
     * Waits for what the process says on its stream for errors, which comes by another way than the line that it
     * listens.
     *
     * @param pattern of the words.
     * @return where they were found.
     */
    Matcher awaitErr(final Pattern pattern)
    {
        Await.until(() -> "it does not say: " + pattern + ", " + this, () -> pattern.matcher(err()).find());
        final Matcher matcher = pattern.matcher(err());
        assertTrue(matcher.find());
        return matcher;
    }

    String out()
    {
        return out.text();
    }

    String err()
    {
        return err.text();
    }

    /**
     * Asks the process to end, as a service manager does.
     *
     * @return this process.
     */
    VelocityProcess terminate()
    {
        process.destroy();
        return this;
    }

    /**
     * Ends the process as a crash does: it gets to do nothing any more.
     */
    void kill()
    {
        process.destroyForcibly();
        awaitExit();
    }

    /**
     * Sends a signal.
     *
     * @param name as the system calls it, without SIG.
     */
    void signal(final String name)
    {
        Signals.send(process, name);
    }

    int awaitExit()
    {
        try
        {
            Await.until(() -> "the process does not end: " + this, () -> !process.isAlive());
            out.await();
            err.await();
            return process.exitValue();
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the process was to end", ex);
        }
    }

    /**
     * Memory that the process occupies, where the system tells.
     *
     * @return kibibytes, or -1.
     */
    long residentKib()
    {
        return statusKib("VmRSS:");
    }

    /**
     * Memory that the process occupies and that is not of files, where the system tells.
     *
     * @return kibibytes, or -1.
     */
    long anonymousKib()
    {
        return statusKib("RssAnon:");
    }

    private long statusKib(final String name)
    {
        final Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status))
        {
            return -1;
        }
        try
        {
            for (final String line : Files.readAllLines(status))
            {
                if (line.startsWith(name))
                {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        return -1;
    }

    @Override
    public void close()
    {
        process.destroyForcibly();
        awaitExit();
    }

    @Override
    public String toString()
    {
        return "directory=" + directory + File.separator + ", pid=" + process.pid() +
            (process.isAlive() ? "" : ", exit=" + process.exitValue()) +
            ", out=" + out() + ", err=" + err();
    }

    /** Takes what a process prints, so that it never waits for room. */
    private static final class Output
    {
        private final StringBuffer text = new StringBuffer();
        private final Thread thread;

        Output(final InputStream in)
        {
            thread = new Thread(() -> copy(in), "velocity-output");
            thread.setDaemon(true);
            thread.start();
        }

        private void copy(final InputStream in)
        {
            final byte[] bytes = new byte[4096];
            try (in)
            {
                for (int length = in.read(bytes); length >= 0; length = in.read(bytes))
                {
                    text.append(new String(bytes, 0, length, StandardCharsets.UTF_8));
                }
            }
            catch (final IOException ex)
            {
                // The process was killed while it was read; what came before is kept.
                return;
            }
        }

        String text()
        {
            return text.toString();
        }

        void await() throws InterruptedException
        {
            thread.join(Await.TIMEOUT_MS);
        }
    }
}
