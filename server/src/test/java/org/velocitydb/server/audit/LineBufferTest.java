package org.velocitydb.server.audit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Any bytes become printable ASCII from which they can be read back.
 */
final class LineBufferTest
{
    private static final int CASE_COUNT = 200_000;

    private final LineBuffer line = new LineBuffer(1024);

    @Test
    void shouldWriteAnyBytesSoThatTheyCanBeReadBack()
    {
        for (int seed = 0; seed < CASE_COUNT; seed++)
        {
            final byte[] bytes = anyBytes(new SplittableRandom(seed));
            final String member = member(bytes);

            assertTrue(member.chars().allMatch(letter -> letter >= ' ' && letter < 0x7F), "seed=" + seed);
            assertArrayEquals(bytes, readBack(member), "seed=" + seed + ", member=" + member);
            assertEquals(isUtf8(bytes), member.startsWith("\"key\":"), "seed=" + seed + ", member=" + member);
        }
    }

    @Test
    void shouldEscapeWhatMovesCursorsTurnsTextAndEndsStrings()
    {
        assertEquals("\"key\":\"a\\\"b\\\\c\\u000a\\u001b[2J\\u007f\"", member(utf8("a\"b\\c\n\u001b[2J\u007f")));
        assertEquals("\"key\":\"\\u00e4\\u202e\\ud83d\\ude00\\u2028\"", member(utf8("\u00e4\u202e\ud83d\ude00\u2028")));
        assertEquals("\"key_hex\":\"c0af\"", member(new byte[]{ (byte) 0xC0, (byte) 0xAF }));
        assertEquals("\"key_hex\":\"eda080\"", member(new byte[]{ (byte) 0xED, (byte) 0xA0, (byte) 0x80 }));
        assertEquals("\"key\":\"\"", member(new byte[0]));
    }

    @Test
    void shouldWriteNumbersUpToTheLargestUnsigned()
    {
        for (final long number : new long[]{ 0, 7, 10, 1234567890123L, Long.MAX_VALUE, -1, Long.MIN_VALUE })
        {
            line.length(0);
            line.number(number);
            assertEquals(Long.toUnsignedString(number), text());
        }
    }

    private static byte[] anyBytes(final SplittableRandom random)
    {
        if (random.nextInt(3) == 0)
        {
            final StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(8); i > 0; i--)
            {
                text.appendCodePoint(random.nextBoolean() ? random.nextInt(0x80) : random.nextInt(0x110000));
            }
            return utf8(text.toString());
        }
        final byte[] bytes = new byte[random.nextInt(8)];
        for (int i = 0; i < bytes.length; i++)
        {
            // Leaning towards what begins or continues a character of several bytes.
            bytes[i] = (byte) (random.nextBoolean() ? 0x80 + random.nextInt(0x80) : random.nextInt(256));
        }
        return bytes;
    }

    private String member(final byte[] bytes)
    {
        line.length(0);
        line.bytesMember("key", new UnsafeBuffer(bytes), 0, bytes.length);
        return text();
    }

    private String text()
    {
        return new String(line.bytes(), 0, line.length(), StandardCharsets.US_ASCII);
    }

    private static byte[] readBack(final String member)
    {
        final String value = member.substring(member.indexOf(':') + 2, member.length() - 1);
        if (member.startsWith("\"key_hex\":"))
        {
            return HexFormat.of().parseHex(value);
        }
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++)
        {
            final char letter = value.charAt(i);
            if (letter != '\\')
            {
                text.append(letter);
            }
            else if (value.charAt(++i) == 'u')
            {
                text.append((char) Integer.parseInt(value.substring(i + 1, i + 5), 16));
                i += 4;
            }
            else
            {
                text.append(value.charAt(i));
            }
        }
        return utf8(text.toString());
    }

    private static boolean isUtf8(final byte[] bytes)
    {
        try
        {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        }
        catch (final CharacterCodingException ex)
        {
            return false;
        }
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
