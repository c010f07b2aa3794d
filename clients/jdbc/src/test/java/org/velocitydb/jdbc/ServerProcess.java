package org.velocitydb.jdbc;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.velocitydb.server.system.Signals;

/**
 * A server of its own process in a directory, with one user whose password costs next to nothing to verify. Closing it
 * kills it.
 */
final class ServerProcess implements AutoCloseable
{
    static final String USER = "tester";
    static final String PASSWORD = "correct horse";

    private static final String PHC = "$argon2id$v=19$m=8,t=1,p=1$" +
        "c2FsdCBvZiB0aGUgdGVzdA$uJsMBHJVUJNnFwJUdcYoIwgz8vL+n7sZO+acCUcnwyE";
    private static final Pattern LISTENING = Pattern.compile(
        "velocity: listening on (127\\.0\\.0\\.1:\\d+), fingerprint ([0-9a-f]{64})");
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final String address;
    private final String fingerprint;

    private ServerProcess(final Process process, final Matcher listening)
    {
        this.process = process;
        this.address = listening.group(1);
        this.fingerprint = listening.group(2);
    }

    static ServerProcess start(final Path directory)
    {
        return start(directory, "127.0.0.1:0");
    }

    static ServerProcess start(final Path directory, final String bind)
    {
        return start(directory, bind, "");
    }

    /** Starts one with sections of a configuration beside the users. */
    static ServerProcess start(final Path directory, final String bind, final String sections)
    {
        try
        {
            Files.writeString(
                directory.resolve("velocity.toml"),
                sections + "[users]\n" + USER + " = { password = \"" + PHC + "\", role = \"admin\" }\n" +
                    "reader = { password = \"" + PHC + "\", role = \"read\" }\n");
            final ProcessBuilder builder = new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED",
                    "-XX:+IgnoreUnrecognizedVMOptions",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Xmx256m", "-XX:TieredStopAtLevel=1", "-Duser.home=" + directory,
                    "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    "org.velocitydb.server.cli.VelocityCommand",
                    "server", "--bind", bind, "--data-dir", "data"))
                .directory(directory.toFile()).redirectError(directory.resolve("err").toFile());
            builder.environment().remove("JAVA_TOOL_OPTIONS");
            final Process process = builder.start();
            return new ServerProcess(process, awaitListening(process, directory));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private static Matcher awaitListening(final Process process, final Path directory) throws IOException
    {
        final BufferedReader out = new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine())
        {
            final Matcher matcher = LISTENING.matcher(line);
            if (matcher.find())
            {
                return matcher;
            }
        }
        throw new AssertionError("the server ended: " + Files.readString(directory.resolve("err")));
    }

    String address()
    {
        return address;
    }

    String fingerprint()
    {
        return fingerprint;
    }

    /** Has the system run it, or not: then it holds its connections and answers nothing. */
    void signal(final String name)
    {
        Signals.send(process, name);
    }

    /** A URL that says where the server is and nothing else. */
    String bareUrl()
    {
        return "jdbc:velocity://" + address + "/kv";
    }

    /** A URL of the user, with what else is to stand in it. */
    String url(final String more)
    {
        return "jdbc:velocity://" + address + "/kv?user=" + USER + "&password=correct%20horse&fingerprint=" +
            fingerprint + more;
    }

    @Override
    public void close()
    {
        process.destroyForcibly();
        try
        {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
            {
                throw new AssertionError("the server does not end");
            }
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
    }
}
