package org.velocitydb.engine.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.sun.management.ThreadMXBean;

final class ValueGuessTest
{
    private static final long SEED = 20261121;
    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    private final ValueGuess guess = new ValueGuess();

    @ParameterizedTest
    @CsvSource({ "0, 0", "-0, 0", "+5, 5", "007, 7", "-007, -7", "42, 42", "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808", "00000000000000000000000000000001, 1" })
    void shouldTakeWholeNumbersForIntegers(final String text, final long expected)
    {
        assertEquals(ValueGuess.Type.INTEGER, guess(text));
        assertEquals(expected, guess.integer());
    }

    @ParameterizedTest
    @ValueSource(strings = { "9223372036854775808", "-9223372036854775809", "1.5", "-1.5", "+.5", "5.", "1e5", "1E-5",
        "1e+22", "1e23", "-0.0",
        "0.1", "123456789012345678901234567890", "4.9e-324", "1.7976931348623157e308", "1e-999", "000.1e1",
        "0.30000000000000004", "8.5e-22", "123456789012345e7" })
    void shouldTakeOtherFiniteNumbersForFloats(final String text)
    {
        assertEquals(ValueGuess.Type.FLOAT, guess(text));
        assertEquals(Double.parseDouble(text), guess.floatingPoint());
    }

    @Test
    void shouldTakeTrueAndFalseForBooleans()
    {
        assertEquals(ValueGuess.Type.BOOLEAN, guess("true"));
        assertTrue(guess.isTrue());
        assertEquals(ValueGuess.Type.BOOLEAN, guess("false"));
        assertTrue(!guess.isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "alice", "True", "TRUE", "tru", "inf", "-inf", "infinity", "NaN", "nan", "1e999",
        "-1e999", "-", "+", ".", "-.",
        ".e5", "e5", "1e", "1e+", "1e5x", "1x", "1.2.3", "--1", "+-1", " 1", "1 ", "1_000", "0x10", "1f", "1d", "null",
        "äöü", "😀", "1١" })
    void shouldTakeOtherTextForStrings(final String text)
    {
        assertEquals(ValueGuess.Type.STRING, guess(text));
    }

    @Test
    void shouldNotReadVeryLongTextAsNumber()
    {
        assertEquals(ValueGuess.Type.INTEGER, guess("0".repeat(ValueGuess.MAX_NUMBER_LENGTH)));
        assertEquals(ValueGuess.Type.STRING, guess("0".repeat(ValueGuess.MAX_NUMBER_LENGTH + 1)));
        assertEquals(ValueGuess.Type.STRING, guess("9".repeat(ValueGuess.MAX_NUMBER_LENGTH)));
        assertEquals(ValueGuess.Type.FLOAT, guess("1." + "9".repeat(ValueGuess.MAX_NUMBER_LENGTH - 2)));
    }

    @Test
    void shouldTakeWhatIsNotUtf8ForBinary()
    {
        final int[][] cases = { { 0xFF }, { 0xC3 }, { 0xC0, 0x80 }, { 0xED, 0xA0, 0x80 }, { 0xF5, 0x80, 0x80, 0x80 },
            { 0xE0, 0x80, 0x80 }, { 0xF0, 0x80, 0x80, 0x80 }, { 0xF4, 0x90, 0x80, 0x80 }, { '1', 0x80 },
            { 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 0x80 }, { 0xE2, 0x82 } };

        for (final int[] bytes : cases)
        {
            assertEquals(ValueGuess.Type.BINARY, guess(bytes(bytes)));
        }
        assertEquals(ValueGuess.Type.STRING, guess(bytes(0)));
        assertEquals(ValueGuess.Type.STRING, guess(bytes(0xF4, 0x8F, 0xBF, 0xBF)));
        assertEquals(ValueGuess.Type.STRING, guess(bytes(0xED, 0x9F, 0xBF)));
    }

    @Test
    void shouldKnowUtf8AsTheJdkDoes()
    {
        final Random random = new Random(SEED);
        final int[] interesting = { 0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
            0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF };

        for (int i = 0; i < 40_000; i++)
        {
            final byte[] bytes = new byte[random.nextInt(14)];
            for (int j = 0; j < bytes.length; j++)
            {
                final boolean isPlain = random.nextInt(4) == 0;
                bytes[j] = (byte) (isPlain ? 'x' : interesting[random.nextInt(interesting.length)]);
            }
            final boolean isUtf8 = Arrays.equals(bytes,
                new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
            assertEquals(
                isUtf8 ? ValueGuess.Type.STRING : ValueGuess.Type.BINARY, guess(bytes),
                () -> "seed=" + SEED + ", bytes=" + StatementPrinter.print(bytes));
        }
    }

    @Test
    void shouldReadNumbersAsTheJdkDoes()
    {
        final Random random = new Random(SEED);

        for (int i = 0; i < 40_000; i++)
        {
            final String text = number(random);
            final ValueGuess.Type type = guess(text);
            final String message = "seed=" + SEED + ", text=" + text;
            if (text.matches("[+-]?[0-9]+"))
            {
                final BigInteger exact = new BigInteger(text);
                if (exact.compareTo(LEAST) >= 0 && exact.compareTo(MOST) <= 0)
                {
                    assertEquals(ValueGuess.Type.INTEGER, type, message);
                    assertEquals(exact.longValue(), guess.integer(), message);
                    continue;
                }
            }
            final boolean isNumber = text.matches("[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?");
            if (isNumber && Double.isFinite(Double.parseDouble(text)))
            {
                assertEquals(ValueGuess.Type.FLOAT, type, message);
                assertEquals(Double.parseDouble(text), guess.floatingPoint(), message);
            }
            else
            {
                assertEquals(ValueGuess.Type.STRING, type, message);
            }
        }
    }

    @Test
    void shouldGuessAndWriteWithoutGarbage()
    {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final UnsafeBuffer target = new UnsafeBuffer(new byte[256]);
        final UnsafeBuffer[] values = new UnsafeBuffer[6];
        final String[] texts = { "alice \"a\" äöü\n", "-123456789", "19.99", "true", "1e5", "user:1" };
        for (int i = 0; i < values.length; i++)
        {
            values[i] = new UnsafeBuffer(StatementPrinter.utf8(texts[i]));
        }
        guessAndWrite(values, target, 100_000);

        final long before = threads.getCurrentThreadAllocatedBytes();
        guessAndWrite(values, target, 1_000_000);
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        // The question itself may cost a few bytes; a million values may not.
        assertTrue(allocated < 1000, "allocated=" + allocated);
    }

    private void guessAndWrite(final UnsafeBuffer[] values, final UnsafeBuffer target, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            final UnsafeBuffer value = values[i % values.length];
            final int length = value.capacity();
            if (guess.wrap(value, 0, length) == ValueGuess.Type.INTEGER)
            {
                JsonText.putLong(target, 0, guess.integer());
            }
            JsonText.putString(target, 0, value, 0, length);
            JsonText.putBinary(target, 0, value, 0, length);
        }
    }

    private static String number(final Random random)
    {
        final String letters = random.nextBoolean() ? "0123456789" : "0123456789..eE+-9";
        final StringBuilder text = new StringBuilder();
        final int length = 1 + random.nextInt(24);
        for (int i = 0; i < length; i++)
        {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return random.nextInt(3) == 0 ? text.insert(0, '-').toString() : text.toString();
    }

    private ValueGuess.Type guess(final String text)
    {
        return guess(StatementPrinter.utf8(text));
    }

    /**
     * Between other bytes, so that a look beside the value shows.
     */
    private ValueGuess.Type guess(final byte[] bytes)
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[bytes.length + 2]);
        buffer.putByte(0, (byte) '9');
        buffer.putBytes(1, bytes);
        buffer.putByte(bytes.length + 1, (byte) 0x80);
        final ValueGuess.Type type = guess.wrap(buffer, 1, bytes.length);
        assertEquals(type, guess.type());
        return type;
    }

    private static byte[] bytes(final int... values)
    {
        final byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++)
        {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
