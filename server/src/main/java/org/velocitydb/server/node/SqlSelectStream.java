package org.velocitydb.server.node;

import java.nio.ByteBuffer;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.StoreSnapshot;
import org.velocitydb.engine.sql.SelectExecution;
import org.velocitydb.engine.sql.SelectStatement;
import org.velocitydb.engine.sql.SelectStatement.Projection;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.SqlValues;

/**
 * Answers a SELECT of version 2, a page a slice, all pages as of one snapshot. Keys and values are text where they are
 * UTF-8 and bytes where they are not.
 */
final class SqlSelectStream implements ResultStream
{
    private static final int COUNT_LENGTH = Byte.BYTES + Long.BYTES;
    private static final int NS_PER_US = 1_000;

    private final ResultTarget target;
    private final StoreSnapshot snapshot;
    private final PageWriter page;
    private final ResultBudget budget;
    private final Projection projection;
    private final SelectExecution execution = new SelectExecution();
    private final long startNs;
    private long rowsSent;
    private int elapsedUs;
    private boolean isDone;

    SqlSelectStream(
        final ResultTarget target,
        final SnapshotSource source,
        final PageWriter page,
        final ResultBudget budget,
        final SelectStatement statement,
        final long startNs)
    {
        this.target = target;
        this.snapshot = source.snapshot();
        this.page = page;
        this.budget = budget;
        this.startNs = startNs;
        projection = statement.projection();
        execution.begin(statement, source);
    }

    @Override
    public int doWork(final long nowNs)
    {
        elapsedUs = (int) ((nowNs - startNs) / NS_PER_US);
        page.begin(target, MessageType.SQL_RESULT, this::putHeader);
        if (!page.reserve(0))
        {
            return 0;
        }
        int workCount = execution.isDone() ? 0 : execution.doWork(ENTRIES_PER_SLICE, this::onRow);
        if (execution.isDone() && (!projection.isCount() || putCount()))
        {
            page.finish(false);
            isDone = true;
            workCount++;
        }
        else if (page.rowCount() > 0)
        {
            page.finish(true);
            rowsSent += page.rowCount();
        }
        return workCount;
    }

    private int putHeader(final ByteBuffer output, final int offset, final int rowCount)
    {
        int limit = SqlResult.put(
            output, offset, rowsSent + rowCount, snapshot.sequence(), elapsedUs, SqlRows.columnCount(projection), 0);
        limit = SqlRows.putColumns(output, limit, projection);
        return SqlResult.putRowCount(output, limit, rowCount);
    }

    private boolean onRow(
        final DirectBuffer keyBuffer,
        final int keyOffset,
        final int keyLength,
        final DirectBuffer valueBuffer,
        final int valueOffset,
        final int valueLength,
        final long version,
        final long expiryMs)
    {
        if (!page.reserve(SqlRows.length(projection, keyLength, valueLength)))
        {
            return false;
        }
        final ByteBuffer output = page.output();
        int limit = page.position();
        for (int i = 0; i < projection.columns().size(); i++)
        {
            limit = switch (projection.columns().get(i))
            {
                case KEY -> SqlRows.putBytes(output, limit, keyBuffer, keyOffset, keyLength);
                case VALUE -> SqlRows.putBytes(output, limit, valueBuffer, valueOffset, valueLength);
                case VERSION -> SqlValues.putI64(output, limit, version);
                case TTL -> SqlRows.putTtl(output, limit, expiryMs, snapshot.nowMs());
            };
        }
        page.rowWritten(limit);
        budget.take(
            SqlRows.length(projection, keyLength, valueLength) - SqlRows.length(projection, 0, 0));
        return true;
    }

    private boolean putCount()
    {
        if (!page.reserve(COUNT_LENGTH))
        {
            return false;
        }
        page.rowWritten(SqlValues.putI64(page.output(), page.position(), execution.count()));
        return true;
    }

    @Override
    public boolean isDone()
    {
        return isDone;
    }

    @Override
    public ResultTarget target()
    {
        return target;
    }

    @Override
    public String kind()
    {
        return "SELECT";
    }

    @Override
    public void close()
    {
        execution.close();
        snapshot.close();
    }
}
