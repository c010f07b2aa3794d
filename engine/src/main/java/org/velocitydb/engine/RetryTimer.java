package org.velocitydb.engine;

/**
 * When something that failed is tried again: after a pause that doubles with each failure in a row, up to a bound. One
 * thread.
 */
final class RetryTimer
{
    /** Long enough not to fill the log, short enough to notice room that was made. */
    static final long FIRST_PAUSE_NS = 500_000_000L;
    /** Short enough that a disk which has come back is used again soon. */
    static final long LONGEST_PAUSE_NS = 16 * FIRST_PAUSE_NS;

    private boolean isPausing;
    private long retryNs;
    private long pauseNs = FIRST_PAUSE_NS;
    private int failureCount;

    boolean isDue(final long nowNs)
    {
        isPausing &= retryNs - nowNs > 0;
        return !isPausing;
    }

    /** Waits, without counting a failure: it is known what has to happen first. */
    void pause(final long nowNs)
    {
        isPausing = true;
        retryNs = nowNs + FIRST_PAUSE_NS;
    }

    void failed(final long nowNs)
    {
        isPausing = true;
        retryNs = nowNs + pauseNs;
        pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
        failureCount++;
    }

    void succeeded()
    {
        pauseNs = FIRST_PAUSE_NS;
        failureCount = 0;
    }

    /** Failures since the last success. */
    int failureCount()
    {
        return failureCount;
    }
}
