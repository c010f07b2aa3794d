package org.velocitydb.jdbc;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.velocitydb.client.QueryCursor;
import org.velocitydb.client.VelocityException;

/**
 * Runs statements as text. Rows are handed on as they come in, page by page.
 *
 * <p>For one thread; {@link #cancel} may come from any: it lets go of the answer, and whoever waits for it goes on with
 * an exception. The server is not told, so a change may be done all the same.
 */
class VelocityStatement extends UnsupportedStatement
{
    private static final int NO_UPDATE_COUNT = -1;

    private final VelocityConnection connection;
    private final List<String> batch = new ArrayList<>();
    private VelocityResultSet result;
    private long updateCount = NO_UPDATE_COUNT;
    private int queryTimeoutSeconds;
    private long maxRows;
    private int fetchSize;
    private boolean closesOnCompletion;
    private boolean isPoolable;
    private volatile boolean isClosed;
    /** What is waited for, or read; of interest to whoever cancels. */
    private volatile QueryCursor running;
    private volatile boolean isCancelled;

    VelocityStatement(final VelocityConnection connection)
    {
        this.connection = connection;
    }

    /** Runs one, and tells whether it has rows. */
    final boolean run(final String sql, final Object... parameters) throws SQLException
    {
        requireOpen();
        closeResult();
        updateCount = NO_UPDATE_COUNT;
        isCancelled = false;
        final QueryCursor cursor = connection.query(timeout(), sql, parameters);
        running = cursor;
        try
        {
            final List<String> columns = cursor.columns();
            if (!columns.isEmpty())
            {
                result = new VelocityResultSet(this, columns, cursor, maxRows);
                return true;
            }
            updateCount = cursor.rowsAffected();
            requireNotCancelled();
            onEnd(cursor);
            return false;
        }
        catch (final VelocityException ex)
        {
            onEnd(cursor);
            cursor.close();
            throw SqlErrors.of(ex);
        }
    }

    /** To be told by a result that is at its end or closed. */
    final void onEnd(final QueryCursor cursor)
    {
        connection.onEnd(cursor);
        running = null;
    }

    /** To be told by a result that is closed. */
    final void onResultClosed() throws SQLException
    {
        if (closesOnCompletion)
        {
            close();
        }
    }

    /** A cancelled or aborted result looks as if it were at its end. */
    final void requireNotCancelled() throws SQLException
    {
        if (isCancelled)
        {
            throw new SQLException(
                "cancelled; what the statement changes may be done all the same", SqlErrors.CANCELLED);
        }
        connection.requireOpen();
    }

    final VelocityConnection connection()
    {
        return connection;
    }

    final void requireOpen() throws SQLException
    {
        connection.requireOpen();
        if (isClosed)
        {
            throw SqlErrors.general("the statement is closed");
        }
    }

    final Duration timeout()
    {
        return queryTimeoutSeconds == 0 ? null : Duration.ofSeconds(queryTimeoutSeconds);
    }

    final ResultSet requireRows(final boolean hasRows) throws SQLException
    {
        if (!hasRows)
        {
            throw SqlErrors.general("the statement is done and has no rows; run it with executeUpdate");
        }
        return result;
    }

    final long requireNoRows(final boolean hasRows) throws SQLException
    {
        if (hasRows)
        {
            closeResult();
            throw SqlErrors.general("the statement has rows; run it with executeQuery");
        }
        return updateCount;
    }

    static int toInt(final long count)
    {
        return (int) Math.min(count, Integer.MAX_VALUE);
    }

    private void closeResult() throws SQLException
    {
        final VelocityResultSet open = result;
        result = null;
        if (open != null)
        {
            open.closeQuietly();
        }
    }

    @Override
    public boolean execute(final String sql) throws SQLException
    {
        return run(sql);
    }

    @Override
    public boolean execute(final String sql, final int generatedKeys) throws SQLException
    {
        requireNoGeneratedKeys(generatedKeys);
        return execute(sql);
    }

    @Override
    public ResultSet executeQuery(final String sql) throws SQLException
    {
        return requireRows(run(sql));
    }

    @Override
    public int executeUpdate(final String sql) throws SQLException
    {
        return toInt(executeLargeUpdate(sql));
    }

    @Override
    public int executeUpdate(final String sql, final int generatedKeys) throws SQLException
    {
        requireNoGeneratedKeys(generatedKeys);
        return executeUpdate(sql);
    }

    @Override
    public long executeLargeUpdate(final String sql) throws SQLException
    {
        return requireNoRows(run(sql));
    }

    private static void requireNoGeneratedKeys(final int generatedKeys) throws SQLException
    {
        if (generatedKeys != Statement.NO_GENERATED_KEYS)
        {
            throw Unsupported.generatedKeys();
        }
    }

    @Override
    public void addBatch(final String sql) throws SQLException
    {
        requireOpen();
        batch.add(sql);
    }

    @Override
    public void clearBatch() throws SQLException
    {
        requireOpen();
        batch.clear();
    }

    /** One after the other, each on its own; the first that fails is the last. */
    @Override
    public long[] executeLargeBatch() throws SQLException
    {
        requireOpen();
        final long[] counts = new long[batch.size()];
        int done = 0;
        try
        {
            for (final String sql : batch)
            {
                counts[done] = requireNoRows(run(sql));
                done++;
            }
            return counts;
        }
        catch (final SQLException ex)
        {
            throw new BatchUpdateException(
                ex.getMessage(), ex.getSQLState(), ex.getErrorCode(), Arrays.copyOf(counts, done), ex);
        }
        finally
        {
            batch.clear();
        }
    }

    @Override
    public int[] executeBatch() throws SQLException
    {
        return Arrays.stream(executeLargeBatch()).mapToInt(VelocityStatement::toInt).toArray();
    }

    @Override
    public ResultSet getResultSet() throws SQLException
    {
        requireOpen();
        return result;
    }

    @Override
    public int getUpdateCount() throws SQLException
    {
        return toInt(getLargeUpdateCount());
    }

    @Override
    public long getLargeUpdateCount() throws SQLException
    {
        requireOpen();
        return updateCount;
    }

    /** There never are. */
    @Override
    public boolean getMoreResults() throws SQLException
    {
        requireOpen();
        closeResult();
        updateCount = NO_UPDATE_COUNT;
        return false;
    }

    @Override
    public boolean getMoreResults(final int current) throws SQLException
    {
        if (current == Statement.KEEP_CURRENT_RESULT)
        {
            throw Unsupported.feature("a statement has one result at a time");
        }
        return getMoreResults();
    }

    @Override
    public ResultSet getGeneratedKeys() throws SQLException
    {
        requireOpen();
        return VelocityResultSet.empty("GENERATED_KEYS");
    }

    @Override
    public void cancel()
    {
        isCancelled = true;
        final QueryCursor cursor = running;
        if (cursor != null)
        {
            cursor.close();
        }
    }

    @Override
    public void setQueryTimeout(final int seconds) throws SQLException
    {
        requireOpen();
        queryTimeoutSeconds = (int) requireNotNegative("query timeout", seconds);
    }

    @Override
    public int getQueryTimeout() throws SQLException
    {
        requireOpen();
        return queryTimeoutSeconds;
    }

    @Override
    public void setMaxRows(final int count) throws SQLException
    {
        setLargeMaxRows(count);
    }

    @Override
    public void setLargeMaxRows(final long count) throws SQLException
    {
        requireOpen();
        maxRows = requireNotNegative("number of rows", count);
    }

    @Override
    public int getMaxRows() throws SQLException
    {
        return toInt(getLargeMaxRows());
    }

    @Override
    public long getLargeMaxRows() throws SQLException
    {
        requireOpen();
        return maxRows;
    }

    private static long requireNotNegative(final String what, final long value) throws SQLException
    {
        if (value < 0)
        {
            throw SqlErrors.general(what + " must not be negative: value=" + value);
        }
        return value;
    }

    /** A hint that is kept and not used: pages are as long as the server makes them. */
    @Override
    public void setFetchSize(final int rows) throws SQLException
    {
        requireOpen();
        fetchSize = (int) requireNotNegative("fetch size", rows);
    }

    @Override
    public int getFetchSize() throws SQLException
    {
        requireOpen();
        return fetchSize;
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

    @Override
    public void setMaxFieldSize(final int lengthBytes) throws SQLException
    {
        if (lengthBytes != 0)
        {
            throw Unsupported.feature("values are never cut");
        }
    }

    @Override
    public int getMaxFieldSize() throws SQLException
    {
        requireOpen();
        return 0;
    }

    /** There are no escapes, so nothing changes. */
    @Override
    public void setEscapeProcessing(final boolean isEnabled) throws SQLException
    {
        requireOpen();
    }

    @Override
    public int getResultSetType() throws SQLException
    {
        requireOpen();
        return ResultSet.TYPE_FORWARD_ONLY;
    }

    @Override
    public int getResultSetConcurrency() throws SQLException
    {
        requireOpen();
        return ResultSet.CONCUR_READ_ONLY;
    }

    @Override
    public int getResultSetHoldability() throws SQLException
    {
        requireOpen();
        return ResultSet.HOLD_CURSORS_OVER_COMMIT;
    }

    @Override
    public Connection getConnection() throws SQLException
    {
        requireOpen();
        return connection;
    }

    @Override
    public void closeOnCompletion() throws SQLException
    {
        requireOpen();
        closesOnCompletion = true;
    }

    @Override
    public boolean isCloseOnCompletion() throws SQLException
    {
        requireOpen();
        return closesOnCompletion;
    }

    @Override
    public void setPoolable(final boolean isPoolable) throws SQLException
    {
        requireOpen();
        this.isPoolable = isPoolable;
    }

    @Override
    public boolean isPoolable() throws SQLException
    {
        requireOpen();
        return isPoolable;
    }

    /** Statements are never warned about. */
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
        return isClosed || connection.isClosed();
    }

    @Override
    public void close() throws SQLException
    {
        if (!isClosed)
        {
            isClosed = true;
            closeResult();
        }
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
