package org.velocitydb.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

class NapsTest
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long MS_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Anywhere, so that a clock that overflows is none of our business only by accident. */
    private long nowNs = Long.MAX_VALUE - MS_NS;
    private final Naps naps = new Naps(nowNs);

    @Test
    void shouldOnlyGiveTheProcessorAwayAtFirst()
    {
        assertTrue(naps.isYield());
        while (naps.isYield())
        {
            // There is an end to it.
        }
        assertFalse(naps.isYield());
        assertEquals(Naps.MIN_NS, naps.nextNs(nowNs));
        naps.reset();
        assertTrue(naps.isYield());
    }

    @Test
    void shouldNapNoLongerThanAShareOfTheSilence()
    {
        final long beginNs = nowNs;
        long lastNs = 0;
        while (nowNs - beginNs < SECOND_NS)
        {
            final long nextNs = naps.nextNs(nowNs);
            final long boundNs = Math.max(Naps.MAX_NS, (nowNs - beginNs) / 512);
            assertTrue(nextNs <= Math.min(boundNs, Naps.QUIET_MAX_NS), () -> "nap=" + nextNs + ", bound=" + boundNs);
            assertTrue(nextNs >= lastNs, () -> "it shrinks: nap=" + nextNs);
            lastNs = nextNs;
            nowNs += nextNs;
        }
        assertEquals(Naps.QUIET_MAX_NS, lastNs);
    }

    @Test
    void shouldNeverNapLongForWhoAsksOften()
    {
        for (int i = 0; i < 100; i++)
        {
            assertTrue(longestNs(25 * MS_NS) <= Naps.MAX_NS);
        }
    }

    @Test
    void shouldNapShortAgainFromTheFirstMessageOn()
    {
        longestNs(10 * SECOND_NS);
        naps.endSilence();

        assertTrue(longestNs(25 * MS_NS) <= Naps.MAX_NS);
    }

    @Test
    void shouldNapShortAgainWhenThereIsWorkTwiceWhateverItIs()
    {
        longestNs(10 * SECOND_NS);
        longestNs(25 * MS_NS);

        assertTrue(longestNs(25 * MS_NS) <= Naps.MAX_NS);
    }

    @Test
    void shouldNotTakeAChoreNowAndThenForAMessage()
    {
        longestNs(SECOND_NS);
        for (int i = 0; i < 10; i++)
        {
            assertEquals(Naps.QUIET_MAX_NS, longestNs(SECOND_NS / 2));
        }
    }

    /** Sleeps through a silence, at whose end there is something to do. */
    private long longestNs(final long silenceNs)
    {
        final long endNs = nowNs + silenceNs;
        long longestNs = 0;
        while (nowNs - endNs < 0)
        {
            final long nextNs = naps.nextNs(nowNs);
            longestNs = Math.max(longestNs, nextNs);
            nowNs += nextNs;
        }
        naps.reset();
        return longestNs;
    }
}
