package org.velocitydb.client;

import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt: twice as long each time up to a bound, and of that a random part between
 * the half and the whole, so that those who failed together do not come back together. Immutable.
 *
 * @param minNs before the second attempt.
 * @param maxNs of any wait.
 */
record Backoff(long minNs, long maxNs)
{
    /** Beyond it the bound is reached whatever the least wait is. */
    private static final int MAX_DOUBLINGS = 62;

    /**
     * Draws a wait.
     *
     * @param failedAttempts 1 or more.
     * @return nanoseconds.
     */
    long delayNs(final int failedAttempts)
    {
        final int doublings = Math.min(MAX_DOUBLINGS, failedAttempts - 1);
        final long wholeNs = minNs > maxNs >> doublings ? maxNs : minNs << doublings;
        return wholeNs - ThreadLocalRandom.current().nextLong(wholeNs / 2 + 1);
    }
}
