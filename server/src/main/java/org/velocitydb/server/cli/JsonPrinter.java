package org.velocitydb.server.cli;

import java.util.Base64;
import java.util.List;

/**
 * One JSON object a line: {@code {"columns":["key","value"],"rows":[["user:1","alice"]]}} for rows, {@code
 * {"rows_affected":1}} for the rest. Bytes are {@code {"base64":"..."}}, so that they cannot be taken for a text. JSON
 * has no number for infinities and what is none; they are texts.
 */
final class JsonPrinter implements ResultPrinter
{
    @Override
    public void print(final SqlResult result, final TextSink output)
    {
        if (result.columns().isEmpty())
        {
            output.write("{\"rows_affected\":" + result.rowsAffected() + "}\n");
            return;
        }
        final StringBuilder text = new StringBuilder("{\"columns\":");
        array(result.columns(), text);
        text.append(",\"rows\":[");
        boolean isFirst = true;
        for (List<Object> row = result.next(); row != null; row = result.next())
        {
            text.append(isFirst ? "" : ",");
            array(row, text);
            if (!output.write(text))
            {
                return;
            }
            text.setLength(0);
            isFirst = false;
        }
        output.write(text.append("]}\n"));
    }

    private static void array(final List<?> values, final StringBuilder output)
    {
        output.append('[');
        for (int i = 0; i < values.size(); i++)
        {
            output.append(i == 0 ? "" : ",");
            value(values.get(i), output);
        }
        output.append(']');
    }

    private static void value(final Object value, final StringBuilder output)
    {
        if (value instanceof final byte[] bytes)
        {
            output.append("{\"base64\":\"").append(Base64.getEncoder().encodeToString(bytes)).append("\"}");
        }
        else if (value == null || value instanceof Boolean || value instanceof Long || isFinite(value))
        {
            output.append(value);
        }
        else
        {
            string(value.toString(), output);
        }
    }

    private static boolean isFinite(final Object value)
    {
        return value instanceof final Double number && Double.isFinite(number);
    }

    private static void string(final String text, final StringBuilder output)
    {
        output.append('"');
        for (int i = 0; i < text.length(); i++)
        {
            final char c = text.charAt(i);
            switch (c)
            {
                case '"' -> output.append("\\\"");
                case '\\' -> output.append("\\\\");
                case '\n' -> output.append("\\n");
                case '\r' -> output.append("\\r");
                case '\t' -> output.append("\\t");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c) && !isPaired(text, i))
                    {
                        output.append(String.format("\\u%04x", (int) c));
                    }
                    else
                    {
                        output.append(c);
                    }
                }
            }
        }
        output.append('"');
    }

    private static boolean isPaired(final String text, final int index)
    {
        final char c = text.charAt(index);
        return Character.isHighSurrogate(c)
            ? index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1))
            : index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
    }
}
