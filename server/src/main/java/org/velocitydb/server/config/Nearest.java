package org.velocitydb.server.config;

import java.util.Collection;

/**
 * Guesses what a mistyped word was meant to be.
 */
final class Nearest
{
    /** One edit in three letters is still a slip; more is another word. */
    private static final int LETTERS_PER_EDIT = 3;

    private Nearest()
    {
    }

    static String of(final String word, final Collection<String> known)
    {
        String nearest = null;
        int nearestDistance = Integer.MAX_VALUE;
        for (final String candidate : known)
        {
            final int distance = distance(word, candidate);
            if (distance < nearestDistance)
            {
                nearest = candidate;
                nearestDistance = distance;
            }
        }
        return nearestDistance <= word.length() / LETTERS_PER_EDIT ? nearest : null;
    }

    /** Letters to insert, delete or replace; one row of Levenshtein's table at a time. */
    private static int distance(final String from, final String to)
    {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++)
        {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++)
        {
            final int[] next = new int[row.length];
            next[0] = i;
            for (int j = 1; j <= to.length(); j++)
            {
                final int replaced = row[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                next[j] = Math.min(replaced, 1 + Math.min(row[j], next[j - 1]));
            }
            row = next;
        }
        return row[to.length()];
    }
}
