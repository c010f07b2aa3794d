package org.velocitydb.server.cli;

import java.util.regex.Pattern;

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
 *
 * For one thread; {@link #cancel} may come from any.
 */
final class StatementRunner
{
    /** Longest part of a line that is shown around the place of a failure. */
    private static final int SHOWN_LENGTH = 76;
    private static final long NULL_TIME = -1;

    private static final Pattern EXPLAIN = Pattern.compile("\\s*EXPLAIN\\b.*",
        Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    /** What changes nothing, whatever becomes of it. */
    private static final Pattern READING = Pattern.compile("\\s*(SELECT|SHOW|EXPLAIN)\\b.*",
        Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final SqlSession session;
    private final OutputFormat format;
    private final ResultPrinter printer;
    /** What is being printed, or null. */
    private volatile SqlResult running;
    private volatile boolean isCancelled;
    private long firstRowNs;

    StatementRunner(final SqlSession session, final OutputFormat format)
    {
        this.session = session;
        this.format = format;
        this.printer = format.printer();
    }

    /**
     * Runs one.
     *
     * @param statement without a semicolon.
     * @param out       gets the result.
     * @param err       gets what went wrong.
     * @return whether it succeeded.
     */
    boolean run(final String statement, final TextSink out, final TextSink err)
    {
        isCancelled = false;
        firstRowNs = NULL_TIME;
        final long startNs = System.nanoTime();
        try (SqlResult result = session.execute(statement))
        {
            running = result;
            result.columns();
            firstRowNs = System.nanoTime() - startNs;
            printer(statement).print(result, (text) -> !isCancelled && out.write(text));
            if (isCancelled)
            {
                err.write(
                    READING.matcher(statement).matches()
                        ? "cancelled\n"
                        : "cancelled; what the statement changes may be done all the same\n");
            }
            return !isCancelled;
        }
        catch (final SqlFailure ex)
        {
            err.write("velocity: " + ex.getMessage() + "\n");
            if (ex.position() != SqlFailure.NULL_POSITION)
            {
                err.write(pointed(statement, ex.position()));
            }
            return false;
        }
        finally
        {
            running = null;
            firstRowNs = firstRowNs == NULL_TIME ? System.nanoTime() - startNs : firstRowNs;
        }
    }

    /** Plans are for people where tables are. */
    private ResultPrinter printer(final String statement)
    {
        return format == OutputFormat.TABLE && EXPLAIN.matcher(statement).matches() ? new PlanPrinter() : printer;
    }

    /** How long the last statement took until its answer, or its refusal, began. */
    long firstRowNs()
    {
        return firstRowNs;
    }

    /** Lets go of the statement that is running, if there is one; the server is not told. */
    void cancel()
    {
        final SqlResult result = running;
        if (result != null)
        {
            isCancelled = true;
            result.close();
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
