package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.protocol.ErrorCode;

/**
 * What somebody does who follows the first page: make a user, start the server, run the example.
 */
class QuickStartTest
{
    private static final int SIGNALLED_TERM = 143;
    private static final Path CLIENT = Path.of("..", "clients", "java");
    private static final Path EXAMPLE = CLIENT
        .resolve("src/test/java/org/velocitydb/client/example/QuickStart.java");

    private static final Path POOL_EXAMPLE = CLIENT
        .resolve("src/test/java/org/velocitydb/client/example/PoolExample.java");

    @TempDir
    private Path directory;

    @Test
    void shouldRunTheExampleOfTheReadmeAndTheExampleClass() throws IOException
    {
        createUser("alice", "secret123");
        final String snippet = readmeExample();
        final Path source = Files.createDirectory(directory.resolve("source")).resolve("Snippet.java");
        try (VelocityProcess server = VelocityProcess.startServer(directory))
        {
            Files.writeString(source,
                "import org.velocitydb.client.*; class Snippet { public static void main(final String[] args) {\n" +
                    snippet.replace("127.0.0.1:5432", server.address()) + "}}");
            compile(source, EXAMPLE.toAbsolutePath());

            final String expected = "Found: alice\nFound 1 rows\n";
            assertEquals(expected, runClass("Snippet"));
            assertEquals(expected, runClass("org.velocitydb.client.example.QuickStart", server.address()));
            assertTrue(Files.readString(directory.resolve(".velocity/known_servers")).contains(
                server.address() + " " + server.fingerprint()));
        }
    }

    @Test
    void shouldRunTheExampleOfThePoolAndTheExampleClass() throws IOException
    {
        createUser("alice", "secret123");
        final String snippet = readmeExample("## A pool", "### A pool");
        assertTrue(words(Files.readString(POOL_EXAMPLE)
            .replace("address,", "\"127.0.0.1:5432\",")
            .replace("out.println", "System.out.println")).contains(words(snippet)),
            "the README differs from " + POOL_EXAMPLE);
        final Path source = Files.createDirectory(directory.resolve("source")).resolve("Snippet.java");
        try (VelocityProcess server = VelocityProcess.startServer(directory))
        {
            Files.writeString(source,
                "import static java.nio.charset.StandardCharsets.UTF_8; import java.time.Duration; " +
                    "import org.velocitydb.client.*; class Snippet { public static void main(final String[] args) {\n" +
                    snippet.replace("127.0.0.1:5432", server.address()) + "}}");
            compile(source, POOL_EXAMPLE.toAbsolutePath());

            assertEquals("alice is visitor 1\n", runClass("Snippet"));
            assertEquals(
                "alice is visitor 2\n",
                runClass("org.velocitydb.client.example.PoolExample", server.address()));
        }
    }

    @Test
    void shouldShowTheSameExampleInTheReadmeAsInTheExampleClass() throws IOException
    {
        final String example = words(Files.readString(EXAMPLE)
            .replace("VelocityClient.connect(options)", "VelocityClient.connect(\"127.0.0.1:5432\")")
            .replace("out.println", "System.out.println"));

        assertTrue(example.contains(words(readmeExample())), "the README differs from " + EXAMPLE);
    }

    @Test
    void shouldRunTheSqlOfTheReadmeInANewStore() throws IOException
    {
        ServerFiles.write(directory, "");
        Files.writeString(directory.resolve("password"), ServerFiles.PASSWORD + "\n");
        final String sql = block(CLIENT.resolve("../../README.md"), "## SQL in short", "sql");
        try (VelocityProcess server = VelocityProcess.startServer(directory);
            VelocityProcess command = VelocityProcess.run(
                directory, "sql", "--host", server.address(), "--user", ServerFiles.USER, "--password-file",
                "password", "--format", "csv", sql))
        {
            assertEquals(0, command.awaitExit(), command.toString());
            try (VelocityClient client = server.login())
            {
                assertEquals("def", client.select("token").orElseThrow(), command.toString());
                assertEquals("70", client.select("ann").orElseThrow(), command.toString());
            }
        }
    }

    @Test
    void shouldMakeTheFirstUserOnceAndPrintItsPasswordOnce() throws IOException
    {
        final String password;
        try (VelocityProcess server = VelocityProcess.startServer(directory))
        {
            password = server.awaitErr(
                Pattern.compile("created user admin in velocity.toml, password (\\S+) ")).group(1);
            assertFalse(Files.readString(directory.resolve("velocity.toml")).contains(password));
            try (VelocityClient client = server.connect())
            {
                client.authenticate("admin", password);
                client.insert("kept", "yes");
            }
            assertEndsAsAsked(server.terminate());
        }

        try (VelocityProcess server = VelocityProcess.startServer(directory);
            VelocityClient client = server.connect())
        {
            assertFalse(server.err().contains("password"), server.err());
            client.authenticate("admin", password);
            assertEquals("yes", client.select("kept").orElseThrow());
        }
    }

    @Test
    void shouldKeepItsFingerprintAndItsDataWhenItIsStoppedWithClientsConnected() throws IOException
    {
        ServerFiles.write(directory, "");
        final String fingerprint;
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            fingerprint = server.fingerprint();
            client.insert("key", "value");
            assertEndsAsAsked(server.terminate());
            assertThrows(VelocityException.class, client::ping);
        }
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            assertEquals(fingerprint, server.fingerprint());
            assertEquals("value", client.select("key").orElseThrow());
        }
    }

    @Test
    void shouldTakeUpUsersThatAreMadeAndChangedWhileItRuns() throws IOException
    {
        // Asked over and over whether the change is there already.
        ServerFiles.write(directory, "[server]\nmax_auth_failures = 1000000\n");
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient before = server.login())
        {
            assertFalse(canLogIn(server, "carol", "first"));
            createUser("carol", "first");
            Await.until(() -> "carol cannot log in: " + server, () -> canLogIn(server, "carol", "first"));

            createUser("carol", "second");
            Await.until(() -> "carol's new password is refused: " + server, () -> canLogIn(server, "carol", "second"));
            assertFalse(canLogIn(server, "carol", "first"));
            before.ping();
        }
    }

    private static boolean canLogIn(final VelocityProcess server, final String user, final String password)
    {
        try (VelocityClient client = server.connect())
        {
            client.authenticate(user, password);
            return true;
        }
        catch (final VelocityException ex)
        {
            assertEquals(ErrorCode.INVALID_CREDENTIALS, ex.code(), ex.toString());
            return false;
        }
    }

    private static void assertEndsAsAsked(final VelocityProcess server)
    {
        final int status = server.awaitExit();
        assertTrue(status == 0 || status == SIGNALLED_TERM, server.toString());
        assertFalse(server.err().contains("Exception"), server.toString());
    }

    private void createUser(final String name, final String password)
    {
        try (VelocityProcess command = VelocityProcess.run(
            directory, "create-user", "--username", name, "--password", password))
        {
            assertEquals(0, command.awaitExit(), command.toString());
        }
    }

    private String runClass(final String className, final String... args)
    {
        final List<String> command = new java.util.ArrayList<>(
            List.of("-cp", directory + File.pathSeparator + VelocityProcess.classPath(), className));
        command.addAll(List.of(args));
        try (VelocityProcess program = VelocityProcess.java(directory, command))
        {
            assertEquals(0, program.awaitExit(), program.toString());
            return program.out().replace("\r\n", "\n");
        }
    }

    private void compile(final Path... sources)
    {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final String[] args = new String[sources.length + 4];
        args[0] = "-d";
        args[1] = directory.toString();
        args[2] = "-cp";
        args[3] = VelocityProcess.classPath();
        for (int i = 0; i < sources.length; i++)
        {
            args[4 + i] = sources[i].toString();
        }
        assertEquals(0, compiler.run(null, null, null, args));
    }

    private static String readmeExample() throws IOException
    {
        return readmeExample("## First steps", "## The Java client");
    }

    private static String readmeExample(final String moduleHeading, final String rootHeading) throws IOException
    {
        final String inModule = javaBlock(CLIENT.resolve("README.md"), moduleHeading);
        final String inRoot = javaBlock(CLIENT.resolve("../../README.md"), rootHeading);
        assertTrue(words(inModule).contains(words(inRoot)), "the READMEs differ: " + inRoot);
        return inModule;
    }

    private static String javaBlock(final Path file, final String heading) throws IOException
    {
        return block(file, heading, "java");
    }

    private static String block(final Path file, final String heading, final String language) throws IOException
    {
        final String fence = "```" + language + "\n";
        final String readme = Files.readString(file);
        final int from = readme.indexOf(fence, readme.indexOf(heading)) + fence.length();
        return readme.substring(from, readme.indexOf("```", from));
    }

    /** What is left where neither layout nor {@code final} counts. */
    private static String words(final String source)
    {
        return source.replace("final ", "").replaceAll("\\s+", " ").strip();
    }
}
