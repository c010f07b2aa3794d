package org.velocitydb.engine.entry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class KeyTextTest
{
    @Test
    void shouldShowPrintableTextInQuotesAndEverythingElseInHex()
    {
        assertEquals("0 \"user:1\"", text(0, "user:1".getBytes(StandardCharsets.UTF_8)));
        assertEquals("7 \"gr\u00fc\u00df \u65e5\"", text(7, "gr\u00fc\u00df \u65e5".getBytes(StandardCharsets.UTF_8)));
        assertEquals("0 \"a \\\"b\\\" \\\\\"", text(0, "a \"b\" \\".getBytes(StandardCharsets.UTF_8)));
        assertEquals("4294967295 0x00ff", text(-1, new byte[]{ 0, -1 }));
        assertEquals("0 0x1b5b33", text(0, new byte[]{ 27, '[', '3' }));
        assertEquals("0 0xe280ae", text(0, "\u202e".getBytes(StandardCharsets.UTF_8)));
        assertEquals("0x0102", KeyText.of(new UnsafeBuffer(new byte[]{ 1, 2 }), 0, 2));
    }

    @Test
    void shouldCutLongKeysEvenInTheMiddleOfACharacter()
    {
        assertEquals("0 \"" + "x".repeat(64) + "\"... (70 bytes)",
            text(0, "x".repeat(70).getBytes(StandardCharsets.UTF_8)));
        assertEquals("0 \"" + "x".repeat(63) + "\"... (65 bytes)",
            text(0, ("x".repeat(63) + "\u00fc").getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(final int keyspace, final byte[] key)
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[3 + Keys.KEYSPACE_LENGTH + key.length]);
        buffer.putInt(3, keyspace, ByteOrder.BIG_ENDIAN);
        buffer.putBytes(3 + Keys.KEYSPACE_LENGTH, key);
        return KeyText.of(buffer, 3, Keys.KEYSPACE_LENGTH + key.length);
    }
}
