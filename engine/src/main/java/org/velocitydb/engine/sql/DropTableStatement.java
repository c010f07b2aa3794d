package org.velocitydb.engine.sql;

import org.velocitydb.engine.command.WriteBatch;

/**
 * Drops a table with all its rows.
 *
 * @param table    other than {@code kv}.
 * @param ifExists whether one that is not there will do; then no row is affected.
 */
public record DropTableStatement(TableName table, boolean ifExists) implements WriteStatement
{
    @Override
    public boolean isDefinition()
    {
        return true;
    }

    @Override
    public void encode(final WriteBatch batch, final int keyspace)
    {
        batch.dropKeyspace(table.name(), ifExists);
    }

    @Override
    public int operationCount()
    {
        return 1;
    }
}
