package org.velocitydb.engine.sql;

import java.util.List;

import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;

/**
 * Stores values, whether or not their keys were there before, or only where they were not. A key that is given twice
 * ends with the later value and counts twice.
 *
 * @param table   to write to.
 * @param keys    one for each row; the arrays are the statement's own, not to be changed.
 * @param values  one for each row; the arrays are the statement's own, not to be changed.
 * @param absence whether keys that are there already are left as they are.
 * @param ttlMs   how long the rows live, or {@link OperationDescriptor#NO_TTL}.
 */
public record InsertStatement(
    TableName table, List<byte[]> keys, List<byte[]> values, Absence absence, long ttlMs)
    implements
        WriteStatement
{
    /**
     * What becomes of a key that is there already.
     */
    public enum Absence
    {
        /** Its value is replaced. */
        NOT_ASKED,
        /** It is left out and does not count. */
        SKIPPING,
        /** Nothing is done of all that is done together. */
        STRICT
    }

    /**
     * Copies the lists.
     *
     * @param table   to write to.
     * @param keys    one for each row.
     * @param values  one for each row.
     * @param absence whether keys that are there already are left as they are.
     * @param ttlMs   how long the rows live.
     */
    public InsertStatement
    {
        keys = List.copyOf(keys);
        values = List.copyOf(values);
    }

    /**
     * Under which condition a row is stored.
     *
     * @return a CONDITION constant of {@link OperationDescriptor}.
     */
    public int condition()
    {
        return absence == Absence.NOT_ASKED
            ? OperationDescriptor.CONDITION_NONE
            : OperationDescriptor.CONDITION_ABSENT;
    }

    /**
     * What is left out where the condition does not hold.
     *
     * @return flags of {@link OperationDescriptor}.
     */
    public int flags()
    {
        return absence == Absence.SKIPPING ? OperationDescriptor.FLAG_SKIP : 0;
    }

    @Override
    public void encode(final WriteBatch batch, final int keyspace)
    {
        for (int i = 0; i < keys.size(); i++)
        {
            batch.add(
                OperationDescriptor.KIND_PUT, condition(), flags(), 0, keyspace, keys.get(i), values.get(i));
            if (ttlMs != OperationDescriptor.NO_TTL)
            {
                batch.ttlMs(ttlMs);
            }
        }
    }

    @Override
    public int operationCount()
    {
        return keys.size();
    }
}
