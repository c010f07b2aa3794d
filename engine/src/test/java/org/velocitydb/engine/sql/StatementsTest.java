package org.velocitydb.engine.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Runs statements.txt: what is printed for each statement must be what stands below it.
 */
final class StatementsTest
{
    private static final String DASHES = "----";

    private final SqlParser parser = new SqlParser();

    @Test
    void shouldParseOrRefuseEachStatementAsWritten() throws IOException
    {
        final String expected = read("statements.txt");

        final String actual = run(expected);

        assertEquals(expected, actual);
    }

    private static String read(final String name) throws IOException
    {
        try (InputStream input = StatementsTest.class.getResourceAsStream(name))
        {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * The same file with what really comes out, so that a difference shows at its line.
     */
    private String run(final String file)
    {
        final StringBuilder actual = new StringBuilder();
        int count = 0;
        for (final String block : file.split("\n\n"))
        {
            final int dashes = block.indexOf("\n" + DASHES);
            if (block.startsWith("#") || dashes < 0)
            {
                actual.append(block).append("\n\n");
                continue;
            }
            final String statement = block.substring(0, dashes);
            actual.append(statement).append("\n" + DASHES + "\n").append(outcome(statement)).append("\n\n");
            count++;
        }
        assertTrue(count > 100, "statements: count=" + count);
        return actual.toString();
    }

    private String outcome(final String statement)
    {
        final String fromText = outcomeOfText(statement);
        assertEquals(fromText, outcomeOfBytes(statement), "text and bytes: " + statement);
        return fromText;
    }

    private String outcomeOfText(final String statement)
    {
        try
        {
            return StatementPrinter.print(parser.parse(statement));
        }
        catch (final SqlException ex)
        {
            return ex.kind() + " " + ex.position() + " " + ex.getMessage();
        }
    }

    private String outcomeOfBytes(final String statement)
    {
        final byte[] bytes = StatementPrinter.utf8("before" + statement + "after");
        try
        {
            return StatementPrinter.print(
                parser.parse(new UnsafeBuffer(bytes), 6, bytes.length - 11, new SqlParameters()));
        }
        catch (final SqlException ex)
        {
            return ex.kind() + " " + ex.position() + " " + ex.getMessage();
        }
    }
}
