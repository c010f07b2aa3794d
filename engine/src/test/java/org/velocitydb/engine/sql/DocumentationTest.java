package org.velocitydb.engine.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.sql.SelectStatement.Projection;

/**
 * Runs docs/SQL.md: in its sql blocks a statement ends where a line ends it, and the comments below are its result. A
 * comment that begins with "with:" gives the parameters of the statement below it.
 */
final class DocumentationTest
{
    private static final Path PAGE = Path.of("docs", "SQL.md");
    private static final String RESULT = "-- ";
    private static final String PARAMETERS = "-- with: ";
    private static final int LEAST_STATEMENTS = 40;

    private final MemoryTables tables = new MemoryTables();
    private final SqlRunner runner = new SqlRunner(tables.find(TableName.DEFAULT));
    private final List<String> rows = new ArrayList<>();

    @Test
    void shouldDoWhatTheDocumentationSays() throws IOException
    {
        final List<String> expected = Files.readAllLines(page());
        final List<String> actual = new ArrayList<>();
        final StringBuilder statement = new StringBuilder();
        SqlParameters parameters = new SqlParameters();
        boolean isInBlock = false;
        int count = 0;
        for (final String line : expected)
        {
            final boolean isFence = line.startsWith("```");
            isInBlock = isFence ? line.equals("```sql") : isInBlock;
            if (isFence || !isInBlock)
            {
                actual.add(line);
            }
            else if (line.startsWith(PARAMETERS))
            {
                actual.add(line);
                parameters = parameters(line.substring(PARAMETERS.length()));
            }
            else if (!line.startsWith(RESULT))
            {
                actual.add(line);
                statement.append(statement.isEmpty() ? "" : "\n").append(line);
                if (line.contains(";"))
                {
                    actual.addAll(result(statement.toString(), parameters));
                    statement.setLength(0);
                    parameters = new SqlParameters();
                    count++;
                }
            }
        }

        assertEquals(String.join("\n", expected), String.join("\n", actual));
        assertTrue(count >= LEAST_STATEMENTS, "statements: count=" + count);
    }

    /**
     * The page, from this module or from the project's root.
     */
    private static Path page()
    {
        return Files.exists(PAGE) ? PAGE : Path.of("..").resolve(PAGE);
    }

    private static SqlParameters parameters(final String list)
    {
        final SqlParameters parameters = new SqlParameters();
        for (final String item : list.split(", "))
        {
            if (item.startsWith("'"))
            {
                parameters.addText(item.substring(1, item.length() - 1));
            }
            else
            {
                parameters.addLong(Long.parseLong(item));
            }
        }
        return parameters;
    }

    private List<String> result(final String text, final SqlParameters parameters)
    {
        rows.clear();
        try
        {
            final Statement statement = runner.parse(text, parameters);
            if (statement instanceof final WriteStatement write)
            {
                final int affected = write.isDefinition()
                    ? tables.define(write)
                    : new SqlRunner(tables.find(write.table())).write(write);
                rows.add(RESULT + affected + (affected == 1 ? " row" : " rows") + " affected");
            }
            else if (statement instanceof final SelectStatement select)
            {
                select(select);
            }
            else if (statement instanceof final ShowStatement show && show.subject() == ShowStatement.Subject.TABLES)
            {
                tables.names().forEach((name) -> rows.add(RESULT + "'" + name + "'"));
            }
            else
            {
                rows.add(RESULT + "the server answers");
            }
        }
        catch (final SqlException ex)
        {
            rows.add(RESULT + "error " + ex.kind() + ": " + ex.getMessage());
        }
        return rows;
    }

    private void select(final SelectStatement select)
    {
        try (SelectExecution execution = new SelectExecution())
        {
            execution.begin(select, tables.find(select.table()));
            while (!execution.isDone())
            {
                execution.doWork(
                    2, (keyBuffer, keyOffset, keyLength, valueBuffer, valueOffset, valueLength, version) ->
                    {
                        final String key = text(keyBuffer, keyOffset, keyLength);
                        final String value = text(valueBuffer, valueOffset, valueLength);
                        final Projection projection = select.projection();
                        rows.add(RESULT + (projection == Projection.KEY
                            ? key
                            : projection == Projection.VALUE ? value : key + ", " + value));
                        return true;
                    });
            }
            if (select.isCount())
            {
                rows.add(RESULT + execution.count());
            }
            else if (rows.isEmpty())
            {
                rows.add(RESULT + "no rows");
            }
        }
    }

    private static String text(final DirectBuffer buffer, final int offset, final int length)
    {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return "'" + new String(bytes, StandardCharsets.UTF_8) + "'";
    }
}
