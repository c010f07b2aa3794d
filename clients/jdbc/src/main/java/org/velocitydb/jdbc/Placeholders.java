package org.velocitydb.jdbc;

/**
 * Counts the question marks of a statement that stand for parameters: those outside of {@code 'strings'}, {@code --}
 * and {@code /* } comments. What is not closed goes to the end, and is the server's to refuse.
 */
final class Placeholders
{
    private Placeholders()
    {
    }

    static int count(final String sql)
    {
        int count = 0;
        int i = 0;
        while (i < sql.length())
        {
            final char c = sql.charAt(i);
            if (c == '\'')
            {
                i = after(sql, "'", i + 1);
            }
            else if (sql.startsWith("--", i))
            {
                i = after(sql, "\n", i + 2);
            }
            else if (sql.startsWith("/*", i))
            {
                i = after(sql, "*/", i + 2);
            }
            else
            {
                count += c == '?' ? 1 : 0;
                i++;
            }
        }
        return count;
    }

    /** A doubled quote passes for the end of a string and the beginning of the next: no harm. */
    private static int after(final String sql, final String end, final int from)
    {
        final int found = sql.indexOf(end, from);
        return found < 0 ? sql.length() : found + end.length();
    }
}
