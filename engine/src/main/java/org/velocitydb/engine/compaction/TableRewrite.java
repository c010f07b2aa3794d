package org.velocitydb.engine.compaction;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.table.TableInfo;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageFullException;

/**
 * What flushes and compactions have in common: entries of a cursor become tables, which are durable in the end and
 * belong to nothing yet. One thread, driven in slices. Every failure and {@link #abandon} remove the files written.
 */
final class TableRewrite
{
    /** A slice ends at whatever comes first; some hundred microseconds of work. */
    static final int SLICE_ENTRY_COUNT = 256;
    static final int SLICE_LENGTH = 64 * 1024;

    private enum State
    {
        /** Moves to the first entry. */
        SEEK,
        /** Copies entries. */
        COPY,
        /** Ends a table before the entry that the source stands on, a slice at a time. */
        CUT,
        /** Ends the last table, a slice at a time. */
        FINISH,
        /** There is nothing left to do; the outcome says why. */
        ENDED
    }

    private final EntryCursor source;
    private final RetentionRule rule;
    private final OutputCuts cuts;
    private final Storage storage;
    private final LongSupplier tableNumbers;
    private final long creationTimeMs;
    private final TableWriter writer;
    private final List<TableInfo> outputs = new ArrayList<>();
    private State state = State.SEEK;
    private JobOutcome outcome = JobOutcome.RUNNING;
    private long sliceBytes;
    /** Of the entry that the source stands on, once it has been decided. */
    private RetentionRule.Fate fate;

    /**
     * A rewrite that has not begun.
     *
     * @param source         of the entries, unpositioned.
     * @param rule           that says which of them to write.
     * @param cuts           that say where a table ends.
     * @param storage        that the writer writes to.
     * @param tableNumbers   for the tables written.
     * @param creationTimeMs of these tables.
     * @param writer         that no unfinished job uses.
     */
    TableRewrite(
        final EntryCursor source,
        final RetentionRule rule,
        final OutputCuts cuts,
        final Storage storage,
        final LongSupplier tableNumbers,
        final long creationTimeMs,
        final TableWriter writer)
    {
        this.source = source;
        this.rule = rule;
        this.cuts = cuts;
        this.storage = storage;
        this.tableNumbers = tableNumbers;
        this.creationTimeMs = creationTimeMs;
        this.writer = writer;
    }

    /** {@link JobOutcome#DONE} when all tables are durable. */
    JobOutcome outcome()
    {
        return outcome;
    }

    List<TableInfo> outputs()
    {
        return outputs;
    }

    long outputLengthBytes()
    {
        return outputs.stream().mapToLong(TableInfo::lengthBytes).sum();
    }

    /** Keys and values that the last slice passed. */
    long sliceBytes()
    {
        return sliceBytes;
    }

    int doWork()
    {
        try
        {
            sliceBytes = 0;
            return work();
        }
        catch (final StorageFullException e)
        {
            end(JobOutcome.STORAGE_FULL);
            removeFiles();
            return 1;
        }
        catch (final RuntimeException e)
        {
            abandon();
            throw e;
        }
    }

    private int work()
    {
        switch (state)
        {
            case SEEK :
                state = source.seekFirst() ? State.COPY : State.FINISH;
                return 1;
            case COPY :
                return writer.forceSlice() ? 1 : copySlice();
            case CUT :
                if (finishSlice())
                {
                    write();
                    goOn();
                }
                return 1;
            case FINISH :
                if (finishSlice())
                {
                    end(JobOutcome.DONE);
                }
                return 1;
            case ENDED :
                return 0;
            default :
                throw new IllegalStateException("unknown state: state=" + state);
        }
    }

    private int copySlice()
    {
        int entryCount = 0;
        while (state == State.COPY && entryCount < SLICE_ENTRY_COUNT && sliceBytes < SLICE_LENGTH)
        {
            entryCount++;
            sliceBytes += source.keyLength() + source.valueLength();
            fate = rule.fate(source);
            if (fate != RetentionRule.Fate.DROP && cuts.isBefore(source, writer))
            {
                state = State.CUT;
                return entryCount;
            }
            write();
            goOn();
        }
        return entryCount;
    }

    private void goOn()
    {
        state = source.next() ? State.COPY : State.FINISH;
    }

    private void write()
    {
        if (fate == RetentionRule.Fate.DROP)
        {
            return;
        }
        if (!writer.isOpen())
        {
            writer.begin(tableNumbers.getAsLong(), creationTimeMs);
        }
        if (fate == RetentionRule.Fate.BURY)
        {
            writer.add(
                source.keyBuffer(), source.keyOffset(), source.keyLength(), source.sequence(), Expiry.NEVER_MS, true,
                source.valueBuffer(), source.valueOffset(), 0);
        }
        else
        {
            writer.add(source);
        }
    }

    /** Whether no table is open any more. */
    private boolean finishSlice()
    {
        if (!writer.isOpen())
        {
            return true;
        }
        if (!writer.finishSlice())
        {
            return false;
        }
        outputs.add(writer.info());
        return true;
    }

    void abandon()
    {
        if (state != State.ENDED)
        {
            end(JobOutcome.ABANDONED);
            removeFiles();
        }
    }

    /** Removes the tables of a rewrite that is done, since they will not become part of the store. */
    void discard(final JobOutcome why)
    {
        end(why);
        removeOutputs();
    }

    private void end(final JobOutcome how)
    {
        state = State.ENDED;
        outcome = how;
    }

    private void removeFiles()
    {
        writer.abandon();
        removeOutputs();
    }

    private void removeOutputs()
    {
        outputs.forEach(table -> storage.delete(TableNames.of(table.tableNumber())));
        outputs.clear();
    }
}
