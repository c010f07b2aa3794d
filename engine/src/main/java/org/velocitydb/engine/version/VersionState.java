package org.velocitydb.engine.version;

import java.util.Map;
import java.util.TreeMap;

/**
 * What all edits so far add up to: which tables there are, in which level and of what length, without opening any. One
 * thread.
 */
final class VersionState
{
    private final Map<Long, VersionEdit.Added> tables = new TreeMap<>();
    private long flushedSequence;
    private long nextTableNumber = 1;

    VersionState copy()
    {
        final VersionState copy = new VersionState();
        copy.tables.putAll(tables);
        copy.flushedSequence = flushedSequence;
        copy.nextTableNumber = nextTableNumber;
        return copy;
    }

    /**
     * Takes an edit in.
     *
     * @throws IllegalArgumentException when it contradicts what is here; then this state is of no further use.
     */
    void apply(final VersionEdit edit)
    {
        for (final VersionEdit.Removed removed : edit.removed())
        {
            final VersionEdit.Added table = tables.remove(removed.tableNumber());
            if (table == null || table.level() != removed.level())
            {
                throw contradiction("removed table is not there", edit);
            }
        }
        for (final VersionEdit.Added added : edit.added())
        {
            if (added.level() < 0 || added.level() >= TableSet.LEVEL_COUNT || added.tableNumber() < 0 ||
                tables.put(added.tableNumber(), added) != null)
            {
                throw contradiction("added table is out of range or there already", edit);
            }
        }
        if (edit.flushedSequence() != VersionEdit.NULL_VALUE)
        {
            if (edit.flushedSequence() < flushedSequence)
            {
                throw contradiction("flushed sequence goes back", edit);
            }
            flushedSequence = edit.flushedSequence();
        }
        if (edit.nextTableNumber() != VersionEdit.NULL_VALUE)
        {
            if (edit.nextTableNumber() < nextTableNumber)
            {
                throw contradiction("next table number goes back", edit);
            }
            nextTableNumber = edit.nextTableNumber();
        }
    }

    private IllegalArgumentException contradiction(final String what, final VersionEdit edit)
    {
        return new IllegalArgumentException(
            what + ": " + edit + ", flushedSequence=" + flushedSequence + ", nextTableNumber=" + nextTableNumber);
    }

    /** One edit that leads here from nothing. */
    VersionEdit toEdit()
    {
        final VersionEdit edit = new VersionEdit();
        tables.values().forEach(table -> edit.addTable(table.level(), table.tableNumber(), table.lengthBytes()));
        return edit.flushedSequence(flushedSequence).nextTableNumber(nextTableNumber);
    }

    Map<Long, VersionEdit.Added> tables()
    {
        return tables;
    }

    long flushedSequence()
    {
        return flushedSequence;
    }

    long nextTableNumber()
    {
        return nextTableNumber;
    }
}
