package org.velocitydb.engine;

import org.velocitydb.engine.compaction.CompactionPlan;
import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.storage.StorageFullException;

/**
 * Keeps a reserve on the disk: it counts as full while there is less, so that deletes, and the flushes and compactions
 * that make room of them, still find some. And it stays full until there is clearly more, what waits to be written
 * included: a file that was given up for want of room leaves room behind which is none. Used by maintenance alone.
 */
final class DiskReserve
{
    private static final int RESERVED_SEGMENT_COUNT = 2;
    /** Room beyond the reserve, in journal segments, at which a full disk counts as usable again. */
    private static final long FREE_SEGMENT_COUNT = 2;
    /** A table, the ten that it overlaps in the next level, and what a merge may write beyond its inputs. */
    private static final int RESERVED_TABLE_COUNT = 12;
    /** Of the disk, as far as it is this store's or free, that the reserve takes at most. */
    private static final int RESERVE_PART = 10;
    /** How often the room on the disk is looked at: in this time no disk takes as much as the reserve. */
    private static final long CHECK_NS = 20_000_000L;

    private final StoreState state;
    private final StoreContext context;
    private final VersionSet versions;
    private final long tableLengthBytes;
    private long checkNs;
    /** What the merge that found no room last was expected to write. */
    private long refusedMergeBytes;
    private boolean isFullReported;

    DiskReserve(final StoreState state, final StoreContext context, final VersionSet versions, final long nowNs)
    {
        this.state = state;
        this.context = context;
        this.versions = versions;
        tableLengthBytes = context.compactionOptions().tableLengthBytes();
        checkNs = nowNs;
    }

    /** Looks from time to time how much room there is, and says so to the writer. */
    void watch(final long nowNs)
    {
        if (checkNs - nowNs > 0)
        {
            return;
        }
        checkNs = nowNs + CHECK_NS;
        final long usableBytes = context.storage().usableBytes();
        final long reserveBytes = reserveBytes(usableBytes);
        if (usableBytes < reserveBytes && !state.isDiskFull())
        {
            onFull();
        }
        else if (state.isDiskFull() && usableBytes - reserveBytes > marginBytes() + waitingBytes())
        {
            state.diskFull(false);
            state.writerSignal().signal();
        }
        report(usableBytes, reserveBytes);
    }

    /** Something found the disk full. */
    void onFull()
    {
        state.diskFull(true);
        // What it waited for may not come now, and it refuses instead.
        state.writerSignal().signal();
    }

    /** A merge found no room, or was not begun for that. */
    void onMergeRefused(final CompactionPlan plan)
    {
        refusedMergeBytes = plan.expectedLengthBytes();
    }

    /**
     * Whether the disk is not full while the plan's tables are written and its inputs are still there. If it were,
     * writes would be refused for the time of each merge that is tried, and again for the next.
     */
    boolean hasRoomFor(final CompactionPlan plan)
    {
        final long usableBytes = context.storage().usableBytes();
        final long roomBytes = usableBytes - reserveBytes(usableBytes) - marginBytes();
        return plan.expectedLengthBytes() <= roomBytes;
    }

    /** Whether the writer waits for a merge. */
    boolean isLevel0Full()
    {
        return versions.current().tableCount(0) >= context.level0TableCountMax();
    }

    /** Room for deletes in the journal, for a flush of them and to compact, but no large part of a small disk. */
    private long reserveBytes(final long usableBytes)
    {
        final long wantedBytes = (long) RESERVED_SEGMENT_COUNT * context.segmentLength() + context.memtableBytesMax() +
            RESERVED_TABLE_COUNT * tableLengthBytes;
        final long ownBytes = versions.current().lengthBytes();
        return Math.min(wantedBytes, (usableBytes + Math.min(ownBytes, Long.MAX_VALUE - usableBytes)) / RESERVE_PART);
    }

    private long marginBytes()
    {
        return FREE_SEGMENT_COUNT * context.segmentLength();
    }

    /** What is to be written before the writer may go on: frozen memtables, and the merge that level 0 needs. */
    private long waitingBytes()
    {
        final StoreView view = state.currentView();
        long waitingBytes = isLevel0Full() ? refusedMergeBytes : 0;
        for (int i = 0; i < view.frozenCount(); i++)
        {
            waitingBytes += view.frozen(i).memtable().allocatedBytes();
        }
        return waitingBytes;
    }

    /** Whoever found the disk full: operators are to read why writes are refused. */
    private void report(final long usableBytes, final long reserveBytes)
    {
        final boolean isFull = state.isDiskFull();
        if (isFull && !isFullReported)
        {
            context.errorHandler().onError(
                new StorageFullException("disk full, writes are refused: usableBytes=" + usableBytes +
                    ", reserveBytes=" + reserveBytes));
        }
        isFullReported = isFull;
    }
}
