package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What docs/OPERATIONS.md tells operators to type and to look for is there.
 */
class OperationsTest
{
    private static final String CONFIGURATION = """
        [server]
        data_dir = "velocitydb"
        bind = "127.0.0.1:0"
        [admin]
        bind = "127.0.0.1:0"
        [audit]
        enabled = true
        """;
    private static final Pattern ADMIN = Pattern.compile("admin port: http://?(127\\.0\\.0\\.1:\\d+)");
    /** They take the store's lock, unless they are about a checkpoint. */
    private static final Set<String> OF_A_STOPPED_SERVER = Set.of("verify", "repair");

    @TempDir
    private Path directory;

    /** In the order of the page: a checkpoint is made before it is dropped. */
    @Test
    void shouldDoWhatThePageTellsToType() throws IOException
    {
        ServerFiles.write(directory, CONFIGURATION);
        VelocityProcess server = VelocityProcess.run(directory, "server").awaitListening();
        try
        {
            for (final List<String> command : OperationsPage.commands())
            {
                final boolean isForAStoppedServer = OF_A_STOPPED_SERVER.contains(command.get(0)) &&
                    command.stream().noneMatch((word) -> word.contains("checkpoints/"));
                if (isForAStoppedServer && server.isAlive())
                {
                    server.terminate().awaitExit();
                }
                else if (!isForAStoppedServer && !server.isAlive())
                {
                    server = VelocityProcess.run(directory, "server").awaitListening();
                }
                if (!command.get(0).equals("server"))
                {
                    assertDone(command, server);
                }
            }
        }
        finally
        {
            server.close();
        }
    }

    private void assertDone(final List<String> command, final VelocityProcess server) throws IOException
    {
        final List<String> words = new ArrayList<>(command);
        if (command.get(0).equals("sql"))
        {
            final Path password = Files.writeString(directory.resolve("password"), ServerFiles.PASSWORD);
            words.set(words.indexOf("--user") + 1, ServerFiles.USER);
            words.addAll(List.of("--host", server.address(), "--password-file", password.toString()));
        }
        try (VelocityProcess done = VelocityProcess.run(directory, words.toArray(String[]::new)))
        {
            assertEquals(0, done.awaitExit(), () -> command + ": " + done);
        }
    }

    @Test
    void shouldHaveTheMetricsOfThePage() throws IOException
    {
        ServerFiles.write(directory, CONFIGURATION);
        try (VelocityProcess server = VelocityProcess.startServer(directory))
        {
            final URL metrics = URI.create("http://" + server.awaitErr(ADMIN).group(1) + "/metrics").toURL();
            final String samples;
            try (InputStream in = metrics.openStream())
            {
                samples = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }

            final Set<String> absent = new TreeSet<>(OperationsPage.metrics());
            absent.removeIf((name) -> Pattern.compile("(?m)^" + name + "[ {]").matcher(samples).find());
            assertEquals(Set.of(), absent, "spoken of, and not there");
        }
    }
}
