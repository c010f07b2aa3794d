package org.velocitydb.engine.compaction;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.entry.KeyspaceSet;
import org.velocitydb.engine.table.Table;

/**
 * Which keyspaces a table belongs to. From level 1 on it is one, since compactions end tables where a keyspace ends.
 */
final class TableKeyspaces
{
    private TableKeyspaces()
    {
    }

    static boolean isOfOne(final Table table)
    {
        return keyspace(table.smallestKey()) == keyspace(table.largestKey());
    }

    /** Whether nothing in the table can be read any more. */
    static boolean isDead(final Table table, final KeyspaceSet keyspaces)
    {
        return isOfOne(table) && !keyspaces.isLive(keyspace(table.smallestKey()));
    }

    private static int keyspace(final DirectBuffer key)
    {
        return Keys.keyspace(key, 0, key.capacity());
    }
}
