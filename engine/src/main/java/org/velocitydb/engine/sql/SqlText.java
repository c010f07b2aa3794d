package org.velocitydb.engine.sql;

import java.nio.charset.StandardCharsets;

/**
 * From Java's strings to UTF-8. A string that holds half of a surrogate pair has no UTF-8 and is refused, where the
 * JDK would silently put a question mark in its place, which in a statement means something else.
 */
final class SqlText
{
    private SqlText()
    {
    }

    static byte[] encode(final String text, final String what)
    {
        int character = 0;
        for (int i = 0; i < text.length(); i++)
        {
            if (Character.isSurrogate(text.charAt(i)))
            {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1)))
                {
                    throw new SqlException(
                        SqlException.Kind.TYPE, character,
                        what + " holds half of a surrogate pair: character=" + character);
                }
                i++;
            }
            character++;
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
