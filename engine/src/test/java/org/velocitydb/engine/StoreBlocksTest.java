package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.velocitydb.engine.cache.BlockCache;
import org.velocitydb.engine.cache.BlockCacheStatistics;
import org.velocitydb.engine.cache.CacheSize;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.table.Compression;

/**
 * A compressed store that is larger than its cache of blocks, without a cache of rows: skewed reads get right answers,
 * mostly from blocks in memory, within the bound, also while compactions replace tables, and after a restart.
 */
final class StoreBlocksTest
{
    private static final int KEY_COUNT = 6_000;
    private static final int OPERATION_COUNT = 40_000;
    private static final int STEP_INTERVAL = 20;
    private static final String FILLING = "a value that says the same again, ".repeat(6);

    private final SplittableRandom random = new SplittableRandom(11);
    private final int[] versions = new int[KEY_COUNT];

    @Test
    void shouldAnswerRightFromBlocksInMemoryWhileTablesAreReplacedAndAfterReopening()
    {
        try (SteppedStore store = new SteppedStore(StoreBlocksTest::settings))
        {
            load(store);
            run(store, 10);
            final BlockCacheStatistics first = store.store().statistics().blockCache();
            assertTrue(store.store().counters().compactions() > 2, "no tables were replaced");
            assertUsed(first);
            assertTrue(first.evictions() > 100, first::toString);

            store.reopen();
            run(store, 0);
            final BlockCacheStatistics second = store.store().statistics().blockCache();
            assertUsed(second);
            // Without compactions two reads of three find their block in a sixth of the data.
            assertTrue(second.hits() > 2 * second.misses(), second::toString);
        }
    }

    @Test
    void shouldLetConditionsLookIntoCachedBlocks()
    {
        try (SteppedStore store = new SteppedStore(StoreBlocksTest::settings))
        {
            load(store);
            final long before = store.store().statistics().blockCache().hits();
            for (int i = 0; i < 100; i++)
            {
                final WriteBatch insert = SteppedStore
                    .putIf(OperationDescriptor.CONDITION_ABSENT, 0, key(i % 10 * 500), "other");
                assertEquals(CommandStatus.CONDITION_FAILED, store.write(insert).status());
                store.stepMaintenance();
            }
            assertTrue(store.store().statistics().blockCache().hits() > before + 50, "the cache was not used");
            assertEquals(value(0), store.get(key(0)));
        }
    }

    @Test
    void shouldCompressEachLevelAsItIsConfigured()
    {
        final StoreContext context = new StoreContext().compression(Compression.NONE, Compression.LZ4);

        assertArrayEquals(
            new Compression[]{ Compression.NONE, Compression.LZ4, Compression.LZ4 },
            new Compression[]{ context.compression(0), context.compression(1), context.compression(6) });
        assertEquals(Compression.NONE, context.tableOptions(0).compression());
        assertEquals(Compression.LZ4, context.tableOptions(5).compression());
    }

    private static void settings(final StoreContext context)
    {
        context.compression(Compression.LZ4)
            .memtableBytesMax(128 * 1024)
            .compactionThreshold(2)
            .blockCacheBytesMax(BlockCache.MAX_BYTES_MIN)
            .cacheSize(CacheSize.ofEntries(0));
    }

    private void load(final SteppedStore store)
    {
        for (int i = 0; i < KEY_COUNT; i++)
        {
            put(store, i);
            if (i % STEP_INTERVAL == 0)
            {
                store.stepMaintenance();
            }
        }
        store.settle();
    }

    private void run(final SteppedStore store, final int writePercent)
    {
        for (int i = 0; i < OPERATION_COUNT; i++)
        {
            final int index = (int) (KEY_COUNT * Math.pow(random.nextDouble(), 8));
            if (random.nextInt(100) < writePercent)
            {
                put(store, random.nextInt(KEY_COUNT));
            }
            else
            {
                assertEquals(value(index), store.get(key(index)));
            }
            if (i % STEP_INTERVAL == 0)
            {
                store.stepMaintenance();
                final long bytes = store.store().statistics().blockCache().allocatedBytes();
                assertTrue(bytes <= BlockCache.MAX_BYTES_MIN, () -> "over the bound: bytes=" + bytes);
            }
        }
        for (int i = 0; i < KEY_COUNT; i++)
        {
            assertEquals(value(i), store.get(key(i)));
        }
    }

    private void put(final SteppedStore store, final int index)
    {
        versions[index]++;
        final SteppedStore.Answer answer = store.put(key(index), value(index));
        while (!answer.isThere())
        {
            // The writer waits for a flush or a compaction.
            store.stepMaintenance();
            store.stepWriter();
        }
        assertEquals(CommandStatus.APPLIED, answer.status());
    }

    private static void assertUsed(final BlockCacheStatistics statistics)
    {
        assertTrue(statistics.hits() > 10_000, statistics::toString);
        assertTrue(statistics.misses() > 1_000, statistics::toString);
        assertTrue(statistics.admissions() > 50, statistics::toString);
    }

    private static String key(final int index)
    {
        return String.format("key %05d", index);
    }

    private String value(final int index)
    {
        return index + "/" + versions[index] + ": " + FILLING;
    }
}
