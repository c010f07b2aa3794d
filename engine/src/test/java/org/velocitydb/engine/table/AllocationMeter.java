package org.velocitydb.engine.table;

import java.lang.management.ManagementFactory;

import com.sun.management.ThreadMXBean;

/**
 * Counts the bytes that the calling thread allocates.
 */
public final class AllocationMeter
{
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /**
     * A meter for the calling thread.
     */
    public AllocationMeter()
    {
        threads.getCurrentThreadAllocatedBytes();
    }

    /**
     * Runs work several times and tells the least that one run allocated: the first runs load classes and grow buffers.
     *
     * @param runs how often.
     * @param work to measure.
     * @return bytes.
     */
    public long leastOf(final int runs, final Runnable work)
    {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < runs; i++)
        {
            final long before = threads.getCurrentThreadAllocatedBytes();
            work.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
