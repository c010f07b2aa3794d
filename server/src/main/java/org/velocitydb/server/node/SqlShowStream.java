package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.SqlValues;

/**
 * Answers SHOW STATS and SHOW STATUS of version 2: one frame, a row a figure.
 */
final class SqlShowStream implements ResultStream
{
    private static final byte[] NAME_COLUMN = "name".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE_COLUMN = "value".getBytes(StandardCharsets.US_ASCII);

    private final ResultTarget target;
    private final long sequence;
    private final PageWriter page;
    private final Version2Replies replies;
    private final List<ServerStatistics.Figure> figures;
    private final long startNs;
    private int elapsedUs;
    private boolean isDone;

    SqlShowStream(
        final ResultTarget target,
        final long sequence,
        final PageWriter page,
        final Version2Replies replies,
        final List<ServerStatistics.Figure> figures,
        final long startNs)
    {
        this.target = target;
        this.sequence = sequence;
        this.page = page;
        this.replies = replies;
        this.figures = figures;
        this.startNs = startNs;
    }

    @Override
    public int doWork(final long nowNs)
    {
        elapsedUs = (int) ((nowNs - startNs) / 1_000);
        page.begin(target, MessageType.SQL_RESULT, this::putHeader);
        if (!page.reserve(0))
        {
            return 0;
        }
        for (final ServerStatistics.Figure figure : figures)
        {
            putRow(figure);
        }
        page.finish(false);
        isDone = true;
        return 1;
    }

    private int putHeader(final ByteBuffer output, final int offset, final int rowCount)
    {
        int limit = SqlResult.put(output, offset, rowCount, sequence, elapsedUs, 2, 0);
        limit = SqlResult.putColumn(output, limit, NAME_COLUMN);
        limit = SqlResult.putColumn(output, limit, VALUE_COLUMN);
        return SqlResult.putRowCount(output, limit, rowCount);
    }

    private void putRow(final ServerStatistics.Figure figure)
    {
        final byte[] name = figure.name().getBytes(StandardCharsets.UTF_8);
        final byte[] value = figure.text().getBytes(StandardCharsets.UTF_8);
        // All figures together are far shorter than the page that was reserved.
        int limit = SqlValues.putBytesHeader(page.output(), page.position(), true, name.length);
        page.output().put(limit, name);
        limit = SqlValues.putBytesHeader(page.output(), limit + name.length, true, value.length);
        page.output().put(limit, value);
        page.rowWritten(limit + value.length);
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
    public void fail(final ErrorCode code, final String text)
    {
        replies.error(target.session(), target.correlationId(), code, text);
        isDone = true;
    }

    @Override
    public void close()
    {
        isDone = true;
    }
}
