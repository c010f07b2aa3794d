package org.velocitydb.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.velocitydb.server.cli.SqlConnector.SqlFailure;

class SqlCommandTest
{
    @TempDir
    private Path directory;
    private CommandLineFixture velocity;
    private final List<String> events = new ArrayList<>();

    @BeforeEach
    void before()
    {
        velocity = new CommandLineFixture(directory).sqlConnector((login) ->
        {
            events.add("connect " + login.server() + " " + login.userName() + " " + new String(login.password()));
            return new RecordingSession();
        });
    }

    @Test
    void shouldRunTheArgumentWithThePasswordOfTheEnvironment()
    {
        velocity.environment("VELOCITY_PASSWORD", "secret123");

        assertEquals(ExitCode.OK, velocity.run("sql", "--format", "csv", "A; B"));

        assertEquals(List.of("connect 127.0.0.1:5432 admin secret123", "A", "B", "close"), events);
        assertEquals("said\r\nA\r\nsaid\r\nB\r\n", velocity.out());
    }

    @Test
    void shouldRunWhatIsPipedWithThePasswordOfAFile() throws IOException
    {
        Files.writeString(directory.resolve("password"), "secret123\n");
        velocity.input("A 'x;y';\nB -- no;\n;\nC");

        assertEquals(ExitCode.OK,
            velocity.run("sql", "--host", "[::1]:7", "--user", "alice", "--password-file", "password"));

        assertEquals(List.of("connect [::1]:7 alice secret123", "A 'x;y'", "B -- no;", "C", "close"), events);
    }

    @Test
    void shouldTakeAnAddressOfAeron()
    {
        velocity.environment("VELOCITY_PASSWORD", "p");

        assertEquals(ExitCode.OK, velocity.run("sql", "--host", "aeron:udp?endpoint=db-1:7|dir=d", "A"));

        assertEquals(List.of("connect aeron:udp?endpoint=db-1:7|dir=d admin p", "A", "close"), events);
    }

    @Test
    void shouldSayWhatIsWrongWithAnAddressOfAeron()
    {
        velocity.environment("VELOCITY_PASSWORD", "p");

        assertEquals(ExitCode.USAGE, velocity.run("sql", "--host", "aeron:udp", "A"));

        assertTrue(velocity.err().contains("not an address: aeron:udp, no endpoint; allowed: aeron:ipc and "),
            velocity.err());
    }

    @ParameterizedTest
    @ValueSource(strings = { "--tls", "--ca=ca.pem", "--client-certificate=a.pem --client-key=a.key" })
    void shouldNotPretendThatAeronIsEncrypted(final String options)
    {
        velocity.environment("VELOCITY_PASSWORD", "p");
        final List<String> args = new ArrayList<>(List.of("sql", "--host", "aeron:ipc"));
        args.addAll(List.of(options.split(" ")));
        args.add("A");

        assertEquals(ExitCode.USAGE, velocity.run(args.toArray(new String[0])));

        assertEquals("velocity: --tls, --ca, --client-certificate and --client-key are for TCP: nothing encrypts" +
            " Aeron\n", velocity.err());
        assertEquals(List.of(), events);
    }

    @Test
    void shouldStopAtTheFirstFailureAndPointAtIt()
    {
        velocity.environment("VELOCITY_PASSWORD", "p").input("A; BAD x; C;");

        assertEquals(ExitCode.FAILURE, velocity.run("sql"));

        assertEquals(List.of("connect 127.0.0.1:5432 admin p", "A", "BAD x", "close"), events);
        assertEquals("velocity: not a statement\nBAD x\n    ^\n", velocity.err());
    }

    @Test
    void shouldNotPointIntoAnExecuteForItsErrorsAreThoseOfWhatWasPrepared()
    {
        velocity.environment("VELOCITY_PASSWORD", "p").input("execute BAD;");

        assertEquals(ExitCode.FAILURE, velocity.run("sql"));

        assertEquals("velocity: not a statement\n", velocity.err());
    }

    @Test
    void shouldTakeAnEmptyPasswordOfTheEnvironmentForNone()
    {
        velocity.environment("VELOCITY_PASSWORD", "").input("A;");

        assertEquals(ExitCode.USAGE, velocity.run("sql"));
        assertEquals("velocity: no password: give --password-file or set VELOCITY_PASSWORD\n", velocity.err());

        assertEquals(ExitCode.OK, velocity.typing("typed").run("sql", "A"));
        assertEquals(List.of("connect 127.0.0.1:5432 admin typed", "A", "close"), events);
    }

    @Test
    void shouldSayThatThereIsNoPasswordFile()
    {
        velocity.environment("VELOCITY_PASSWORD", "p").input("A;");
        assertEquals(ExitCode.FAILURE, velocity.run("sql", "--password-file", "absent"));
        assertTrue(velocity.err().startsWith("velocity: no such file: "), velocity.err());
    }

    /** Answers each statement with itself. */
    private final class RecordingSession implements SqlConnector.SqlSession
    {
        @Override
        public SqlResult execute(final String statement)
        {
            events.add(statement);
            if (statement.contains("BAD"))
            {
                throw new SqlFailure("not a statement", 5);
            }
            return SqlResult.of(List.of("said"), List.of(List.of(statement)), 0);
        }

        @Override
        public void close()
        {
            events.add("close");
        }
    }
}
