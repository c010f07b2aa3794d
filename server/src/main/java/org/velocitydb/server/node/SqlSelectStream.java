package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.StoreSnapshot;
import org.velocitydb.engine.sql.SelectExecution;
import org.velocitydb.engine.sql.SelectStatement;
import org.velocitydb.engine.sql.SelectStatement.Projection;
import org.velocitydb.protocol.Utf8;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.SqlValues;

/**
 * Answers a SELECT of version 2, a page a slice, all pages as of one snapshot. Keys and values are text where they are
 * UTF-8 and bytes where they are not.
 */
final class SqlSelectStream implements ResultStream
{
    private static final byte[] KEY_COLUMN = "key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE_COLUMN = "value".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COUNT_COLUMN = "count".getBytes(StandardCharsets.US_ASCII);
    /** What stands before the bytes of a key or a value. */
    private static final int VALUE_OVERHEAD = Byte.BYTES + Integer.BYTES;
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
        if (execution.isDone() && (projection != Projection.COUNT || putCount()))
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
            output, offset, rowsSent + rowCount, snapshot.sequence(), elapsedUs,
            projection == Projection.KEY_AND_VALUE ? 2 : 1, 0);
        if (projection == Projection.KEY || projection == Projection.KEY_AND_VALUE)
        {
            limit = SqlResult.putColumn(output, limit, KEY_COLUMN);
        }
        if (projection == Projection.VALUE || projection == Projection.KEY_AND_VALUE)
        {
            limit = SqlResult.putColumn(output, limit, VALUE_COLUMN);
        }
        if (projection == Projection.COUNT)
        {
            limit = SqlResult.putColumn(output, limit, COUNT_COLUMN);
        }
        return SqlResult.putRowCount(output, limit, rowCount);
    }

    private boolean onRow(
        final DirectBuffer keyBuffer,
        final int keyOffset,
        final int keyLength,
        final DirectBuffer valueBuffer,
        final int valueOffset,
        final int valueLength,
        final long version)
    {
        final boolean hasKey = projection != Projection.VALUE;
        final boolean hasValue = projection != Projection.KEY;
        final int rowLength = (hasKey ? VALUE_OVERHEAD + keyLength : 0) + (hasValue ? VALUE_OVERHEAD + valueLength : 0);
        if (!page.reserve(rowLength))
        {
            return false;
        }
        int limit = page.position();
        if (hasKey)
        {
            limit = putBytes(limit, keyBuffer, keyOffset, keyLength);
        }
        if (hasValue)
        {
            limit = putBytes(limit, valueBuffer, valueOffset, valueLength);
        }
        page.rowWritten(limit);
        budget.take((hasKey ? keyLength : 0) + (hasValue ? valueLength : 0));
        return true;
    }

    private int putBytes(final int offset, final DirectBuffer source, final int sourceOffset, final int length)
    {
        final ByteBuffer output = page.output();
        final int bytesOffset = offset + VALUE_OVERHEAD;
        if (length > 0)
        {
            source.getBytes(sourceOffset, output, bytesOffset, length);
        }
        SqlValues.putBytesHeader(output, offset, Utf8.isValid(output, bytesOffset, length), length);
        return bytesOffset + length;
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
