package org.velocitydb.server.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest
{
    private static boolean contains(final String scope, final byte... key)
    {
        return Scope.parse(scope).contains(new UnsafeBuffer(key), 0, key.length);
    }

    private static boolean endsWithin(final String scope, final byte... to)
    {
        return Scope.parse(scope).endsWithin(new UnsafeBuffer(to), 0, to.length);
    }

    @Test
    void shouldHoldTheKeysThatBeginWithItsPrefix()
    {
        final byte[] key = "user:1".getBytes(StandardCharsets.UTF_8);
        assertTrue(contains("kv:user:", key));
        assertTrue(contains("kv:user:1", key));
        assertTrue(contains("kv:", key));
        assertFalse(contains("kv:user:12", key));
        assertFalse(contains("kv:User:", key));
        assertTrue(contains("kv:é", "éa".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void shouldReadBytesThatAreNoText()
    {
        assertTrue(contains("kv:%00%fF", (byte) 0, (byte) 0xFF, (byte) 1));
        assertFalse(contains("kv:%00%FF", (byte) 0, (byte) 0xFE));
        assertTrue(contains("kv:%25", (byte) '%'));
        assertEquals(Scope.parse("kv:%61"), Scope.parse("KV:a"));
    }

    @Test
    void shouldEndBeforeTheFirstKeyBeyond()
    {
        assertTrue(endsWithin("kv:ab", (byte) 'a', (byte) 'c'));
        assertFalse(endsWithin("kv:ab", (byte) 'a', (byte) 'c', (byte) 0));
        assertFalse(endsWithin("kv:ab", (byte) 'b'));
        assertTrue(endsWithin("kv:ab", (byte) 'a', (byte) 'b', (byte) 0xFF, (byte) 0xFF));
        assertTrue(endsWithin("kv:a%FF", (byte) 'b'));
        assertFalse(endsWithin("kv:a%FF", (byte) 'b', (byte) 0));
        assertTrue(endsWithin("kv:%7F", (byte) 0x80));
        assertFalse(endsWithin("kv:%7F", (byte) 0x81));
        for (final String unbounded : List.of("kv:", "kv:%FF", "kv:%FF%FF"))
        {
            assertTrue(Scope.parse(unbounded).isUnbounded());
            assertTrue(endsWithin(unbounded, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF));
        }
        assertFalse(Scope.parse("kv:a").isUnbounded());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "kv", ":user", "select:a", "1kv:a", "kv:%", "kv:%0", "kv:%0g", "kv:a\nb", "kv:\uD800",
        "*" })
    void shouldRefuseWhatIsNoScope(final String text)
    {
        assertThrows(IllegalArgumentException.class, () -> Scope.parse(text));
    }

    @Test
    void shouldReadItsOwnText()
    {
        for (final String text : List.of("kv:", "orders:a:b", "kv:%00é", "kv:\"\\"))
        {
            assertEquals(text, Scope.parse(text).toString());
            assertEquals(Scope.parse(text), Scope.parse(Scope.parse(text).toString()));
        }
    }
}
