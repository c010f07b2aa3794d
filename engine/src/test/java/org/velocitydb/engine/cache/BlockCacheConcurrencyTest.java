package org.velocitydb.engine.cache;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.velocitydb.engine.concurrent.Epochs;

/**
 * Readers look up while the owner loads, evicts, grows, shrinks and frees: every block found must be the one asked for,
 * whole, also at the end of the read section in which it was found. A freed frame does not keep its bytes: the C
 * library writes its lists into it, and the next block is loaded over it.
 */
final class BlockCacheConcurrencyTest
{
    private static final int READER_COUNT = 3;
    private static final int SECTION_COUNT = 60_000;
    private static final int LOOKUPS_PER_SECTION = 8;
    private static final int MAX_BYTES = 1 << 20;
    private static final int BLOCK_COUNT = 5_000;

    private final Epochs epochs = new Epochs();
    private final PatternBlocks blocks = new PatternBlocks(200, 400);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    @Test
    @Timeout(120)
    void shouldNeverShowWrongBytesWhileBlocksComeAndGo() throws InterruptedException
    {
        final long seed = System.nanoTime();
        final BlockCache cache = new BlockCache(MAX_BYTES, 1.0, epochs, blocks);
        final AtomicBoolean isDone = new AtomicBoolean();
        final Thread owner = new Thread(guarded(() -> own(cache, isDone, seed)), "owner");
        final Thread[] readers = new Thread[READER_COUNT];
        owner.start();
        for (int i = 0; i < READER_COUNT; i++)
        {
            final long readerSeed = seed + i;
            readers[i] = new Thread(guarded(() -> read(cache, readerSeed)), "reader-" + i);
            readers[i].start();
        }
        for (final Thread thread : readers)
        {
            thread.join();
        }
        isDone.set(true);
        owner.join();
        final long hits = cache.hits();
        final long evictions = cache.evictions();
        cache.close();
        assertNull(failure.get(), () -> "seed=" + seed + ": " + failure.get());
        assertTrue(hits > 0 && evictions > 0, () -> "hits=" + hits + ", evictions=" + evictions);
    }

    private void own(final BlockCache cache, final AtomicBoolean isDone, final long seed)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        long bytesMax = MAX_BYTES;
        while (!isDone.get() && failure.get() == null)
        {
            epochs.reclaim();
            cache.doWork();
            assertTrue(cache.allocatedBytes() <= MAX_BYTES, "over the bound");
            final int choice = random.nextInt(2_000);
            if (choice == 0)
            {
                final int gone = random.nextInt(4);
                cache.retainTables((tableNumber) -> tableNumber % 4 != gone);
            }
            else if (choice == 1)
            {
                bytesMax = BlockCache.MAX_BYTES_MIN + random.nextInt(MAX_BYTES - (int) BlockCache.MAX_BYTES_MIN + 1);
                cache.maxBytes(bytesMax);
            }
        }
    }

    private void read(final BlockCache cache, final long seed)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        final Epochs.Slot slot = epochs.register();
        final UnsafeBuffer[] found = new UnsafeBuffer[LOOKUPS_PER_SECTION];
        final int[] asked = new int[LOOKUPS_PER_SECTION];
        for (int i = 0; i < LOOKUPS_PER_SECTION; i++)
        {
            found[i] = new UnsafeBuffer(0, 0);
        }
        try (BlockCacheReader reader = cache.newReader())
        {
            for (int section = 0; section < SECTION_COUNT && failure.get() == null; section++)
            {
                slot.enter();
                for (int i = 0; i < LOOKUPS_PER_SECTION; i++)
                {
                    asked[i] = random.nextInt(1 + random.nextInt(BLOCK_COUNT));
                    if (!CacheProbe.find(reader, asked[i] & 7, asked[i], found[i]))
                    {
                        asked[i] = -1;
                    }
                }
                for (int i = 0; i < LOOKUPS_PER_SECTION; i++)
                {
                    assertTrue(asked[i] < 0 || blocks.isBlock(asked[i] & 7, asked[i], found[i]), "wrong block");
                }
                slot.exit();
            }
        }
        finally
        {
            slot.unregister();
        }
    }

    private Runnable guarded(final Runnable work)
    {
        return () ->
        {
            try
            {
                work.run();
            }
            catch (final Throwable ex)
            {
                failure.compareAndSet(null, ex);
            }
        };
    }
}
