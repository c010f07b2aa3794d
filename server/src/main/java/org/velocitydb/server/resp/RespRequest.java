package org.velocitydb.server.resp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A request that {@link RespScanner} has found, cut into its parts where it lies; the parts of an inline command with
 * quotes lie in a buffer of its own. Valid as long as the bytes are. One for each event loop; allocation-free once
 * warm for all but inline commands.
 */
public final class RespRequest
{
    private static final int INITIAL_CAPACITY = 16;
    /** Arrays that have grown longer are not kept. */
    private static final int KEPT_COUNT_MAX = 4096;
    private static final int LINE_END_LENGTH = 2;
    private static final int RADIX = 10;
    private static final int HEX_RADIX = 16;

    private ByteBuffer buffer;
    private int count;
    private int[] offsets = new int[INITIAL_CAPACITY];
    private int[] lengths = new int[INITIAL_CAPACITY];
    private long number;

    /**
     * Makes one of nothing.
     */
    public RespRequest()
    {
    }

    /**
     * Cuts a request into its parts.
     *
     * @param frame  that holds it.
     * @param offset of its first byte.
     * @param length as the scanner found it.
     * @return false where the quotes of an inline command are not balanced.
     */
    public boolean tryWrap(final ByteBuffer frame, final int offset, final int length)
    {
        buffer = frame;
        count = 0;
        if (offsets.length > KEPT_COUNT_MAX)
        {
            offsets = new int[INITIAL_CAPACITY];
            lengths = new int[INITIAL_CAPACITY];
        }
        if (frame.get(offset) != '*')
        {
            return cutInline(offset, length);
        }
        int at = afterLine(offset);
        final int limit = offset + length;
        while (at < limit)
        {
            final int bytes = afterLine(at);
            final int bulkLength = readLength(at + 1);
            add(bytes, bulkLength);
            at = bytes + bulkLength + LINE_END_LENGTH;
        }
        return true;
    }

    private int afterLine(final int offset)
    {
        int at = offset;
        while (buffer.get(at) != '\n')
        {
            at++;
        }
        return at + 1;
    }

    private int readLength(final int offset)
    {
        int value = 0;
        int at = offset;
        for (byte next = buffer.get(at); next >= '0' && next <= '9'; next = buffer.get(at))
        {
            value = value * RADIX + next - '0';
            at++;
        }
        return value;
    }

    private void add(final int offset, final int length)
    {
        if (count == offsets.length)
        {
            offsets = Arrays.copyOf(offsets, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        offsets[count] = offset;
        lengths[count] = length;
        count++;
    }

    // --- inline commands, as Redis takes them apart ---

    private boolean cutInline(final int offset, final int length)
    {
        final ByteBuffer line = buffer;
        final int limit = offset + length - 1;
        final byte[] text = new byte[length];
        int textLength = 0;
        int at = offset;
        while (true)
        {
            while (at < limit && isSpace(line.get(at)))
            {
                at++;
            }
            if (at >= limit)
            {
                buffer = ByteBuffer.wrap(text);
                return true;
            }
            final int from = textLength;
            while (at < limit && !isSpace(line.get(at)))
            {
                final byte next = line.get(at);
                if (next == '"' || next == '\'')
                {
                    final int end = closingQuote(line, at, limit);
                    if (end < 0)
                    {
                        return false;
                    }
                    textLength = unquote(line, at, end, text, textLength);
                    at = end + 1;
                    if (at < limit && !isSpace(line.get(at)))
                    {
                        return false;
                    }
                }
                else
                {
                    text[textLength++] = next;
                    at++;
                }
            }
            add(from, textLength - from);
        }
    }

    private static boolean isSpace(final byte found)
    {
        return found == ' ' || found >= '\t' && found <= '\r' || found == 0;
    }

    private static int closingQuote(final ByteBuffer line, final int from, final int limit)
    {
        final byte quote = line.get(from);
        for (int at = from + 1; at < limit; at++)
        {
            if (line.get(at) == quote)
            {
                return at;
            }
            if (line.get(at) == '\\' && at + 1 < limit && (quote == '"' || line.get(at + 1) == '\''))
            {
                at++;
            }
        }
        return -1;
    }

    private static int unquote(
        final ByteBuffer line, final int open, final int close, final byte[] text, final int textLength)
    {
        final boolean isDouble = line.get(open) == '"';
        int length = textLength;
        for (int at = open + 1; at < close; at++)
        {
            byte next = line.get(at);
            if (next == '\\' && isDouble)
            {
                at++;
                next = line.get(at);
                if (next == 'x' && at + 2 < close && hex(line, at + 1) >= 0)
                {
                    next = (byte) hex(line, at + 1);
                    at += 2;
                }
                else
                {
                    next = unescaped(next);
                }
            }
            else if (next == '\\' && line.get(at + 1) == '\'')
            {
                at++;
                next = '\'';
            }
            text[length++] = next;
        }
        return length;
    }

    private static int hex(final ByteBuffer line, final int at)
    {
        final int high = Character.digit(line.get(at), HEX_RADIX);
        final int low = Character.digit(line.get(at + 1), HEX_RADIX);
        return high < 0 || low < 0 ? -1 : high * HEX_RADIX + low;
    }

    private static byte unescaped(final byte found)
    {
        return switch (found)
        {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> found;
        };
    }

    // --- the parts ---

    /**
     * What holds the parts.
     *
     * @return the buffer, to be used with absolute offsets.
     */
    public ByteBuffer buffer()
    {
        return buffer;
    }

    /**
     * How many parts there are, the command's name among them.
     *
     * @return the count; 0 for an empty request.
     */
    public int count()
    {
        return count;
    }

    /**
     * Where a part begins.
     *
     * @param index from 0, which is the command's name.
     * @return offset in {@link #buffer()}.
     */
    public int offset(final int index)
    {
        return offsets[index];
    }

    /**
     * Extent of a part.
     *
     * @param index from 0.
     * @return bytes.
     */
    public int length(final int index)
    {
        return lengths[index];
    }

    /**
     * Whether a part is a word, in any case.
     *
     * @param index of the part.
     * @param word  in capitals.
     * @return true if it is.
     */
    public boolean is(final int index, final String word)
    {
        if (lengths[index] != word.length())
        {
            return false;
        }
        for (int i = 0; i < word.length(); i++)
        {
            if (upper(buffer.get(offsets[index] + i)) != word.charAt(i))
            {
                return false;
            }
        }
        return true;
    }

    static int upper(final byte found)
    {
        return found >= 'a' && found <= 'z' ? found - 'a' + 'A' : found;
    }

    /**
     * Reads a part as a whole number, as strictly as Redis does: no plus, no leading zeros, no spaces, 64 bits.
     *
     * @param index of the part.
     * @return false where it is none.
     */
    public boolean tryNumber(final int index)
    {
        final int limit = offsets[index] + lengths[index];
        final boolean isNegative = lengths[index] > 0 && buffer.get(offsets[index]) == '-';
        int at = isNegative ? offsets[index] + 1 : offsets[index];
        if (at == limit || buffer.get(at) == '0' && (isNegative || at + 1 < limit))
        {
            return false;
        }
        // Gathered as a negative number, of which there is one more than of positive ones.
        long negative = 0;
        for (; at < limit; at++)
        {
            final int digit = buffer.get(at) - '0';
            if (digit < 0 || digit >= RADIX || negative < Long.MIN_VALUE / RADIX ||
                negative * RADIX < Long.MIN_VALUE + digit)
            {
                return false;
            }
            negative = negative * RADIX - digit;
        }
        number = isNegative ? negative : -negative;
        return isNegative || negative != Long.MIN_VALUE;
    }

    /**
     * The number that was read last.
     *
     * @return the number.
     */
    public long number()
    {
        return number;
    }

    /**
     * Copies a part.
     *
     * @param index of the part.
     * @return its bytes.
     */
    public byte[] bytes(final int index)
    {
        final byte[] bytes = new byte[lengths[index]];
        buffer.get(offsets[index], bytes);
        return bytes;
    }

    /**
     * A part as text.
     *
     * @param index     of the part.
     * @param lengthMax bytes that are taken at most.
     * @return every byte a character, those that cannot be printed replaced.
     */
    public String text(final int index, final int lengthMax)
    {
        final byte[] bytes = new byte[Math.min(lengthMax, lengths[index])];
        buffer.get(offsets[index], bytes);
        for (int i = 0; i < bytes.length; i++)
        {
            bytes[i] = bytes[i] >= ' ' && bytes[i] <= '~' ? bytes[i] : (byte) '?';
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
