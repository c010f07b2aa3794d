package org.velocitydb.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.velocitydb.server.cli.SqlConnector.SqlFailure;
import org.velocitydb.server.cli.SqlConnector.SqlSession;

/**
 * A conversation in SQL. A statement may go over several lines and ends with a semicolon; Ctrl-C forgets the one that
 * is being typed, or lets go of the one that is running; Ctrl-D leaves. Tab completes, long results come a screen at a
 * time or in the program that {@code PAGER} names, and lines are remembered ({@link ShellHistory}).
 */
final class SqlShell
{
    private static final String PROMPT = "velocity> ";
    private static final String PROMPT_WITHIN = "       -> ";
    private static final String PAGER = "PAGER";
    private static final int HISTORY_SIZE = 10_000;
    /** Offered at most, since somebody has to read them. */
    private static final int MAX_OFFERED_TABLES = 1000;
    private static final List<String> COMMANDS = List.of("\\?", "\\d", "\\dt", "\\pager", "\\q", "\\timing");
    private static final String HELP = """
        SELECT key, value FROM kv WHERE key LIKE 'user:%' LIMIT 100;
        INSERT INTO kv (key, value) VALUES ('user:1', 'alice');
        UPDATE kv SET value = 'bob' WHERE key = 'user:1';
        DELETE FROM kv WHERE key = 'user:1';
        BEGIN; INSERT INTO kv (key, value) VALUES ('a', 1); DELETE FROM kv WHERE key = 'b'; COMMIT;
        EXPLAIN SELECT COUNT(*) FROM kv; SHOW TABLES; SHOW STATUS; SHOW STATS;

        \\d, \\dt            the tables
        \\timing [on|off]   how long each statement takes
        \\pager [on|off]    whether long results wait after each screen, or are shown by the program in PAGER
        \\?, help           this text
        \\q, exit, quit     leaves, as Ctrl-D does

        A statement ends with a semicolon and may go over several lines. Tab completes words and tables.
        Ctrl-C forgets the statement that is being typed, or lets go of the one that is running.
        """;

    private final SqlSession session;
    private final StatementRunner runner;
    private final String server;
    private final Map<String, String> environment;
    private boolean isTiming;
    private boolean isPaging = true;
    /** Shows long results; empty where the shell does that itself. */
    private String pagerCommand;

    SqlShell(
        final SqlSession session, final OutputFormat format, final String server, final Map<String, String> environment)
    {
        this.session = session;
        this.runner = new StatementRunner(session, format);
        this.server = server;
        this.environment = environment;
        this.pagerCommand = environment.getOrDefault(PAGER, "").strip();
    }

    void run() throws IOException
    {
        try (Terminal terminal = TerminalBuilder.builder().name("velocity").build())
        {
            run(terminal, ShellHistory.file(environment, Path.of(System.getProperty("user.home"))));
        }
    }

    /** Talks until the other side leaves. */
    void run(final Terminal terminal, final Path historyFile)
    {
        final LineReader reader = LineReaderBuilder.builder()
            .terminal(terminal)
            .parser(new ShellParser())
            .completer(new ShellCompleter(COMMANDS, this::tables))
            .history(new ShellHistory())
            .variable(LineReader.HISTORY_FILE, historyFile)
            .variable(LineReader.HISTORY_SIZE, HISTORY_SIZE)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, PROMPT_WITHIN)
            .option(LineReader.Option.CASE_INSENSITIVE, true)
            // Exclamation marks in statements are no references to earlier lines.
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
        // While a line is read, the reader has a handler of its own.
        terminal.handle(Terminal.Signal.INT, (signal) -> runner.cancel());
        terminal.writer().println("connected to " + server + "; \\? helps, \\q leaves");
        boolean isOpen = true;
        while (isOpen)
        {
            try
            {
                isOpen = onLine(reader.readLine(PROMPT), terminal);
            }
            catch (final UserInterruptException ex)
            {
                // The line is forgotten, and that is all.
                continue;
            }
            catch (final EndOfFileException ex)
            {
                isOpen = false;
            }
        }
    }

    /** Does what a line says, and tells whether the conversation goes on. */
    private boolean onLine(final String line, final Terminal terminal)
    {
        if (ShellParser.isForTheShell(line))
        {
            return onShellCommand(line.strip(), terminal);
        }
        final StatementSplitter splitter = new StatementSplitter();
        splitter.append(line + "\n");
        for (String statement = splitter.poll(); statement != null; statement = splitter.poll())
        {
            runStatement(statement, terminal);
        }
        return true;
    }

    private void runStatement(final String statement, final Terminal terminal)
    {
        // Told when the result has been read: before that a program may have the terminal.
        final StringBuilder failures = new StringBuilder();
        final ResultPager pager = newPager(terminal, failures);
        final long startNs = System.nanoTime();
        try (pager)
        {
            runner.run(statement, pager, (text) ->
            {
                failures.append(text);
                return true;
            });
        }
        final long wholeNs = System.nanoTime() - startNs - pager.waitedNs();
        terminal.writer().append(failures);
        if (isTiming)
        {
            terminal.writer().println(
                String.format(
                    Locale.ROOT, "Time: %.3f ms, %.3f ms until the answer began", wholeNs / 1e6,
                    runner.firstRowNs() / 1e6));
        }
        terminal.writer().flush();
    }

    private ResultPager newPager(final Terminal terminal, final StringBuilder failures)
    {
        if (!isPaging || pagerCommand.isEmpty())
        {
            return new Pager(terminal, isPaging);
        }
        return new ExternalPager(terminal, pagerCommand, (reason) ->
        {
            failures.append("velocity: cannot run ").append(PAGER).append('=').append(pagerCommand).append(" (")
                .append(reason).append("); long results come a screen at a time from now on\n");
            pagerCommand = "";
        });
    }

    private boolean onShellCommand(final String line, final Terminal terminal)
    {
        // People end these with a semicolon, too.
        final String[] words = line.replaceAll(";+$", "").strip().split("\\s+", 2);
        final String argument = words.length == 1 ? "" : words[1];
        switch (words[0].toLowerCase(Locale.ROOT))
        {
            case "\\q", "exit", "quit" -> {
                return false;
            }
            case "\\?", "\\help", "help" -> terminal.writer().print(HELP);
            case "\\d", "\\dt" -> runStatement("SHOW TABLES", terminal);
            case "\\timing" -> isTiming = switched("timing", isTiming, argument, terminal);
            case "\\pager" -> isPaging = switched("pager", isPaging, argument, terminal);
            default -> terminal.writer().println("unknown command: " + words[0] + "; \\? helps");
        }
        terminal.writer().flush();
        return true;
    }

    private static boolean switched(
        final String name, final boolean isOn, final String argument, final Terminal terminal)
    {
        final boolean isOnNow;
        switch (argument.toLowerCase(Locale.ROOT))
        {
            case "" -> isOnNow = !isOn;
            case "on" -> isOnNow = true;
            case "off" -> isOnNow = false;
            default -> {
                terminal.writer().println("\\" + name + " takes on, off or nothing");
                return isOn;
            }
        }
        terminal.writer().println(name + " is " + (isOnNow ? "on" : "off"));
        return isOnNow;
    }

    /** For completion, which must not fail: whoever may not see tables is offered none. */
    private List<String> tables()
    {
        final List<String> tables = new ArrayList<>();
        try (SqlResult result = session.execute("SHOW TABLES"))
        {
            List<Object> row = result.next();
            while (row != null && tables.size() < MAX_OFFERED_TABLES)
            {
                tables.add(String.valueOf(row.get(0)));
                row = result.next();
            }
        }
        catch (final SqlFailure ex)
        {
            return List.of();
        }
        return tables;
    }
}
