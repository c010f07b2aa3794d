package org.velocitydb.server.cli;

import java.util.HexFormat;
import java.util.List;

/**
 * RFC 4180: fields with a comma, a quote or a line end stand in quotes, lines end with CR and LF. A missing value is an
 * empty field, an empty text a quoted one; bytes are hexadecimal digits after {@code 0x}.
 */
final class CsvPrinter implements ResultPrinter
{
    private static final String LINE_END = "\r\n";

    @Override
    public void print(final SqlResult result, final TextSink output)
    {
        if (result.columns().isEmpty())
        {
            result.rowsAffected();
            return;
        }
        List<?> row = result.columns();
        while (row != null && output.write(line(row)))
        {
            row = result.next();
        }
    }

    private static StringBuilder line(final List<?> values)
    {
        final StringBuilder output = new StringBuilder();
        for (int i = 0; i < values.size(); i++)
        {
            output.append(i == 0 ? "" : ",").append(field(values.get(i)));
        }
        return output.append(LINE_END);
    }

    private static String field(final Object value)
    {
        if (value == null)
        {
            return "";
        }
        if (value instanceof final byte[] bytes)
        {
            return "0x" + HexFormat.of().formatHex(bytes);
        }
        final String text = value.toString();
        final boolean isQuoted = text.isEmpty() || text.chars().anyMatch((c) -> ",\"\r\n".indexOf(c) >= 0);
        return isQuoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
