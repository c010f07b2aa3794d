package org.velocitydb.engine.entry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * The cursors that are put on top of others (merging, bounded, live) against maps: the same random moves, in both
 * directions and with turns on the way, must lead to the same entries.
 */
class CursorPropertyTest
{
    private static final int ROUND_COUNT = 600;
    private static final int MAX_SOURCE_COUNT = 6;
    private static final int MOVE_COUNT = 60;
    private static final byte[] LETTERS = { 0, 'a', -1 };
    private static final UnsafeBuffer NO_KEY = new UnsafeBuffer(new byte[0]);

    private final MergingCursor merging = new MergingCursor(MAX_SOURCE_COUNT);
    private final BoundedCursor bounded = new BoundedCursor();
    private final LiveCursor live = new LiveCursor();
    /** Per key, what the newest source that has it says; and which that is. */
    private final TreeMap<byte[], byte[]> merged = new TreeMap<>(Arrays::compareUnsigned);
    private final TreeMap<byte[], Integer> winners = new TreeMap<>(Arrays::compareUnsigned);

    @Test
    void shouldMergeSourcesNewestFirst()
    {
        forEachRound((random) -> check(merging, merged, random));
    }

    @Test
    void shouldKeepWithinBounds()
    {
        forEachRound((random) ->
        {
            final byte[] from = random.nextInt(4) == 0 ? new byte[0] : key(random);
            final byte[] to = random.nextInt(4) == 0 ? null : key(random);
            bounded.reset(
                merging, new UnsafeBuffer(from), 0, from.length, to == null ? null : new UnsafeBuffer(to), 0,
                to == null ? 0 : to.length);
            final TreeMap<byte[], byte[]> inside = new TreeMap<>(merged);
            inside.keySet().removeIf(
                (key) -> Arrays.compareUnsigned(key, from) < 0 || to != null && Arrays.compareUnsigned(key, to) >= 0);

            check(bounded, inside, random);
        });
    }

    @Test
    void shouldKeepToPrefix()
    {
        forEachRound((random) ->
        {
            final byte[] prefix = Arrays.copyOf(key(random), random.nextInt(3));
            bounded.resetToPrefix(merging, new UnsafeBuffer(prefix), 0, prefix.length);
            final TreeMap<byte[], byte[]> inside = new TreeMap<>(merged);
            inside.keySet().removeIf(
                (key) -> key.length < prefix.length || !Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length));

            check(bounded, inside, random);
        });
    }

    @Test
    void shouldHideTombstonesWithinBounds()
    {
        forEachRound((random) ->
        {
            final byte[] prefix = Arrays.copyOf(key(random), random.nextInt(2));
            live.reset(
                bounded.resetToPrefix(merging, new UnsafeBuffer(prefix), 0, prefix.length), LiveCursor.UNLIMITED, 0);
            final TreeMap<byte[], byte[]> inside = new TreeMap<>(merged);
            inside.entrySet().removeIf((entry) -> entry.getValue() == null || entry.getKey().length < prefix.length ||
                !Arrays.equals(entry.getKey(), 0, prefix.length, prefix, 0, prefix.length));

            check(live, inside, random);
        });
    }

    @Test
    void shouldPauseOnATombstoneAtTheLimitAndGoOn()
    {
        final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
        for (int i = 0; i < 10; i++)
        {
            entries.put(new byte[]{ (byte) i }, i == 9 ? new byte[1] : null);
        }
        live.reset(new SortedRun(entries, 1), 4, 0);

        assertTrue(live.seekFirst());
        assertTrue(live.isTombstone());
        assertEquals(4, live.keyBuffer().getByte(0));
        assertTrue(live.next());
        assertFalse(live.isTombstone());
        assertEquals(9, live.keyBuffer().getByte(0));
    }

    @Test
    void shouldRefuseMovesWithoutPositionAndSourcesBeyondTheirCount()
    {
        final MergingCursor small = new MergingCursor(1).add(new SortedRun(merged, 1));

        assertThrows(IllegalStateException.class, () -> small.add(new SortedRun(merged, 1)));
        assertThrows(IllegalStateException.class, small::next);
        assertThrows(IllegalStateException.class, small::previous);
        assertFalse(small.seekFirst());
        bounded.reset(small, NO_KEY, 0, 0, null, 0, 0);
        assertThrows(IllegalStateException.class, bounded::next);
    }

    /** What a test does with the merged sources of a round. */
    private interface Round
    {
        void run(SplittableRandom random);
    }

    private void forEachRound(final Round work)
    {
        final long firstSeed = System.nanoTime();
        for (int round = 0; round < ROUND_COUNT; round++)
        {
            final SplittableRandom random = new SplittableRandom(firstSeed + round);
            try
            {
                drawSources(random);
                work.run(random);
            }
            catch (final Throwable ex)
            {
                throw new AssertionError("failed: seed=" + (firstSeed + round), ex);
            }
        }
    }

    private void drawSources(final SplittableRandom random)
    {
        merging.reset();
        merged.clear();
        winners.clear();
        final int count = random.nextInt(MAX_SOURCE_COUNT + 1);
        for (int i = 0; i < count; i++)
        {
            final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
            for (int k = random.nextInt(25); k > 0; k--)
            {
                entries.put(key(random), random.nextInt(3) == 0 ? null : new byte[]{ (byte) i, (byte) k });
            }
            merging.add(new SortedRun(entries, i));
            for (final Map.Entry<byte[], byte[]> entry : entries.entrySet())
            {
                if (!winners.containsKey(entry.getKey()))
                {
                    winners.put(entry.getKey(), i);
                    merged.put(entry.getKey(), entry.getValue());
                }
            }
        }
    }

    private static byte[] key(final SplittableRandom random)
    {
        final byte[] key = new byte[random.nextInt(1, 4)];
        for (int i = 0; i < key.length; i++)
        {
            key[i] = LETTERS[random.nextInt(LETTERS.length)];
        }
        return key;
    }

    private void check(
        final EntryCursor cursor,
        final NavigableMap<byte[], byte[]> expected,
        final SplittableRandom random)
    {
        Map.Entry<byte[], byte[]> entry = null;
        for (int i = 0; i < MOVE_COUNT; i++)
        {
            if (entry != null && random.nextInt(8) != 0)
            {
                final boolean isForward = random.nextInt(3) != 0 == (i / 16 % 2 == 0);
                entry = isForward ? expected.higherEntry(entry.getKey()) : expected.lowerEntry(entry.getKey());
                assertEquals(entry != null, isForward ? cursor.next() : cursor.previous());
            }
            else
            {
                entry = seek(cursor, expected, random);
            }
            checkPosition(cursor, entry);
        }
    }

    private static Map.Entry<byte[], byte[]> seek(
        final EntryCursor cursor,
        final NavigableMap<byte[], byte[]> expected,
        final SplittableRandom random)
    {
        final byte[] key = key(random);
        final UnsafeBuffer keyBytes = new UnsafeBuffer(key);
        switch (random.nextInt(4))
        {
            case 0 :
                cursor.seekFirst();
                return expected.firstEntry();
            case 1 :
                cursor.seekLast();
                return expected.lastEntry();
            case 2 :
                cursor.seek(keyBytes, 0, key.length);
                return expected.ceilingEntry(key);
            default :
                cursor.seekBefore(keyBytes, 0, key.length);
                return expected.lowerEntry(key);
        }
    }

    private void checkPosition(final EntryCursor cursor, final Map.Entry<byte[], byte[]> entry)
    {
        assertEquals(entry != null, cursor.isValid());
        if (entry != null)
        {
            assertArrayEquals(
                entry.getKey(), SortedRun.bytes(cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength()));
            assertEquals(entry.getValue() == null, cursor.isTombstone());
            assertArrayEquals(
                entry.getValue() == null ? new byte[0] : entry.getValue(),
                SortedRun.bytes(cursor.valueBuffer(), cursor.valueOffset(), cursor.valueLength()));
            assertEquals(winners.get(entry.getKey()).longValue(), cursor.sequence());
            assertEquals(cursor.sequence(), merging.sourceIndex());
        }
    }
}
