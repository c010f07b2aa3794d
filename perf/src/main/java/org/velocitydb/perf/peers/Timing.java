package org.velocitydb.perf.peers;

import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

/**
 * How long calls took, one after the other on one thread. The clock is read once for each call: the end of one is the
 * beginning of the next, so that a call's time includes making its key and value, which takes some 20 to 60 ns and is
 * the same for every store.
 *
 * @param operations that the calls did.
 * @param elapsedNs  from the first call to the end of the last.
 * @param latencyNs  of each call.
 */
record Timing(long operations, long elapsedNs, Histogram latencyNs)
{
    private static final long LATENCY_MAX_NS = TimeUnit.MINUTES.toNanos(10);
    private static final int DIGITS = 3;

    /** What is timed. */
    @FunctionalInterface
    interface Operation
    {
        /**
         * Does it once.
         *
         * @param index counts the calls from 0.
         * @throws Exception what the store throws.
         */
        void run(long index) throws Exception;
    }

    static Histogram newHistogram()
    {
        return new Histogram(LATENCY_MAX_NS, DIGITS);
    }

    static Timing forNs(final long durationNs, final Operation operation) throws Exception
    {
        final Histogram histogram = newHistogram();
        final long startNs = System.nanoTime();
        long beforeNs = startNs;
        long count = 0;
        do
        {
            operation.run(count);
            final long nowNs = System.nanoTime();
            histogram.recordValue(nowNs - beforeNs);
            beforeNs = nowNs;
            count++;
        }
        while (beforeNs - startNs < durationNs);
        return new Timing(count, beforeNs - startNs, histogram);
    }

    static Timing times(final long callCount, final Operation operation) throws Exception
    {
        final Histogram histogram = newHistogram();
        final long startNs = System.nanoTime();
        long beforeNs = startNs;
        for (long i = 0; i < callCount; i++)
        {
            operation.run(i);
            final long nowNs = System.nanoTime();
            histogram.recordValue(nowNs - beforeNs);
            beforeNs = nowNs;
        }
        return new Timing(callCount, beforeNs - startNs, histogram);
    }

    /**
     * The same time for calls that did more than one operation each.
     *
     * @param count of operations over all calls.
     * @return the timing.
     */
    Timing ofOperations(final long count)
    {
        return new Timing(count, elapsedNs, latencyNs);
    }
}
