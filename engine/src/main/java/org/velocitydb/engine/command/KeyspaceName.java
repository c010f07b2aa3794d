package org.velocitydb.engine.command;

import java.util.Locale;
import java.util.Set;

/**
 * What a keyspace, which is a table to SQL, may be called: a letter or an underscore, then letters, digits and
 * underscores of ASCII, and no word of SQL's grammar. Capitals and small letters are the same; the store keeps small
 * ones.
 */
public final class KeyspaceName
{
    /** Of the keyspace that is always there, whose id is 0. */
    public static final String DEFAULT = "kv";
    /** Longest name in characters. */
    public static final int MAX_LENGTH = 64;

    private static final Set<String> RESERVED = Set.of(
        "and", "asc", "between", "by", "count", "create", "delete", "desc", "drop", "exists", "false", "from", "if",
        "in", "insert", "into", "like", "limit", "not", "null", "offset", "or", "order", "select", "set", "show",
        "table", "tables", "true", "update", "values", "where");

    private KeyspaceName()
    {
    }

    /**
     * The name as the store keeps it.
     *
     * @param name in any case.
     * @return the name in small letters.
     * @throws IllegalArgumentException where {@link #fault} finds something.
     */
    public static String normalized(final String name)
    {
        final String fault = fault(name);
        if (fault != null)
        {
            throw new IllegalArgumentException(fault);
        }
        return name.toLowerCase(Locale.ROOT);
    }

    /**
     * What is wrong with a name.
     *
     * @param name in any case.
     * @return words for people, or null where nothing is.
     */
    public static String fault(final String name)
    {
        if (name.isEmpty() || name.length() > MAX_LENGTH)
        {
            return "name length out of range: length=" + name.length() + ", min=1, max=" + MAX_LENGTH;
        }
        for (int i = 0; i < name.length(); i++)
        {
            final char letter = name.charAt(i);
            final boolean isLetter = letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z' || letter == '_';
            if (!isLetter && (i == 0 || letter < '0' || letter > '9'))
            {
                return "name holds a character that it may not: index=" + i + ", code=" + (int) letter;
            }
        }
        return RESERVED.contains(name.toLowerCase(Locale.ROOT)) ? "name is a word of the grammar: name=" + name : null;
    }
}
