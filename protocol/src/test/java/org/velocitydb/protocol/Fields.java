package org.velocitydb.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names and values of a message as the vector files write them: numbers in decimal, bytes as quoted ASCII where they
 * are plain and in hexadecimal digits after 0x where they are not. A name with <code>.0</code>, <code>.1</code>, ... in
 * it belongs to something that is repeated.
 */
public final class Fields
{
    private final Map<String, String> values = new LinkedHashMap<>();

    public Fields put(final String name, final long value)
    {
        return put(name, Long.toString(value));
    }

    public Fields put(final String name, final String value)
    {
        if (values.put(name, value) != null)
        {
            throw new IllegalArgumentException("field given twice: name=" + name);
        }
        return this;
    }

    public Fields put(final String name, final byte[] value)
    {
        return put(name, isPlain(value) ? '"' + new String(value, StandardCharsets.US_ASCII) + '"' : "0x" + hex(value));
    }

    public Fields put(final String name, final ByteBuffer buffer, final int offset, final int length)
    {
        final byte[] value = new byte[length];
        buffer.get(offset, value);
        return put(name, value);
    }

    public boolean has(final String name)
    {
        return values.containsKey(name);
    }

    public String text(final String name)
    {
        final String value = values.get(name);
        if (value == null)
        {
            throw new IllegalArgumentException("field missing: name=" + name + ", fields=" + values);
        }
        return value;
    }

    public long number(final String name)
    {
        return Long.parseLong(text(name));
    }

    public int integer(final String name)
    {
        return Math.toIntExact(number(name));
    }

    /** A number that is given only where it is not 0. */
    public long numberOrZero(final String name)
    {
        return has(name) ? number(name) : 0;
    }

    public byte[] bytes(final String name)
    {
        final String value = text(name);
        return value.startsWith("0x")
            ? unhex(value.substring(2))
            : value.substring(1, value.length() - 1).getBytes(StandardCharsets.US_ASCII);
    }

    /** How many times something is repeated: the first index for which there is no such field. */
    public int count(final String prefix, final String suffix)
    {
        int count = 0;
        while (has(prefix + "." + count + suffix))
        {
            count++;
        }
        return count;
    }

    @Override
    public boolean equals(final Object other)
    {
        return other instanceof Fields && values.equals(((Fields) other).values);
    }

    @Override
    public int hashCode()
    {
        return values.hashCode();
    }

    @Override
    public String toString()
    {
        final StringBuilder lines = new StringBuilder();
        values.forEach((name, value) -> lines.append(name).append(' ').append(value).append('\n'));
        return lines.toString();
    }

    public static String hex(final byte[] bytes)
    {
        final StringBuilder digits = new StringBuilder(bytes.length * 2);
        for (final byte octet : bytes)
        {
            digits.append(Character.forDigit((octet >> 4) & 0xF, 16)).append(Character.forDigit(octet & 0xF, 16));
        }
        return digits.toString();
    }

    public static byte[] unhex(final String digits)
    {
        final byte[] bytes = new byte[digits.length() / 2];
        for (int i = 0; i < bytes.length; i++)
        {
            bytes[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }

    private static boolean isPlain(final byte[] bytes)
    {
        for (final byte octet : bytes)
        {
            if (octet < ' ' || octet > '~' || octet == '"')
            {
                return false;
            }
        }
        return true;
    }
}
