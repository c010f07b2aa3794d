package org.velocitydb.server.node;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long one event loop's writes took, in buckets that double: the first holds up to a microsecond, the last all
 * above {@link #BOUND_COUNT} - 1 doublings, which is half a minute. The loop records; any thread reads.
 * Allocation-free.
 */
final class LatencyHistogram
{
    static final int BOUND_COUNT = 26;
    private static final int SUM_INDEX = BOUND_COUNT + 1;

    private final AtomicLongArray values = new AtomicLongArray(SUM_INDEX + 1);

    void record(final long us)
    {
        final int bucket = us <= 1 ? 0 : Math.min(BOUND_COUNT, Long.SIZE - Long.numberOfLeadingZeros(us - 1));
        values.setOpaque(bucket, values.getPlain(bucket) + 1);
        values.setOpaque(SUM_INDEX, values.getPlain(SUM_INDEX) + us);
    }

    /** Upper bounds of all buckets but the last, in seconds. */
    static double[] boundsInSeconds()
    {
        final double[] bounds = new double[BOUND_COUNT];
        for (int i = 0; i < BOUND_COUNT; i++)
        {
            bounds[i] = (1L << i) / 1e6;
        }
        return bounds;
    }

    /**
     * Adds its counts to others.
     *
     * @param counts one a bucket.
     * @return the sum of all times, in microseconds.
     */
    long addTo(final long[] counts)
    {
        for (int i = 0; i <= BOUND_COUNT; i++)
        {
            counts[i] += values.getOpaque(i);
        }
        return values.getOpaque(SUM_INDEX);
    }
}
