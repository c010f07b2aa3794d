package org.velocitydb.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A value as a file has it, to be read as what its key wants. What cannot be read so is a
 * {@link RejectedValueException}.
 */
final class ConfigValue
{
    /** What a file has where something is not wanted. */
    static final String OFF = "off";

    private final Object value;

    /** Takes over what TOML made of it. */
    ConfigValue(final Object value)
    {
        this.value = value;
    }

    /** How a text is printed, so that it can be read again. */
    static String quoted(final Object text)
    {
        return '"' + text.toString() + '"';
    }

    boolean isOff()
    {
        return OFF.equals(value);
    }

    boolean isText()
    {
        return value instanceof String;
    }

    String text()
    {
        if (value instanceof final String text)
        {
            return text;
        }
        throw new RejectedValueException("not a text");
    }

    /** The values of a list, or this one where it is none. */
    List<ConfigValue> elements()
    {
        return value instanceof final List<?> list
            ? list.stream().map(ConfigValue::new).toList()
            : List.of(this);
    }

    boolean isTrue()
    {
        if (value instanceof final Boolean isTrue)
        {
            return isTrue;
        }
        throw new RejectedValueException("not true or false");
    }

    long integer(final long min, final long max)
    {
        if (!(value instanceof Integer || value instanceof Long))
        {
            throw new RejectedValueException("not a whole number");
        }
        return within(((Number) value).longValue(), min, max);
    }

    int count(final int min, final int max)
    {
        return (int) integer(min, max);
    }

    double number(final double min, final double max)
    {
        if (!(value instanceof final Number number))
        {
            throw new RejectedValueException("not a number");
        }
        // The condition is one that NaN does not pass.
        if (!(number.doubleValue() >= min && number.doubleValue() <= max))
        {
            throw new RejectedValueException("out of range");
        }
        return number.doubleValue();
    }

    long lengthBytes(final long min, final long max)
    {
        final String text = text();
        final long lengthBytes;
        try
        {
            lengthBytes = Lengths.parse(text);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new RejectedValueException("not a length");
        }
        return within(lengthBytes, min, max);
    }

    /** A time with its unit. */
    long timeNs(final long minNs, final long maxNs)
    {
        return within(parsedNs(), minNs, maxNs);
    }

    /** A time with its unit that is a whole number of milliseconds. */
    long timeMs(final long minMs, final long maxMs)
    {
        text();
        return within(wholeMs(maxMs), minMs, maxMs);
    }

    /** A whole number of milliseconds, or a time that is one; at least 1. */
    long wholeMs(final long maxMs)
    {
        return whole(maxMs, TimeUnit.MILLISECONDS);
    }

    /** A whole number of seconds, or a time that is one; at least 1. */
    long wholeSeconds(final long maxSeconds)
    {
        return whole(maxSeconds, TimeUnit.SECONDS);
    }

    private long whole(final long max, final TimeUnit unit)
    {
        if (!isText())
        {
            return integer(1, max);
        }
        final long ns = parsedNs();
        if (ns % unit.toNanos(1) != 0)
        {
            throw new RejectedValueException("not whole " + unit.name().toLowerCase(Locale.ROOT));
        }
        return within(unit.convert(ns, TimeUnit.NANOSECONDS), 1, max);
    }

    private long parsedNs()
    {
        final String text = text();
        try
        {
            return Durations.parseNs(text);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new RejectedValueException("not a time");
        }
    }

    private static long within(final long number, final long min, final long max)
    {
        if (number < min || number > max)
        {
            throw new RejectedValueException("out of range");
        }
        return number;
    }

    BindAddress address()
    {
        final String text = text();
        try
        {
            return BindAddress.parse(text);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new RejectedValueException("not an address");
        }
    }

    /** An address, or null where there is to be none. */
    BindAddress addressOrOff()
    {
        return isOff() ? null : address();
    }

    Path path()
    {
        final String text = text();
        try
        {
            if (!text.isBlank())
            {
                return Path.of(text);
            }
        }
        catch (final InvalidPathException ex)
        {
            throw new RejectedValueException("not a path");
        }
        throw new RejectedValueException("not a path");
    }

    /** One of several names; {@code finder} gives null for what is none of them. */
    <T> T mode(final Function<String, T> finder)
    {
        final T mode = finder.apply(text());
        if (mode == null)
        {
            throw new RejectedValueException("not a mode");
        }
        return mode;
    }
}
