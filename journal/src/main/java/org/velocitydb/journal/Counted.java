package org.velocitydb.journal;

/**
 * Numbers of things in sentences for people, with the right form of the word.
 */
public final class Counted
{
    private Counted()
    {
    }

    /**
     * A number of things whose plural ends in a plain s.
     *
     * @param count of them.
     * @param one   what one is called.
     * @return such as {@code 1 file} or {@code 2 files}.
     */
    public static String of(final long count, final String one)
    {
        return of(count, one, one + "s");
    }

    /**
     * A number of things.
     *
     * @param count of them.
     * @param one   what one is called.
     * @param many  what none or several are called.
     * @return such as {@code 1 entry} or {@code 0 entries}.
     */
    public static String of(final long count, final String one, final String many)
    {
        return count + " " + (count == 1 ? one : many);
    }
}
