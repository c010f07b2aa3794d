package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.SqlValues;

/**
 * Answers a SHOW of version 2, and what else tells something of the server: rows of text, in as many frames as they
 * need.
 */
final class SqlShowStream implements ResultStream
{
    /** What stands before the bytes of a text. */
    private static final int VALUE_OVERHEAD = Byte.BYTES + Integer.BYTES;

    private final ResultTarget target;
    private final long sequence;
    private final PageWriter page;
    private final ShowAnswer answer;
    private final long startNs;
    private ShowRows rows;
    private int elapsedUs;
    private int rowsPut;
    private int rowsSent;
    private boolean isDone;

    SqlShowStream(
        final ResultTarget target,
        final long sequence,
        final PageWriter page,
        final ShowAnswer answer,
        final long startNs)
    {
        this.target = target;
        this.sequence = sequence;
        this.page = page;
        this.answer = answer;
        this.startNs = startNs;
    }

    @Override
    public int doWork(final long nowNs)
    {
        rows = answer.poll();
        if (rows == null)
        {
            return 0;
        }
        elapsedUs = (int) ((nowNs - startNs) / 1_000);
        page.begin(target, MessageType.SQL_RESULT, this::putHeader);
        if (!page.reserve(0))
        {
            return 0;
        }
        while (rowsPut < rows.rowCount() && putRow(rows.row().apply(rowsPut)))
        {
            rowsPut++;
        }
        isDone = rowsPut == rows.rowCount();
        page.finish(!isDone);
        rowsSent += page.rowCount();
        return 1;
    }

    private int putHeader(final ByteBuffer output, final int offset, final int rowCount)
    {
        final List<String> columns = rows.columns();
        int limit = SqlResult.put(output, offset, rowsSent + rowCount, sequence, elapsedUs, columns.size(), 0);
        for (final String column : columns)
        {
            limit = SqlResult.putColumn(output, limit, column.getBytes(StandardCharsets.US_ASCII));
        }
        return SqlResult.putRowCount(output, limit, rowCount);
    }

    private boolean putRow(final List<String> texts)
    {
        final byte[][] values = new byte[texts.size()][];
        int length = 0;
        for (int i = 0; i < values.length; i++)
        {
            values[i] = texts.get(i).getBytes(StandardCharsets.UTF_8);
            length += VALUE_OVERHEAD + values[i].length;
        }
        if (!page.reserve(length))
        {
            return false;
        }
        int limit = page.position();
        for (final byte[] value : values)
        {
            limit = SqlValues.putBytesHeader(page.output(), limit, true, value.length);
            page.output().put(limit, value);
            limit += value.length;
        }
        page.rowWritten(limit);
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
        return "SHOW";
    }

    @Override
    public void close()
    {
        isDone = true;
    }
}
