package org.velocitydb.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * A conversation in SQL. A statement may go over several lines and ends with a semicolon; Ctrl-C forgets the one that
 * was begun, Ctrl-D leaves. Lines are remembered in {@code ~/.velocity/history}, which its owner alone can read.
 */
final class SqlShell
{
    private static final String PROMPT = "velocity> ";
    private static final String PROMPT_WITHIN = "       -> ";
    private static final String QUIT = "\\q";
    private static final String HELP = "\\help";
    private static final int HISTORY_SIZE = 10_000;

    private final StatementRunner runner;
    private final String server;
    private final StatementSplitter splitter = new StatementSplitter();

    SqlShell(final StatementRunner runner, final String server)
    {
        this.runner = runner;
        this.server = server;
    }

    void run() throws IOException
    {
        try (Terminal terminal = TerminalBuilder.builder().name("velocity").build())
        {
            final LineReader reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .variable(LineReader.HISTORY_FILE, historyFile())
                .variable(LineReader.HISTORY_SIZE, HISTORY_SIZE)
                // Exclamation marks in statements are no references to earlier lines.
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
            terminal.writer().println("connected to " + server + "; " + HELP + " helps, " + QUIT + " leaves");
            converse(reader, terminal);
        }
    }

    private void converse(final LineReader reader, final Terminal terminal)
    {
        boolean isOpen = true;
        while (isOpen)
        {
            try
            {
                isOpen = onLine(reader.readLine(splitter.isInStatement() ? PROMPT_WITHIN : PROMPT), terminal);
            }
            catch (final UserInterruptException ex)
            {
                splitter.clear();
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
        if (!splitter.isInStatement() && line.strip().startsWith("\\"))
        {
            return onShellCommand(line.strip(), terminal);
        }
        splitter.append(line + "\n");
        for (String statement = splitter.poll(); statement != null; statement = splitter.poll())
        {
            runner.run(statement);
        }
        return true;
    }

    private static boolean onShellCommand(final String command, final Terminal terminal)
    {
        switch (command)
        {
            case QUIT -> {
                return false;
            }
            case HELP -> help(terminal);
            default -> terminal.writer().println("unknown command: " + command + "; " + HELP + " helps");
        }
        terminal.writer().flush();
        return true;
    }

    private static void help(final Terminal terminal)
    {
        terminal.writer().println("""
            SELECT value FROM kv WHERE key = 'user:1';
            INSERT INTO kv (key, value) VALUES ('user:1', 'alice');
            UPDATE kv SET value = 'bob' WHERE key = 'user:1';
            DELETE FROM kv WHERE key = 'user:1';
            SELECT key, value FROM kv WHERE key LIKE 'user:%' LIMIT 100;
            SELECT COUNT(*) FROM kv;
            SHOW STATS; SHOW STATUS;

            A statement ends with a semicolon and may go over several lines.
            Ctrl-C forgets the statement that was begun, Ctrl-D or \\q leaves.""");
    }

    private static Path historyFile() throws IOException
    {
        final Path directory = Path.of(System.getProperty("user.home"), ".velocity");
        Files.createDirectories(directory);
        final Path file = directory.resolve("history");
        if (!Files.exists(file) && Files.getFileStore(directory).supportsFileAttributeView("posix"))
        {
            // Made before it is written: statements hold data.
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        return file;
    }
}
