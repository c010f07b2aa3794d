package org.velocitydb.server.cli;

import java.util.Locale;

import org.HdrHistogram.Histogram;

/**
 * What one phase of a benchmark showed.
 *
 * @param name      of the phase.
 * @param elapsedNs from the first operation to the last answer.
 * @param latencies of single operations, in nanoseconds.
 */
record BenchmarkReport(String name, long elapsedNs, Histogram latencies)
{
    private static final double[] PERCENTILES = { 50, 90, 99, 99.9, 99.99, 100 };
    private static final double NS_PER_US = 1000.0;
    private static final double NS_PER_S = 1_000_000_000.0;

    /** A line for the throughput and one for each percentile. */
    String format()
    {
        final StringBuilder text = new StringBuilder();
        final double seconds = elapsedNs / NS_PER_S;
        text.append(String.format(Locale.ROOT, "%n%s: %d operations in %.3f s, %.0f operations/s%n",
            name, latencies.getTotalCount(), seconds, latencies.getTotalCount() / seconds));
        text.append(String.format(Locale.ROOT, "  %-10s %14s %14s%n", "percentile", "latency us", "operations"));
        for (final double percentile : PERCENTILES)
        {
            final long valueNs = latencies.getValueAtPercentile(percentile);
            text.append(String.format(Locale.ROOT, "  %-10s %14.1f %14d%n",
                percentile == PERCENTILES[PERCENTILES.length - 1] ? "max" : String.valueOf(percentile),
                valueNs / NS_PER_US, latencies.getCountBetweenValues(0, valueNs)));
        }
        text.append(String.format(Locale.ROOT, "  %-10s %14.1f%n", "mean", latencies.getMean() / NS_PER_US));
        return text.toString();
    }
}
