package org.velocitydb.server.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers of bytes as people write them: {@code 64MiB}.
 */
public final class Lengths
{
    /** What may be written, for messages. */
    public static final String ALLOWED = "a whole number with B, KiB, MiB, GiB or TiB";

    private static final String[] UNITS = { "B", "KiB", "MiB", "GiB", "TiB" };
    private static final int UNIT_SHIFT = 10;
    private static final Pattern FORMAT = Pattern.compile("([0-9]{1,19})(B|KiB|MiB|GiB|TiB)");

    private Lengths()
    {
    }

    /**
     * Reads a length.
     *
     * @param text number and unit without a space between them.
     * @return bytes.
     * @throws IllegalArgumentException when it is something else or more than a long holds.
     */
    public static long parse(final String text)
    {
        final Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches())
        {
            throw new IllegalArgumentException("not a length: " + text + "; allowed: " + ALLOWED);
        }
        int shift = 0;
        while (!UNITS[shift].equals(matcher.group(2)))
        {
            shift++;
        }
        try
        {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (shift * UNIT_SHIFT));
        }
        catch (final ArithmeticException | NumberFormatException ex)
        {
            throw new IllegalArgumentException("length too large: " + text, ex);
        }
    }

    /**
     * Writes a length with the largest unit that leaves no fraction.
     *
     * @param lengthBytes 0 or more.
     * @return what {@link #parse(String)} reads.
     */
    public static String format(final long lengthBytes)
    {
        int shift = 0;
        long number = lengthBytes;
        while (number != 0 && number % (1 << UNIT_SHIFT) == 0 && shift < UNITS.length - 1)
        {
            number >>= UNIT_SHIFT;
            shift++;
        }
        return number + UNITS[shift];
    }
}
