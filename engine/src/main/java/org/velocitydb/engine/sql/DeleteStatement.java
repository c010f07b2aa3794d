package org.velocitydb.engine.sql;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;

/**
 * Deletes those named keys that are there, or those of a range; the others do not count.
 *
 * @param table     to write to.
 * @param predicate which keys.
 * @param values    which values, of those keys.
 * @param guard     which version they must have.
 * @param limit     most rows, {@link SelectStatement#NO_LIMIT} for all.
 */
public record DeleteStatement(
    TableName table, KeyPredicate predicate, KeyPredicate values, Guard guard, long limit)
    implements
        WriteStatement,
        RowsStatement
{
    private static final byte[] NO_VALUE = {};

    @Override
    public void encode(final WriteBatch batch, final int keyspace)
    {
        for (int i = 0; i < predicate.pointCount(); i++)
        {
            batch.add(
                OperationDescriptor.KIND_DELETE, guard.condition(), guard.flags(), guard.version(), keyspace,
                predicate.point(i), NO_VALUE);
        }
    }

    @Override
    public int operationCount()
    {
        return predicate.pointCount();
    }

    @Override
    public boolean isGathering()
    {
        return predicate.kind() == KeyPredicate.Kind.RANGE || !values.isAll() || limit != SelectStatement.NO_LIMIT;
    }

    @Override
    public SelectStatement rows()
    {
        return new SelectStatement(table, SelectStatement.Projection.KEY, predicate, values,
            SelectStatement.Order.ASCENDING, limit, 0);
    }

    @Override
    public void addRow(
        final WriteBatch batch,
        final int keyspace,
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final long version)
    {
        if (guard.admits(version))
        {
            batch.add(
                OperationDescriptor.KIND_DELETE, OperationDescriptor.CONDITION_VERSION, OperationDescriptor.FLAG_SKIP,
                version, keyspace, key, keyOffset, keyLength, key, keyOffset, 0);
        }
    }
}
