package org.velocitydb.engine.sql;

import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;

/**
 * Deletes those named keys that are there; the others do not count.
 *
 * @param table     to write to.
 * @param predicate single keys, or none.
 */
public record DeleteStatement(TableName table, KeyPredicate predicate) implements WriteStatement
{
    private static final byte[] NO_VALUE = {};

    /**
     * Checks that the keys are known.
     *
     * @param table     to write to.
     * @param predicate single keys, or none.
     */
    public DeleteStatement
    {
        KeyPredicate.requireNoRange(predicate);
    }

    @Override
    public void encode(final WriteBatch batch, final int keyspace)
    {
        for (int i = 0; i < predicate.pointCount(); i++)
        {
            batch.add(
                OperationDescriptor.KIND_DELETE, OperationDescriptor.CONDITION_PRESENT, OperationDescriptor.FLAG_SKIP,
                0, keyspace, predicate.point(i), NO_VALUE);
        }
    }

    @Override
    public int operationCount()
    {
        return predicate.pointCount();
    }
}
