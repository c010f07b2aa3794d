package org.velocitydb.engine.cache;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Iterator;
import java.util.LinkedHashMap;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.velocitydb.engine.concurrent.Epochs;

/**
 * Hit rates on traces made from a seed, against a plain LRU cache of the same bytes that pays for no metadata.
 */
final class BlockCacheTraceTest
{
    private static final int BLOCK_COUNT = 20_000;
    private static final int WARM_UP_COUNT = 200_000;
    private static final int ACCESS_COUNT = 600_000;
    private static final int ACCESSES_PER_CYCLE = 100;
    private static final double EXPONENT = 0.9;

    private final PatternBlocks blocks = new PatternBlocks(3000, 2000);
    private final UnsafeBuffer found = new UnsafeBuffer(0, 0);
    private double hitRate;
    private double lruHitRate;
    private double hotHitRate;
    private double lruHotHitRate;

    @ParameterizedTest
    @CsvSource({ "1, 0.05, 0.10", "4, 0.05, 0.10", "16, 0.05, 0.10" })
    void shouldKeepItsHotSetThroughScansWhereLruLosesIt(
        final int capacityMebibytes, final double overallGain, final double hotGain)
    {
        run(capacityMebibytes << 20, new BlockTrace(BLOCK_COUNT, EXPONENT, 5000, 5000, 42));

        assertTrue(hotHitRate > lruHotHitRate + hotGain, this::rates);
        assertTrue(hitRate > lruHitRate + overallGain, this::rates);
    }

    @ParameterizedTest
    @CsvSource({ "1", "4", "16", "64" })
    void shouldBeNoWorseThanLruWithoutScans(final int capacityMebibytes)
    {
        run(capacityMebibytes << 20, new BlockTrace(BLOCK_COUNT, EXPONENT, 0, 0, 43));

        assertTrue(hitRate > lruHitRate - 0.005, this::rates);
    }

    @Test
    void shouldNotDecompressWhatIsAskedForOnce()
    {
        run(4 << 20, new BlockTrace(BLOCK_COUNT, EXPONENT, 5000, 5000, 44));
        final long misses = Math.round((1 - hitRate) * (ACCESS_COUNT + WARM_UP_COUNT));

        assertTrue(blocks.loadCount() < misses / 2, () -> "loads=" + blocks.loadCount() + ", misses=" + misses);
    }

    private String rates()
    {
        return "hits=" + hitRate + ", LRU=" + lruHitRate + ", hot hits=" + hotHitRate + ", LRU=" + lruHotHitRate;
    }

    private void run(final int capacityBytes, final BlockTrace trace)
    {
        final Epochs epochs = new Epochs();
        final Lru lru = new Lru(capacityBytes);
        int hits = 0;
        int lruHits = 0;
        int hotCount = 0;
        int hotHits = 0;
        int lruHotHits = 0;
        try (BlockCache cache = new BlockCache(
            capacityBytes, new CapacityTuner(capacityBytes, capacityBytes, 1), epochs, blocks))
        {
            final BlockCacheReader reader = cache.newReader();
            for (int i = 0; i < WARM_UP_COUNT + ACCESS_COUNT; i++)
            {
                final int block = trace.next();
                final int hit = CacheProbe.find(reader, 1, block, found) ? 1 : 0;
                final int lruHit = lru.access(block, BlockFrame.charge(blocks.lengthBytes(1, block))) ? 1 : 0;
                if (i >= WARM_UP_COUNT)
                {
                    hits += hit;
                    lruHits += lruHit;
                    hotCount += trace.isScan() ? 0 : 1;
                    hotHits += trace.isScan() ? 0 : hit;
                    lruHotHits += trace.isScan() ? 0 : lruHit;
                }
                if (i % ACCESSES_PER_CYCLE == 0)
                {
                    epochs.reclaim();
                    cache.doWork();
                    assertTrue(cache.allocatedBytes() <= capacityBytes, "bytes=" + cache.allocatedBytes());
                }
            }
            reader.close();
        }
        hitRate = (double) hits / ACCESS_COUNT;
        lruHitRate = (double) lruHits / ACCESS_COUNT;
        hotHitRate = (double) hotHits / hotCount;
        lruHotHitRate = (double) lruHotHits / hotCount;
        if (Boolean.getBoolean("trace.print"))
        {
            System.out.println(capacityBytes + " " + rates() + " loads=" + blocks.loadCount());
        }
    }

    /** Least recently used leaves. */
    private static final class Lru
    {
        private final LinkedHashMap<Integer, Long> charges = new LinkedHashMap<>(16, 0.75f, true);
        private final long capacityBytes;
        private long bytes;

        private Lru(final long capacityBytes)
        {
            this.capacityBytes = capacityBytes;
        }

        private boolean access(final int block, final long charge)
        {
            if (charges.get(block) != null)
            {
                return true;
            }
            charges.put(block, charge);
            bytes += charge;
            final Iterator<Long> oldest = charges.values().iterator();
            while (bytes > capacityBytes)
            {
                bytes -= oldest.next();
                oldest.remove();
            }
            return false;
        }
    }
}
