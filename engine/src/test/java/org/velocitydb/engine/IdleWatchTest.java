package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IdleWatchTest
{
    private static final long START_NS = -1_000;

    private final IdleWatch watch = new IdleWatch(5, START_NS);

    @Test
    void shouldNoticeOnceThatABurstOfWritesIsOver()
    {
        assertFalse(watch.look(START_NS + 1, 6, 0));
        assertFalse(watch.look(START_NS + IdleWatch.QUIET_AFTER_NS, 6, 0));
        assertFalse(watch.isIdle(START_NS + IdleWatch.QUIET_AFTER_NS));

        assertTrue(watch.look(START_NS + 1 + IdleWatch.QUIET_AFTER_NS, 6, 0));
        assertFalse(watch.look(START_NS + 2 + IdleWatch.QUIET_AFTER_NS, 6, 0), "it has begun already");
        assertTrue(watch.isIdle(START_NS + 2 + IdleWatch.QUIET_AFTER_NS));
    }

    @Test
    void shouldNotTakeEveryPauseBetweenWritesForRest()
    {
        final long firstNs = START_NS + IdleWatch.QUIET_AFTER_NS;
        assertTrue(watch.look(firstNs, 5, 0));
        assertFalse(watch.look(firstNs + 1, 6, 0));
        assertFalse(watch.isIdle(firstNs + 1));

        final long secondNs = firstNs + 1 + IdleWatch.QUIET_AFTER_NS;
        assertFalse(watch.look(secondNs, 6, 0), "too soon after the last time");
        assertFalse(watch.isIdle(secondNs));
        assertTrue(watch.look(firstNs + IdleWatch.IDLE_AFTER_NS, 6, 0));
    }

    @Test
    void shouldTakeATrickleThatFillsNoMemtableForRest()
    {
        long nowNs = START_NS;
        for (int i = 0; nowNs - START_NS < IdleWatch.IDLE_AFTER_NS; i++)
        {
            assertFalse(watch.isIdle(nowNs));
            nowNs += IdleWatch.QUIET_AFTER_NS / 2;
            assertFalse(watch.look(nowNs, 6 + i, 0));
        }
        assertTrue(watch.isIdle(nowNs));

        watch.look(nowNs + 1, 1_000_000, 1);
        assertFalse(watch.isIdle(nowNs + 1), "a memtable was filled");
    }
}
