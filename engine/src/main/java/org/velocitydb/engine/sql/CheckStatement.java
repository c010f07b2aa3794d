package org.velocitydb.engine.sql;

import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;

/**
 * Changes nothing, but lets a block pass only if its keys are there, or are not.
 *
 * @param table     to look into.
 * @param predicate single keys, or none.
 * @param isAbsent  whether they must not be there.
 * @param guard     which version they must have.
 */
public record CheckStatement(TableName table, KeyPredicate predicate, boolean isAbsent, Guard guard)
    implements
        WriteStatement
{
    private static final byte[] NO_VALUE = {};

    /**
     * Checks that the keys are known.
     *
     * @param table     to look into.
     * @param predicate single keys, or none.
     * @param isAbsent  whether they must not be there.
     * @param guard     which version they must have.
     */
    public CheckStatement
    {
        KeyPredicate.requireNoRange(predicate);
    }

    @Override
    public void encode(final WriteBatch batch, final int keyspace)
    {
        for (int i = 0; i < predicate.pointCount(); i++)
        {
            batch.add(
                OperationDescriptor.KIND_CHECK,
                isAbsent ? OperationDescriptor.CONDITION_ABSENT : guard.condition(), 0,
                guard.hasVersion() ? guard.version() : 0, keyspace, predicate.point(i), NO_VALUE);
        }
    }

    @Override
    public int operationCount()
    {
        return predicate.pointCount();
    }
}
