package org.velocitydb.server.cli;

import java.util.HexFormat;
import java.util.List;

import org.velocitydb.server.cli.SqlConnector.SqlResult;

/**
 * RFC 4180: fields with a comma, a quote or a line end stand in quotes, lines end with CR and LF. A missing value is an
 * empty field, an empty text a quoted one; bytes are hexadecimal digits after {@code 0x}.
 */
final class CsvPrinter implements ResultPrinter
{
    private static final String LINE_END = "\r\n";

    @Override
    public void print(final SqlResult result, final StringBuilder output)
    {
        if (result.columns().isEmpty())
        {
            return;
        }
        line(result.columns(), output);
        result.rows().forEach((row) -> line(row, output));
    }

    private static void line(final List<?> values, final StringBuilder output)
    {
        for (int i = 0; i < values.size(); i++)
        {
            output.append(i == 0 ? "" : ",").append(field(values.get(i)));
        }
        output.append(LINE_END);
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
