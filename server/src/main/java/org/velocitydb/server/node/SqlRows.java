package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.sql.SelectStatement.Column;
import org.velocitydb.engine.sql.SelectStatement.Projection;
import org.velocitydb.protocol.Utf8;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.SqlValues;

/**
 * Writes columns and values of a SELECT of version 2. Allocation-free.
 */
final class SqlRows
{
    private static final byte[] COUNT_COLUMN = "count".getBytes(StandardCharsets.US_ASCII);
    private static final byte[][] COLUMNS = new byte[Column.values().length][];

    /** What stands before the bytes of a key or a value. */
    private static final int BYTES_OVERHEAD = Byte.BYTES + Integer.BYTES;
    private static final int NUMBER_LENGTH = Byte.BYTES + Long.BYTES;

    static
    {
        for (final Column column : Column.values())
        {
            COLUMNS[column.ordinal()] = column.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
        }
    }

    private SqlRows()
    {
    }

    static int columnCount(final Projection projection)
    {
        return Math.max(1, projection.columns().size());
    }

    static int putColumns(final ByteBuffer output, final int offset, final Projection projection)
    {
        int limit = offset;
        for (int i = 0; i < projection.columns().size(); i++)
        {
            limit = SqlResult.putColumn(output, limit, COLUMNS[projection.columns().get(i).ordinal()]);
        }
        return projection.isCount() ? SqlResult.putColumn(output, limit, COUNT_COLUMN) : limit;
    }

    /**
     * Extent of the names of all columns.
     */
    static int columnsLength(final Projection projection)
    {
        int length = 0;
        for (int i = 0; i < projection.columns().size(); i++)
        {
            length += Short.BYTES + COLUMNS[projection.columns().get(i).ordinal()].length;
        }
        return length;
    }

    /**
     * Extent of a row at most.
     */
    static int length(final Projection projection, final int keyLength, final int valueLength)
    {
        int length = 0;
        for (int i = 0; i < projection.columns().size(); i++)
        {
            length += switch (projection.columns().get(i))
            {
                case KEY -> BYTES_OVERHEAD + keyLength;
                case VALUE -> BYTES_OVERHEAD + valueLength;
                case VERSION, TTL -> NUMBER_LENGTH;
            };
        }
        return length;
    }

    /**
     * Writes a key or a value, as text where it is UTF-8.
     *
     * @return where the next value goes.
     */
    static int putBytes(
        final ByteBuffer output, final int offset, final DirectBuffer source, final int sourceOffset, final int length)
    {
        final int bytesOffset = offset + BYTES_OVERHEAD;
        if (length > 0)
        {
            source.getBytes(sourceOffset, output, bytesOffset, length);
        }
        SqlValues.putBytesHeader(output, offset, Utf8.isValid(output, bytesOffset, length), length);
        return bytesOffset + length;
    }

    static int putTtl(final ByteBuffer output, final int offset, final long expiryMs, final long nowMs)
    {
        return expiryMs == Expiry.NEVER_MS
            ? SqlValues.putNull(output, offset)
            : SqlValues.putI64(output, offset, Math.max(0, expiryMs - nowMs));
    }
}
