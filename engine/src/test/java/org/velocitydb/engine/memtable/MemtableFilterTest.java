package org.velocitydb.engine.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

class MemtableFilterTest
{
    private static final long MEMTABLE_BYTES = 16 << 20;

    @Test
    void shouldKnowEveryKeyThatWasAdded()
    {
        final SplittableRandom random = new SplittableRandom(7);
        final long[] hashes = random.longs(100_000).toArray();
        try (MemtableFilter filter = new MemtableFilter(MEMTABLE_BYTES))
        {
            for (final long hash : hashes)
            {
                filter.add(hash);
            }
            for (final long hash : hashes)
            {
                assertTrue(filter.mayContain(hash), () -> "hash=" + hash);
            }
        }
    }

    /** A memtable of entries of a hundred bytes and what they take beside: one wrong in hundreds. */
    @Test
    void shouldSeldomErrWhereTheMemtableIsFullOfEntriesOfAHundredBytes()
    {
        final int keyCount = (int) (MEMTABLE_BYTES / 190);
        final int questionCount = 200_000;
        final SplittableRandom random = new SplittableRandom(7);
        int wrong = 0;
        try (MemtableFilter filter = new MemtableFilter(MEMTABLE_BYTES))
        {
            for (int i = 0; i < keyCount; i++)
            {
                filter.add(random.nextLong());
            }
            for (int i = 0; i < questionCount; i++)
            {
                wrong += filter.mayContain(random.nextLong()) ? 1 : 0;
            }
        }
        final int found = wrong;
        assertTrue(wrong < questionCount / 200, () -> "wrong=" + found + " of " + questionCount);
    }

    @Test
    void shouldContainNothingAtFirstAndTakeASixtyFourthOfTheMemtable()
    {
        final SplittableRandom random = new SplittableRandom(7);
        try (MemtableFilter filter = new MemtableFilter(MEMTABLE_BYTES); MemtableFilter least = new MemtableFilter(8))
        {
            for (int i = 0; i < 1000; i++)
            {
                assertEquals(false, filter.mayContain(random.nextLong()));
            }
            assertEquals(MEMTABLE_BYTES / 64, MemtableFilter.lengthBytes(MEMTABLE_BYTES));
            assertEquals(Long.BYTES, MemtableFilter.lengthBytes(8));
            assertEquals(false, least.mayContain(1));
        }
    }
}
