package org.velocitydb.perf.load;

import java.util.Locale;

import org.HdrHistogram.Histogram;

/**
 * What one run gave.
 *
 * @param title       of the work.
 * @param connections that were used.
 * @param pipeline    requests outstanding on each.
 * @param elapsedNs   from the first request to the last answer.
 * @param latencyNs   of each operation.
 */
record LoadResult(String title, int connections, int pipeline, long elapsedNs, Histogram latencyNs)
{
    private static final double NS_PER_US = 1e3;
    private static final double NS_PER_S = 1e9;
    private static final double MEDIAN = 50;

    double operationsPerSecond()
    {
        return latencyNs.getTotalCount() * NS_PER_S / elapsedNs;
    }

    double medianUs()
    {
        return percentileUs(MEDIAN);
    }

    double percentileUs(final double percentile)
    {
        return latencyNs.getValueAtPercentile(percentile) / NS_PER_US;
    }

    @Override
    public String toString()
    {
        return String.format(
            Locale.ROOT,
            "work=%-14s connections=%-4d pipeline=%-3d rate=%.0f/s p50=%.1fus p99=%.1fus p99.9=%.1fus max=%.1fus",
            title, connections, pipeline, operationsPerSecond(), medianUs(), percentileUs(99), percentileUs(99.9),
            latencyNs.getMaxValue() / NS_PER_US);
    }
}
