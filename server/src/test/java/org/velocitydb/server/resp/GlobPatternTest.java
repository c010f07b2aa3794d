package org.velocitydb.server.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Pattern;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class GlobPatternTest
{
    private static final int SEED_COUNT = 5_000;
    private static final String ALPHABET = "ab*?[]^-\\";

    private static boolean matches(final String pattern, final String key)
    {
        final UnsafeBuffer bytes = new UnsafeBuffer(key.getBytes(StandardCharsets.ISO_8859_1));
        return new GlobPattern(pattern.getBytes(StandardCharsets.ISO_8859_1)).matches(bytes, 0, bytes.capacity());
    }

    @Test
    void shouldMatchAsRedisDoes()
    {
        assertEquals(true, matches("*", ""));
        assertEquals(true, matches("h?llo", "hello"));
        assertEquals(false, matches("h?llo", "hllo"));
        assertEquals(true, matches("h*llo", "heeeello"));
        assertEquals(true, matches("h[ae]llo", "hallo"));
        assertEquals(false, matches("h[ae]llo", "hillo"));
        assertEquals(true, matches("h[^e]llo", "hbllo"));
        assertEquals(true, matches("h[b-a]llo", "hallo"));
        assertEquals(true, matches("\\*", "*"));
        assertEquals(false, matches("\\*", "x"));
        assertEquals(false, matches("", "x"));
        assertEquals(false, matches("[", ""));
        assertEquals(true, matches("a\\", "a\\"));
    }

    @Test
    void shouldSayWhatAllMatchesBeginWith()
    {
        assertEquals("user:", new String(new GlobPattern("user:*".getBytes(StandardCharsets.US_ASCII)).prefix(),
            StandardCharsets.US_ASCII));
        assertEquals(0, new GlobPattern("[a]".getBytes(StandardCharsets.US_ASCII)).prefix().length);
    }

    @Test
    void shouldMatchStarsAndQuestionMarksAsAnExpressionDoes()
    {
        for (int seed = 0; seed < SEED_COUNT; seed++)
        {
            final Random random = new Random(seed);
            final String pattern = text(random, "ab*?", 8);
            final String key = text(random, "ab", 8);
            final String expression = pattern.replace("?", ".").replace("*", ".*");
            assertEquals(Pattern.matches(expression, key), matches(pattern, key), "seed " + seed + ": " + pattern);
        }
    }

    @Test
    void shouldEndForAnyPatternInTimeAndWithinIt()
    {
        for (int seed = 0; seed < SEED_COUNT; seed++)
        {
            final Random random = new Random(seed);
            matches(text(random, ALPHABET, 12), text(random, ALPHABET, 12));
        }
        assertEquals(false, matches("a*".repeat(1000) + "b", "a".repeat(10_000)));
    }

    private static String text(final Random random, final String alphabet, final int lengthMax)
    {
        final StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(lengthMax); i > 0; i--)
        {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
