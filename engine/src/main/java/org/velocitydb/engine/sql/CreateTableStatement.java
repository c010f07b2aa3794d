package org.velocitydb.engine.sql;

import org.velocitydb.engine.command.WriteBatch;

/**
 * Makes a table.
 *
 * @param table       that is to be.
 * @param ifNotExists whether one that is there already will do; then no row is affected.
 */
public record CreateTableStatement(TableName table, boolean ifNotExists) implements WriteStatement
{
    @Override
    public boolean isDefinition()
    {
        return true;
    }

    @Override
    public void encode(final WriteBatch batch, final int keyspace)
    {
        batch.createKeyspace(table.name(), ifNotExists);
    }

    @Override
    public int operationCount()
    {
        return 1;
    }
}
