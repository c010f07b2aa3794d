package org.velocitydb.server.cli;

import java.io.PrintStream;

import org.velocitydb.server.cli.SqlConnector.SqlFailure;
import org.velocitydb.server.cli.SqlConnector.SqlSession;

/**
 * Runs statements one after the other and prints what comes back, or where a statement is wrong:
 *
 * <pre>
 *     velocity: unknown column: nmae
 *     SELECT nmae FROM kv
 *            ^
 * </pre>
 */
final class StatementRunner
{
    /** Longest part of a line that is shown around the place of a failure. */
    private static final int SHOWN_LENGTH = 76;

    private final SqlSession session;
    private final ResultPrinter printer;
    private final PrintStream out;
    private final PrintStream err;

    StatementRunner(
        final SqlSession session, final ResultPrinter printer, final PrintStream out, final PrintStream err)
    {
        this.session = session;
        this.printer = printer;
        this.out = out;
        this.err = err;
    }

    /** Runs one, and tells whether it succeeded. */
    boolean run(final String statement)
    {
        try
        {
            final StringBuilder output = new StringBuilder();
            printer.print(session.execute(statement), output);
            out.print(output);
            out.flush();
            return true;
        }
        catch (final SqlFailure ex)
        {
            err.println("velocity: " + ex.getMessage());
            if (ex.position() != SqlFailure.NULL_POSITION)
            {
                err.print(pointed(statement, ex.position()));
            }
            return false;
        }
    }

    /** The line in which the place is, cut to a width, and a caret below it. */
    static String pointed(final String statement, final int position)
    {
        final int index = Math.min(position - 1, statement.length());
        final int lineStart = statement.lastIndexOf('\n', index - 1) + 1;
        final int newLine = statement.indexOf('\n', index);
        final int lineEnd = newLine < 0 ? statement.length() : newLine;
        final int from = Math.max(lineStart, index - SHOWN_LENGTH / 2);
        final int to = Math.min(lineEnd, from + SHOWN_LENGTH);
        // Tabs and the like would put the caret in another place than the character.
        final String shown = statement.substring(from, to).replaceAll("\\p{Cntrl}", " ");
        return shown + "\n" + " ".repeat(shown.codePointCount(0, Math.min(shown.length(), index - from))) + "^\n";
    }
}
