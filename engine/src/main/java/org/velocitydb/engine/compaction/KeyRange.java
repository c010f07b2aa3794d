package org.velocitydb.engine.compaction;

import java.util.List;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.table.Table;

/**
 * From the smallest to the largest key of some tables, both included. Points into the tables.
 */
record KeyRange(DirectBuffer smallest, DirectBuffer largest)
{
    /** The range of at least one table. */
    static KeyRange of(final List<Table> tables, final List<Table> others)
    {
        DirectBuffer smallest = tables.get(0).smallestKey();
        DirectBuffer largest = tables.get(0).largestKey();
        for (final List<Table> some : List.of(tables, others))
        {
            for (final Table table : some)
            {
                smallest = compare(table.smallestKey(), smallest) < 0 ? table.smallestKey() : smallest;
                largest = compare(table.largestKey(), largest) > 0 ? table.largestKey() : largest;
            }
        }
        return new KeyRange(smallest, largest);
    }

    static int compare(final DirectBuffer left, final DirectBuffer right)
    {
        return Keys.compare(left, 0, left.capacity(), right, 0, right.capacity());
    }
}
