package org.velocitydb.engine.sql;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;

/**
 * Replaces the value of those named keys that are there; the others stay absent and do not count.
 *
 * @param table     to write to.
 * @param predicate single keys, or none.
 * @param values    which values are replaced.
 * @param guard     which version they must have.
 * @param value     the new value; the array is the statement's own, not to be changed.
 * @param ttlMs     how long the rows live from now on, or {@link OperationDescriptor#NO_TTL}.
 */
public record UpdateStatement(
    TableName table, KeyPredicate predicate, KeyPredicate values, Guard guard, byte[] value, long ttlMs)
    implements
        WriteStatement,
        RowsStatement
{
    /**
     * Checks that the keys are known.
     *
     * @param table     to write to.
     * @param predicate single keys, or none.
     * @param values    which values are replaced.
     * @param guard     which version they must have.
     * @param value     the new value.
     * @param ttlMs     how long the rows live from now on.
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
                OperationDescriptor.KIND_PUT, guard.condition(), guard.flags(), guard.version(), keyspace,
                predicate.point(i), value);
            putTtl(batch);
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
        return !values.isAll();
    }

    @Override
    public SelectStatement rows()
    {
        return new SelectStatement(table, SelectStatement.Projection.KEY, predicate, values,
            SelectStatement.Order.ASCENDING, SelectStatement.NO_LIMIT, 0);
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
                OperationDescriptor.KIND_PUT, OperationDescriptor.CONDITION_VERSION, OperationDescriptor.FLAG_SKIP,
                version, keyspace, key, keyOffset, keyLength, new UnsafeBuffer(value), 0, value.length);
            putTtl(batch);
        }
    }

    private void putTtl(final WriteBatch batch)
    {
        if (ttlMs != OperationDescriptor.NO_TTL)
        {
            batch.ttlMs(ttlMs);
        }
    }
}
