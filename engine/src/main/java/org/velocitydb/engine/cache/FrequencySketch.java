package org.velocitydb.engine.cache;

/**
 * About how often each key was asked for of late, in a few bits a key whether it is cached or not: a count-min sketch
 * of 4-bit counters, four for each key, with conservative update, and with all counters halved after a number of
 * counted accesses (Einziger, Friedman, Manes, "TinyLFU: A Highly Efficient Cache Admission Policy", ACM Transactions
 * on Storage 13(4), 2017, sections 3.3 and 3.4). An estimate is never less than what was counted since, halvings
 * applied, up to {@value #MAX_FREQUENCY}.
 *
 * <p>A key's counters all lie in one group of eight longs, which is a cache line where the array happens to begin at
 * one: two longs for each of four rows, of which the hash picks one, and in it one of sixteen counters.
 *
 * <p>One thread uses it.
 */
final class FrequencySketch
{
    /** Largest estimate. */
    static final int MAX_FREQUENCY = 15;
    /** Counted accesses, for each long, until counters are halved; the paper's sample of ten times the cache. */
    private static final int SAMPLE_FACTOR = 10;
    private static final int ROW_COUNT = 4;
    private static final int LONGS_PER_ROW = 2;
    private static final int GROUP_SHIFT = 3;
    private static final int COUNTER_BITS = 4;
    private static final int ROW_HASH_BITS = 5;
    private static final long HALVES_MASK = 0x7777_7777_7777_7777L;

    private long[] counters;
    private long sampleCount;

    /** For about as many cached entries, a power of two and no less than a group. */
    FrequencySketch(final int entryCapacity)
    {
        counters = new long[entryCapacity];
    }

    /** Memory for a number of entries. */
    static long bytes(final int entryCapacity)
    {
        return (long) entryCapacity * Long.BYTES;
    }

    /** Counts an access. */
    void increment(final long hash)
    {
        final int frequency = frequency(hash);
        if (frequency < MAX_FREQUENCY)
        {
            for (int row = 0; row < ROW_COUNT; row++)
            {
                final int index = index(hash, row);
                final int shift = shift(hash, row);
                if (counter(index, shift) == frequency)
                {
                    counters[index] += 1L << shift;
                }
            }
        }
        sampleCount++;
        if (sampleCount >= (long) SAMPLE_FACTOR * counters.length)
        {
            age();
        }
    }

    /** The estimate for a key. */
    int frequency(final long hash)
    {
        int frequency = MAX_FREQUENCY;
        for (int row = 0; row < ROW_COUNT; row++)
        {
            frequency = Math.min(frequency, counter(index(hash, row), shift(hash, row)));
        }
        return frequency;
    }

    /**
     * Goes on with another number of longs, a power of two. Twice as many begin as two copies, so every estimate stays
     * what it was; half as many take the larger of two counters, so none becomes less.
     */
    void resize(final int entryCapacity)
    {
        final long[] resized = new long[entryCapacity];
        for (int i = 0; i < Math.max(entryCapacity, counters.length); i++)
        {
            final int target = i & (entryCapacity - 1);
            resized[target] = largerOfEach(resized[target], counters[i & (counters.length - 1)]);
        }
        counters = resized;
        sampleCount = Math.min(sampleCount, (long) SAMPLE_FACTOR * entryCapacity / 2);
    }

    private static long largerOfEach(final long a, final long b)
    {
        long larger = 0;
        for (int shift = 0; shift < Long.SIZE; shift += COUNTER_BITS)
        {
            larger |= Math.max(a >>> shift & MAX_FREQUENCY, b >>> shift & MAX_FREQUENCY) << shift;
        }
        return larger;
    }

    private void age()
    {
        for (int i = 0; i < counters.length; i++)
        {
            counters[i] = counters[i] >>> 1 & HALVES_MASK;
        }
        sampleCount /= 2;
    }

    private int counter(final int index, final int shift)
    {
        return (int) (counters[index] >>> shift) & MAX_FREQUENCY;
    }

    /** The lower half of the hash chooses the group, the upper half, five bits a row, the counter in it. */
    private int index(final long hash, final int row)
    {
        final int group = (int) hash << GROUP_SHIFT & (counters.length - 1);
        return group + row * LONGS_PER_ROW + (rowHash(hash, row) & 1);
    }

    private static int shift(final long hash, final int row)
    {
        return rowHash(hash, row) >>> 1 << 2;
    }

    private static int rowHash(final long hash, final int row)
    {
        return (int) (hash >>> (Integer.SIZE + row * ROW_HASH_BITS)) & (1 << ROW_HASH_BITS) - 1;
    }
}
