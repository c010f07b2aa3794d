package org.velocitydb.server.node;

import org.velocitydb.engine.Store;
import org.velocitydb.engine.StoreReader;
import org.velocitydb.engine.entry.Keys;

/**
 * The table that the connections of the Redis protocol work on. Owned by one event loop; allocation-free while the
 * table is there.
 */
final class RespTable
{
    private final String name;
    private int keyspace = Store.DEFAULT_KEYSPACE;
    private boolean isKnown;

    RespTable(final String name)
    {
        this.name = name;
    }

    /** Looks whether it is there, as of now; it may have been dropped and made again. */
    boolean find(final StoreReader reader)
    {
        if (isKnown && reader.hasKeyspace(keyspace))
        {
            return true;
        }
        final int found = reader.keyspace(name);
        isKnown = found != Store.NULL_KEYSPACE;
        keyspace = isKnown ? found : keyspace;
        return isKnown;
    }

    int keyspace()
    {
        return keyspace;
    }

    String name()
    {
        return name;
    }

    String absentText()
    {
        return "ERR there is no such table: resp.table=" + name;
    }

    static boolean isKeyLength(final int length)
    {
        return length >= 1 && length <= Keys.MAX_KEY_LENGTH;
    }
}
