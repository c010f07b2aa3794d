package org.velocitydb.jdbc;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.Iterator;
import java.util.List;

import org.velocitydb.client.QueryCursor;
import org.velocitydb.client.QueryResult;
import org.velocitydb.client.VelocityException;

/**
 * Rows, once and forward, as they come in. For one thread.
 */
final class VelocityResultSet extends LabelledResultSet
{
    private final VelocityStatement statement;
    private final List<String> columns;
    private final Iterator<QueryResult.Row> rows;
    /** Where the rows come from; null for those that the driver makes itself. */
    private final QueryCursor cursor;
    private final long maxRows;
    /** Read ahead by whoever asked for types before the first row. */
    private QueryResult.Row ahead;
    private QueryResult.Row row;
    private List<ColumnType> types;
    private int rowNumber;
    private boolean isAfterLast;
    private boolean wasNull;
    private boolean isClosed;

    VelocityResultSet(
        final VelocityStatement statement, final List<String> columns, final QueryCursor cursor, final long maxRows)
    {
        this(statement, columns, cursor, cursor, maxRows);
    }

    private VelocityResultSet(
        final VelocityStatement statement,
        final List<String> columns,
        final Iterator<QueryResult.Row> rows,
        final QueryCursor cursor,
        final long maxRows)
    {
        this.statement = statement;
        this.columns = columns;
        this.rows = rows;
        this.cursor = cursor;
        this.maxRows = maxRows;
    }

    /** Rows that the driver knows itself. */
    static VelocityResultSet of(final List<String> columns, final List<QueryResult.Row> rows)
    {
        return new VelocityResultSet(null, columns, rows.iterator(), null, 0);
    }

    /** No rows, under names with spaces between them. */
    static VelocityResultSet empty(final String columns)
    {
        return of(List.of(columns.split(" ")), List.of());
    }

    @Override
    public boolean next() throws SQLException
    {
        requireOpen();
        row = isAfterLast || maxRows > 0 && rowNumber == maxRows ? null : fetch();
        if (row == null)
        {
            isAfterLast = true;
            letGo();
            return false;
        }
        rowNumber++;
        return true;
    }

    private QueryResult.Row fetch() throws SQLException
    {
        if (ahead != null)
        {
            final QueryResult.Row next = ahead;
            ahead = null;
            return next;
        }
        try
        {
            if (rows.hasNext())
            {
                return rows.next();
            }
        }
        catch (final VelocityException ex)
        {
            letGo();
            throw SqlErrors.of(ex);
        }
        if (statement != null)
        {
            statement.requireNotCancelled();
        }
        return null;
    }

    private void letGo()
    {
        if (cursor != null)
        {
            cursor.close();
            statement.onEnd(cursor);
        }
    }

    private void requireOpen() throws SQLException
    {
        if (isClosed)
        {
            throw SqlErrors.general("the result is closed");
        }
    }

    private Object value(final int column) throws SQLException
    {
        requireOpen();
        if (row == null)
        {
            throw SqlErrors.general(
                isAfterLast ? "the result is at its end" : "the result is before its first row: call next()");
        }
        if (column < 1 || column > columns.size())
        {
            throw SqlErrors.general("column out of range: column=" + column + ", count=" + columns.size());
        }
        final Object value = row.values().get(column - 1);
        wasNull = value == null;
        return value;
    }

    @Override
    public boolean wasNull() throws SQLException
    {
        requireOpen();
        return wasNull;
    }

    @Override
    public String getString(final int column) throws SQLException
    {
        return Values.toText(value(column));
    }

    @Override
    public String getNString(final int column) throws SQLException
    {
        return getString(column);
    }

    @Override
    public byte[] getBytes(final int column) throws SQLException
    {
        return Values.toBytes(value(column));
    }

    @Override
    public boolean getBoolean(final int column) throws SQLException
    {
        return Values.toBoolean(value(column));
    }

    @Override
    public byte getByte(final int column) throws SQLException
    {
        return (byte) Values.toLong(value(column), Byte.MIN_VALUE, Byte.MAX_VALUE);
    }

    @Override
    public short getShort(final int column) throws SQLException
    {
        return (short) Values.toLong(value(column), Short.MIN_VALUE, Short.MAX_VALUE);
    }

    @Override
    public int getInt(final int column) throws SQLException
    {
        return (int) Values.toLong(value(column), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    @Override
    public long getLong(final int column) throws SQLException
    {
        return Values.toLong(value(column), Long.MIN_VALUE, Long.MAX_VALUE);
    }

    @Override
    public float getFloat(final int column) throws SQLException
    {
        return (float) Values.toDouble(value(column));
    }

    @Override
    public double getDouble(final int column) throws SQLException
    {
        return Values.toDouble(value(column));
    }

    @Override
    public BigDecimal getBigDecimal(final int column) throws SQLException
    {
        return Values.toBigDecimal(value(column));
    }

    /** What the server gave: String, Long, Double, Boolean, or byte[] for what is not UTF-8. */
    @Override
    public Object getObject(final int column) throws SQLException
    {
        final Object value = value(column);
        return value instanceof byte[] ? Values.toBytes(value) : value;
    }

    @Override
    public <T> T getObject(final int column, final Class<T> type) throws SQLException
    {
        return Values.to(type, value(column));
    }

    @Override
    public InputStream getBinaryStream(final int column) throws SQLException
    {
        final byte[] bytes = getBytes(column);
        return bytes == null ? null : new ByteArrayInputStream(bytes);
    }

    @Override
    public Reader getCharacterStream(final int column) throws SQLException
    {
        final String text = getString(column);
        return text == null ? null : new StringReader(text);
    }

    @Override
    public int findColumn(final String label) throws SQLException
    {
        requireOpen();
        for (int i = 0; i < columns.size(); i++)
        {
            if (columns.get(i).equalsIgnoreCase(label))
            {
                return i + 1;
            }
        }
        throw SqlErrors.general("there is no such column: name=" + label + ", columns=" + columns);
    }

    /** Types are those of the first row, so this waits for it. */
    @Override
    public ResultSetMetaData getMetaData() throws SQLException
    {
        requireOpen();
        if (types == null)
        {
            if (row == null && !isAfterLast && ahead == null)
            {
                ahead = fetch();
            }
            types = ColumnType.of(columns, row == null ? ahead : row);
        }
        return new VelocityResultSetMetaData(columns, types);
    }

    @Override
    public int getRow() throws SQLException
    {
        requireOpen();
        return row == null ? 0 : rowNumber;
    }

    @Override
    public boolean isBeforeFirst() throws SQLException
    {
        requireOpen();
        return rowNumber == 0 && !isAfterLast && hasMore();
    }

    @Override
    public boolean isFirst() throws SQLException
    {
        requireOpen();
        return row != null && rowNumber == 1;
    }

    @Override
    public boolean isLast() throws SQLException
    {
        requireOpen();
        return row != null && !hasMore();
    }

    @Override
    public boolean isAfterLast() throws SQLException
    {
        requireOpen();
        return isAfterLast && rowNumber > 0;
    }

    private boolean hasMore() throws SQLException
    {
        if (maxRows > 0 && rowNumber == maxRows)
        {
            return false;
        }
        if (ahead == null)
        {
            ahead = fetch();
        }
        return ahead != null;
    }

    @Override
    public int getType() throws SQLException
    {
        requireOpen();
        return ResultSet.TYPE_FORWARD_ONLY;
    }

    @Override
    public int getConcurrency() throws SQLException
    {
        requireOpen();
        return ResultSet.CONCUR_READ_ONLY;
    }

    @Override
    public int getHoldability() throws SQLException
    {
        requireOpen();
        return ResultSet.HOLD_CURSORS_OVER_COMMIT;
    }

    @Override
    public void setFetchDirection(final int direction) throws SQLException
    {
        requireOpen();
        if (direction != ResultSet.FETCH_FORWARD)
        {
            throw Unsupported.feature("rows are fetched forward, and not otherwise");
        }
    }

    @Override
    public int getFetchDirection() throws SQLException
    {
        requireOpen();
        return ResultSet.FETCH_FORWARD;
    }

    /** A hint that is not used. */
    @Override
    public void setFetchSize(final int rows) throws SQLException
    {
        requireOpen();
    }

    @Override
    public int getFetchSize() throws SQLException
    {
        requireOpen();
        return 0;
    }

    @Override
    public Statement getStatement() throws SQLException
    {
        requireOpen();
        return statement;
    }

    @Override
    public SQLWarning getWarnings() throws SQLException
    {
        requireOpen();
        return null;
    }

    @Override
    public void clearWarnings() throws SQLException
    {
        requireOpen();
    }

    @Override
    public boolean isClosed()
    {
        return isClosed;
    }

    @Override
    public void close() throws SQLException
    {
        if (!isClosed)
        {
            closeQuietly();
            if (statement != null)
            {
                statement.onResultClosed();
            }
        }
    }

    /** For the statement, which need not be told. */
    void closeQuietly()
    {
        isClosed = true;
        row = null;
        ahead = null;
        letGo();
    }

    @Override
    public <T> T unwrap(final Class<T> type) throws SQLException
    {
        return Wrappers.unwrap(type, this);
    }

    @Override
    public boolean isWrapperFor(final Class<?> type)
    {
        return Wrappers.isWrapperFor(type, this);
    }
}
