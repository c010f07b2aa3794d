package org.velocitydb.engine.sql;

import java.util.List;

import org.velocitydb.engine.command.WriteBatch;

/**
 * Stores values, whether or not their keys were there before. A key that is given twice ends with the later value and
 * counts twice.
 *
 * @param table  to write to.
 * @param keys   one for each row; the arrays are the statement's own, not to be changed.
 * @param values one for each row; the arrays are the statement's own, not to be changed.
 */
public record InsertStatement(TableName table, List<byte[]> keys, List<byte[]> values) implements WriteStatement
{
    /**
     * Copies the lists.
     *
     * @param table  to write to.
     * @param keys   one for each row.
     * @param values one for each row.
     */
    public InsertStatement
    {
        keys = List.copyOf(keys);
        values = List.copyOf(values);
    }

    @Override
    public void encode(final WriteBatch batch, final int keyspace)
    {
        for (int i = 0; i < keys.size(); i++)
        {
            batch.put(keyspace, keys.get(i), values.get(i));
        }
    }

    @Override
    public int operationCount()
    {
        return keys.size();
    }
}
