package org.velocitydb.engine.compaction;

import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.engine.version.TableSet;
import org.velocitydb.engine.version.VersionEdit;
import org.velocitydb.engine.version.VersionSet;

/**
 * Writes a frozen memtable as a table of level 0 (more than one only where it is larger than a table can be) and says
 * in the same edit that its entries are flushed. Driven in slices by the thread that owns the version set; one job at a
 * time uses a writer. Flushes are run in the order of their sequences.
 */
public final class FlushJob implements AutoCloseable
{
    private final TableRewrite rewrite;
    private final CompactionStats stats;

    /**
     * A flush that has not begun.
     *
     * @param source          over the newest entry of each key, tombstones included; stays the caller's.
     * @param flushedSequence that all entries of the source, and all flushed before, are not after.
     * @param creationTimeMs  log time, for the table's properties.
     * @param versions        that the table becomes part of.
     * @param writer          that no unfinished job uses.
     * @param stats           that count it.
     */
    public FlushJob(
        final EntryCursor source,
        final long flushedSequence,
        final long creationTimeMs,
        final VersionSet versions,
        final TableWriter writer,
        final CompactionStats stats)
    {
        this.stats = stats;
        rewrite = new TableRewrite(
            source,
            entry -> true,
            new VersionEdit().flushedSequence(flushedSequence),
            0,
            TableWriter.MAX_DATA_LENGTH,
            creationTimeMs,
            versions,
            writer);
    }

    /**
     * Does a slice.
     *
     * @return how much was done; 0 if the job had ended.
     */
    public int doWork()
    {
        final boolean wasRunning = !isDone();
        final int workCount = rewrite.doWork();
        if (wasRunning && outcome() == JobOutcome.DONE)
        {
            stats.onFlush(rewrite.outputLengthBytes());
        }
        else if (wasRunning && outcome() == JobOutcome.STORAGE_FULL)
        {
            stats.onFullDisk();
        }
        return workCount;
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
     * The set with the new table.
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
    }
}
