package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.velocitydb.protocol.v1.MessageType;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.SqlValues;
import org.velocitydb.server.node.TestClient2.Frame;

/**
 * Runs docs/SQL.md over both versions of the protocol: each statement of it with its result. Its versions are those of
 * a table of its own, so statements that name one and what they lead to are taken as they come.
 */
final class SqlDocumentationTest
{
    private static final Path PAGE = Path.of("docs", "SQL.md");
    private static final String RESULT = "-- ";
    private static final String PARAMETERS = "-- with: ";
    private static final String ANY = "-- the server answers";
    private static final int LEAST_STATEMENTS = 100;

    /**
     * A statement of the page.
     *
     * @param text       of it.
     * @param parameters of it.
     * @param results    lines that follow it.
     */
    private record Sample(String text, List<Object> parameters, List<String> results)
    {
        /** An error's kind is not told over the wire. */
        List<String> withoutKind()
        {
            return results.stream().map((line) -> line.replaceFirst("^-- error [A-Z]+: ", "-- error ")).toList();
        }

        /** Whether it depends on what the sequences of a store are. */
        boolean hasVersion()
        {
            return text.contains("version");
        }
    }

    private static List<Sample> samples() throws IOException
    {
        final Path page = Files.exists(PAGE) ? PAGE : Path.of("..").resolve(PAGE);
        final List<Sample> samples = new ArrayList<>();
        final StringBuilder text = new StringBuilder();
        List<Object> parameters = new ArrayList<>();
        boolean isInBlock = false;
        for (final String line : Files.readAllLines(page))
        {
            final boolean isFence = line.startsWith("```");
            isInBlock = isFence ? line.equals("```sql") : isInBlock;
            if (isFence || !isInBlock)
            {
                continue;
            }
            if (line.startsWith(PARAMETERS))
            {
                parameters = parameters(line.substring(PARAMETERS.length()));
            }
            else if (line.startsWith(RESULT))
            {
                samples.get(samples.size() - 1).results().add(line);
            }
            else
            {
                text.append(text.isEmpty() ? "" : "\n").append(line);
                if (line.contains(";") && (text.indexOf("BEGIN;") < 0 || line.contains("COMMIT;")))
                {
                    samples.add(new Sample(text.toString(), parameters, new ArrayList<>()));
                    text.setLength(0);
                    parameters = new ArrayList<>();
                }
            }
        }
        assertTrue(samples.size() >= LEAST_STATEMENTS, "statements: count=" + samples.size());
        return samples;
    }

    private static List<Object> parameters(final String list)
    {
        final List<Object> parameters = new ArrayList<>();
        for (final String item : list.split(", "))
        {
            parameters.add(item.startsWith("'") ? item.substring(1, item.length() - 1) : (Object) Long.valueOf(item));
        }
        return parameters;
    }

    @Test
    void shouldDoWhatTheDocumentationSaysOverVersionTwo() throws IOException
    {
        try (SteppedNode node = new SteppedNode(context ->
        {
        }))
        {
            final TestClient2 client = node.login();
            for (final Sample sample : samples())
            {
                client.sql(sample.text(), sample.parameters().toArray());
                final List<String> actual = lines(client);
                if (!sample.results().contains(ANY) && !sample.hasVersion() && !isAnswerOfBlock(sample))
                {
                    assertEquals(sample.withoutKind(), actual, sample.text());
                }
            }
        }
    }

    /** Whether a block before, whose versions are the page's, decides it. */
    private static boolean isAnswerOfBlock(final Sample sample)
    {
        return sample.text().contains("accounts") || sample.text().contains("transfer") ||
            sample.parameters().contains("transfer:1");
    }

    private static List<String> lines(final TestClient2 client)
    {
        final List<String> lines = new ArrayList<>();
        long affected = 0;
        boolean hasRows = false;
        Frame frame;
        do
        {
            frame = client.take();
            if (frame.type() == org.velocitydb.protocol.v2.MessageType.ERROR)
            {
                return List.of(error(frame));
            }
            final SqlResult result = frame.sql();
            affected = result.rowsAffected();
            hasRows = result.columnCount() > 0;
            addRows(lines, frame);
        }
        while (frame.hasMore());
        if (!hasRows)
        {
            return List.of(RESULT + affected + (affected == 1 ? " row affected" : " rows affected"));
        }
        return lines.isEmpty() ? List.of(RESULT + "no rows") : lines;
    }

    private static void addRows(final List<String> lines, final Frame frame)
    {
        final SqlResult result = frame.sql();
        if (result.columnCount() == 0)
        {
            return;
        }
        final boolean isTables = result.columnName(result.columnCount() - 1).equals("keyspace");
        final List<String> cells = new ArrayList<>();
        final SqlValues values = new SqlValues();
        result.values(values);
        while (values.next())
        {
            cells.add(switch (values.type())
            {
                case SqlValues.TYPE_NULL -> "NULL";
                case SqlValues.TYPE_I64 -> Long.toString(values.i64());
                default -> "'" + frame.text(values.bytesOffset(), values.bytesLength()) + "'";
            });
            if (cells.size() == result.columnCount())
            {
                lines.add(RESULT + (isTables ? cells.get(0) : String.join(", ", cells)));
                cells.clear();
            }
        }
    }

    private static String error(final Frame frame)
    {
        return RESULT + "error " + frame.error().text();
    }

    @Test
    void shouldDoOrRefuseTheSameOverVersionOne() throws IOException
    {
        try (SteppedNode node = new SteppedNode(context ->
        {
        }))
        {
            final TestClient1 client = node.login1();
            for (final Sample sample : samples())
            {
                final TestClient1.Frame answer = client.command(sample.text());
                final boolean isRefused = sample.results().get(0).startsWith(RESULT + "error");
                if (sample.parameters().isEmpty() && !sample.results().contains(ANY) && !sample.hasVersion() &&
                    !isAnswerOfBlock(sample) && !sample.text().startsWith("EXECUTE"))
                {
                    assertEquals(
                        isRefused ? MessageType.ERROR : MessageType.RESPONSE, answer.type(),
                        () -> sample.text() + ": " + answer.text());
                }
            }
        }
    }
}
