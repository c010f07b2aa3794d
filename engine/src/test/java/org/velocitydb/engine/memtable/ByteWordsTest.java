package org.velocitydb.engine.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

class ByteWordsTest
{
    private static final int WORD_COUNT = 2_000;
    private static final int[] EDGES = { 0, 1, 0x7F, 0x80, 0x81, 0xFE, 0xFF };

    @Test
    void shouldFindAndCountBytesAsALoopDoes()
    {
        final long seed = System.nanoTime();
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < WORD_COUNT; i++)
        {
            final int[] bytes = new int[Long.BYTES];
            long word = random.nextLong();
            for (int place = 0; place < Long.BYTES; place++)
            {
                bytes[place] = random.nextBoolean() ? EDGES[random.nextInt(EDGES.length)] : random.nextInt(256);
                word = ByteWords.withByte(word, place, bytes[place]);
            }
            for (int value = 0; value < 256; value++)
            {
                check(word, bytes, value, seed);
            }
        }
    }

    private static void check(final long word, final int[] bytes, final int value, final long seed)
    {
        int first = ByteWords.NULL_PLACE;
        int less = 0;
        for (int place = 0; place < Long.BYTES; place++)
        {
            assertEquals(bytes[place], ByteWords.byteAt(word, place));
            assertEquals(less, ByteWords.countLess(word, place, value), () -> "seed=" + seed);
            first = first == ByteWords.NULL_PLACE && bytes[place] == value ? place : first;
            less += bytes[place] < value ? 1 : 0;
        }
        assertEquals(less, ByteWords.countLess(word, Long.BYTES, value), () -> "seed=" + seed);
        assertEquals(first, ByteWords.firstPlaceOf(word, value), () -> "seed=" + seed);
    }
}
