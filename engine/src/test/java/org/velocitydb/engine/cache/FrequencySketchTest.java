package org.velocitydb.engine.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

final class FrequencySketchTest
{
    private static final int CAPACITY = 1024;
    private static final int SAMPLE = 10 * CAPACITY;

    private final FrequencySketch sketch = new FrequencySketch(CAPACITY);

    @Test
    void shouldCountUpToItsMaximum()
    {
        final long hash = BlockKey.hash(7);
        for (int i = 1; i <= FrequencySketch.MAX_FREQUENCY + 5; i++)
        {
            sketch.increment(hash);
            assertEquals(Math.min(i, FrequencySketch.MAX_FREQUENCY), sketch.frequency(hash));
        }
        assertEquals(0, sketch.frequency(BlockKey.hash(8)));
    }

    @Test
    void shouldNeverEstimateLessThanWasCounted()
    {
        final long seed = System.nanoTime();
        final SplittableRandom random = new SplittableRandom(seed);
        final int[] counts = new int[4 * CAPACITY];
        for (int i = 0; i < SAMPLE - 1; i++)
        {
            final int key = random.nextInt(1 + random.nextInt(counts.length));
            counts[key]++;
            sketch.increment(BlockKey.hash(key));
        }
        for (int key = 0; key < counts.length; key++)
        {
            final int least = Math.min(counts[key], FrequencySketch.MAX_FREQUENCY);
            assertTrue(sketch.frequency(BlockKey.hash(key)) >= least, "seed=" + seed + ", key=" + key);
        }
    }

    @Test
    void shouldEstimateMostKeysExactly()
    {
        final SplittableRandom random = new SplittableRandom(3);
        final int[] counts = new int[CAPACITY];
        for (int i = 0; i < 3 * CAPACITY; i++)
        {
            final int key = random.nextInt(counts.length);
            counts[key]++;
            sketch.increment(BlockKey.hash(key));
        }
        int exact = 0;
        for (int key = 0; key < counts.length; key++)
        {
            exact += sketch.frequency(BlockKey.hash(key)) == counts[key] ? 1 : 0;
        }
        assertTrue(exact > counts.length * 9 / 10, "exact=" + exact);
    }

    @Test
    void shouldHalveAllCountsAfterItsSample()
    {
        for (int i = 0; i < 8; i++)
        {
            sketch.increment(BlockKey.hash(1));
        }
        for (int i = 8; i < SAMPLE; i++)
        {
            assertEquals(8, sketch.frequency(BlockKey.hash(1)));
            sketch.increment(BlockKey.hash(2));
        }

        assertEquals(4, sketch.frequency(BlockKey.hash(1)));
        assertEquals(7, sketch.frequency(BlockKey.hash(2)));
    }

    @Test
    void shouldKeepEveryEstimateWhenItGrowsAndNoneLessWhenItShrinks()
    {
        final SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 3 * CAPACITY; i++)
        {
            sketch.increment(BlockKey.hash(random.nextInt(CAPACITY)));
        }
        final int[] before = new int[CAPACITY];
        for (int key = 0; key < CAPACITY; key++)
        {
            before[key] = sketch.frequency(BlockKey.hash(key));
        }
        sketch.resize(4 * CAPACITY);
        for (int key = 0; key < CAPACITY; key++)
        {
            assertEquals(before[key], sketch.frequency(BlockKey.hash(key)));
        }
        sketch.resize(CAPACITY / 4);
        for (int key = 0; key < CAPACITY; key++)
        {
            assertTrue(sketch.frequency(BlockKey.hash(key)) >= before[key]);
        }
    }
}
