package org.velocitydb.server.node;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.Store;
import org.velocitydb.engine.StoreSnapshot;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.sql.SqlSource;
import org.velocitydb.engine.sql.TableName;

/**
 * Shows a keyspace of a snapshot to SQL as a table.
 *
 * @param snapshot to read; whoever made it closes it.
 * @param keyspace id of the table.
 */
record SnapshotSource(StoreSnapshot snapshot, int keyspace) implements SqlSource
{
    /**
     * Finds a statement's table in a snapshot, which is closed where it is not there.
     *
     * @param snapshot to read.
     * @param table    that the statement names.
     * @return the table's keyspace.
     * @throws org.velocitydb.engine.sql.SqlException where there is no such table.
     */
    static SnapshotSource of(final StoreSnapshot snapshot, final TableName table)
    {
        final int keyspace = snapshot.keyspace(table.name());
        if (keyspace == Store.NULL_KEYSPACE)
        {
            snapshot.close();
            throw table.unknown();
        }
        return new SnapshotSource(snapshot, keyspace);
    }

    @Override
    public boolean get(final DirectBuffer key, final int offset, final int length, final EntryView view)
    {
        return snapshot.get(keyspace, key, offset, length, view);
    }

    @Override
    public EntryCursor cursor()
    {
        return snapshot.slicedCursor(keyspace);
    }
}
