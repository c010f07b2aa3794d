package org.velocitydb.server.node;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.Store;
import org.velocitydb.engine.StoreSnapshot;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.sql.SqlSource;

/**
 * Shows a snapshot's default keyspace to SQL as the table {@code kv}.
 *
 * @param snapshot to read; whoever made it closes it.
 */
record SnapshotSource(StoreSnapshot snapshot) implements SqlSource
{
    @Override
    public boolean get(final DirectBuffer key, final int offset, final int length, final EntryView view)
    {
        return snapshot.get(Store.DEFAULT_KEYSPACE, key, offset, length, view);
    }

    @Override
    public EntryCursor cursor()
    {
        return snapshot.cursor(Store.DEFAULT_KEYSPACE);
    }
}
