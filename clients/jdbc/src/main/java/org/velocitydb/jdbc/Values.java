package org.velocitydb.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.temporal.TemporalAccessor;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Between what the server gives and takes (String, byte[], Long, Double, Boolean, null) and what programs ask for.
 */
final class Values
{
    private Values()
    {
    }

    /** Bytes that are not UTF-8 become a literal that SQL reads as those bytes, {@code x'00ff'}. */
    static String toText(final Object value)
    {
        if (value == null)
        {
            return null;
        }
        return value instanceof final byte[] bytes
            ? "x'" + HexFormat.of().formatHex(bytes) + "'"
            : value.toString();
    }

    static byte[] toBytes(final Object value)
    {
        if (value == null)
        {
            return null;
        }
        return value instanceof final byte[] bytes ? bytes.clone() : value.toString().getBytes(StandardCharsets.UTF_8);
    }

    static long toLong(final Object value, final long min, final long max) throws SQLException
    {
        if (value == null)
        {
            return 0;
        }
        final long number = value instanceof final Long whole ? whole : toWhole(value);
        if (number < min || number > max)
        {
            throw SqlErrors.refusedValue("value out of range: value=" + number + ", min=" + min + ", max=" + max, null);
        }
        return number;
    }

    private static long toWhole(final Object value) throws SQLException
    {
        if (value instanceof final Boolean flag)
        {
            return flag ? 1 : 0;
        }
        try
        {
            return value instanceof final String text ? Long.parseLong(text) : toBigDecimal(value).longValueExact();
        }
        catch (final ArithmeticException | NumberFormatException ex)
        {
            throw SqlErrors.refusedValue("value is no whole number of 64 bits", ex);
        }
    }

    static double toDouble(final Object value) throws SQLException
    {
        if (value == null)
        {
            return 0;
        }
        if (value instanceof final Number number)
        {
            return number.doubleValue();
        }
        try
        {
            return Double.parseDouble(toText(value));
        }
        catch (final NumberFormatException ex)
        {
            throw SqlErrors.refusedValue("value is no number", ex);
        }
    }

    static BigDecimal toBigDecimal(final Object value) throws SQLException
    {
        try
        {
            return value == null ? null : new BigDecimal(toText(value));
        }
        catch (final NumberFormatException ex)
        {
            throw SqlErrors.refusedValue("value is no number", ex);
        }
    }

    static boolean toBoolean(final Object value) throws SQLException
    {
        if (value == null)
        {
            return false;
        }
        if (value instanceof final Boolean flag)
        {
            return flag;
        }
        return switch (toText(value))
        {
            case "true", "TRUE", "1" -> true;
            case "false", "FALSE", "0" -> false;
            default -> throw SqlErrors.refusedValue("value is neither true, false, 1 nor 0", null);
        };
    }

    /** A value as a class of Java's. */
    static <T> T to(final Class<T> type, final Object value) throws SQLException
    {
        if (value == null)
        {
            return null;
        }
        final Object converted;
        if (type == String.class)
        {
            converted = toText(value);
        }
        else if (type == byte[].class)
        {
            converted = toBytes(value);
        }
        else if (type == Long.class)
        {
            converted = toLong(value, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        else if (type == Integer.class)
        {
            converted = (int) toLong(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        else if (type == Double.class)
        {
            converted = toDouble(value);
        }
        else if (type == Boolean.class)
        {
            converted = toBoolean(value);
        }
        else if (type == BigDecimal.class)
        {
            converted = toBigDecimal(value);
        }
        else if (type == Object.class)
        {
            converted = value;
        }
        else
        {
            throw Unsupported.feature("a value cannot be read as " + type.getName());
        }
        return type.cast(converted);
    }

    /** A parameter as the client sends it. */
    static Object parameter(final Object value) throws SQLException
    {
        if (value == null || value instanceof String || value instanceof Long || value instanceof Integer ||
            value instanceof Short || value instanceof Byte || value instanceof Double || value instanceof Float ||
            value instanceof Boolean)
        {
            return value;
        }
        if (value instanceof final byte[] bytes)
        {
            return bytes.clone();
        }
        if (value instanceof BigDecimal || value instanceof BigInteger || value instanceof UUID ||
            value instanceof Character || value instanceof CharSequence || value instanceof TemporalAccessor)
        {
            return value.toString();
        }
        throw Unsupported.feature("a parameter cannot be of the type " + value.getClass().getName());
    }
}
