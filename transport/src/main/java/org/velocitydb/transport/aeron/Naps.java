package org.velocitydb.transport.aeron;

import java.util.concurrent.TimeUnit;

/**
 * How long to rest for somebody who has to look for work since nothing tells of it: for some tens of microseconds the
 * processor is only given away, then come naps that double up to {@link #MAX_NS}. After a silence they grow on, up to
 * {@link #QUIET_MAX_NS}, but no nap is longer than a share of the silence before it: who asks now and then waits for
 * less than a hundredth of the time that it has let pass itself, and who asks often never meets a long nap.
 *
 * <pre>
 *   silence    up to 0.1 ms    to 51 ms    100 ms    256 ms    512 ms and more
 *   nap        it doubles      0.1 ms      0.2 ms    0.5 ms    1 ms
 * </pre>
 *
 * <p>A message ends the silence. Other work brings the short naps back for a moment: Aeron does chores of its own once
 * or twice a second, so where a message cannot be told from them, the silence is counted from the work before the last.
 * Used by one thread.
 */
final class Naps
{
    /** Shortest; the system rounds it up to about 50 microseconds on Linux. */
    static final long MIN_NS = TimeUnit.MICROSECONDS.toNanos(1);
    /** Longest while there is work now and then. */
    static final long MAX_NS = TimeUnit.MICROSECONDS.toNanos(100);
    /** Longest. Ten times the other, so that what an idle server costs is a tenth. */
    static final long QUIET_MAX_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * Times that the processor is given away before the first nap. With the empty cycles between them that is some tens
     * of microseconds, within which a client that asks again and again does so.
     */
    private static final int YIELDS_MAX = 20;
    /** A nap is at most this part of the silence before it, so {@link #QUIET_MAX_NS} comes after half a second. */
    private static final int SILENCE_PARTS = 512;

    private int yields;
    private long napNs = MIN_NS;
    private boolean isResting;
    private boolean isSilenceEnded;
    /** When the rest began that is under way, or was the last. */
    private long restedNs;
    private long silentSinceNs;

    Naps(final long nowNs)
    {
        restedNs = nowNs;
        silentSinceNs = nowNs;
    }

    /** There was something to do, which may have been a chore. */
    void reset()
    {
        yields = 0;
        napNs = MIN_NS;
        isResting = false;
    }

    /** There was a message. */
    void endSilence()
    {
        reset();
        isSilenceEnded = true;
    }

    /** Whether the processor is only to be given away this time. */
    boolean isYield()
    {
        if (yields == YIELDS_MAX)
        {
            return false;
        }
        yields++;
        return true;
    }

    /** Length of the nap to be taken now. */
    long nextNs(final long nowNs)
    {
        if (!isResting)
        {
            isResting = true;
            silentSinceNs = isSilenceEnded ? nowNs : restedNs;
            isSilenceEnded = false;
            restedNs = nowNs;
        }
        final long shareNs = (nowNs - silentSinceNs) / SILENCE_PARTS;
        final long nextNs = Math.min(napNs, Math.min(Math.max(shareNs, MAX_NS), QUIET_MAX_NS));
        napNs = 2 * nextNs;
        return nextNs;
    }
}
