package org.velocitydb.server.cli;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import org.velocitydb.journal.Counted;

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
 * Widths are those of a page of rows; where a later page needs more, the header is drawn anew. Numbers stand to the
 * right. Control characters are shown and not sent, since what somebody stored would otherwise be
 * commands to the reader's terminal.
 */
final class TablePrinter implements ResultPrinter
{
    private static final String NULL = "NULL";
    /** Enough for widths that mostly stay, few enough to be waited for. */
    private static final int PAGE_ROWS = 1000;
    /** Characters, so that long values do not fill the memory. */
    private static final long PAGE_LENGTH = 1024 * 1024;
    /** Of a column; longer cells stick out, so that one long value does not make every row as long. */
    private static final int MAX_WIDTH = 1000;

    @Override
    public void print(final SqlResult result, final TextSink output)
    {
        if (result.columns().isEmpty())
        {
            output.write(Counted.of(result.rowsAffected(), "row") + " affected\n");
            return;
        }
        final List<String> header = result.columns().stream().map(TablePrinter::visible).toList();
        final int[] widths = new int[header.size()];
        widen(widths, header);
        long count = 0;
        boolean hasMore = true;
        while (hasMore)
        {
            final Page page = Page.take(result);
            hasMore = page.isFull;
            final boolean isWider = page.widen(widths);
            if ((count == 0 || isWider) && !output.write(header(header, widths)))
            {
                return;
            }
            for (int i = 0; i < page.cells.size(); i++)
            {
                if (!output.write(row(page.cells.get(i), page.rows.get(i), widths)))
                {
                    return;
                }
            }
            count += page.cells.size();
        }
        output.write((count == 0 ? "" : rule(widths)) + Counted.of(count, "row") + "\n");
    }

    /** Rows that are laid out together. */
    private static final class Page
    {
        private final List<List<Object>> rows = new ArrayList<>();
        private final List<List<String>> cells = new ArrayList<>();
        private boolean isFull;

        static Page take(final SqlResult result)
        {
            final Page page = new Page();
            long length = 0;
            while (!page.isFull)
            {
                final List<Object> row = result.next();
                if (row == null)
                {
                    return page;
                }
                page.rows.add(row);
                page.cells.add(TablePrinter.cells(row));
                length += page.cells.get(page.cells.size() - 1).stream().mapToLong(String::length).sum();
                page.isFull = page.rows.size() == PAGE_ROWS || length >= PAGE_LENGTH;
            }
            return page;
        }

        boolean widen(final int[] widths)
        {
            boolean isWider = false;
            for (final List<String> row : cells)
            {
                isWider |= TablePrinter.widen(widths, row);
            }
            return isWider;
        }
    }

    static List<String> cells(final List<Object> values)
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

    private static boolean widen(final int[] widths, final List<String> row)
    {
        boolean isWider = false;
        for (int column = 0; column < widths.length; column++)
        {
            final int width = Math.min(MAX_WIDTH, width(row.get(column)));
            isWider |= width > widths[column];
            widths[column] = Math.max(widths[column], width);
        }
        return isWider;
    }

    private static int width(final String text)
    {
        return text.codePointCount(0, text.length());
    }

    private static String header(final List<String> header, final int[] widths)
    {
        return rule(widths) + row(header, null, widths) + rule(widths);
    }

    private static String rule(final int[] widths)
    {
        final StringBuilder rule = new StringBuilder();
        for (final int width : widths)
        {
            rule.append("+-").append("-".repeat(width)).append('-');
        }
        return rule.append("+\n").toString();
    }

    private static String row(final List<String> cells, final List<Object> values, final int[] widths)
    {
        final StringBuilder row = new StringBuilder();
        for (int column = 0; column < widths.length; column++)
        {
            final String space = " ".repeat(Math.max(0, widths[column] - width(cells.get(column))));
            final boolean isNumber = values != null && values.get(column) instanceof Number;
            row.append("| ").append(isNumber ? space + cells.get(column) : cells.get(column) + space).append(' ');
        }
        return row.append("|\n").toString();
    }
}
