package org.velocitydb.engine.entry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class KeyHashTest
{
    @Test
    void shouldBeXxHash64WithSeedZero()
    {
        assertEquals(0xEF46DB3751D8E999L, hash(""));
        assertEquals(0xD24EC4F1A98C6E5BL, hash("a"));
        assertEquals(0x44BC2CF5AD770999L, hash("abc"));
        assertEquals(0xFBCEA83C8A378BF1L, hash("Nobody inspects the spammish repetition"));
    }

    @Test
    void shouldNotDependOnWhereTheKeyLies()
    {
        final byte[] bytes = "..a key of more than one stripe of thirty-two bytes".getBytes(StandardCharsets.US_ASCII);
        final UnsafeBuffer shifted = new UnsafeBuffer(new byte[bytes.length + 7]);
        shifted.putBytes(7, bytes);

        assertEquals(
            KeyHash.hash(new UnsafeBuffer(bytes), 2, bytes.length - 2),
            KeyHash.hash(shifted, 9, bytes.length - 2));
    }

    private static long hash(final String text)
    {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return KeyHash.hash(new UnsafeBuffer(bytes), 0, bytes.length);
    }
}
