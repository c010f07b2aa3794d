package org.velocitydb.server.resp;

import java.util.Arrays;

import org.agrona.DirectBuffer;

/**
 * A pattern of keys as Redis takes it: {@code *} for any bytes, {@code ?} for one, {@code [a-z]} and {@code [^a]} for
 * one of a set, {@code \} before what is to be taken literally.
 *
 * <p>It takes time in proportion to the pattern's length times the key's at most: where a {@code *} has to take more
 * bytes, only the last one needs to, so there is one place to go back to instead of a tree of them.
 */
public final class GlobPattern
{
    private static final int NO_STAR = -1;
    private static final int UNSIGNED_BYTE_MASK = 0xFF;

    private final byte[] pattern;
    private int setEnd;

    /**
     * Takes a pattern.
     *
     * @param pattern any bytes.
     */
    public GlobPattern(final byte[] pattern)
    {
        this.pattern = pattern.clone();
    }

    /**
     * What all keys that match begin with.
     *
     * @return the pattern up to its first special byte.
     */
    public byte[] prefix()
    {
        int length = 0;
        while (length < pattern.length && "*?[\\".indexOf(pattern[length]) < 0)
        {
            length++;
        }
        return Arrays.copyOf(pattern, length);
    }

    /**
     * Whether a key matches. One thread at a time.
     *
     * @param key    buffer of the key.
     * @param offset of the key.
     * @param length of the key.
     * @return true if all of it does.
     */
    public boolean matches(final DirectBuffer key, final int offset, final int length)
    {
        int at = 0;
        int in = 0;
        int starAt = NO_STAR;
        int starIn = 0;
        while (in < length)
        {
            if (at < pattern.length && pattern[at] == '*')
            {
                starAt = ++at;
                starIn = in;
            }
            else if (at < pattern.length && matchesOne(at, key.getByte(offset + in) & UNSIGNED_BYTE_MASK))
            {
                at = setEnd;
                in++;
            }
            else if (starAt != NO_STAR)
            {
                at = starAt;
                in = ++starIn;
            }
            else
            {
                return false;
            }
        }
        while (at < pattern.length && pattern[at] == '*')
        {
            at++;
        }
        return at == pattern.length;
    }

    /** Whether a byte matches what is at an offset, which ends at {@code setEnd}. */
    private boolean matchesOne(final int at, final int found)
    {
        setEnd = at + 1;
        switch (pattern[at])
        {
            case '?' :
                return true;
            case '[' :
                return matchesSet(at + 1, found);
            case '\\' :
                if (at + 1 < pattern.length)
                {
                    setEnd = at + 2;
                    return (pattern[at + 1] & UNSIGNED_BYTE_MASK) == found;
                }
                return found == '\\';
            default :
                return (pattern[at] & UNSIGNED_BYTE_MASK) == found;
        }
    }

    private boolean matchesSet(final int from, final int found)
    {
        final boolean isInverted = from < pattern.length && pattern[from] == '^';
        int at = isInverted ? from + 1 : from;
        boolean isIn = false;
        while (at < pattern.length && pattern[at] != ']')
        {
            if (pattern[at] == '\\' && at + 1 < pattern.length)
            {
                at++;
                isIn |= (pattern[at] & UNSIGNED_BYTE_MASK) == found;
                at++;
            }
            else if (at + 2 < pattern.length && pattern[at + 1] == '-')
            {
                final int one = pattern[at] & UNSIGNED_BYTE_MASK;
                final int other = pattern[at + 2] & UNSIGNED_BYTE_MASK;
                isIn |= found >= Math.min(one, other) && found <= Math.max(one, other);
                at += 3;
            }
            else
            {
                isIn |= (pattern[at] & UNSIGNED_BYTE_MASK) == found;
                at++;
            }
        }
        setEnd = Math.min(at + 1, pattern.length);
        return isIn != isInverted;
    }
}
