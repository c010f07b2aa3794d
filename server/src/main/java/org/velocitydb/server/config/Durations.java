package org.velocitydb.server.config;

import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as people write them: {@code 10ms}.
 */
public final class Durations
{
    /** What may be written, for messages. */
    public static final String ALLOWED = "a whole number with us, ms, s, m or h";

    private static final Pattern FORMAT = Pattern.compile("([0-9]{1,18})(us|ms|s|m|h)");

    private Durations()
    {
    }

    /**
     * Reads a time.
     *
     * @param text number and unit without a space between them.
     * @return nanoseconds.
     * @throws IllegalArgumentException when it is something else or more than a long holds.
     */
    public static long parseNs(final String text)
    {
        final Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches())
        {
            throw new IllegalArgumentException("not a duration: " + text + "; allowed: " + ALLOWED);
        }
        final long number = Long.parseLong(matcher.group(1));
        final long ns = unit(matcher.group(2)).toNanos(number);
        if (ns == Long.MAX_VALUE)
        {
            throw new IllegalArgumentException("duration too long: " + text);
        }
        return ns;
    }

    /**
     * Writes a time in the largest unit that it is a whole number of.
     *
     * @param seconds 1 or more.
     * @return what {@link #parseNs(String)} reads.
     */
    public static String formatSeconds(final long seconds)
    {
        if (seconds % TimeUnit.HOURS.toSeconds(1) == 0)
        {
            return TimeUnit.SECONDS.toHours(seconds) + "h";
        }
        return seconds % TimeUnit.MINUTES.toSeconds(1) == 0 ? TimeUnit.SECONDS.toMinutes(seconds) + "m" : seconds + "s";
    }

    /**
     * Writes a time as {@link #parseNs(String)} reads it.
     *
     * @param ns whole microseconds.
     * @return in the largest unit of which it is a whole number.
     */
    public static String format(final long ns)
    {
        for (final String name : new String[]{ "h", "m", "s", "ms" })
        {
            if (ns % unit(name).toNanos(1) == 0)
            {
                return ns / unit(name).toNanos(1) + name;
            }
        }
        return TimeUnit.NANOSECONDS.toMicros(ns) + "us";
    }

    private static TimeUnit unit(final String name)
    {
        return switch (name)
        {
            case "us" -> TimeUnit.MICROSECONDS;
            case "ms" -> TimeUnit.MILLISECONDS;
            case "s" -> TimeUnit.SECONDS;
            case "m" -> TimeUnit.MINUTES;
            default -> TimeUnit.HOURS;
        };
    }
}
