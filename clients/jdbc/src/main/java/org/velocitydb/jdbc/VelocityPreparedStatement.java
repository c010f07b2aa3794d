package org.velocitydb.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.sql.BatchUpdateException;
import java.sql.ParameterMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import org.velocitydb.client.QueryResult;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;

/**
 * A statement whose parameters travel beside it in binary. The server keeps what it made of a statement by the
 * statement's text, so there is nothing to be made or let go of there. For one thread.
 *
 * <p>A batch is sent without waiting for each answer, so that its writes share their way to the disk. Each is atomic on
 * its own; where one fails, those that were sent after it are done or not on their own account, and {@link
 * BatchUpdateException} tells of each.
 */
final class VelocityPreparedStatement extends UnsupportedPreparedStatement
{
    /** Of a batch: enough to fill many groups of the server's, a part of what a connection may have outstanding. */
    private static final int MAX_OUTSTANDING = 256;
    private static final int READ_LENGTH = 8192;
    private static final Object UNSET = new Object();

    private final String sql;
    private final Object[] parameters;
    private final List<Object[]> batch = new ArrayList<>();

    VelocityPreparedStatement(final VelocityConnection connection, final String sql)
    {
        super(connection);
        this.sql = sql;
        this.parameters = new Object[Placeholders.count(sql)];
        Arrays.fill(parameters, UNSET);
    }

    private Object[] bound() throws SQLException
    {
        for (int i = 0; i < parameters.length; i++)
        {
            if (parameters[i] == UNSET)
            {
                throw new SQLException("parameter is not set: index=" + (i + 1), "07001");
            }
        }
        return parameters.clone();
    }

    private void set(final int index, final Object value) throws SQLException
    {
        requireOpen();
        if (index < 1 || index > parameters.length)
        {
            throw new SQLException("parameter out of range: index=" + index + ", count=" + parameters.length, "07009");
        }
        parameters[index - 1] = Values.parameter(value);
    }

    @Override
    public boolean execute() throws SQLException
    {
        return run(sql, bound());
    }

    @Override
    public ResultSet executeQuery() throws SQLException
    {
        return requireRows(execute());
    }

    @Override
    public int executeUpdate() throws SQLException
    {
        return toInt(executeLargeUpdate());
    }

    @Override
    public long executeLargeUpdate() throws SQLException
    {
        return requireNoRows(execute());
    }

    @Override
    public void addBatch() throws SQLException
    {
        requireOpen();
        batch.add(bound());
    }

    @Override
    public void clearBatch() throws SQLException
    {
        requireOpen();
        batch.clear();
    }

    @Override
    public long[] executeLargeBatch() throws SQLException
    {
        requireOpen();
        final Deque<CompletableFuture<QueryResult>> outstanding = new ArrayDeque<>();
        final BatchCounts counts = new BatchCounts(batch.size());
        try
        {
            final VelocityClient client = connection().client();
            for (final Object[] row : batch)
            {
                if (outstanding.size() == MAX_OUTSTANDING)
                {
                    counts.add(outstanding.remove(), timeout());
                }
                if (counts.hasFailed())
                {
                    break;
                }
                outstanding.add(client.async().query(sql, row));
            }
        }
        catch (final VelocityException ex)
        {
            counts.fail(SqlErrors.of(ex));
        }
        catch (final IllegalArgumentException ex)
        {
            counts.fail(SqlErrors.refusedValue(ex.getMessage(), ex));
        }
        finally
        {
            batch.clear();
        }
        for (final CompletableFuture<QueryResult> answer : outstanding)
        {
            counts.add(answer, timeout());
        }
        return counts.result();
    }

    /** What has become of a batch, in the order of its rows. */
    private static final class BatchCounts
    {
        private final long[] counts;
        private int length;
        private SQLException failure;

        BatchCounts(final int length)
        {
            counts = new long[length];
        }

        /** The client bounds how long each may take; a shorter query timeout bounds the wait for each. */
        void add(final CompletableFuture<QueryResult> answer, final Duration timeout)
        {
            counts[length] = Statement.EXECUTE_FAILED;
            try
            {
                final QueryResult result = (timeout == null
                    ? answer
                    : answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)).join();
                counts[length] = result.rowsAffected();
                if (!result.columns().isEmpty())
                {
                    fail(SqlErrors.general("a statement of a batch must not have rows"));
                }
            }
            catch (final CompletionException ex)
            {
                fail(ex.getCause() instanceof final VelocityException cause
                    ? SqlErrors.of(cause)
                    : new SQLTimeoutException(
                        "no answer in time; the statement may be done all the same", SqlErrors.CANCELLED, ex));
            }
            length++;
        }

        void fail(final SQLException cause)
        {
            failure = failure == null ? cause : failure;
        }

        boolean hasFailed()
        {
            return failure != null;
        }

        long[] result() throws SQLException
        {
            if (failure == null)
            {
                return counts;
            }
            throw new BatchUpdateException(
                failure.getMessage(), failure.getSQLState(), failure.getErrorCode(), Arrays.copyOf(counts, length),
                failure);
        }
    }

    @Override
    public void clearParameters() throws SQLException
    {
        requireOpen();
        Arrays.fill(parameters, UNSET);
    }

    @Override
    public void setNull(final int index, final int type) throws SQLException
    {
        set(index, null);
    }

    @Override
    public void setNull(final int index, final int type, final String typeName) throws SQLException
    {
        set(index, null);
    }

    @Override
    public void setString(final int index, final String value) throws SQLException
    {
        set(index, value);
    }

    @Override
    public void setNString(final int index, final String value) throws SQLException
    {
        set(index, value);
    }

    @Override
    public void setBytes(final int index, final byte[] value) throws SQLException
    {
        set(index, value);
    }

    @Override
    public void setBoolean(final int index, final boolean value) throws SQLException
    {
        set(index, value);
    }

    @Override
    public void setByte(final int index, final byte value) throws SQLException
    {
        set(index, value);
    }

    @Override
    public void setShort(final int index, final short value) throws SQLException
    {
        set(index, value);
    }

    @Override
    public void setInt(final int index, final int value) throws SQLException
    {
        set(index, value);
    }

    @Override
    public void setLong(final int index, final long value) throws SQLException
    {
        set(index, value);
    }

    @Override
    public void setFloat(final int index, final float value) throws SQLException
    {
        set(index, value);
    }

    @Override
    public void setDouble(final int index, final double value) throws SQLException
    {
        set(index, value);
    }

    /** As text, since the store has no decimal numbers. */
    @Override
    public void setBigDecimal(final int index, final BigDecimal value) throws SQLException
    {
        set(index, value);
    }

    @Override
    public void setObject(final int index, final Object value) throws SQLException
    {
        set(index, value);
    }

    @Override
    public void setObject(final int index, final Object value, final int type) throws SQLException
    {
        if (value == null)
        {
            set(index, null);
            return;
        }
        final Object parameter = Values.parameter(value);
        switch (type)
        {
            case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.NCHAR, Types.NVARCHAR, Types.LONGNVARCHAR -> set(
                index, parameter instanceof byte[] ? parameter : Values.toText(parameter));
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY -> set(index, Values.toBytes(parameter));
            case Types.BIGINT, Types.INTEGER, Types.SMALLINT, Types.TINYINT -> set(
                index, parameter instanceof Number && !(parameter instanceof Double || parameter instanceof Float)
                    ? parameter
                    : (Object) Values.toLong(parameter, Long.MIN_VALUE, Long.MAX_VALUE));
            case Types.DOUBLE, Types.FLOAT, Types.REAL -> set(index, Values.toDouble(parameter));
            case Types.BOOLEAN, Types.BIT -> set(index, Values.toBoolean(parameter));
            case Types.NUMERIC, Types.DECIMAL -> set(index, Values.toBigDecimal(parameter));
            case Types.OTHER, Types.JAVA_OBJECT -> set(index, parameter);
            default -> throw Unsupported.feature("parameters of the type " + type + " of java.sql.Types");
        }
    }

    @Override
    public void setObject(final int index, final Object value, final int type, final int scaleOrLength)
        throws SQLException
    {
        setObject(index, value, type);
    }

    @Override
    public void setBinaryStream(final int index, final InputStream stream) throws SQLException
    {
        try
        {
            set(index, stream == null ? null : stream.readAllBytes());
        }
        catch (final IOException ex)
        {
            throw SqlErrors.refusedValue("the stream cannot be read: " + ex.getMessage(), ex);
        }
    }

    @Override
    public void setBinaryStream(final int index, final InputStream stream, final int length) throws SQLException
    {
        setBinaryStream(index, stream, (long) length);
    }

    @Override
    public void setBinaryStream(final int index, final InputStream stream, final long length) throws SQLException
    {
        try
        {
            set(index, stream == null ? null : stream.readNBytes((int) Math.min(length, Integer.MAX_VALUE)));
        }
        catch (final IOException | IllegalArgumentException ex)
        {
            throw SqlErrors.refusedValue("the stream cannot be read: " + ex.getMessage(), ex);
        }
    }

    @Override
    public void setCharacterStream(final int index, final Reader reader) throws SQLException
    {
        setCharacterStream(index, reader, Long.MAX_VALUE);
    }

    @Override
    public void setCharacterStream(final int index, final Reader reader, final int length) throws SQLException
    {
        setCharacterStream(index, reader, (long) length);
    }

    @Override
    public void setCharacterStream(final int index, final Reader reader, final long length) throws SQLException
    {
        try
        {
            set(index, reader == null ? null : text(reader, length));
        }
        catch (final IOException ex)
        {
            throw SqlErrors.refusedValue("the stream cannot be read: " + ex.getMessage(), ex);
        }
    }

    private static String text(final Reader reader, final long length) throws IOException
    {
        final StringWriter text = new StringWriter();
        final char[] chars = new char[READ_LENGTH];
        long left = length;
        while (left > 0)
        {
            final int count = reader.read(chars, 0, (int) Math.min(left, chars.length));
            if (count < 0)
            {
                break;
            }
            text.write(chars, 0, count);
            left -= count;
        }
        return text.toString();
    }

    /** Not known before the statement is run. */
    @Override
    public ResultSetMetaData getMetaData() throws SQLException
    {
        requireOpen();
        return null;
    }

    @Override
    public ParameterMetaData getParameterMetaData() throws SQLException
    {
        requireOpen();
        return new VelocityParameterMetaData(parameters.length);
    }
}
