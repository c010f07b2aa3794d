package org.velocitydb.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.velocitydb.server.config.VelocityConfig;
import org.velocitydb.server.identity.HostKey;
import org.velocitydb.server.users.PasswordVerifier;

class VelocityCommandTest
{
    /** A line of the explanations is so long at least that the next word does not fit. */
    private static final int FULL_LENGTH = 78;

    @TempDir
    private Path directory;
    private CommandLineFixture velocity;

    @BeforeEach
    void before()
    {
        velocity = new CommandLineFixture(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "server ", "create-user ", "drop-user ", "passwd ",
        "list-users ", "fingerprint ", "verify ", "inspect ", "repair ", "sql ",
        "benchmark " })
    void shouldExplainEveryCommand(final String command)
    {
        assertEquals(ExitCode.OK, velocity.run((command + "--help").split(" ")));

        assertTrue(velocity.out().startsWith("Usage: velocity " + command), velocity.out());
        assertEquals("", velocity.err());
        assertFalse(velocity.out().contains("\u001b"), "colours where there is no terminal");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "server ", "create-user ", "drop-user ", "passwd ", "verify ", "inspect ", "repair ",
        "sql ", "benchmark ", "audit verify " })
    void shouldFillTheLinesOfItsExplanations(final String command)
    {
        velocity.run((command + "--help").split(" "));

        final List<String> lines = velocity.out().lines().toList();
        for (int i = lines.lastIndexOf("") + 1; i < lines.size() - 1; i++)
        {
            final String line = lines.get(i);
            final String next = lines.get(i + 1);
            final boolean isProse = !line.isEmpty() && !line.startsWith(" ") && !next.startsWith(" ");
            assertTrue(!isProse || line.length() + 1 + next.split(" ")[0].length() > FULL_LENGTH, line + "\n" + next);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        sevrer                      | no such command: sevrer; did you mean server?       | velocity
        audit verfy                 | no such command: verfy; did you mean verify?        | velocity audit
        server --data_dir x         | unknown option: --data_dir; did you mean --data-dir? | velocity server
        sql --password p SELECT     | unknown option: --password; did you mean --password-file? | velocity sql
        sql SELECT * FROM kv        | unexpected argument: *; a statement is one argument, in quotes | velocity sql
        verify velocitydb           | unexpected argument: velocitydb                     | velocity verify
        sql --fingerprint 1f0a... x | --fingerprint takes 64 hexadecimal digits: value=1f0a... |
        """)
    void shouldSayWhatOfACommandLineItDoesNotKnow(final String commandLine, final String message, final String command)
    {
        velocity.environment("VELOCITY_PASSWORD", "p");

        assertEquals(ExitCode.USAGE, velocity.run(commandLine.split(" ")));

        assertEquals(
            "velocity: " + message + "\n" + (command == null ? "" : "velocity: see: " + command + " --help\n"),
            velocity.err());
    }

    @Test
    void shouldColourOnATerminalUnlessToldNotTo()
    {
        velocity.typing();
        velocity.run("--help");
        assertTrue(velocity.out().contains("\u001b"), velocity.out());

        velocity.environment("NO_COLOR", "1").run("--help");
        assertFalse(velocity.out().contains("\u001b"), velocity.out());
    }

    @Test
    void shouldTellItsVersion()
    {
        assertEquals(ExitCode.OK, velocity.run("--version"));
        assertTrue(velocity.out().startsWith("VelocityDB "), velocity.out());
        assertEquals(ExitCode.OK, velocity.run("sql", "--version"));
        assertTrue(velocity.out().startsWith("VelocityDB "), velocity.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "bogus", "server --bogus", "server --bind 5432", "server --bind localhost:65536", "create-user",
        "drop-user", "passwd", "list-users --format xml",
        "create-user --username a --password p --role root", "create-user --username a --password p --scope kv",
        "create-user --username a --password p --role admin --scope kv:a", "sql --format xml x",
        "benchmark --operations 0", "benchmark --operations many",
        "benchmark --connections 5 --operations 4", "benchmark --durability maybe",
        "benchmark --host a:1 --data-dir x", "sql SELECT" })
    void shouldAnswerAWrongCommandLineWithTwoAndWords(final String commandLine)
    {
        final String[] args = commandLine.isEmpty() ? new String[0] : commandLine.split(" ");

        assertEquals(ExitCode.USAGE, velocity.run(args), velocity.err());

        assertTrue(velocity.err().startsWith("velocity: "), velocity.err());
        assertTrue(velocity.err().lines().count() <= 2, velocity.err());
        assertEquals("", velocity.out());
    }

    @Test
    void shouldCreateAUserWithAPasswordFromTheCommandLineAndReplaceIt() throws IOException
    {
        assertEquals(ExitCode.OK, velocity.run("create-user", "--username", "alice", "--password", "secret123"));
        assertEquals("created user alice in velocity.toml\n", velocity.out());

        assertEquals(ExitCode.OK, velocity.run("create-user", "--username", "alice", "--password", "other"));
        assertEquals("new password for user alice in velocity.toml\n", velocity.out());

        assertTrue(logsIn("alice", "other"));
    }

    @Test
    void shouldGiveRolesAndScopesAndListThemWithoutHashes() throws IOException
    {
        velocity.run("create-user", "--username", "alice", "--password", "secret123", "--role", "read",
            "--scope", "kv:user:", "--scope", "orders:");
        assertEquals(ExitCode.OK, velocity.run("create-user", "--username", "admin", "--password", "secret123"));
        assertEquals(ExitCode.OK, velocity.run("list-users", "--format", "csv"));
        assertEquals("name,role,scopes,login\r\nadmin,admin,*,enabled\r\nalice,read,kv:user: orders:,enabled\r\n",
            velocity.out());

        assertEquals(ExitCode.OK, velocity.run("create-user", "--username", "alice", "--role", "write"));
        assertEquals("new rights for user alice in velocity.toml\n", velocity.out());
        assertTrue(logsIn("alice", "secret123"));
        assertEquals(ExitCode.OK, velocity.run("create-user", "--username", "alice", "--scope", "*"));
        velocity.run("list-users", "--format", "csv");
        assertTrue(velocity.out().contains("alice,write,*,enabled"), velocity.out());
        assertFalse(Files.readString(directory.resolve("velocity.toml")).contains("scopes"));
    }

    @Test
    void shouldChangePasswordsOfAndDropUsersThatAreThereAlone() throws IOException
    {
        velocity.run("create-user", "--username", "alice", "--password", "one", "--role", "read");
        assertEquals(ExitCode.OK, velocity.run("passwd", "--username", "alice", "--password", "two"));
        assertEquals("new password for user alice in velocity.toml\n", velocity.out());
        assertTrue(logsIn("alice", "two"));
        velocity.run("list-users", "--format", "csv");
        assertTrue(velocity.out().contains("alice,read,*,enabled"), velocity.out());

        assertEquals(ExitCode.FAILURE, velocity.run("passwd", "--username", "bob", "--password", "two"));
        assertEquals("velocity: no such user: bob\n", velocity.err());
        assertEquals(ExitCode.FAILURE, velocity.run("drop-user", "--username", "bob"));
        assertEquals("velocity: no such user: bob\n", velocity.err());

        assertEquals(ExitCode.OK, velocity.run("drop-user", "--username", "alice"));
        assertEquals("dropped user alice from velocity.toml\n", velocity.out());
        assertEquals("[users]\n", Files.readString(directory.resolve("velocity.toml")));
    }

    @Test
    void shouldTakeThePasswordFromStandardInputWithoutItsLineEnd() throws IOException
    {
        velocity.input("secret123\r\nnot this");

        assertEquals(ExitCode.OK, velocity.run("create-user", "--username", "bob", "--config", "users.toml"));

        assertEquals("created user bob in users.toml\n", velocity.out());
        assertTrue(VelocityConfig.load(directory.resolve("users.toml")).users().names().contains("bob"));
    }

    @Test
    void shouldAskTwiceAtATerminal() throws IOException
    {
        velocity.typing("one", "two");
        assertEquals(ExitCode.FAILURE, velocity.run("create-user", "--username", "bob"));
        assertEquals("velocity: the two passwords differ\n", velocity.err());
        assertFalse(Files.exists(directory.resolve("velocity.toml")));

        velocity.typing("pä ss", "pä ss");
        assertEquals(ExitCode.OK, velocity.run("create-user", "--username", "bob"));
        assertTrue(logsIn("bob", "pä ss"));
    }

    @Test
    void shouldRefuseEmptyAndOverlongPasswordsAndNames()
    {
        assertEquals(ExitCode.FAILURE, velocity.input("\n").run("create-user", "--username", "bob"));
        assertEquals(
            ExitCode.FAILURE, velocity.input("p".repeat(200)).run("create-user", "--username", "bob"));
        assertEquals(
            ExitCode.USAGE, velocity.run("create-user", "--username", "x".repeat(65), "--password", "p"));
        assertFalse(Files.exists(directory.resolve("velocity.toml")));
    }

    @Test
    void shouldPrintTheFingerprintOnceThereIsAKey()
    {
        assertEquals(ExitCode.FAILURE, velocity.run("fingerprint"));
        assertTrue(velocity.err().startsWith("velocity: no host key yet: "), velocity.err());

        final HostKey key = HostKey.loadOrCreate(directory.resolve("velocitydb"));
        assertEquals(ExitCode.OK, velocity.run("fingerprint"));
        assertEquals(key.fingerprint() + "\n", velocity.out());
        assertEquals(ExitCode.OK, velocity.run("fingerprint", "--data-dir", "velocitydb"));
    }

    @Test
    void shouldNameEverythingThatIsWrongWithTheConfigurationOneALine() throws IOException
    {
        Files.writeString(directory.resolve("velocity.toml"), "[server]\nbind = 1\nbidn = \"a:1\"\n");

        assertEquals(ExitCode.CONFIGURATION, velocity.run("server"));

        assertEquals("velocity: velocity.toml:2: not a text: server.bind = 1; allowed: HOST:PORT, like " +
            "127.0.0.1:5432 or [::1]:5432, port 0 to 65535\n" +
            "velocity: velocity.toml:3: unknown key: server.bidn; did you mean server.bind?\n", velocity.err());
    }

    @Test
    void shouldMissAConfigurationThatWasNamed()
    {
        assertEquals(ExitCode.CONFIGURATION, velocity.run("server", "--config", "absent.toml"));
        assertEquals("velocity: no such file: absent.toml\n", velocity.err());
    }

    @Test
    void shouldShowAStackTraceOnlyWhenAsked()
    {
        assertEquals(ExitCode.FAILURE, velocity.run("fingerprint"));
        assertFalse(velocity.err().contains("    at "), velocity.err());

        assertEquals(ExitCode.FAILURE, velocity.run("fingerprint", "-v"));
        assertTrue(velocity.err().contains("    at org.velocitydb"), velocity.err());
    }

    private boolean logsIn(final String name, final String password) throws IOException
    {
        final VelocityConfig config = VelocityConfig.load(directory.resolve("velocity.toml"));
        return config.users().verify(name, password.getBytes(StandardCharsets.UTF_8),
            PasswordVerifier.argon2()) != null;
    }
}
