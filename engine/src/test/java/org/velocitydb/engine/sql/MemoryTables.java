package org.velocitydb.engine.sql;

import java.util.Collection;
import java.util.TreeMap;

/**
 * Tables by name, as the store would have them.
 */
final class MemoryTables
{
    private final TreeMap<String, MemorySource> byName = new TreeMap<>();

    MemoryTables()
    {
        byName.put(TableName.DEFAULT.name(), new MemorySource());
    }

    MemorySource find(final TableName table)
    {
        final MemorySource source = byName.get(table.name());
        if (source == null)
        {
            throw table.unknown();
        }
        return source;
    }

    /**
     * Makes or drops a table.
     *
     * @return how many were made or dropped.
     */
    int define(final WriteStatement statement)
    {
        final String name = statement.table().name();
        if (statement instanceof CreateTableStatement)
        {
            return byName.putIfAbsent(name, new MemorySource()) == null ? 1 : 0;
        }
        return byName.remove(name) == null ? 0 : 1;
    }

    Collection<String> names()
    {
        return byName.keySet();
    }
}
