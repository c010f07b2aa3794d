package org.velocitydb.server.cli;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import org.velocitydb.server.cli.SqlConnector.SqlResult;

/**
 * A table for people:
 *
 * <pre>
 *     +--------+-------+
 *     | key    | value |
 *     +--------+-------+
 *     | user:1 | alice |
 *     +--------+-------+
 *     1 row
 * </pre>
 *
 * Numbers stand to the right. Control characters are shown and not sent, since what somebody stored would otherwise be
 * commands to the reader's terminal.
 */
final class TablePrinter implements ResultPrinter
{
    private static final String NULL = "NULL";

    @Override
    public void print(final SqlResult result, final StringBuilder output)
    {
        if (result.columns().isEmpty())
        {
            output.append(counted(result.rowsAffected(), "row")).append(" affected\n");
            return;
        }
        final List<List<String>> cells = result.rows().stream().map(TablePrinter::cells).toList();
        final List<String> header = result.columns().stream().map(TablePrinter::visible).toList();
        final int[] widths = widths(header, cells);
        rule(widths, output);
        row(header, null, widths, output);
        rule(widths, output);
        for (int i = 0; i < cells.size(); i++)
        {
            row(cells.get(i), result.rows().get(i), widths, output);
        }
        if (!cells.isEmpty())
        {
            rule(widths, output);
        }
        output.append(counted(cells.size(), "row")).append('\n');
    }

    private static String counted(final long count, final String noun)
    {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static List<String> cells(final List<Object> values)
    {
        final List<String> cells = new ArrayList<>(values.size());
        values.forEach((value) -> cells.add(cell(value)));
        return cells;
    }

    private static String cell(final Object value)
    {
        if (value == null)
        {
            return NULL;
        }
        return value instanceof final byte[] bytes
            ? "x'" + HexFormat.of().formatHex(bytes) + "'"
            : visible(value.toString());
    }

    private static String visible(final String text)
    {
        if (text.codePoints().noneMatch(TablePrinter::isControl))
        {
            return text;
        }
        final StringBuilder visible = new StringBuilder();
        text.codePoints().forEach((c) ->
        {
            switch (c)
            {
                case '\n' -> visible.append("\\n");
                case '\r' -> visible.append("\\r");
                case '\t' -> visible.append("\\t");
                default -> {
                    if (isControl(c))
                    {
                        visible.append(String.format("\\u%04x", c));
                    }
                    else
                    {
                        visible.appendCodePoint(c);
                    }
                }
            }
        });
        return visible.toString();
    }

    /** Also what turns the direction of writing around, which can make a line read as another. */
    private static boolean isControl(final int c)
    {
        final int type = Character.getType(c);
        return type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR ||
            type == Character.PARAGRAPH_SEPARATOR || type == Character.SURROGATE;
    }

    private static int[] widths(final List<String> header, final List<List<String>> rows)
    {
        final int[] widths = new int[header.size()];
        for (int column = 0; column < widths.length; column++)
        {
            widths[column] = width(header.get(column));
            for (final List<String> row : rows)
            {
                widths[column] = Math.max(widths[column], width(row.get(column)));
            }
        }
        return widths;
    }

    private static int width(final String text)
    {
        return text.codePointCount(0, text.length());
    }

    private static void rule(final int[] widths, final StringBuilder output)
    {
        for (final int width : widths)
        {
            output.append("+-").append("-".repeat(width)).append('-');
        }
        output.append("+\n");
    }

    private static void row(
        final List<String> cells, final List<Object> values, final int[] widths, final StringBuilder output)
    {
        for (int column = 0; column < widths.length; column++)
        {
            final String space = " ".repeat(widths[column] - width(cells.get(column)));
            final boolean isNumber = values != null && values.get(column) instanceof Number;
            output.append("| ").append(isNumber ? space + cells.get(column) : cells.get(column) + space).append(' ');
        }
        output.append("|\n");
    }
}
