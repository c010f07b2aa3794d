package org.velocitydb.server.users;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.command.KeyspaceName;
import org.velocitydb.engine.entry.Keys;

/**
 * Keys that a user is confined to: those of one table that begin with a prefix. Immutable; asking it allocates nothing.
 *
 * <p>As text it is the table's name, a colon, and the prefix in UTF-8, in which {@code %} and two hexadecimal digits
 * stand for any byte and {@code %25} for the percent sign itself:
 *
 * <pre>
 *     kv:user:          keys of kv that begin with "user:"
 *     orders:           all keys of the table orders
 *     kv:%00%2A         keys of kv that begin with the bytes 00 2A
 * </pre>
 */
public final class Scope
{
    /** What may be written, in words. */
    public static final String ALLOWED = "TABLE:PREFIX, like kv:user:";

    private static final int HEX_RADIX = 16;
    private static final int ESCAPE_LENGTH = 3;
    private static final int UNSIGNED_BYTE_MAX = 0xFF;

    private final String table;
    private final byte[] prefix;
    /** First key beyond the scope; null where no key is. */
    private final byte[] end;
    private final String text;

    private Scope(final String table, final byte[] prefix, final String text)
    {
        this.table = table;
        this.prefix = prefix;
        this.text = text;
        end = end(prefix);
    }

    /**
     * Reads a scope. Whether there is such a table is not asked: it may come later.
     *
     * @param text see above.
     * @return the scope.
     * @throws IllegalArgumentException in words.
     */
    public static Scope parse(final String text)
    {
        final int colon = text.indexOf(':');
        if (colon < 0)
        {
            throw new IllegalArgumentException("not a scope: " + text + "; allowed: " + ALLOWED);
        }
        try
        {
            final String table = KeyspaceName.normalized(text.substring(0, colon));
            final byte[] prefix = unescaped(text.substring(colon + 1));
            if (prefix.length > Keys.MAX_KEY_LENGTH)
            {
                throw new IllegalArgumentException(
                    "prefix too long: length=" + prefix.length + ", max=" + Keys.MAX_KEY_LENGTH);
            }
            return new Scope(table, prefix, table + text.substring(colon));
        }
        catch (final IllegalArgumentException ex)
        {
            throw new IllegalArgumentException("not a scope: " + text + ": " + ex.getMessage(), ex);
        }
    }

    private static byte[] unescaped(final String text)
    {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        int at = 0;
        while (at < text.length())
        {
            if (Character.isISOControl(text.charAt(at)))
            {
                throw new IllegalArgumentException("a control character is written as % and two hexadecimal digits");
            }
            if (text.charAt(at) == '%')
            {
                bytes.write(hexByte(text, at));
                at += ESCAPE_LENGTH;
                continue;
            }
            final int next = text.offsetByCodePoints(at, 1);
            bytes.writeBytes(encoded(text.substring(at, next)));
            at = next;
        }
        return bytes.toByteArray();
    }

    private static int hexByte(final String text, final int offset)
    {
        final boolean isWhole = offset + ESCAPE_LENGTH <= text.length();
        final int high = isWhole ? Character.digit(text.charAt(offset + 1), HEX_RADIX) : -1;
        final int low = isWhole ? Character.digit(text.charAt(offset + 2), HEX_RADIX) : -1;
        if (high < 0 || low < 0)
        {
            throw new IllegalArgumentException("a percent sign needs two hexadecimal digits after it");
        }
        return high * HEX_RADIX + low;
    }

    private static byte[] encoded(final String character)
    {
        try
        {
            final ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(character));
            return Arrays.copyOf(bytes.array(), bytes.limit());
        }
        catch (final CharacterCodingException ex)
        {
            throw new IllegalArgumentException("half a character", ex);
        }
    }

    private static byte[] end(final byte[] prefix)
    {
        int length = prefix.length;
        while (length > 0 && (prefix[length - 1] & UNSIGNED_BYTE_MAX) == UNSIGNED_BYTE_MAX)
        {
            length--;
        }
        if (length == 0)
        {
            return null;
        }
        final byte[] end = Arrays.copyOf(prefix, length);
        end[length - 1]++;
        return end;
    }

    /**
     * The table that the keys are in.
     *
     * @return its name as the store keeps it.
     */
    public String table()
    {
        return table;
    }

    /**
     * Whether a key, or all keys that begin with it, are in the scope, as far as its bytes say.
     *
     * @param key    buffer of the key.
     * @param offset of the key.
     * @param length of the key in bytes.
     * @return true if it begins with the scope's prefix.
     */
    public boolean contains(final DirectBuffer key, final int offset, final int length)
    {
        if (length < prefix.length)
        {
            return false;
        }
        for (int i = 0; i < prefix.length; i++)
        {
            if (key.getByte(offset + i) != prefix[i])
            {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a range that begins in the scope ends in it, as far as the bytes of its bound say.
     *
     * @param to     buffer of the first key beyond the range.
     * @param offset of that key.
     * @param length of that key in bytes.
     * @return true if no key before it is beyond the scope.
     */
    public boolean endsWithin(final DirectBuffer to, final int offset, final int length)
    {
        if (end == null)
        {
            return true;
        }
        final int commonLength = Math.min(length, end.length);
        for (int i = 0; i < commonLength; i++)
        {
            final int difference = (to.getByte(offset + i) & UNSIGNED_BYTE_MAX) - (end[i] & UNSIGNED_BYTE_MAX);
            if (difference != 0)
            {
                return difference < 0;
            }
        }
        return length <= end.length;
    }

    /**
     * Whether a range without an end, that begins in the scope, ends in it.
     *
     * @return true if no key is beyond the scope.
     */
    public boolean isUnbounded()
    {
        return end == null;
    }

    /**
     * The scope as {@link #parse(String)} reads it.
     *
     * @return the text.
     */
    @Override
    public String toString()
    {
        return text;
    }

    @Override
    public boolean equals(final Object other)
    {
        return other instanceof final Scope scope && table.equals(scope.table) && Arrays.equals(prefix, scope.prefix);
    }

    @Override
    public int hashCode()
    {
        return table.hashCode() * 31 + Arrays.hashCode(prefix);
    }
}
