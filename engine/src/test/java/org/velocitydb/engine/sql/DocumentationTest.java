package org.velocitydb.engine.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.sql.SelectStatement.Column;

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
    private final Map<String, StatementTemplate> prepared = new HashMap<>();

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
                final boolean isOpen = statement.indexOf("BEGIN;") >= 0 && !line.contains("COMMIT;");
                if (line.contains(";") && !isOpen)
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
            final Statement parsed = runner.parse(text, parameters);
            final Statement statement = parsed instanceof final ExecuteStatement execute
                ? prepared(execute, parameters)
                : parsed;
            if (statement instanceof final BlockStatement block)
            {
                rows.add(RESULT + block(block));
            }
            else if (statement instanceof final PrepareStatement prepare)
            {
                if (prepared.putIfAbsent(prepare.name(), prepare.template()) != null)
                {
                    throw prepare.taken();
                }
                rows.add(RESULT + "0 rows affected");
            }
            else if (statement instanceof final DeallocateStatement deallocate)
            {
                if (prepared.remove(deallocate.name()) == null)
                {
                    throw deallocate.unknown();
                }
                rows.add(RESULT + "0 rows affected");
            }
            else if (statement instanceof final WriteStatement write)
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

    private Statement prepared(final ExecuteStatement execute, final SqlParameters parameters)
    {
        final StatementTemplate template = prepared.get(execute.name());
        if (template == null)
        {
            throw execute.unknown();
        }
        return runner.bind(template, execute.arguments() == null ? parameters : execute.arguments());
    }

    private String block(final BlockStatement block)
    {
        for (final WriteStatement write : block.statements())
        {
            if (!new SqlRunner(tables.find(write.table())).holds(write))
            {
                return "a condition does not hold, nothing was done";
            }
        }
        int affected = 0;
        for (final WriteStatement write : block.statements())
        {
            affected += new SqlRunner(tables.find(write.table())).write(write);
        }
        return affected + (affected == 1 ? " row" : " rows") + " affected";
    }

    private static String text(
        final Column column, final String key, final String value, final long version, final long expiryMs)
    {
        return switch (column)
        {
            case KEY -> key;
            case VALUE -> value;
            case VERSION -> Long.toString(version);
            case TTL -> expiryMs == Expiry.NEVER_MS ? "NULL" : Long.toString(expiryMs - MemorySource.NOW_MS);
        };
    }

    private void select(final SelectStatement select)
    {
        try (SelectExecution execution = new SelectExecution())
        {
            execution.begin(select, tables.find(select.table()));
            while (!execution.isDone())
            {
                execution.doWork(
                    2, (keyBuffer, keyOffset, keyLength, valueBuffer, valueOffset, valueLength, version, expiryMs) ->
                    {
                        final String key = text(keyBuffer, keyOffset, keyLength);
                        final String value = text(valueBuffer, valueOffset, valueLength);
                        rows.add(RESULT + select.projection().columns().stream()
                            .map((column) -> text(column, key, value, version, expiryMs))
                            .collect(Collectors.joining(", ")));
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
