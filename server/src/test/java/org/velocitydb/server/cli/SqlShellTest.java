package org.velocitydb.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jline.reader.Candidate;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser.ParseContext;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.server.cli.SqlConnector.SqlFailure;
import org.velocitydb.server.cli.SqlConnector.SqlSession;

/**
 * The shell on a terminal without abilities, at which somebody types what is written here.
 */
@Timeout(60)
class SqlShellTest
{
    @TempDir
    private Path home;
    private Path historyFile;
    private final Session session = new Session();
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void before() throws IOException
    {
        historyFile = ShellHistory.file(Map.of(), home);
    }

    @Test
    void shouldRunStatementsOverSeveralLinesUntilTheInputEnds() throws IOException
    {
        final String out = type(24, "SELECT\n  1;\nA; B\n;\nBEGIN; x;\ny; COMMIT;\n");

        assertEquals(List.of("SELECT\n  1", "A", "B", "BEGIN; x;\ny; COMMIT"), session.statements);
        assertTrue(out.contains("connected to here; \\? helps"), out);
        assertTrue(out.contains("| SELECT\\n  1 |"), out);
    }

    @Test
    void shouldForgetTheStatementThatIsInterrupted() throws IOException
    {
        type(24, "SELECT wrong\n and more\u0003A;\n");

        assertEquals(List.of("A"), session.statements);
    }

    @Test
    void shouldGoOnAfterAFailureAndPointAtIt() throws IOException
    {
        final String out = type(24, "BAD x;\nA;\n\\q\nB;\n");

        assertEquals(List.of("BAD x", "A"), session.statements);
        assertTrue(out.contains("velocity: not a statement\nBAD x\n    ^\n"), out);
    }

    @Test
    void shouldObeyItsOwnCommands() throws IOException
    {
        final String out = type(24,
            "\\timing\nA;\n\\timing off\nA;\n\\timing maybe\n\\dt\n\\?\n\\nonsense\n\\pager;\n");

        assertEquals(List.of("A", "A", "SHOW TABLES"), session.statements);
        assertEquals(2, out.split("Time: \\d+\\.\\d{3} ms", -1).length, out);
        assertTrue(out.contains("timing is off") && out.contains("\\timing takes on, off or nothing"), out);
        assertTrue(out.contains("unknown command: \\nonsense") && out.contains("pager is off"), out);
        assertTrue(out.contains("Ctrl-C forgets"), out);
    }

    @Test
    void shouldUnderstandTheWordsByWhichOtherShellsAreLeft() throws IOException
    {
        final String out = type(24, "help\nA\nexit;\nHELP;\nB;\nquit\nC;\n");

        // Within a statement such a word is part of it.
        assertEquals(List.of("A\nexit", "B"), session.statements);
        assertEquals(2, out.split("Ctrl-C forgets", -1).length - 1, out);
        assertEquals(List.of(), statementsOf("exit ; \nD;\n"));
    }

    private List<String> statementsOf(final String typed) throws IOException
    {
        session.statements.clear();
        type(24, typed);
        return session.statements;
    }

    @Test
    void shouldShowAScreenAtATimeAndFetchNoMoreThanIsAskedFor() throws IOException
    {
        // Space for another screen, Enter for a line, then no more.
        final String out = type(10, "MANY;\n \nqA;\n");

        assertEquals(List.of("MANY", "A"), session.statements);
        assertEquals(3, out.split("-- more: ", -1).length - 1, out);
        assertTrue(out.contains("| row 15 ") && !out.contains("| row 30 "), out);
        assertTrue(session.rowsTaken <= 1000, "taken: " + session.rowsTaken);
        assertTrue(session.isClosed, "the rest of the result is not let go of");
    }

    @Test
    void shouldShowAllTheRestWhenThatIsAskedFor() throws IOException
    {
        final String out = type(10, "MANY;\naA;\n");

        assertEquals(1, out.split("-- more: ", -1).length - 1, out);
        assertTrue(out.contains("| row 4999 ") && out.contains("| A "), out);
    }

    @Test
    void shouldCountALineThatIsLongerThanTheScreenIsWideAsSeveral() throws IOException
    {
        final String out = type(12, "A" + "x".repeat(500) + ";\nqB;\n");

        assertEquals(1, out.split("-- more: ", -1).length - 1, out);
        assertTrue(out.contains("| B "), out);
    }

    @Test
    void shouldLetGoOfTheResultThatIsRunningWhenItIsInterruptedAndGoOn() throws IOException
    {
        session.interruptedRow = 2000;

        final String out = type(10, "\\pager off\nMANY;\nA;\n");

        assertTrue(out.contains("cancelled; what the statement changes may be done all the same\n"), out);
        assertTrue(session.isClosed && session.rowsTaken < 5000, "taken: " + session.rowsTaken);
        assertTrue(out.contains("| A "), out);
    }

    @Test
    void shouldSayNothingOfChangesWhereAStatementThatReadsIsInterrupted() throws IOException
    {
        session.interruptedRow = 2000;

        final String out = type(10, "\\pager off\nselect many;\n");

        assertTrue(out.contains("cancelled\n"), out);
        assertFalse(out.contains("may be done"), out);
    }

    @Test
    void shouldShowAllWhereThePagerIsOff() throws IOException
    {
        final String out = type(10, "\\pager off\nMANY;\n");

        assertFalse(out.contains("-- more: "), out);
        assertTrue(out.contains("| row 4999 ") && out.contains("5000 rows"), out);
    }

    @Test
    void shouldHaveTheProgramOfTheEnvironmentShowWhatIsLongerThanTheScreen() throws IOException
    {
        final Path shown = pager("cat > \"$0.shown\"\n");

        final String out = type(10, "MANY;\nA;\n");

        final String text = Files.readString(shown);
        assertTrue(text.startsWith("+") && text.contains("| row 0 ") && text.contains("| row 4999 "), text);
        assertTrue(text.endsWith("5000 rows\n"), text);
        assertFalse(out.contains("| row 0 ") || out.contains("-- more: "), out);
        assertTrue(out.contains("| A "), out);
    }

    @Test
    void shouldShowWhatFitsWithoutTheProgram() throws IOException
    {
        final Path shown = pager("cat > \"$0.shown\"\n");

        final String out = type(24, "A;\nBAD x;\n");

        assertTrue(out.contains("| A ") && out.contains("velocity: not a statement"), out);
        assertFalse(Files.exists(shown));
    }

    @Test
    void shouldFetchNoMoreOnceTheProgramHasEnded() throws IOException
    {
        session.manyCount = Integer.MAX_VALUE;
        final Path shown = pager("head -n 3 > \"$0.shown\"\n");

        type(10, "MANY;\nA;\n");

        assertEquals(3, Files.readAllLines(shown).size());
        assertEquals(List.of("MANY", "A"), session.statements);
        assertTrue(session.isClosed, "the rest of the result is not let go of");
    }

    @Test
    void shouldShowAScreenAtATimeItselfWhereTheProgramIsNotThereOrThePagerIsOff() throws IOException
    {
        environment.put("PAGER", home.resolve("nowhere") + " --quietly 2> " + home.resolve("errors"));

        final String out = type(10, "MANY;\nMANY;\nqA;\n");

        assertTrue(out.contains("velocity: cannot run PAGER=" + home.resolve("nowhere")), out);
        assertEquals(1, out.split("-- more: ", -1).length - 1, out);
        final Path shown = pager("cat > \"$0.shown\"\n");
        assertTrue(type(10, "\\pager off\nMANY;\n").contains("| row 4999 "));
        assertFalse(Files.exists(shown));
        environment.put("PAGER", " ");
        assertTrue(type(10, "MANY;\nq").contains("-- more: "));
    }

    /** Makes a program of a script, as PAGER, and says where it writes what it is to show. */
    private Path pager(final String script) throws IOException
    {
        assumeTrue(Files.getFileStore(home).supportsFileAttributeView("posix"), "no shell scripts here");
        final Path file = home.resolve("pager");
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        environment.put("PAGER", file.toString());
        return home.resolve("pager.shown");
    }

    @Test
    void shouldShowAPlanAsLinesOfNamesAndWhatTheyAre() throws IOException
    {
        final String out = type(24, "explain SELECT;\n");

        assertTrue(out.contains("\n table  kv\naccess  range\n"), out);
    }

    @Test
    void shouldRememberStatementsForItsOwnerAlone() throws IOException
    {
        type(24, "SELECT\n 1;\nINSERT 'my Password is x';\n hidden;\n\\timing\n");

        final String kept = Files.readString(historyFile);
        assertTrue(kept.contains("SELECT") && kept.contains("\\timing"), kept);
        assertFalse(kept.contains("assword") || kept.contains("hidden"), kept);
        if (Files.getFileStore(home).supportsFileAttributeView("posix"))
        {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(historyFile)));
            Files.setPosixFilePermissions(historyFile, PosixFilePermissions.fromString("rw-r--r--"));
            ShellHistory.file(Map.of(), home);
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(historyFile)));
        }
        final Path state = home.resolve("state");
        assertEquals(
            state.resolve("velocity").resolve("history"),
            ShellHistory.file(Map.of("XDG_STATE_HOME", state.toString()), home));
    }

    @Test
    void shouldOfferWhatMayStandAtTheCursor()
    {
        assertEquals(List.of("kv", "orders"), offered("SELECT value FROM "));
        assertEquals(List.of("kv", "orders"), offered("insert into o"));
        assertTrue(offered("").contains("SELECT"));
        assertTrue(offered("se").contains("select"));
        assertTrue(offered("EXPLAIN ").contains("SELECT"));
        assertTrue(offered("SHOW ").contains("TABLES"));
        assertTrue(offered("SELECT value FROM kv w").contains("where"));
        assertTrue(offered("INSERT INTO kv (k").contains("key"));
        assertTrue(offered("\\t").contains("\\timing"));
    }

    @Test
    void shouldCompleteAWordWithTab() throws IOException
    {
        type("ansi", 24, "SHOW TAB\t;\n");

        assertEquals(1, session.statements.size());
        assertEquals("SHOW TABLES", session.statements.get(0).strip());
    }

    @Test
    void shouldCompleteTheTablesOfTheServerAndNoneWhereItDoesNotTell() throws IOException
    {
        type("ansi", 24, "SELECT value FROM or\t;\n");
        session.refusesTables = true;
        type("ansi", 24, "SELECT value FROM or\t;\n");

        assertEquals(
            List.of("SHOW TABLES", "SELECT value FROM orders", "SHOW TABLES", "SELECT value FROM or"),
            session.statements.stream().map(String::strip).toList());
    }

    @Test
    void shouldLetGoOfAResultThatIsCancelled()
    {
        final StatementRunner runner = new StatementRunner(session, OutputFormat.CSV);
        final StringBuilder out = new StringBuilder();
        final StringBuilder err = new StringBuilder();

        assertFalse(runner.run("MANY", (text) ->
        {
            runner.cancel();
            return out.append(text).length() > 0;
        }, (text) -> err.append(text).length() > 0));

        assertTrue(err.toString().startsWith("cancelled"), err.toString());
        assertTrue(session.isClosed && session.rowsTaken < 10, "taken: " + session.rowsTaken);
        runner.cancel();
        assertTrue(runner.run("A", (text) -> true, (text) -> true), "a cancel without a statement does nothing");
    }

    private List<String> offered(final String text)
    {
        final ParsedLine line = new ShellParser().parse(text, text.length(), ParseContext.COMPLETE);
        final List<Candidate> candidates = new ArrayList<>();
        new ShellCompleter(List.of("\\timing"), () -> List.of("kv", "orders")).complete(null, line, candidates);
        return candidates.stream().map(Candidate::value).toList();
    }

    private String type(final int height, final String keys) throws IOException
    {
        return type(Terminal.TYPE_DUMB, height, keys);
    }

    /** Types on a terminal that can do what its type says; one that is dumb does not edit lines. */
    private String type(final String terminalType, final int height, final String keys) throws IOException
    {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final Keyboard keyboard = new Keyboard(keys, out);
        try (Terminal terminal = new DumbTerminal("test", terminalType, keyboard, out, StandardCharsets.UTF_8))
        {
            keyboard.terminal = terminal;
            session.terminal = terminal;
            terminal.setSize(Size.of(80, height));
            new SqlShell(session, OutputFormat.TABLE, "here", environment).run(terminal, historyFile);
            terminal.flush();
        }
        return out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    /** Types a key at a time. Ctrl-C is a signal, after which it waits for the next prompt as people do. */
    private static final class Keyboard extends InputStream
    {
        private static final int CTRL_C = 3;

        private final byte[] keys;
        private final ByteArrayOutputStream out;
        private int typed;
        private volatile Terminal terminal;

        Keyboard(final String keys, final ByteArrayOutputStream out)
        {
            this.keys = keys.getBytes(StandardCharsets.UTF_8);
            this.out = out;
        }

        @Override
        public int read()
        {
            if (typed == keys.length)
            {
                return -1;
            }
            final int key = keys[typed++];
            if (key != CTRL_C)
            {
                return key;
            }
            final int seen = prompts();
            terminal.raise(Terminal.Signal.INT);
            while (prompts() == seen)
            {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            return read();
        }

        @Override
        public int read(final byte[] bytes, final int offset, final int length)
        {
            final int key = read();
            if (key >= 0)
            {
                bytes[offset] = (byte) key;
            }
            return key < 0 ? -1 : 1;
        }

        private int prompts()
        {
            return out.toString(StandardCharsets.UTF_8).split("velocity> ", -1).length;
        }
    }

    /** Answers each statement with itself, one with many rows, and refuses one. */
    private static final class Session implements SqlSession
    {
        private final List<String> statements = new ArrayList<>();
        private int manyCount = 5000;
        private int interruptedRow = -1;
        private boolean refusesTables;
        private Terminal terminal;
        private int rowsTaken;
        private boolean isClosed;

        @Override
        public SqlResult execute(final String statement)
        {
            statements.add(statement);
            if (statement.startsWith("BAD"))
            {
                throw new SqlFailure("not a statement", 5);
            }
            if (statement.equals("SHOW TABLES"))
            {
                if (refusesTables)
                {
                    throw new SqlFailure("not for you", SqlFailure.NULL_POSITION);
                }
                return SqlResult.of(List.of("table"), List.of(List.of("orders")), 0);
            }
            if (statement.startsWith("explain"))
            {
                return SqlResult.of(
                    List.of("name", "value"), List.of(List.of("table", "kv"), List.of("access", "range")), 0);
            }
            return statement.toUpperCase(Locale.ROOT).endsWith("MANY")
                ? many()
                : SqlResult.of(List.of("said"), List.of(List.of(statement)), 0);
        }

        private SqlResult many()
        {
            rowsTaken = 0;
            return new SqlResult()
            {
                @Override
                public List<String> columns()
                {
                    return List.of("said");
                }

                @Override
                public List<Object> next()
                {
                    if (rowsTaken == interruptedRow)
                    {
                        terminal.raise(Terminal.Signal.INT);
                    }
                    return rowsTaken == manyCount ? null : List.of("row " + rowsTaken++);
                }

                @Override
                public long rowsAffected()
                {
                    return 0;
                }

                @Override
                public void close()
                {
                    isClosed = true;
                }
            };
        }

        @Override
        public void close()
        {
            isClosed = true;
        }
    }
}
