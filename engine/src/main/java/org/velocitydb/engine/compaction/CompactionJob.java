package org.velocitydb.engine.compaction;

import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.MergingCursor;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableCursor;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.engine.version.LevelCursor;
import org.velocitydb.engine.version.TableSet;
import org.velocitydb.engine.version.VersionEdit;
import org.velocitydb.engine.version.VersionSet;

/**
 * Carries out a {@link CompactionPlan}: merges its tables into new ones of the next level and replaces them by these,
 * or moves them down as they are. Driven in slices by the thread that owns the version set; there is one compaction at
 * a time, while flushes may come between its slices.
 *
 * <p>Of each key the newest entry is kept. A tombstone is dropped where no deeper level may hold its key: what it
 * deletes is then either among the inputs, and goes with it, or nowhere. Tables that are flushed meanwhile are newer
 * than all of the inputs, so they change nothing about that.
 */
public final class CompactionJob implements AutoCloseable
{
    private final CompactionPlan plan;
    private final CompactionStats stats;
    private final TableRewrite rewrite;
    private boolean isReleased;

    /**
     * A compaction that has not begun. It holds a reference to the plan's set until it has ended.
     *
     * @param plan           made for the current set.
     * @param options        that say how long tables become.
     * @param creationTimeMs log time, for the tables' properties.
     * @param versions       that the tables belong to.
     * @param writer         that no unfinished job uses.
     * @param context        of the calling thread.
     * @param stats          that count it.
     */
    public CompactionJob(
        final CompactionPlan plan,
        final CompactionOptions options,
        final long creationTimeMs,
        final VersionSet versions,
        final TableWriter writer,
        final TableReadContext context,
        final CompactionStats stats)
    {
        this.plan = plan;
        this.stats = stats;
        final VersionEdit edit = new VersionEdit();
        plan.inputs().forEach(table -> edit.removeTable(plan.level(), table.number()));
        plan.overlapped().forEach(table -> edit.removeTable(plan.outputLevel(), table.number()));
        if (plan.isMove())
        {
            plan.inputs().forEach(table -> edit.addTable(plan.outputLevel(), table.info()));
        }
        rewrite = new TableRewrite(
            plan.isMove() ? new MergingCursor(0) : merge(plan, context),
            this::isKept,
            edit,
            plan.outputLevel(),
            options.tableLengthBytes(),
            creationTimeMs,
            versions,
            writer);
        plan.tables().retain();
    }

    private static MergingCursor merge(final CompactionPlan plan, final TableReadContext context)
    {
        final MergingCursor merged = new MergingCursor(plan.inputs().size() + 1);
        for (final Table table : plan.inputs())
        {
            merged.add(new TableCursor(context).reset(table));
        }
        if (!plan.overlapped().isEmpty())
        {
            merged.add(new LevelCursor(context).reset(plan.overlapped().toArray(new Table[0])));
        }
        return merged;
    }

    private boolean isKept(final EntryCursor entry)
    {
        if (entry.isTombstone() && !plan.tables()
            .mayHoldBelow(plan.outputLevel(), entry.keyBuffer(), entry.keyOffset(), entry.keyLength()))
        {
            stats.onTombstoneDropped();
            return false;
        }
        return true;
    }

    /**
     * Does a slice.
     *
     * @return how much was done; 0 if the job had ended.
     */
    public int doWork()
    {
        final boolean wasRunning = !isDone();
        try
        {
            return rewrite.doWork();
        }
        finally
        {
            if (wasRunning && isDone())
            {
                onEnded();
            }
        }
    }

    private void onEnded()
    {
        release();
        if (outcome() == JobOutcome.STORAGE_FULL)
        {
            stats.onFullDisk();
        }
        else if (outcome() == JobOutcome.DONE && plan.isMove())
        {
            stats.onMove();
        }
        else if (outcome() == JobOutcome.DONE)
        {
            stats.onCompaction(plan.lengthBytes(), rewrite.outputLengthBytes());
        }
    }

    private void release()
    {
        if (!isReleased)
        {
            isReleased = true;
            plan.tables().release();
        }
    }

    /**
     * Whether the job has ended, one way or another.
     *
     * @return true if {@link #outcome()} is final.
     */
    public boolean isDone()
    {
        return outcome() != JobOutcome.RUNNING;
    }

    /**
     * How far the job has come.
     *
     * @return the outcome.
     */
    public JobOutcome outcome()
    {
        return rewrite.outcome();
    }

    /**
     * The set after the compaction.
     *
     * @return the set, or null unless the outcome is {@link JobOutcome#DONE}.
     */
    public TableSet result()
    {
        return rewrite.result();
    }

    /**
     * Gives the job up, if it has not ended, and removes its files.
     */
    @Override
    public void close()
    {
        rewrite.abandon();
        release();
    }
}
