package org.velocitydb.engine;

/**
 * Notices that the store is left alone, so that work may be done which is merely worth while: reads are the faster the
 * fewer memtables and tables they have to look into. Owned by maintenance.
 *
 * <p>A store is left alone when nothing has been written for a moment, or when what is written has filled no memtable
 * for a while. The first is noticed once in a while only: otherwise a program that writes a little, pauses, and writes
 * again would have a level rewritten in each of its pauses.
 */
final class IdleWatch
{
    /** Without a write for this long, a burst is over. */
    static final long QUIET_AFTER_NS = 2_000_000_000L;
    /** What fills no memtable in this time is no load worth the name; and how often quiet is noticed at most. */
    static final long IDLE_AFTER_NS = 30_000_000_000L;

    private long sequence;
    private long writtenNs;
    private long frozenCount;
    private long frozenNs;
    private boolean isQuiet;
    private boolean wasQuiet;
    private long quietNs;

    IdleWatch(final long sequence, final long nowNs)
    {
        this.sequence = sequence;
        writtenNs = nowNs;
        frozenNs = nowNs;
    }

    /**
     * Looks at what has been written since.
     *
     * @param nowNs           time.
     * @param visibleSequence of the store.
     * @param memtablesFrozen since the store was opened.
     * @return whether a quiet time begins, in which the memtable may be flushed.
     */
    boolean look(final long nowNs, final long visibleSequence, final long memtablesFrozen)
    {
        if (visibleSequence != sequence)
        {
            sequence = visibleSequence;
            writtenNs = nowNs;
            isQuiet = false;
        }
        if (memtablesFrozen != frozenCount)
        {
            frozenCount = memtablesFrozen;
            frozenNs = nowNs;
        }
        final boolean isNoticed = !wasQuiet || nowNs - quietNs >= IDLE_AFTER_NS;
        if (isQuiet || nowNs - writtenNs < QUIET_AFTER_NS || !isNoticed)
        {
            return false;
        }
        isQuiet = true;
        wasQuiet = true;
        quietNs = nowNs;
        return true;
    }

    /**
     * Whether the store is left alone, as of the last look.
     *
     * @param nowNs time.
     * @return true if so.
     */
    boolean isIdle(final long nowNs)
    {
        return isQuiet || nowNs - frozenNs >= IDLE_AFTER_NS;
    }
}
