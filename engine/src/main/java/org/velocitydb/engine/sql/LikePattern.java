package org.velocitydb.engine.sql;

import java.util.Arrays;

import org.agrona.DirectBuffer;

/**
 * A compiled LIKE pattern. Immutable; matching allocates nothing.
 *
 * <p>A key is a row of units, cut from left to right: every well-formed UTF-8 sequence is one unit, and so is every
 * byte that begins none. {@code %} stands for any number of units, {@code _} for exactly one, anything else for
 * itself; {@code \} takes the meaning from the character after it. So a key of any bytes has one answer, and {@code _}
 * is one character to whoever stores text.
 *
 * <p>The pattern itself is UTF-8. What stands before its first wildcard is the prefix, which a plan turns into a range;
 * since the prefix ends where a unit ends, a key that begins with it is cut there as well. The tail is kept as two
 * arrays of equal length, an operation and, for {@link #LITERAL}, its byte. A run of wildcards is kept as all its
 * {@code _} and then one {@code %}, which means the same.
 *
 * <p>Matching remembers the last {@code %} alone: if what follows fails, that one takes a unit more. An earlier one
 * never needs to, as the part between the two has matched as far to the left as it could.
 */
final class LikePattern
{
    /** Matches its byte. */
    private static final byte LITERAL = 0;
    /** Matches one unit. */
    private static final byte ANY_ONE = 1;
    /** Matches any number of units. */
    private static final byte ANY_MANY = 2;

    private static final int NO_STAR = -1;

    private final byte[] prefix;
    private final byte[] operations;
    private final byte[] literals;
    private final int leastTailLength;

    private LikePattern(final byte[] prefix, final byte[] operations, final byte[] literals)
    {
        this.prefix = prefix;
        this.operations = operations;
        this.literals = literals;
        int least = 0;
        for (final byte operation : operations)
        {
            least += operation == ANY_MANY ? 0 : 1;
        }
        this.leastTailLength = least;
    }

    /**
     * Compiles a pattern.
     *
     * @param pattern UTF-8 that does not end in an escape, see {@link #endsInEscape(byte[])}.
     * @return the compiled pattern.
     */
    static LikePattern compile(final byte[] pattern)
    {
        final byte[] operations = new byte[pattern.length];
        final byte[] literals = new byte[pattern.length];
        int count = 0;
        int prefixLength = NO_STAR;
        for (int i = 0; i < pattern.length; i++)
        {
            final byte operation = pattern[i] == '%' ? ANY_MANY : pattern[i] == '_' ? ANY_ONE : LITERAL;
            if (operation == LITERAL)
            {
                i += pattern[i] == '\\' ? 1 : 0;
                literals[count] = pattern[i];
                operations[count++] = LITERAL;
                continue;
            }
            prefixLength = prefixLength == NO_STAR ? count : prefixLength;
            final boolean isAfterMany = count > 0 && operations[count - 1] == ANY_MANY;
            if (!isAfterMany)
            {
                operations[count++] = operation;
            }
            else if (operation == ANY_ONE)
            {
                operations[count - 1] = ANY_ONE;
                operations[count++] = ANY_MANY;
            }
        }
        final int tail = prefixLength == NO_STAR ? count : prefixLength;
        return new LikePattern(
            Arrays.copyOf(literals, tail), Arrays.copyOfRange(operations, tail, count),
            Arrays.copyOfRange(literals, tail, count));
    }

    /**
     * Whether the last character of a pattern is an escape that escapes nothing.
     */
    static boolean endsInEscape(final byte[] pattern)
    {
        int escapes = 0;
        while (escapes < pattern.length && pattern[pattern.length - 1 - escapes] == '\\')
        {
            escapes++;
        }
        return (escapes & 1) != 0;
    }

    /**
     * What every match begins with.
     */
    byte[] prefix()
    {
        return prefix;
    }

    /**
     * Extent of what follows the prefix; 0 where the pattern has no wildcard and is an equality.
     */
    int tailLength()
    {
        return operations.length;
    }

    /**
     * Whether the pattern is its prefix and one {@code %}, so that a range says it all.
     */
    boolean isPrefixOnly()
    {
        return operations.length == 1 && operations[0] == ANY_MANY;
    }

    /**
     * Whether a key matches. Costs at most the tail's length times the key's length.
     */
    boolean matches(final DirectBuffer key, final int offset, final int length)
    {
        final int prefixLength = prefix.length;
        if (length < prefixLength + leastTailLength)
        {
            return false;
        }
        for (int i = 0; i < prefixLength; i++)
        {
            if (key.getByte(offset + i) != prefix[i])
            {
                return false;
            }
        }
        return matchesTail(key, offset + prefixLength, offset + length);
    }

    private boolean matchesTail(final DirectBuffer key, final int from, final int limit)
    {
        final byte[] tail = operations;
        final int tailLength = tail.length;
        int at = from;
        int step = 0;
        int star = NO_STAR;
        int starAt = from;
        while (at < limit)
        {
            final int operation = step < tailLength ? tail[step] : NO_STAR;
            if (operation == ANY_MANY)
            {
                if (++step == tailLength)
                {
                    return true;
                }
                star = step;
                starAt = at;
            }
            else if (operation == ANY_ONE)
            {
                at += Utf8.unitLength(key, at, limit);
                step++;
            }
            else if (operation == LITERAL && key.getByte(at) == literals[step])
            {
                at++;
                step++;
            }
            else if (star != NO_STAR)
            {
                starAt += Utf8.unitLength(key, starAt, limit);
                at = starAt;
                step = star;
            }
            else
            {
                return false;
            }
        }
        return step == tailLength || step == tailLength - 1 && tail[step] == ANY_MANY;
    }
}
