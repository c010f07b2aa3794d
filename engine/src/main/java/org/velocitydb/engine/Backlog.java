package org.velocitydb.engine;

import org.velocitydb.engine.compaction.CompactionOptions;

/**
 * How far flushes and compactions are behind, as one number, which paces compaction and slows writers:
 *
 * <pre>
 *   load   0 ................. 1 ........................ 2
 *          nothing waits       much waits                 about to stop
 *   compaction at its lowest   unlimited                  unlimited
 *   writers    free            free, then ever slower     1/64 memtable a second, then stopped
 * </pre>
 *
 * <p>It is the largest of three loads: tables of level 0, memtables that are not flushed, and bytes that lie in levels
 * above the one they should be in. What the job under way has already copied counts as done, so that the load is
 * smooth: it falls with every slice, not by a step at the end of a long compaction.
 *
 * <p>Writers are slowed by a fixed curve: their rate falls exponentially with the load beyond 1. No rate of the disk is
 * measured or guessed: where writers are faster than compactions the load grows until the curve gives just the rate at
 * which it grows no more, and latency grows gradually on the way. Any number of threads; immutable.
 */
final class Backlog
{
    /** From this load on compaction is not paced and writers are slowed. */
    static final double FULL_LOAD = 1;
    /** At this load writers are at their slowest. */
    static final double STOP_LOAD = 2;

    /** Memtables a second at which the slow-down begins: more than any disk takes, so nobody notices. */
    private static final double FASTEST_MEMTABLES_PER_SECOND = 8;
    private static final double SLOWEST_MEMTABLES_PER_SECOND = 1.0 / 64;
    /** Share of the number of tables at which writers stop, for the ends of the curve. */
    private static final double LEVEL_0_FULL_SHARE = 3.0 / 8;
    private static final double LEVEL_0_STOP_SHARE = 6.0 / 8;
    /** In lengths of the base level. */
    private static final long DEBT_FULL = 16;
    private static final long DEBT_STOP = 64;

    private final double level0Full;
    private final double level0Stop;
    private final double frozenFull;
    private final double frozenStop;
    private final double debtFullBytes;
    private final double debtStopBytes;
    private final double fastestBytesPerSecond;
    private final double slowestBytesPerSecond;

    Backlog(final StoreContext context)
    {
        this(context.level0TableCountMax(), context.frozenMemtableCountMax(), context.memtableBytesMax());
    }

    Backlog(final int level0TableCountMax, final int frozenMemtableCountMax, final long memtableBytes)
    {
        level0Full = LEVEL_0_FULL_SHARE * level0TableCountMax;
        level0Stop = LEVEL_0_STOP_SHARE * level0TableCountMax;
        frozenFull = frozenMemtableCountMax / 2.0;
        frozenStop = frozenMemtableCountMax;
        debtFullBytes = (double) DEBT_FULL * CompactionOptions.DEFAULT_BASE_LENGTH;
        debtStopBytes = (double) DEBT_STOP * CompactionOptions.DEFAULT_BASE_LENGTH;
        fastestBytesPerSecond = FASTEST_MEMTABLES_PER_SECOND * memtableBytes;
        slowestBytesPerSecond = SLOWEST_MEMTABLES_PER_SECOND * memtableBytes;
    }

    /**
     * The load of what waits.
     *
     * @param level0Tables tables of level 0, less what has been copied of them.
     * @param memtables    frozen memtables, less what has been flushed of them, and with what the active one has beyond
     *                     them.
     * @param debtBytes    {@link CompactionOptions#debtBytes}.
     * @return 0 or more.
     */
    double load(final double level0Tables, final double memtables, final double debtBytes)
    {
        return Math.max(
            loadOf(level0Tables, level0Full, level0Stop),
            Math.max(loadOf(memtables, frozenFull, frozenStop), loadOf(debtBytes, debtFullBytes, debtStopBytes)));
    }

    private static double loadOf(final double amount, final double full, final double stop)
    {
        if (amount <= 0)
        {
            return 0;
        }
        return amount <= full ? amount / full : Math.min(STOP_LOAD, 1 + (amount - full) / (stop - full));
    }

    /** What writers may write in a second; only asked for beyond {@link #FULL_LOAD}. */
    double writerBytesPerSecond(final double load)
    {
        return fastestBytesPerSecond * Math.pow(slowestBytesPerSecond / fastestBytesPerSecond, load - FULL_LOAD);
    }
}
