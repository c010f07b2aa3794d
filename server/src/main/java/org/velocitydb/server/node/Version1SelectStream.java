package org.velocitydb.server.node;

import java.util.List;
import java.util.Locale;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.StoreSnapshot;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.sql.SelectExecution;
import org.velocitydb.engine.sql.SelectStatement;
import org.velocitydb.engine.sql.SelectStatement.Column;
import org.velocitydb.engine.sql.SelectStatement.Projection;
import org.velocitydb.protocol.v1.MessageType;

/**
 * Answers a SELECT of version 1. The whole result is one frame, so it is gathered first; one that grows over the
 * longest frame is given up with an error, and one that grows large while others do waits for its turn.
 */
final class Version1SelectStream implements ResultStream
{
    private static final long NS_PER_MS = 1_000_000;
    /** Room for what follows the rows. */
    private static final int TAIL_LENGTH_MAX = 256;
    private static final List<String> BOTH_COLUMNS = List.of("key", "value");
    private static final List<String> COUNT_COLUMN = List.of("count");

    private final ResultTarget target;
    private final StoreSnapshot snapshot;
    private final Version1Replies replies;
    private final int lengthMax;
    private final ResultBudget budget;
    private final Projection projection;
    private final SelectExecution execution = new SelectExecution();
    private final Version1Result result;
    private final SqlDesk desk;
    private final long startNs;
    private boolean isLarge;
    private int finishedLength;
    private boolean isDone;

    Version1SelectStream(
        final ResultTarget target,
        final SnapshotSource source,
        final Version1Replies replies,
        final int frameLengthMax,
        final ResultBudget budget,
        final SelectStatement statement,
        final SqlDesk desk,
        final long startNs)
    {
        this.target = target;
        this.snapshot = source.snapshot();
        this.replies = replies;
        this.lengthMax = frameLengthMax - TAIL_LENGTH_MAX;
        this.budget = budget;
        this.desk = desk;
        result = new Version1Result(lengthMax);
        this.startNs = startNs;
        projection = statement.projection();
        execution.begin(statement, source);
    }

    @Override
    public int doWork(final long nowNs)
    {
        if (!execution.isDone())
        {
            final int workCount = execution.doWork(ENTRIES_PER_SLICE, this::onRow);
            if (result.lengthBytes() > lengthMax)
            {
                replies.error(target.session(), Version1Result.tooLong(lengthMax));
                isDone = true;
                return workCount;
            }
            if (!execution.isDone())
            {
                return workCount;
            }
        }
        if (finishedLength == 0)
        {
            finish(nowNs);
        }
        isDone = replies.tryReply(target.session(), MessageType.RESPONSE, result.buffer(), finishedLength);
        return isDone ? 1 : 0;
    }

    private void finish(final long nowNs)
    {
        if (projection.isCount())
        {
            result.addCount(execution.count());
        }
        final List<String> columns = projection.equals(Projection.VALUE)
            ? BOTH_COLUMNS
            : projection.isCount() ? COUNT_COLUMN : names(projection);
        finishedLength = result.finish(result.rowCount(), columns, (nowNs - startNs) / NS_PER_MS);
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
        if (result.lengthBytes() > lengthMax || !mayGrowBy(keyLength + valueLength))
        {
            return false;
        }
        budget.take(keyLength + valueLength);
        if (projection.equals(Projection.VALUE))
        {
            // SELECT value answers with both columns too: the original's client reads the second one.
            result.addRow(keyBuffer, keyOffset, keyLength, valueBuffer, valueOffset, valueLength);
            return true;
        }
        result.beginRow();
        for (final Column column : projection.columns())
        {
            switch (column)
            {
                case KEY -> result.putValue(keyBuffer, keyOffset, keyLength);
                case VALUE -> result.putValue(valueBuffer, valueOffset, valueLength);
                case VERSION -> result.putNumber(version);
                default -> putTtl(expiryMs);
            }
        }
        result.endRow();
        return true;
    }

    private boolean mayGrowBy(final int lengthBytes)
    {
        if (!isLarge && (long) result.lengthBytes() + lengthBytes > SqlDesk.SMALL_RESULT_LENGTH_MAX)
        {
            isLarge = desk.tryBeginLargeResult();
            return isLarge;
        }
        return true;
    }

    private void putTtl(final long expiryMs)
    {
        if (expiryMs == Expiry.NEVER_MS)
        {
            result.putNull();
        }
        else
        {
            result.putNumber(Math.max(0, expiryMs - snapshot.nowMs()));
        }
    }

    private static List<String> names(final Projection projection)
    {
        return projection.columns().stream().map((column) -> column.name().toLowerCase(Locale.ROOT)).toList();
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
        if (isLarge)
        {
            isLarge = false;
            desk.endLargeResult();
        }
        execution.close();
        snapshot.close();
    }
}
