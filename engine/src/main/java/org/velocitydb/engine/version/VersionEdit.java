package org.velocitydb.engine.version;

import java.util.ArrayList;
import java.util.List;

import org.velocitydb.engine.table.TableInfo;

/**
 * One step from a set of tables to the next: which tables go, which come, and how far entries have been flushed. Filled
 * by one thread and handed to {@link VersionSet#apply}. A table that is removed from one level and added to another
 * moves.
 */
public final class VersionEdit
{
    /** An edit that says nothing about the flushed sequence, or the next table's number. */
    static final long NULL_VALUE = -1;

    private final List<Added> added = new ArrayList<>();
    private final List<Removed> removed = new ArrayList<>();
    private long flushedSequence = NULL_VALUE;
    private long nextTableNumber = NULL_VALUE;

    record Added(int level, long tableNumber, long lengthBytes)
    {
    }

    record Removed(int level, long tableNumber)
    {
    }

    /**
     * An edit that changes nothing yet.
     */
    public VersionEdit()
    {
    }

    /**
     * Adds a table.
     *
     * @param level where it goes.
     * @param info  of the table, which is durable.
     * @return this.
     */
    public VersionEdit addTable(final int level, final TableInfo info)
    {
        return addTable(level, info.tableNumber(), info.lengthBytes());
    }

    VersionEdit addTable(final int level, final long tableNumber, final long lengthBytes)
    {
        added.add(new Added(level, tableNumber, lengthBytes));
        return this;
    }

    /**
     * Removes a table.
     *
     * @param level       where it is.
     * @param tableNumber of the table.
     * @return this.
     */
    public VersionEdit removeTable(final int level, final long tableNumber)
    {
        removed.add(new Removed(level, tableNumber));
        return this;
    }

    /**
     * Says that all entries up to a sequence are in tables now.
     *
     * @param sequence not before the one said last.
     * @return this.
     */
    public VersionEdit flushedSequence(final long sequence)
    {
        flushedSequence = sequence;
        return this;
    }

    VersionEdit nextTableNumber(final long tableNumber)
    {
        nextTableNumber = tableNumber;
        return this;
    }

    List<Added> added()
    {
        return added;
    }

    List<Removed> removed()
    {
        return removed;
    }

    long flushedSequence()
    {
        return flushedSequence;
    }

    long nextTableNumber()
    {
        return nextTableNumber;
    }

    @Override
    public String toString()
    {
        return "edit: removed=" + removed + ", added=" + added + ", flushedSequence=" + flushedSequence +
            ", nextTableNumber=" + nextTableNumber;
    }
}
