package org.velocitydb.engine.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.memtable.Arena;

class EntryCacheTest
{
    private static final int KEY_LENGTH = 16;

    private static final int READ_COUNT = 800_000;

    private final long openCount = Arena.openCount();
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[KEY_LENGTH]);
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[1024]);
    private final EntryView entry = new EntryView();
    private final EntryView view = new EntryView();

    @AfterEach
    void after()
    {
        assertEquals(openCount, Arena.openCount());
    }

    @Test
    void shouldReturnWhatWasPutAndHowFarItKnows()
    {
        try (EntryCache cache = new EntryCache(CacheSize.ofEntries(64)))
        {
            assertFalse(get(cache, 1));
            put(cache, 1, 100, 7, 20);

            assertTrue(get(cache, 1));
            assertEquals(100, view.value().capacity());
            assertEquals(7, view.sequence());
            assertFalse(view.isTombstone());
            assertEquals(20, cache.asOfSequence());
            cache.refresh(30);
            assertTrue(get(cache, 1));
            assertEquals(30, cache.asOfSequence());
            assertEquals(2, cache.hits());
            assertEquals(1, cache.misses());
        }
    }

    @Test
    void shouldReplaceAndForget()
    {
        try (EntryCache cache = new EntryCache(CacheSize.ofEntries(64)))
        {
            put(cache, 1, 100, 7, 20);
            put(cache, 1, 50, 9, 21);
            assertTrue(get(cache, 1));
            assertEquals(50, view.value().capacity());
            assertEquals(9, view.sequence());

            cache.invalidate(key, 0, KEY_LENGTH, hash(1));
            assertFalse(get(cache, 1));
        }
    }

    @Test
    void shouldTellWhatItUsesOfWhatItHasReserved()
    {
        try (EntryCache cache = new EntryCache(CacheSize.ofEntries(64)))
        {
            final long emptyBytes = 8 * SetDescriptor.HEADER_LENGTH;
            assertEquals(emptyBytes, cache.usedBytes());
            put(cache, 1, 100, 7, 20);
            put(cache, 1, 50, 9, 21);
            put(cache, 2, 100, 8, 20);
            assertEquals(emptyBytes + 2 * SetDescriptor.SLOT_LENGTH, cache.usedBytes());
            for (int i = 0; i < 10_000; i++)
            {
                put(cache, i, 10, 10, 22);
                put(cache, i, 10, 10, 22);
            }
            assertEquals(cache.allocatedBytes(), cache.usedBytes());

            cache.invalidate(key, 0, KEY_LENGTH, hash(9_999));
            cache.invalidate(key, 0, KEY_LENGTH, hash(9_999));
            assertEquals(cache.allocatedBytes() - SetDescriptor.SLOT_LENGTH, cache.usedBytes());
        }
    }

    @Test
    void shouldForgetAKeyThatIsDeletedOrGrowsTooLarge()
    {
        try (EntryCache cache = new EntryCache(CacheSize.ofEntries(64)))
        {
            put(cache, 1, 100, 7, 20);
            put(cache, 1, SetDescriptor.MAX_PAYLOAD_LENGTH - KEY_LENGTH + 1, 8, 21);
            assertFalse(get(cache, 1));

            put(cache, 1, SetDescriptor.MAX_PAYLOAD_LENGTH - KEY_LENGTH, 9, 22);
            assertTrue(get(cache, 1));
            entry.wrapTombstone(10);
            cache.put(key, 0, KEY_LENGTH, hash(1), entry, 23);
            assertFalse(get(cache, 1));
        }
    }

    @Test
    void shouldKeepToItsBound()
    {
        try (EntryCache byEntries = new EntryCache(CacheSize.ofEntries(1001));
            EntryCache byBytes = new EntryCache(CacheSize.ofBytes(1 << 20));
            EntryCache nothing = new EntryCache(CacheSize.ofBytes(100)))
        {
            assertEquals(1008, byEntries.capacity());
            assertTrue(byBytes.allocatedBytes() <= 1 << 20);
            assertTrue(byBytes.allocatedBytes() > (1 << 20) - SetDescriptor.SET_LENGTH);
            put(nothing, 1, 10, 1, 1);
            assertFalse(get(nothing, 1));
            assertEquals(0, nothing.allocatedBytes());
        }
        assertThrows(IllegalArgumentException.class, () -> new EntryCache(CacheSize.ofBytes(1L << 40)));
        assertThrows(IllegalArgumentException.class, () -> new EntryCache(CacheSize.ofEntries(Long.MAX_VALUE)));
        assertThrows(IllegalArgumentException.class, () -> CacheSize.ofEntries(-1));
    }

    @Test
    void shouldSpeakOfAHitOnlyUntilItMayBeGone()
    {
        final EntryCache cache = new EntryCache(CacheSize.ofEntries(8));
        assertThrows(IllegalStateException.class, cache::asOfSequence);
        put(cache, 1, 10, 1, 1);
        assertTrue(get(cache, 1));
        put(cache, 2, 10, 2, 2);
        assertThrows(IllegalStateException.class, () -> cache.refresh(3));
        cache.close();
        cache.close();
        assertThrows(IllegalStateException.class, () -> get(cache, 1));
    }

    @Test
    void shouldNeverReturnWhatWasNotPutForTheKey()
    {
        final long seed = System.nanoTime();
        final SplittableRandom random = new SplittableRandom(seed);
        final Map<Integer, Long> model = new HashMap<>();
        try (EntryCache cache = new EntryCache(CacheSize.ofEntries(256)))
        {
            for (int i = 1; i <= 200_000; i++)
            {
                final int id = random.nextInt(600);
                switch (random.nextInt(8))
                {
                    case 0 -> cache.invalidate(key(id), 0, KEY_LENGTH, poorHash(id));
                    case 1, 2, 3 -> {
                        value.putInt(0, id);
                        value.putLong(4, i);
                        entry.wrapValue(value, 0, 12 + i % 400, i, Expiry.NEVER_MS);
                        cache.put(key(id), 0, KEY_LENGTH, poorHash(id), entry, i);
                        model.put(id, (long) i);
                    }
                    default -> {
                        if (cache.get(key(id), 0, KEY_LENGTH, poorHash(id), view))
                        {
                            assertEquals(model.get(id), view.sequence(), "seed=" + seed);
                            assertEquals(view.sequence(), cache.asOfSequence(), "seed=" + seed);
                            assertEquals(id, view.value().getInt(0), "seed=" + seed);
                            assertEquals(view.sequence(), view.value().getLong(4), "seed=" + seed);
                            assertEquals(12 + view.sequence() % 400, view.value().capacity(), "seed=" + seed);
                        }
                    }
                }
            }
            assertTrue(cache.hits() > 1000, "seed=" + seed);
            assertEquals(openCount + 1, Arena.openCount());
        }
    }

    @Test
    void shouldKeepTheHotSetThroughScansBetterThanLeastRecentlyUsed()
    {
        final int capacity = 2048;
        final LinkedHashMap<Integer, Integer> lru = new LinkedHashMap<>(16, 0.75f, true);
        final SplittableRandom random = new SplittableRandom(7);
        int lruHits = 0;
        int cacheHits = 0;
        int hotReads = 0;
        int scanned = 1 << 24;
        try (EntryCache cache = new EntryCache(CacheSize.ofEntries(capacity)))
        {
            for (int i = 0; i < 600_000; i++)
            {
                final boolean isScan = i % 20_000 < 8_000;
                final int id = isScan && random.nextInt(4) != 0 ? scanned++ : zipf(random);
                final boolean isHit = get(cache, id);
                if (!isHit)
                {
                    put(cache, id, 16, i, i);
                }
                final boolean isLruHit = lru.get(id) != null;
                if (!isLruHit)
                {
                    lru.put(id, id);
                    if (lru.size() > capacity)
                    {
                        lru.remove(lru.keySet().iterator().next());
                    }
                }
                if (id < 1 << 24)
                {
                    hotReads++;
                    cacheHits += isHit ? 1 : 0;
                    lruHits += isLruHit ? 1 : 0;
                }
            }
        }

        assertTrue(
            cacheHits > lruHits + hotReads / 50,
            "cacheHits=" + cacheHits + ", lruHits=" + lruHits + ", hotReads=" + hotReads);
    }

    @Test
    void shouldUseAllItsMemoryOnlyWhileThatIsWorthIt()
    {
        try (EntryCache cache = new EntryCache(CacheSize.ofEntries(16_384)))
        {
            final int miniature = cache.capacity() / 8;
            assertEquals(miniature, cache.usedCapacity());

            final int spreadHits = readEvenly(cache, 100_000);
            assertEquals(miniature, cache.usedCapacity());
            assertTrue(spreadHits < READ_COUNT / 20, "spreadHits=" + spreadHits);

            final int denseHits = readEvenly(cache, 12_000);
            assertEquals(cache.capacity(), cache.usedCapacity());
            assertTrue(denseHits > READ_COUNT * 3 / 4, "denseHits=" + denseHits);

            readEvenly(cache, 1_000_000);
            assertEquals(miniature, cache.usedCapacity());
        }
    }

    private int readEvenly(final EntryCache cache, final int keyCount)
    {
        final SplittableRandom random = new SplittableRandom(keyCount);
        int hitCount = 0;
        for (int i = 0; i < READ_COUNT; i++)
        {
            final int id = random.nextInt(keyCount);
            final boolean isHit = get(cache, id);
            if (!isHit)
            {
                put(cache, id, 16, i, i);
            }
            hitCount += isHit ? 1 : 0;
        }
        return hitCount;
    }

    @Test
    void shouldFollowAHotSetThatChanges()
    {
        try (EntryCache cache = new EntryCache(CacheSize.ofEntries(1024)))
        {
            final SplittableRandom random = new SplittableRandom(7);
            int lateHits = 0;
            for (int i = 0; i < 200_000; i++)
            {
                final int id = (i < 100_000 ? 0 : 10_000) + random.nextInt(700);
                final boolean isHit = get(cache, id);
                if (!isHit)
                {
                    put(cache, id, 16, i, i);
                }
                lateHits += i >= 150_000 && isHit ? 1 : 0;
            }

            assertTrue(lateHits > 45_000, "lateHits=" + lateHits);
        }
    }

    @Test
    void shouldAllocateNothingOnTheHeap()
    {
        final com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory
            .getThreadMXBean();
        try (EntryCache cache = new EntryCache(CacheSize.ofEntries(1024)))
        {
            work(cache);
            final long before = threads.getCurrentThreadAllocatedBytes();
            final long nothing = threads.getCurrentThreadAllocatedBytes() - before;

            final long start = threads.getCurrentThreadAllocatedBytes();
            work(cache);
            final long allocated = threads.getCurrentThreadAllocatedBytes() - start - nothing;

            assertEquals(0, allocated);
        }
    }

    private void work(final EntryCache cache)
    {
        for (int i = 0; i < 1_000_000; i++)
        {
            final int id = (i * 31) & 0xFFF;
            if (get(cache, id))
            {
                cache.refresh(cache.asOfSequence() + 1);
            }
            else
            {
                put(cache, id, 100, i, i);
            }
        }
        cache.invalidate(key, 0, KEY_LENGTH, hash(1));
    }

    /** Small numbers are many, large ones rare: about as 1/n. */
    private static int zipf(final SplittableRandom random)
    {
        return (int) Math.exp(random.nextDouble() * Math.log(50_000));
    }

    private boolean get(final EntryCache cache, final int id)
    {
        return cache.get(key(id), 0, KEY_LENGTH, hash(id), view);
    }

    private void put(
        final EntryCache cache,
        final int id,
        final int valueLength,
        final long sequence,
        final long asOfSequence)
    {
        entry.wrapValue(value, 0, valueLength, sequence, Expiry.NEVER_MS);
        cache.put(key(id), 0, KEY_LENGTH, hash(id), entry, asOfSequence);
    }

    private UnsafeBuffer key(final int id)
    {
        key.putLong(8, id);
        return key;
    }

    private static long hash(final int id)
    {
        return id * 0xD6E8_FEB8_6659_FD93L;
    }

    /** Many keys share one. */
    private static long poorHash(final int id)
    {
        return id % 50;
    }
}
