package org.velocitydb.engine;

import org.agrona.concurrent.NanoClock;
import org.velocitydb.engine.command.Completion;

/**
 * Where the time of the open group went, for those who look for slow requests: the stages are the same for all commands
 * of a group, so the clock is read for the group, and not at all while nobody wants to know ({@link
 * Store#timeGroups(boolean)}).
 *
 * <pre>
 *   taken         write begins      written         forced            delivered
 *     +-- judged, applied --+-- journal --+-- force --+--
 * </pre>
 *
 * A forced group's beginning and end are known in any case, since the counters want them. Where one call writes and
 * forces, all of it counts as force. Owned by the writer; allocation-free.
 */
final class GroupStages
{
    private static final long NS_PER_US = 1_000;

    private final StoreState state;
    private final NanoClock clock;
    private boolean isTimed;
    private long takenNs;
    private long writeNs;
    private long writtenNs;
    private long endNs;

    GroupStages(final StoreState state, final NanoClock clock)
    {
        this.state = state;
        this.clock = clock;
        endNs = clock.nanoTime();
    }

    /**
     * The group is complete and about to be written.
     *
     * @param cycleNs when the duty cycle began, in which its commands were taken.
     */
    void begin(final long cycleNs)
    {
        isTimed = state.areGroupsTimed();
        // A duty cycle may have more than one group: the later ones begin where the one before has ended.
        takenNs = endNs - cycleNs > 0 ? endNs : cycleNs;
        writeNs = takenNs;
        writtenNs = takenNs;
        endNs = takenNs;
    }

    /** The group's record is about to be written, and not to be forced. */
    void onWrite()
    {
        if (isTimed)
        {
            writeNs = clock.nanoTime();
        }
    }

    /** The group's record has been written by a call of its own. */
    void onWritten()
    {
        if (isTimed)
        {
            writtenNs = clock.nanoTime();
            endNs = writtenNs;
        }
    }

    /** The group has been forced. */
    void onForced(final long beginNs, final long forcedNs)
    {
        writeNs = beginNs;
        writtenNs = writtenNs - beginNs < 0 ? beginNs : writtenNs;
        endNs = forcedNs;
    }

    /** Fills in where the time of a group's command went. */
    void fill(final Completion completion)
    {
        if (isTimed)
        {
            completion.stages(
                takenNs, microseconds(writeNs - takenNs), microseconds(writtenNs - writeNs),
                microseconds(endNs - writtenNs));
        }
        else if (completion.isTimed())
        {
            completion.stages(Completion.NULL_TIME, 0, 0, 0);
        }
    }

    private static int microseconds(final long ns)
    {
        return (int) Math.min(ns / NS_PER_US, Integer.MAX_VALUE);
    }
}
