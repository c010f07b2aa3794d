package org.velocitydb.engine.compaction;

import java.util.List;

import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.KeyspaceSet;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.engine.version.TableSet;
import org.velocitydb.engine.version.VersionEdit;
import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.storage.StorageFullException;

/**
 * Writes a frozen memtable as a table of level 0 (more than one only where it is larger than a table can be) and says
 * in the same edit that its entries are flushed. Driven in slices by the thread that owns the version set; one job at a
 * time uses a writer. Flushes are run in the order of their sequences.
 *
 * <p>Until the edit is applied, every failure removes the files written. Where applying itself fails other than by a
 * full disk it is unknown whether the edit will count, so the files stay: if it does not, they belong to nothing, and
 * the next open removes them.
 */
public final class FlushJob implements AutoCloseable
{
    private final VersionSet versions;
    private final long flushedSequence;
    private final RetentionRule rule;
    private final TableRewrite rewrite;
    private final CompactionStats stats;
    private JobOutcome outcome = JobOutcome.RUNNING;
    private TableSet result;

    /**
     * A flush that has not begun.
     *
     * @param source          over the newest entry of each key, tombstones included; stays the caller's.
     * @param flushedSequence that all entries of the source, and all flushed before, are not after.
     * @param nowMs           log time, by which entries expire.
     * @param keyspaces       that exist.
     * @param versions        that the table becomes part of.
     * @param writer          that no unfinished job uses.
     * @param stats           that count it.
     */
    public FlushJob(
        final EntryCursor source,
        final long flushedSequence,
        final long nowMs,
        final KeyspaceSet keyspaces,
        final VersionSet versions,
        final TableWriter writer,
        final CompactionStats stats)
    {
        this.versions = versions;
        this.flushedSequence = flushedSequence;
        this.stats = stats;
        rule = new RetentionRule(keyspaces, nowMs, null, 0);
        rewrite = new TableRewrite(
            source,
            rule,
            new OutputCuts(TableWriter.MAX_DATA_LENGTH, 0, List.of()),
            versions.storage(),
            versions::takeTableNumber,
            nowMs,
            writer);
    }

    /**
     * Does a slice.
     *
     * @return how much was done; 0 if the job had ended.
     */
    public int doWork()
    {
        if (isDone())
        {
            return 0;
        }
        if (rewrite.outcome() == JobOutcome.DONE)
        {
            apply();
            return 1;
        }
        try
        {
            return rewrite.doWork();
        }
        finally
        {
            if (rewrite.outcome() != JobOutcome.DONE)
            {
                end(rewrite.outcome());
            }
        }
    }

    private void apply()
    {
        final VersionEdit edit = new VersionEdit().flushedSequence(flushedSequence);
        rewrite.outputs().forEach(table -> edit.addTable(0, table));
        try
        {
            result = versions.apply(edit);
            stats.onFlush(rewrite.outputLengthBytes());
            stats.onDropped(rule);
            end(JobOutcome.DONE);
        }
        catch (final StorageFullException e)
        {
            rewrite.discard(JobOutcome.STORAGE_FULL);
            end(JobOutcome.STORAGE_FULL);
        }
        catch (final RuntimeException e)
        {
            end(JobOutcome.ABANDONED);
            throw e;
        }
    }

    private void end(final JobOutcome how)
    {
        outcome = how;
        if (how == JobOutcome.STORAGE_FULL)
        {
            stats.onFullDisk();
        }
    }

    /**
     * Whether the job has ended, one way or another.
     *
     * @return true if {@link #outcome()} is final.
     */
    public boolean isDone()
    {
        return outcome != JobOutcome.RUNNING;
    }

    /**
     * How far the job has come.
     *
     * @return the outcome.
     */
    public JobOutcome outcome()
    {
        return outcome;
    }

    /**
     * Bytes of keys and values that have been passed by the last slice.
     *
     * @return bytes.
     */
    public long sliceBytes()
    {
        return rewrite.sliceBytes();
    }

    /**
     * The set with the new table.
     *
     * @return the set, or null unless the outcome is {@link JobOutcome#DONE}.
     */
    public TableSet result()
    {
        return result;
    }

    /**
     * Gives the job up, if it has not ended, and removes its files.
     */
    @Override
    public void close()
    {
        if (!isDone())
        {
            if (rewrite.outcome() == JobOutcome.DONE)
            {
                rewrite.discard(JobOutcome.ABANDONED);
            }
            rewrite.abandon();
            end(JobOutcome.ABANDONED);
        }
    }
}
