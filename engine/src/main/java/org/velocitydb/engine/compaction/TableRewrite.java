package org.velocitydb.engine.compaction;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.table.TableInfo;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.engine.version.TableSet;
import org.velocitydb.engine.version.VersionEdit;
import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.storage.StorageFullException;

/**
 * What flushes and compactions have in common: entries of a cursor become tables of a level, and an edit makes them
 * part of the store. One thread, which also owns the version set and the writer; driven in slices.
 *
 * <p>Until the edit is applied, every failure and {@link #abandon} remove the files written. Where applying itself
 * fails other than by a full disk it is unknown whether the edit will count, so the files stay: if it does not, they
 * belong to nothing, and the next open removes them.
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
        /** Ends the last table, which forces it. */
        FINISH,
        /** Applies the edit. */
        APPLY,
        /** There is nothing left to do; the outcome says why. */
        ENDED
    }

    private final EntryCursor source;
    private final Predicate<EntryCursor> isKept;
    private final VersionSet versions;
    private final TableWriter writer;
    private final VersionEdit edit;
    private final int outputLevel;
    private final long tableLength;
    private final long creationTimeMs;
    private final List<TableInfo> outputs = new ArrayList<>();
    private State state = State.SEEK;
    private JobOutcome outcome = JobOutcome.RUNNING;
    private TableSet result;

    /**
     * A rewrite that has not begun.
     *
     * @param source         of the entries, unpositioned.
     * @param isKept         which of them to write.
     * @param edit           that the tables written are added to.
     * @param outputLevel    of these tables.
     * @param tableLength    of data after which a table is ended.
     * @param creationTimeMs of these tables.
     */
    TableRewrite(
        final EntryCursor source,
        final Predicate<EntryCursor> isKept,
        final VersionEdit edit,
        final int outputLevel,
        final long tableLength,
        final long creationTimeMs,
        final VersionSet versions,
        final TableWriter writer)
    {
        this.source = source;
        this.isKept = isKept;
        this.edit = edit;
        this.outputLevel = outputLevel;
        this.tableLength = tableLength;
        this.creationTimeMs = creationTimeMs;
        this.versions = versions;
        this.writer = writer;
    }

    JobOutcome outcome()
    {
        return outcome;
    }

    TableSet result()
    {
        return result;
    }

    List<TableInfo> outputs()
    {
        return outputs;
    }

    long outputLengthBytes()
    {
        return outputs.stream().mapToLong(TableInfo::lengthBytes).sum();
    }

    int doWork()
    {
        try
        {
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
            final boolean isOutcomeKnown = state != State.APPLY;
            end(JobOutcome.ABANDONED);
            if (isOutcomeKnown)
            {
                removeFiles();
            }
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
                return copySlice();
            case FINISH :
                finishTable();
                state = State.APPLY;
                return 1;
            case APPLY :
                outputs.forEach(table -> edit.addTable(outputLevel, table));
                result = versions.apply(edit);
                end(JobOutcome.DONE);
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
        long lengthBytes = 0;
        boolean isValid = true;
        while (isValid && entryCount < SLICE_ENTRY_COUNT && lengthBytes < SLICE_LENGTH)
        {
            entryCount++;
            lengthBytes += source.keyLength() + source.valueLength();
            if (isKept.test(source))
            {
                write();
            }
            isValid = source.next();
        }
        if (!isValid)
        {
            state = State.FINISH;
        }
        return entryCount;
    }

    private void write()
    {
        if (writer.isOpen() &&
            (writer.dataLength() >= tableLength || !writer.hasRoom(source.keyLength(), source.valueLength())))
        {
            finishTable();
        }
        if (!writer.isOpen())
        {
            writer.begin(versions.takeTableNumber(), creationTimeMs);
        }
        writer.add(source);
    }

    private void finishTable()
    {
        if (writer.isOpen())
        {
            outputs.add(writer.finish());
        }
    }

    void abandon()
    {
        if (state != State.ENDED)
        {
            end(JobOutcome.ABANDONED);
            removeFiles();
        }
    }

    private void end(final JobOutcome how)
    {
        state = State.ENDED;
        outcome = how;
    }

    private void removeFiles()
    {
        writer.abandon();
        outputs.forEach(table -> versions.storage().delete(TableNames.of(table.tableNumber())));
        outputs.clear();
    }
}
