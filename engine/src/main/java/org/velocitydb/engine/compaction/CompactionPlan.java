package org.velocitydb.engine.compaction;

import java.util.List;

import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableInfo;
import org.velocitydb.engine.version.TableSet;

/**
 * What a compaction is to do: merge some tables of a level with all tables of the next one that they overlap.
 *
 * @param tables     set that the plan was made for.
 * @param level      of the inputs.
 * @param inputs     in the level's order.
 * @param overlapped tables of the next level, in its order.
 * @param isMove     whether the inputs can go down as they are.
 */
public record CompactionPlan(TableSet tables, int level, List<Table> inputs, List<Table> overlapped, boolean isMove)
{
    /**
     * Where the result goes.
     *
     * @return the level below the inputs'.
     */
    public int outputLevel()
    {
        return level + 1;
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

    private static long length(final List<Table> tables)
    {
        return tables.stream().map(Table::info).mapToLong(TableInfo::lengthBytes).sum();
    }
}
