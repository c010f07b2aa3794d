package org.velocitydb.engine.sql;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes the pieces of JSON that results and statistics are made of, as UTF-8, into any buffer. Each method returns the
 * offset after what it wrote. If the buffer can grow it does; if it cannot, its own bounds check throws. Any thread;
 * allocation-free but for {@link #putDouble} and what a growing buffer needs.
 */
public final class JsonText
{
    private static final byte[] HEX_DIGITS = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f' };
    /** U+FFFD, which stands for a byte that is not UTF-8. */
    private static final byte[] REPLACEMENT = { (byte) 0xEF, (byte) 0xBF, (byte) 0xBD };
    /** Numbers of magnitude below this and without fraction are written without the JDK's help. */
    private static final double WHOLE_LIMIT = 1e7;

    private JsonText()
    {
    }

    /**
     * Writes text as a string in quotes. Each byte that is not UTF-8 becomes U+FFFD, so that the result is always JSON;
     * {@link #putBinary} is for bytes that must survive.
     *
     * @param target     to write to.
     * @param at         offset to write at.
     * @param text       buffer of the text, UTF-8.
     * @param textOffset of the text.
     * @param textLength of the text in bytes.
     * @return offset after the closing quote.
     */
    public static int putString(
        final MutableDirectBuffer target,
        final int at,
        final DirectBuffer text,
        final int textOffset,
        final int textLength)
    {
        final int limit = textOffset + textLength;
        int to = at;
        target.putByte(to++, (byte) '"');
        int from = textOffset;
        while (from < limit)
        {
            final int plain = plainLength(text, from, limit);
            if (plain > 0)
            {
                target.putBytes(to, text, from, plain);
                to += plain;
                from += plain;
            }
            else
            {
                to = putEscaped(target, to, text.getByte(from));
                from++;
            }
        }
        target.putByte(to, (byte) '"');
        return to + 1;
    }

    /**
     * Writes text as a string in quotes.
     *
     * @param target to write to.
     * @param at     offset to write at.
     * @param text   ASCII, such as a name that we gave; another character becomes a question mark.
     * @return offset after the closing quote.
     */
    public static int putString(final MutableDirectBuffer target, final int at, final String text)
    {
        int to = at;
        target.putByte(to++, (byte) '"');
        for (int i = 0; i < text.length(); i++)
        {
            final char letter = text.charAt(i);
            if (letter < ' ' || letter == '"' || letter == '\\')
            {
                to = putEscaped(target, to, (byte) letter);
            }
            else
            {
                target.putByte(to++, letter < 0x80 ? (byte) letter : (byte) '?');
            }
        }
        target.putByte(to, (byte) '"');
        return to + 1;
    }

    /**
     * Writes punctuation and names as they are.
     *
     * @param target to write to.
     * @param at     offset to write at.
     * @param json   ASCII that is right where it goes.
     * @return offset after it.
     */
    public static int putRaw(final MutableDirectBuffer target, final int at, final String json)
    {
        return at + target.putStringWithoutLengthAscii(at, json);
    }

    /**
     * Writes bytes as an array of numbers from 0 to 255.
     *
     * @param target      to write to.
     * @param at          offset to write at.
     * @param bytes       buffer of the bytes.
     * @param bytesOffset of the bytes.
     * @param bytesLength how many there are.
     * @return offset after the closing bracket.
     */
    public static int putBinary(
        final MutableDirectBuffer target,
        final int at,
        final DirectBuffer bytes,
        final int bytesOffset,
        final int bytesLength)
    {
        int to = at;
        target.putByte(to++, (byte) '[');
        for (int i = 0; i < bytesLength; i++)
        {
            if (i > 0)
            {
                target.putByte(to++, (byte) ',');
            }
            final int value = bytes.getByte(bytesOffset + i) & 0xFF;
            if (value >= 100)
            {
                target.putByte(to++, (byte) ('0' + value / 100));
            }
            if (value >= 10)
            {
                target.putByte(to++, (byte) ('0' + value / 10 % 10));
            }
            target.putByte(to++, (byte) ('0' + value % 10));
        }
        target.putByte(to, (byte) ']');
        return to + 1;
    }

    /**
     * How long bytes are as an array of numbers.
     *
     * @param bytes       buffer of the bytes.
     * @param bytesOffset of the bytes.
     * @param bytesLength how many there are.
     * @return what {@link #putBinary} writes, in bytes.
     */
    public static long binaryLength(final DirectBuffer bytes, final int bytesOffset, final int bytesLength)
    {
        long length = 2 + Math.max(0, bytesLength - 1L);
        for (int i = 0; i < bytesLength; i++)
        {
            final int value = bytes.getByte(bytesOffset + i) & 0xFF;
            length += value >= 100 ? 3 : value >= 10 ? 2 : 1;
        }
        return length;
    }

    /**
     * How long text is as a string in quotes.
     *
     * @param text       buffer of the text.
     * @param textOffset of the text.
     * @param textLength in bytes.
     * @return what {@link #putString(MutableDirectBuffer, int, DirectBuffer, int, int)} writes, in bytes.
     */
    public static long stringLength(final DirectBuffer text, final int textOffset, final int textLength)
    {
        final int limit = textOffset + textLength;
        long length = 2;
        int at = textOffset;
        while (at < limit)
        {
            final int plainLength = plainLength(text, at, limit);
            length += plainLength;
            at += plainLength;
            if (at < limit)
            {
                length += escapedLength(text.getByte(at));
                at++;
            }
        }
        return length;
    }

    private static int escapedLength(final byte letter)
    {
        if (letter < 0)
        {
            return REPLACEMENT.length;
        }
        return shortForm(letter) == 0 ? 6 : 2;
    }

    /**
     * Writes a whole number.
     *
     * @param target to write to.
     * @param at     offset to write at.
     * @param value  to write.
     * @return offset after it.
     */
    public static int putLong(final MutableDirectBuffer target, final int at, final long value)
    {
        return at + target.putLongAscii(at, value);
    }

    /**
     * Writes a floating-point number so that it reads back as the same, always with a point.
     *
     * @param target to write to.
     * @param at     offset to write at.
     * @param value  to write.
     * @return offset after it.
     * @throws IllegalArgumentException for what is infinite or no number: JSON has no word for it.
     */
    public static int putDouble(final MutableDirectBuffer target, final int at, final double value)
    {
        if (!Double.isFinite(value))
        {
            throw new IllegalArgumentException("number is not finite: value=" + value);
        }
        final long whole = (long) value;
        if (whole == value && whole != 0 && Math.abs(value) < WHOLE_LIMIT)
        {
            final int to = at + target.putLongAscii(at, whole);
            return putRaw(target, to, ".0");
        }
        return putRaw(target, at, Double.toString(value));
    }

    /**
     * Writes a boolean.
     *
     * @param target to write to.
     * @param at     offset to write at.
     * @param value  to write.
     * @return offset after it.
     */
    public static int putBoolean(final MutableDirectBuffer target, final int at, final boolean value)
    {
        return putRaw(target, at, value ? "true" : "false");
    }

    /**
     * How many bytes from here may be copied as they are.
     */
    private static int plainLength(final DirectBuffer text, final int offset, final int limit)
    {
        int at = offset;
        while (at < limit)
        {
            final byte next = text.getByte(at);
            if (next >= 0)
            {
                if (next < ' ' || next == '"' || next == '\\')
                {
                    break;
                }
                at++;
                continue;
            }
            final int length = Utf8.sequenceLength(text, at, limit);
            if (length == 0)
            {
                break;
            }
            at += length;
        }
        return at - offset;
    }

    private static int putEscaped(final MutableDirectBuffer target, final int at, final byte letter)
    {
        if (letter < 0)
        {
            target.putBytes(at, REPLACEMENT);
            return at + REPLACEMENT.length;
        }
        final char shortForm = shortForm(letter);
        target.putByte(at, (byte) '\\');
        if (shortForm != 0)
        {
            target.putByte(at + 1, (byte) shortForm);
            return at + 2;
        }
        target.putByte(at + 1, (byte) 'u');
        target.putByte(at + 2, (byte) '0');
        target.putByte(at + 3, (byte) '0');
        target.putByte(at + 4, HEX_DIGITS[letter >>> 4]);
        target.putByte(at + 5, HEX_DIGITS[letter & 0xF]);
        return at + 6;
    }

    private static char shortForm(final byte letter)
    {
        return switch (letter)
        {
            case '"' -> '"';
            case '\\' -> '\\';
            case '\b' -> 'b';
            case '\f' -> 'f';
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
        };
    }
}
