package org.velocitydb.engine;

import org.agrona.concurrent.CachedNanoClock;
import org.agrona.concurrent.NanoClock;
import org.velocitydb.journal.Journal;

/**
 * The journal's writing end: takes the records of groups, and forces them at once or when an interval has passed. What
 * it throws is final: what reached the disk is unknown. Owned by the writer; allocation-free.
 */
final class GroupJournal
{
    private final Journal journal;
    private final NanoClock clock;
    private final CachedNanoClock cycleClock;
    private final LogClock logClock;
    private final StoreCounters counters;
    private final GroupStages stages;
    private final long forceIntervalNs;
    private boolean hasUnforced;
    private boolean isForceScheduled;
    private long forceDeadlineNs;

    GroupJournal(
        final StoreState state, final StoreContext context, final Journal journal, final CachedNanoClock cycleClock)
    {
        this.journal = journal;
        this.clock = context.nanoClock();
        this.cycleClock = cycleClock;
        this.logClock = state.logClock();
        this.counters = state.counters();
        this.forceIntervalNs = context.forceIntervalNs();
        this.stages = new GroupStages(state, context.nanoClock());
        journal.whenAppended(stages::onWritten);
    }

    /**
     * Makes sure that a record can be written whatever others do to the disk meanwhile.
     *
     * @return false where the disk has no room for it.
     */
    boolean tryReserve(final int lengthBytes)
    {
        return journal.tryReserve(lengthBytes);
    }

    void write(final GroupBuffer record, final long firstSequence, final int entryCount, final boolean isForced)
    {
        if (isForced)
        {
            final long startNs = clock.nanoTime();
            journal.commit(
                record.buffer(), GroupBuffer.PAYLOAD_OFFSET, record.lengthBytes(), firstSequence, entryCount,
                logClock.nowMs());
            onForced(startNs);
        }
        else
        {
            stages.onWrite();
            journal.append(
                record.buffer(), GroupBuffer.PAYLOAD_OFFSET, record.lengthBytes(), firstSequence, entryCount,
                logClock.nowMs());
            stages.onWritten();
            hasUnforced = true;
        }
    }

    GroupStages stages()
    {
        return stages;
    }

    /** The group that is written next is complete. */
    void begin()
    {
        stages.begin(cycleClock.nanoTime());
    }

    /** Whether there are records that have not been forced. */
    boolean hasUnforced()
    {
        return hasUnforced;
    }

    void force()
    {
        final long startNs = clock.nanoTime();
        journal.force();
        onForced(startNs);
    }

    private void onForced(final long startNs)
    {
        hasUnforced = false;
        isForceScheduled = false;
        final long endNs = clock.nanoTime();
        stages.onForced(startNs, endNs);
        counters.forces.addOpaque(1);
        counters.forceNs.addOpaque(endNs - startNs);
    }

    /** Has a force fall due when the interval has passed, unless one does before. */
    void scheduleForce()
    {
        if (!isForceScheduled)
        {
            isForceScheduled = true;
            forceDeadlineNs = cycleClock.nanoTime() + forceIntervalNs;
        }
    }

    boolean isForceDue()
    {
        return isForceScheduled && forceDeadlineNs - cycleClock.nanoTime() < 0;
    }

    /** Last sequence written. */
    long appendedSequence()
    {
        return journal.appendedSequence();
    }

    /** Gives back the journal's space where nothing of it is needed; what was reserved is not any more. */
    boolean shrink()
    {
        return journal.shrink();
    }

    /** Frees the segments that hold nothing from a sequence on. */
    void purge(final long firstKeptSequence)
    {
        journal.purge(firstKeptSequence);
    }
}
