package org.velocitydb.engine.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.concurrent.Epochs;
import org.velocitydb.engine.table.AllocationMeter;

final class BlockCacheTest
{
    private static final int MEBIBYTE = 1 << 20;

    private final Epochs epochs = new Epochs();
    private final PatternBlocks blocks = new PatternBlocks(1000, 3000);
    private final BlockCache cache = fixed(MEBIBYTE, blocks);
    private final BlockCacheReader reader = cache.newReader();
    private final UnsafeBuffer found = new UnsafeBuffer(0, 0);

    @AfterEach
    void close()
    {
        reader.close();
        cache.close();
        assertEquals(0, epochs.retiredCount());
    }

    @Test
    void shouldHoldABlockOnceItWasAskedFor()
    {
        assertFalse(CacheProbe.find(reader, 3, 100, found));
        work(cache);

        assertTrue(CacheProbe.find(reader, 3, 100, found));
        assertTrue(blocks.isBlock(3, 100, found));
        assertFalse(CacheProbe.find(reader, 3, 101, found));
        assertFalse(CacheProbe.find(reader, 4, 100, found));
        assertEquals(1, cache.hits());
        assertEquals(3, cache.misses());
        assertEquals(1, cache.admissions());
    }

    @Test
    void shouldKeepABlockInPlaceForAReaderThatFoundItUntilItLeavesItsEpoch()
    {
        CacheProbe.find(reader, 1, 0, found);
        work(cache);
        final Epochs.Slot slot = epochs.register();
        slot.enter();
        assertTrue(CacheProbe.find(reader, 1, 0, found));
        final long before = cache.allocatedBytes();

        cache.retainTables((tableNumber) -> false);
        epochs.reclaim();

        assertTrue(blocks.isBlock(1, 0, found));
        assertEquals(before, cache.allocatedBytes());
        assertFalse(CacheProbe.find(reader, 1, 0, new UnsafeBuffer(0, 0)));
        slot.exit();
        epochs.reclaim();
        assertEquals(before - BlockFrame.charge(blocks.lengthBytes(1, 0)), cache.allocatedBytes());
    }

    @Test
    void shouldStayWithinItsBoundAndAnswerRightWhateverIsAskedFor()
    {
        final long seed = System.nanoTime();
        final SplittableRandom random = new SplittableRandom(seed);
        final Epochs.Slot slot = epochs.register();
        for (int i = 0; i < 300_000; i++)
        {
            // Now and then a reader stays in its epoch for long, so that nothing is freed.
            if (i % 5_000 == 0)
            {
                slot.enter();
            }
            if (i % 5_000 == 3_000)
            {
                slot.exit();
            }
            final int table = 1 + random.nextInt(4);
            final int offset = random.nextInt(1 + random.nextInt(2_000));
            if (CacheProbe.find(reader, table, offset, found))
            {
                assertTrue(blocks.isBlock(table, offset, found), "seed=" + seed);
            }
            if (random.nextInt(50) == 0)
            {
                work(cache);
                assertTrue(cache.allocatedBytes() <= MEBIBYTE, "seed=" + seed);
            }
            if (random.nextInt(20_000) == 0)
            {
                cache.retainTables((tableNumber) -> tableNumber != table);
                assertFalse(CacheProbe.find(reader, table, offset, found), "seed=" + seed);
            }
        }
        slot.exit();
        assertTrue(cache.hits() > 10_000, "seed=" + seed + ", hits=" + cache.hits());
        assertTrue(cache.evictions() > 1_000, "seed=" + seed);
    }

    @Test
    void shouldAccountForEveryByte()
    {
        work(cache);
        final long empty = cache.allocatedBytes();
        long expected = empty;
        for (int offset = 0; offset < 40; offset++)
        {
            CacheProbe.find(reader, 1, offset, found);
            work(cache);
            expected += BlockFrame.charge(blocks.lengthBytes(1, offset));
        }
        assertEquals(expected, cache.allocatedBytes());

        cache.retainTables((tableNumber) -> false);
        epochs.reclaim();
        assertEquals(empty, cache.allocatedBytes());
    }

    @Test
    void shouldGiveUpOnlyTheBlocksOfTablesThatAreGone()
    {
        for (int offset = 0; offset < 10; offset++)
        {
            CacheProbe.find(reader, 1, offset, found);
            CacheProbe.find(reader, 2, offset, found);
            work(cache);
        }
        cache.retainTables((tableNumber) -> tableNumber == 2);

        for (int offset = 0; offset < 10; offset++)
        {
            assertFalse(CacheProbe.find(reader, 1, offset, found));
            assertTrue(CacheProbe.find(reader, 2, offset, found));
        }
    }

    @Test
    void shouldFollowALowerBoundAndAHigherOne()
    {
        try (BlockCache changing = fixed(8 * MEBIBYTE, blocks))
        {
            final BlockCacheReader user = changing.newReader();
            fill(changing, user, 100_000);
            final long before = changing.allocatedBytes();
            assertTrue(before > 7 * MEBIBYTE, () -> "bytes=" + before);

            changing.maxBytes(MEBIBYTE);
            for (int i = 0; i < 10; i++)
            {
                work(changing);
            }
            epochs.reclaim();
            assertTrue(changing.allocatedBytes() <= MEBIBYTE);

            changing.maxBytes(4 * MEBIBYTE);
            fill(changing, user, 100_000);
            assertTrue(changing.allocatedBytes() > 3 * MEBIBYTE);
            assertTrue(changing.allocatedBytes() <= 4 * MEBIBYTE);
        }
    }

    @Test
    void shouldBeAsLargeAsTheTargetNeeds()
    {
        try (BlockCache changing = new BlockCache(16 * MEBIBYTE, 0.8, epochs, blocks))
        {
            final BlockCacheReader user = changing.newReader();
            assertEquals(MEBIBYTE, changing.capacityBytes());
            // A uniform load over 10 MB: the target takes about 8 MB.
            fill(changing, user, 3_000_000);
            final long large = changing.capacityBytes();
            assertTrue(large > 7 * MEBIBYTE && large < 12 * MEBIBYTE, () -> "capacity=" + large);

            // The load needs 0.5 MB from now on.
            for (int i = 0; i < 5_000_000; i++)
            {
                CacheProbe.find(user, 1, i % 200, found);
                if (i % 100 == 0)
                {
                    work(changing);
                }
            }
            final long small = changing.capacityBytes();
            assertTrue(small < large / 2, () -> "capacity=" + small);
        }
    }

    /** A uniform load over 4,000 blocks, which take about 10 MB. */
    private void fill(final BlockCache filled, final BlockCacheReader user, final int accessCount)
    {
        final SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < accessCount; i++)
        {
            CacheProbe.find(user, 1, random.nextInt(4_000), found);
            if (i % 50 == 0)
            {
                work(filled);
            }
        }
    }

    @Test
    void shouldNotCacheABlockThatWouldTakeTheRoomOfMany()
    {
        final PatternBlocks large = new PatternBlocks(MEBIBYTE / 16, 1);
        try (BlockCache other = fixed(MEBIBYTE, large))
        {
            final BlockCacheReader user = other.newReader();
            for (int i = 0; i < 10; i++)
            {
                assertFalse(CacheProbe.find(user, 1, 0, found));
                work(other);
            }
            assertEquals(10, other.rejections());
            assertEquals(0, large.loadCount());
        }
    }

    @Test
    void shouldGoOnWithoutABlockThatCannotBeLoaded()
    {
        try (BlockCache other = fixed(MEBIBYTE, new FailingLoader()))
        {
            final BlockCacheReader user = other.newReader();
            work(other);
            final long before = other.allocatedBytes();
            CacheProbe.find(user, 1, 0, found);
            CacheProbe.find(user, 2, 0, found);
            work(other);
            CacheProbe.find(user, 3, 0, found);
            assertThrows(IllegalStateException.class, () -> work(other));

            assertEquals(before, other.allocatedBytes());
            assertEquals(2, other.rejections());
            assertFalse(CacheProbe.find(user, 1, 0, found) || CacheProbe.find(user, 2, 0, found) ||
                CacheProbe.find(user, 3, 0, found));
        }
    }

    @Test
    void shouldGiveAReadersPlaceToTheNextAndKeepItsCounts()
    {
        final BlockCacheReader other = cache.newReader();
        CacheProbe.find(other, 1, 0, found);
        other.close();
        other.close();

        assertSame(other, cache.newReader());
        assertEquals(1, cache.misses());
    }

    @Test
    void shouldNotAllocateWhereItIsLookedUp()
    {
        for (int offset = 0; offset < 100; offset++)
        {
            CacheProbe.find(reader, 1, offset, found);
        }
        work(cache);
        final long bytes = new AllocationMeter().leastOf(10, () ->
        {
            for (int i = 0; i < 100_000; i++)
            {
                CacheProbe.find(reader, 1, i % 200, found);
            }
        });
        assertEquals(0, bytes);
    }

    @Test
    void shouldRefuseBoundsAndTargetsOutOfRange()
    {
        assertThrows(IllegalArgumentException.class, () -> new BlockCache(1000, 0.9, epochs, blocks));
        assertThrows(IllegalArgumentException.class, () -> new BlockCache(MEBIBYTE, 0, epochs, blocks));
        assertThrows(IllegalArgumentException.class, () -> new BlockCache(MEBIBYTE, 1.1, epochs, blocks));
        assertThrows(IllegalArgumentException.class, () -> new BlockCache(MEBIBYTE, Double.NaN, epochs, blocks));
        assertThrows(IllegalArgumentException.class, () -> cache.maxBytes(0));
    }

    private BlockCache fixed(final int bytes, final BlockLoader loader)
    {
        return new BlockCache(bytes, new CapacityTuner(bytes, bytes, 1), epochs, loader);
    }

    private void work(final BlockCache worked)
    {
        epochs.reclaim();
        worked.doWork();
    }

    /** Has no blocks of table 1, cannot load those of table 2, and fails with those of table 3. */
    private static final class FailingLoader implements BlockLoader
    {
        @Override
        public int lengthBytes(final long tableNumber, final int blockOffset)
        {
            return tableNumber == 1 ? NULL_LENGTH : 1000;
        }

        @Override
        public boolean load(final long tableNumber, final int blockOffset, final MutableDirectBuffer target)
        {
            if (tableNumber == 3)
            {
                throw new IllegalStateException("expected");
            }
            return false;
        }
    }
}
