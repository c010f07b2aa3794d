package org.velocitydb.engine.compaction;

import java.util.List;
import java.util.stream.Stream;

import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableInfo;
import org.velocitydb.engine.version.TableSet;
import org.velocitydb.engine.version.VersionEdit;

/**
 * What a compaction is to do.
 *
 * @param tables      set that the plan was made for.
 * @param kind        what is done with the inputs.
 * @param level       of the inputs.
 * @param inputs      in the level's order.
 * @param outputLevel where the result goes; the inputs' own where tables of level 0 are merged among themselves.
 * @param overlapped  tables of the output level that are merged with the inputs, in its order.
 */
public record CompactionPlan(TableSet tables, Kind kind, int level, List<Table> inputs, int outputLevel,
    List<Table> overlapped)
{
    /**
     * What is done with the inputs.
     */
    public enum Kind
    {
        /** Their entries are written into new tables. */
        MERGE,
        /** They go down as they are: the manifest alone changes. */
        MOVE,
        /** They hold nothing but what no longer exists, and go: the manifest alone changes. */
        DROP
    }

    /**
     * Whether no table has to be written.
     *
     * @return true if {@link #edit()} is all there is to do.
     */
    public boolean isEditAlone()
    {
        return kind != Kind.MERGE;
    }

    /**
     * By how much the plan makes level 0 shorter.
     *
     * @return tables.
     */
    public int level0TablesRemoved()
    {
        if (level != 0)
        {
            return 0;
        }
        return outputLevel == 0 ? inputs.size() - 1 : inputs.size();
    }

    /**
     * Keys and values of all tables that are read, each key at full length.
     *
     * @return bytes.
     */
    long rawLengthBytes()
    {
        return Stream.concat(inputs.stream(), overlapped.stream()).map(Table::info)
            .mapToLong(TableInfo::rawLengthBytes).sum();
    }

    /**
     * Length of all tables that are read.
     *
     * @return bytes.
     */
    public long lengthBytes()
    {
        return length(inputs) + length(overlapped);
    }

    /**
     * Length of what a merge will write, if each tombstone hides one of the other entries.
     *
     * @return bytes.
     */
    public long expectedLengthBytes()
    {
        long entryCount = 0;
        long tombstoneCount = 0;
        for (final List<Table> some : List.of(inputs, overlapped))
        {
            for (final Table table : some)
            {
                entryCount += table.info().entryCount();
                tombstoneCount += table.info().tombstoneCount();
            }
        }
        return (long) (lengthBytes() * (double) Math.max(0, entryCount - 2 * tombstoneCount) / entryCount);
    }

    static long length(final List<Table> tables)
    {
        return tables.stream().map(Table::info).mapToLong(TableInfo::lengthBytes).sum();
    }

    /**
     * What the plan changes about the tables that there are, to which the tables that a merge writes are added.
     *
     * @return a new edit.
     */
    public VersionEdit edit()
    {
        final VersionEdit edit = new VersionEdit();
        inputs.forEach(table -> edit.removeTable(level, table.number()));
        overlapped.forEach(table -> edit.removeTable(outputLevel, table.number()));
        if (kind == Kind.MOVE)
        {
            inputs.forEach(table -> edit.addTable(outputLevel, table.info()));
        }
        return edit;
    }
}
