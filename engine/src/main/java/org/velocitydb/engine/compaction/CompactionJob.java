package org.velocitydb.engine.compaction;

import java.util.List;

import org.velocitydb.engine.entry.KeyspaceSet;
import org.velocitydb.engine.entry.MergingCursor;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableCursor;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.engine.version.LevelCursor;
import org.velocitydb.engine.version.TableSet;
import org.velocitydb.engine.version.VersionEdit;
import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.storage.StorageFullException;

/**
 * Carries out a {@link CompactionPlan} that merges: its tables become new ones of the output level. Two threads take
 * turns, which may be one:
 * <ol>
 * <li>the owner of the version set makes the job and passes it on;
 * <li>whoever copies calls {@link #begin} and then {@link #doWork} until {@link #isCopied}, and passes it back;
 * <li>the owner makes the result part of the store by {@link #install}, and in every case {@link #close}s the job.
 * </ol>
 * What passes it on makes the one's writes visible to the other. Meanwhile the owner may flush: tables that come are
 * newer than all of the inputs, so they change nothing about what may be dropped. There is one compaction at a time.
 *
 * <p>Until the edit is applied, every failure removes the files written. Where applying itself fails other than by a
 * full disk it is unknown whether the edit will count, so the files stay: if it does not, they belong to nothing, and
 * the next open removes them.
 */
public final class CompactionJob implements AutoCloseable
{
    private final CompactionPlan plan;
    private final CompactionOptions options;
    private final long nowMs;
    private final VersionSet versions;
    private final CompactionStats stats;
    private final RetentionRule rule;
    private final long rawLengthBytes;
    private TableRewrite rewrite;
    private JobOutcome outcome = JobOutcome.RUNNING;
    private boolean isReleased;

    /**
     * A compaction that has not begun. It holds a reference to the plan's set until it is closed.
     *
     * @param plan      that merges, made for the current set.
     * @param options   that say how long tables become.
     * @param nowMs     log time, by which entries expire.
     * @param keyspaces that exist.
     * @param versions  that the tables belong to.
     * @param stats     that count it.
     */
    public CompactionJob(
        final CompactionPlan plan,
        final CompactionOptions options,
        final long nowMs,
        final KeyspaceSet keyspaces,
        final VersionSet versions,
        final CompactionStats stats)
    {
        this.plan = plan;
        this.options = options;
        this.nowMs = nowMs;
        this.versions = versions;
        this.stats = stats;
        // Within level 0 older tables may lie beneath that are not among the inputs.
        rule = new RetentionRule(keyspaces, nowMs, plan.outputLevel() == 0 ? null : plan.tables(), plan.outputLevel());
        rawLengthBytes = Math.max(1, plan.rawLengthBytes());
        plan.tables().retain();
    }

    /**
     * What is done.
     *
     * @return the plan.
     */
    public CompactionPlan plan()
    {
        return plan;
    }

    /**
     * Begins, on the thread that copies.
     *
     * @param writer  that no unfinished job uses.
     * @param context of the calling thread.
     */
    public void begin(final TableWriter writer, final TableReadContext context)
    {
        final List<Table> inputs = plan.inputs();
        final List<Table> grandparents = plan.outputLevel() == 0 || plan.outputLevel() == LevelTargets.LAST_LEVEL
            ? List.of()
            : grandparents(options.targets(plan.tables()).below(plan.outputLevel()));
        final MergingCursor merged = new MergingCursor(inputs.size() + 1);
        if (plan.level() == 0)
        {
            inputs.forEach(table -> merged.add(new TableCursor(context).reset(table)));
        }
        else
        {
            merged.add(new LevelCursor(context).reset(inputs.toArray(new Table[0])));
        }
        if (!plan.overlapped().isEmpty())
        {
            merged.add(new LevelCursor(context).reset(plan.overlapped().toArray(new Table[0])));
        }
        final long tableLength = plan.outputLevel() == 0 ? TableWriter.MAX_DATA_LENGTH : options.tableLengthBytes();
        rewrite = new TableRewrite(
            merged, rule, new OutputCuts(tableLength, plan.outputLevel(), grandparents), versions.storage(),
            versions::takeTableNumber, nowMs, writer);
    }

    private List<Table> grandparents(final int level)
    {
        final KeyRange range = KeyRange.of(plan.inputs(), plan.overlapped());
        return plan.tables().overlapping(level, range.smallest(), range.largest());
    }

    /**
     * Does a slice, on the thread that copies.
     *
     * @return how much was done; 0 if there is nothing left to copy.
     */
    public int doWork()
    {
        return rewrite.doWork();
    }

    /**
     * Whether the copying has ended, one way or another.
     *
     * @return true if the job goes back to the owner of the version set.
     */
    public boolean isCopied()
    {
        return rewrite != null && rewrite.outcome() != JobOutcome.RUNNING;
    }

    /**
     * Keys and values that the last slice passed.
     *
     * @return bytes.
     */
    public long sliceBytes()
    {
        return rewrite.sliceBytes();
    }

    /**
     * How far the copying has come. An estimate: entries that a newer one hides are passed over without being counted.
     *
     * @param copiedBytes sum of {@link #sliceBytes} so far.
     * @return 0 to 1.
     */
    public double copiedPart(final long copiedBytes)
    {
        return Math.min(1.0, (double) copiedBytes / rawLengthBytes);
    }

    /**
     * Gives the copying up, on the thread that copies, and removes its files.
     */
    public void abandon()
    {
        if (rewrite != null)
        {
            rewrite.abandon();
        }
    }

    /**
     * Makes the tables written part of the store in place of the inputs, if the copying has come to its end. Called by
     * the owner of the version set, once.
     *
     * @return the new set; null unless the outcome is {@link JobOutcome#DONE}.
     */
    public TableSet install()
    {
        outcome = rewrite.outcome();
        TableSet result = null;
        if (outcome == JobOutcome.DONE)
        {
            result = apply();
        }
        if (outcome == JobOutcome.STORAGE_FULL)
        {
            stats.onFullDisk();
        }
        return result;
    }

    private TableSet apply()
    {
        final VersionEdit edit = plan.edit();
        rewrite.outputs().forEach(table -> edit.addTable(plan.outputLevel(), table));
        // What stands where applying throws.
        outcome = JobOutcome.ABANDONED;
        try
        {
            final TableSet result = versions.apply(edit);
            outcome = JobOutcome.DONE;
            stats.onCompaction(plan.lengthBytes(), rewrite.outputLengthBytes());
            stats.onDropped(rule);
            return result;
        }
        catch (final StorageFullException e)
        {
            rewrite.discard(JobOutcome.STORAGE_FULL);
            outcome = JobOutcome.STORAGE_FULL;
            return null;
        }
    }

    /**
     * How the job has ended.
     *
     * @return {@link JobOutcome#RUNNING} until {@link #install}.
     */
    public JobOutcome outcome()
    {
        return outcome;
    }

    /**
     * Whether entries were left out that hid older ones, so that the tables no longer show that these are gone.
     *
     * @return true if a tombstone or an expired entry was dropped.
     */
    public boolean hasDroppedHidingEntries()
    {
        return rule.droppedTombstones() + rule.droppedExpired() > 0;
    }

    /**
     * Lets go of the tables. What has been copied and was not installed is removed. Called by the owner of the version
     * set, when nobody copies any more.
     */
    @Override
    public void close()
    {
        if (!isReleased)
        {
            isReleased = true;
            try
            {
                removeWhatIsNotInstalled();
            }
            finally
            {
                plan.tables().release();
            }
        }
    }

    private void removeWhatIsNotInstalled()
    {
        if (rewrite != null && outcome == JobOutcome.RUNNING)
        {
            outcome = JobOutcome.ABANDONED;
            rewrite.abandon();
            rewrite.discard(JobOutcome.ABANDONED);
        }
    }
}
