package org.velocitydb.engine.compaction;

import java.util.ArrayList;
import java.util.List;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.version.TableSet;

/**
 * Chooses the next compaction: of the level that is furthest beyond what it should be, if one is. Level 0 is merged as
 * a whole, since its tables overlap; of a deeper level one table goes at a time, each time the next one in the order of
 * the keys, so that all of it comes to its turn. One thread. It remembers no more than where it was in each level, and
 * a restart may forget that.
 */
public final class CompactionPicker
{
    private final CompactionOptions options;
    /** Largest key that was compacted last, for each level from 1 on; null where there was none. */
    private final DirectBuffer[] lastKeys = new DirectBuffer[TableSet.LEVEL_COUNT];

    /**
     * A picker for one store.
     *
     * @param options that say when a level is due.
     */
    public CompactionPicker(final CompactionOptions options)
    {
        this.options = options;
    }

    /**
     * Chooses.
     *
     * @param tables that there are.
     * @return the plan, or null when nothing is due.
     */
    public CompactionPlan pick(final TableSet tables)
    {
        int bestLevel = 0;
        double bestScore = 0;
        for (int level = 0; level < TableSet.LEVEL_COUNT; level++)
        {
            final double score = options.score(tables, level);
            if (score > bestScore)
            {
                bestLevel = level;
                bestScore = score;
            }
        }
        if (bestScore < 1.0)
        {
            return null;
        }
        return plan(tables, bestLevel, bestLevel == 0 ? all(tables) : next(tables, bestLevel));
    }

    private static List<Table> all(final TableSet tables)
    {
        final List<Table> inputs = new ArrayList<>();
        for (int i = 0; i < tables.tableCount(0); i++)
        {
            inputs.add(tables.table(0, i));
        }
        return inputs;
    }

    private List<Table> next(final TableSet tables, final int level)
    {
        final DirectBuffer lastKey = lastKeys[level];
        int index = 0;
        while (lastKey != null && index < tables.tableCount(level) &&
            compare(tables.table(level, index).smallestKey(), lastKey) <= 0)
        {
            index++;
        }
        final Table table = tables.table(level, index < tables.tableCount(level) ? index : 0);
        lastKeys[level] = copy(table.largestKey());
        return List.of(table);
    }

    private static CompactionPlan plan(final TableSet tables, final int level, final List<Table> inputs)
    {
        DirectBuffer smallest = inputs.get(0).smallestKey();
        DirectBuffer largest = inputs.get(0).largestKey();
        for (final Table table : inputs)
        {
            smallest = compare(table.smallestKey(), smallest) < 0 ? table.smallestKey() : smallest;
            largest = compare(table.largestKey(), largest) > 0 ? table.largestKey() : largest;
        }
        final List<Table> overlapped = tables.overlapping(level + 1, smallest, largest);
        return new CompactionPlan(tables, level, inputs, overlapped, overlapped.isEmpty() && canMove(inputs));
    }

    /** Tables with tombstones are written anew: that is how tombstones leave. */
    private static boolean canMove(final List<Table> inputs)
    {
        final List<Table> ascending = new ArrayList<>(inputs);
        ascending.sort((left, right) -> compare(left.smallestKey(), right.smallestKey()));
        for (int i = 0; i < ascending.size(); i++)
        {
            final Table table = ascending.get(i);
            if (table.info().tombstoneCount() > 0 ||
                i > 0 && compare(ascending.get(i - 1).largestKey(), table.smallestKey()) >= 0)
            {
                return false;
            }
        }
        return true;
    }

    private static int compare(final DirectBuffer left, final DirectBuffer right)
    {
        return Keys.compare(left, 0, left.capacity(), right, 0, right.capacity());
    }

    private static DirectBuffer copy(final DirectBuffer key)
    {
        final byte[] bytes = new byte[key.capacity()];
        key.getBytes(0, bytes);
        return new UnsafeBuffer(bytes);
    }
}
