package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.SqlValues;

/**
 * Answers a SHOW of version 2: a row a figure or a table, in as many frames as they need.
 */
final class SqlShowStream implements ResultStream
{
    private static final byte[] NAME_COLUMN = ShowRows.NAME_COLUMN.getBytes(StandardCharsets.US_ASCII);
    /** What stands before the bytes of a name or a value. */
    private static final int VALUE_OVERHEAD = Byte.BYTES + Integer.BYTES;

    private final ResultTarget target;
    private final long sequence;
    private final PageWriter page;
    private final List<ServerStatistics.Figure> figures;
    private final byte[] valueColumn;
    private final long startNs;
    private int elapsedUs;
    private int rowsPut;
    private int rowsSent;
    private boolean isDone;

    SqlShowStream(
        final ResultTarget target,
        final long sequence,
        final PageWriter page,
        final ShowRows rows,
        final long startNs)
    {
        this.target = target;
        this.sequence = sequence;
        this.page = page;
        figures = rows.figures();
        valueColumn = rows.valueColumn().getBytes(StandardCharsets.US_ASCII);
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
        while (rowsPut < figures.size() && putRow(figures.get(rowsPut)))
        {
            rowsPut++;
        }
        isDone = rowsPut == figures.size();
        page.finish(!isDone);
        rowsSent += page.rowCount();
        return 1;
    }

    private int putHeader(final ByteBuffer output, final int offset, final int rowCount)
    {
        int limit = SqlResult.put(output, offset, rowsSent + rowCount, sequence, elapsedUs, 2, 0);
        limit = SqlResult.putColumn(output, limit, NAME_COLUMN);
        limit = SqlResult.putColumn(output, limit, valueColumn);
        return SqlResult.putRowCount(output, limit, rowCount);
    }

    private boolean putRow(final ServerStatistics.Figure figure)
    {
        final byte[] name = figure.name().getBytes(StandardCharsets.UTF_8);
        final byte[] value = figure.text().getBytes(StandardCharsets.UTF_8);
        if (!page.reserve(2 * VALUE_OVERHEAD + name.length + value.length))
        {
            return false;
        }
        int limit = SqlValues.putBytesHeader(page.output(), page.position(), true, name.length);
        page.output().put(limit, name);
        limit = SqlValues.putBytesHeader(page.output(), limit + name.length, true, value.length);
        page.output().put(limit, value);
        page.rowWritten(limit + value.length);
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
    public void close()
    {
        isDone = true;
    }
}
