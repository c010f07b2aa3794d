package org.velocitydb.engine.sql;

import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;

/**
 * Replaces the value of those named keys that are there; the others stay absent and do not count.
 *
 * @param table     to write to.
 * @param predicate single keys, or none.
 * @param value     the new value; the array is the statement's own, not to be changed.
 */
public record UpdateStatement(TableName table, KeyPredicate predicate, byte[] value) implements WriteStatement
{
    /**
     * Checks that the keys are known.
     *
     * @param table     to write to.
     * @param predicate single keys, or none.
     * @param value     the new value.
     */
    public UpdateStatement
    {
        KeyPredicate.requireNoRange(predicate);
    }

    @Override
    public void encode(final WriteBatch batch, final int keyspace)
    {
        for (int i = 0; i < predicate.pointCount(); i++)
        {
            batch.add(
                OperationDescriptor.KIND_PUT, OperationDescriptor.CONDITION_PRESENT, OperationDescriptor.FLAG_SKIP, 0,
                keyspace, predicate.point(i), value);
        }
    }

    @Override
    public int operationCount()
    {
        return predicate.pointCount();
    }
}
