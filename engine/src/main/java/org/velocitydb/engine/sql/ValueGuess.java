package org.velocitydb.engine.sql;

import org.agrona.DirectBuffer;

/**
 * Guesses what a stored value is from its bytes, as version 1 of the protocol shows values: what reads as a 64-bit
 * whole number is an Integer, else what reads as a floating-point number is a Float, else {@code true} and {@code
 * false} are Booleans, else UTF-8 is a String, and everything else is Binary. A flyweight of one thread; it keeps
 * nothing of the value but the number.
 *
 * <p>What reads as a number is what Rust's {@code parse::<i64>} and {@code parse::<f64>} take, since the original
 * asked them: an optional sign, no space, leading zeros allowed, {@code .5} and {@code 5.} and {@code 1e5} too. So
 * {@code 007} is the Integer 7, {@code -0} the Integer 0, and a whole number beyond 64 bits is a Float. There are two
 * differences. What is infinite or no number ({@code inf}, {@code NaN}, {@code 1e999}) stays a String, as JSON cannot
 * say it. And text longer than {@link #MAX_NUMBER_LENGTH} is not read as a number, so that a guess costs little.
 *
 * <p>Allocates nothing, but for floating-point numbers of more than 15 digits or a power of ten beyond 22, which the
 * JDK must round.
 */
public final class ValueGuess
{
    /** Longest text that is read as a number: more than a double's longest exact expansion of 767 digits needs. */
    public static final int MAX_NUMBER_LENGTH = 1024;

    /**
     * What a value is taken for.
     */
    public enum Type
    {
        /** UTF-8 text. */
        STRING,
        /** Whole number of 64 bits. */
        INTEGER,
        /** Finite floating-point number. */
        FLOAT,
        /** True or false. */
        BOOLEAN,
        /** Bytes that are not UTF-8. */
        BINARY,
        /** No value at all; never guessed from bytes. */
        NULL
    }

    /** Whole numbers of this many digits are exact as a double. */
    private static final int EXACT_DIGITS = 15;
    /** Exponents beyond this, either way, are all the same: too much. */
    private static final int EXPONENT_CAP = 100_000;
    /** The powers of ten that are exact as a double: with an exact number, one operation rounds once. */
    private static final double[] EXACT_POWERS = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
        1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

    private Type type = Type.NULL;
    private long integer;
    private double floatingPoint;
    private boolean isTrue;

    /**
     * Guesses a value.
     *
     * @param buffer that holds it.
     * @param offset of the value.
     * @param length of the value in bytes.
     * @return what it is taken for.
     */
    public Type wrap(final DirectBuffer buffer, final int offset, final int length)
    {
        type = guess(buffer, offset, length);
        return type;
    }

    /**
     * Says that there is no value.
     */
    public void wrapNull()
    {
        type = Type.NULL;
    }

    /**
     * What the value is taken for.
     *
     * @return the type.
     */
    public Type type()
    {
        return type;
    }

    /**
     * The number of an {@link Type#INTEGER}.
     *
     * @return the number.
     */
    public long integer()
    {
        return integer;
    }

    /**
     * The number of a {@link Type#FLOAT}.
     *
     * @return the number, always finite.
     */
    public double floatingPoint()
    {
        return floatingPoint;
    }

    /**
     * The truth of a {@link Type#BOOLEAN}.
     *
     * @return true for {@code true}.
     */
    public boolean isTrue()
    {
        return isTrue;
    }

    private Type guess(final DirectBuffer buffer, final int offset, final int length)
    {
        final int limit = offset + length;
        if (length > 0)
        {
            final byte first = buffer.getByte(offset);
            final boolean mayBeNumber = isDigit(first) || first == '-' || first == '+' || first == '.';
            if (mayBeNumber && length <= MAX_NUMBER_LENGTH)
            {
                if (readInteger(buffer, offset, limit))
                {
                    return Type.INTEGER;
                }
                if (readFloatingPoint(buffer, offset, limit))
                {
                    return Type.FLOAT;
                }
            }
            else if (readBoolean(buffer, offset, length))
            {
                return Type.BOOLEAN;
            }
        }
        return Utf8.firstInvalid(buffer, offset, limit) == limit ? Type.STRING : Type.BINARY;
    }

    private boolean readBoolean(final DirectBuffer buffer, final int offset, final int length)
    {
        isTrue = isText(buffer, offset, length, "true");
        return isTrue || isText(buffer, offset, length, "false");
    }

    private boolean readInteger(final DirectBuffer buffer, final int offset, final int limit)
    {
        final boolean isNegative = buffer.getByte(offset) == '-';
        int at = offset + signLength(buffer, offset);
        if (at == limit)
        {
            return false;
        }
        // Counted downwards, as there is one more negative number than there are positive ones.
        final long least = isNegative ? Long.MIN_VALUE : -Long.MAX_VALUE;
        long negated = 0;
        for (; at < limit; at++)
        {
            final int digit = buffer.getByte(at) - '0';
            if (digit < 0 || digit > 9 || negated < (least + digit) / 10)
            {
                return false;
            }
            negated = negated * 10 - digit;
        }
        integer = isNegative ? negated : -negated;
        return true;
    }

    private boolean readFloatingPoint(final DirectBuffer buffer, final int offset, final int limit)
    {
        int at = offset + signLength(buffer, offset);
        long digits = 0;
        int significant = 0;
        int digitCount = 0;
        int point = -1;
        for (; at < limit; at++)
        {
            final byte next = buffer.getByte(at);
            if (next == '.' && point < 0)
            {
                point = at;
                continue;
            }
            if (!isDigit(next))
            {
                break;
            }
            digitCount++;
            significant += significant > 0 || next != '0' ? 1 : 0;
            digits = significant > EXACT_DIGITS ? digits : digits * 10 + (next - '0');
        }
        if (digitCount == 0)
        {
            return false;
        }
        final int fraction = point < 0 ? 0 : at - point - 1;
        int exponent = 0;
        if (at < limit)
        {
            exponent = readExponent(buffer, at, limit);
            if (exponent == Integer.MIN_VALUE)
            {
                return false;
            }
        }
        final int power = exponent - fraction;
        if (significant > EXACT_DIGITS || Math.abs(power) >= EXACT_POWERS.length)
        {
            floatingPoint = Double.parseDouble(buffer.getStringWithoutLengthAscii(offset, limit - offset));
            return Double.isFinite(floatingPoint);
        }
        final double scaled = power < 0 ? digits / EXACT_POWERS[-power] : digits * EXACT_POWERS[power];
        floatingPoint = buffer.getByte(offset) == '-' ? -scaled : scaled;
        return true;
    }

    /**
     * The exponent after an e.
     *
     * @return the exponent, or Integer.MIN_VALUE if there is none.
     */
    private static int readExponent(final DirectBuffer buffer, final int offset, final int limit)
    {
        final byte letter = buffer.getByte(offset);
        if (letter != 'e' && letter != 'E' || offset + 1 == limit)
        {
            return Integer.MIN_VALUE;
        }
        final boolean isNegative = buffer.getByte(offset + 1) == '-';
        int at = offset + 1 + signLength(buffer, offset + 1);
        if (at == limit)
        {
            return Integer.MIN_VALUE;
        }
        int exponent = 0;
        for (; at < limit; at++)
        {
            final byte digit = buffer.getByte(at);
            if (!isDigit(digit))
            {
                return Integer.MIN_VALUE;
            }
            exponent = Math.min(EXPONENT_CAP, exponent * 10 + (digit - '0'));
        }
        return isNegative ? -exponent : exponent;
    }

    private static int signLength(final DirectBuffer buffer, final int offset)
    {
        final byte sign = buffer.getByte(offset);
        return sign == '-' || sign == '+' ? 1 : 0;
    }

    private static boolean isText(final DirectBuffer buffer, final int offset, final int length, final String text)
    {
        if (length != text.length())
        {
            return false;
        }
        for (int i = 0; i < length; i++)
        {
            if (buffer.getByte(offset + i) != text.charAt(i))
            {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(final byte letter)
    {
        return letter >= '0' && letter <= '9';
    }
}
