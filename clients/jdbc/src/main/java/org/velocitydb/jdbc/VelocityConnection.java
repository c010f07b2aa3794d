package org.velocitydb.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.velocitydb.client.ClientOptions;
import org.velocitydb.client.QueryCursor;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;

/**
 * One client on one connection to a server. Each statement is atomic and done when it is answered: autocommit is always
 * on, since the server has no transactions that a client could hold open between two statements.
 *
 * <p>For one thread at a time; {@link #abort}, {@link #isValid} and {@link Statement#cancel} may come from others.
 */
final class VelocityConnection extends UnsupportedConnection
{
    private static final String NO_TRANSACTIONS = "there are no transactions over several statements: each is atomic " +
        "and done when it is answered; put what belongs together into one, as BEGIN; ...; COMMIT";

    private final ConnectionUrl url;
    private final VelocityClient client;
    /** Those whose rows are still coming in. */
    private final Set<QueryCursor> openCursors = ConcurrentHashMap.newKeySet();
    private SQLWarning warnings;
    private boolean isReadOnly;
    private int networkTimeoutMs;
    /** Written by whoever closes or aborts. */
    private volatile boolean isClosed;

    private VelocityConnection(final ConnectionUrl url, final VelocityClient client)
    {
        this.url = url;
        this.client = client;
        for (final String name : url.ignoredProperties())
        {
            warn("unknown property is ignored: " + name);
        }
    }

    /**
     * Connects to the first of the hosts that answers, and logs in there.
     *
     * @param url that says where and who.
     * @return the connection.
     * @throws SQLException if none answers, or one refuses the login: others are not tried then, since they would too.
     */
    static VelocityConnection open(final ConnectionUrl url) throws SQLException
    {
        if (!url.hasCertificate() && url.value(UrlParameter.USER) == null)
        {
            throw new SQLInvalidAuthorizationSpecException("the parameter user is missing", "28000");
        }
        SQLException failure = null;
        for (final ClientOptions options : url.options())
        {
            try
            {
                return new VelocityConnection(url, login(url, options)).checked();
            }
            catch (final VelocityException ex)
            {
                final SQLException next = SqlErrors.ofConnecting(ex);
                if (failure != null)
                {
                    next.addSuppressed(failure);
                }
                if (SqlErrors.isLogin(ex))
                {
                    throw next;
                }
                failure = next;
            }
            catch (final IllegalArgumentException ex)
            {
                throw new SQLNonTransientConnectionException(ex.getMessage(), "08001", ex);
            }
        }
        throw failure;
    }

    private static VelocityClient login(final ConnectionUrl url, final ClientOptions options)
    {
        final VelocityClient client = VelocityClient.connect(options);
        try
        {
            if (url.hasCertificate())
            {
                // A certificate that the server's authorities do not vouch for is not shown to it, so nobody is logged
                // in. Whoever connects is to hear of that, and not whoever runs the first statement. Each role may ask
                // this.
                client.query("SHOW TABLES");
            }
            else
            {
                final String password = url.value(UrlParameter.PASSWORD);
                client.authenticate(url.value(UrlParameter.USER), password == null ? "" : password);
            }
            return client;
        }
        catch (final RuntimeException ex)
        {
            client.close();
            throw ex;
        }
    }

    /** Looks for the table that the URL names, so that a wrong name is found here and not by the first statement. */
    private VelocityConnection checked() throws SQLException
    {
        if (url.table().equalsIgnoreCase(ConnectionUrl.DEFAULT_TABLE))
        {
            return this;
        }
        try
        {
            if (hasTable(url.table()))
            {
                return this;
            }
        }
        catch (final VelocityException | SQLException ex)
        {
            close();
            throw ex;
        }
        close();
        throw new SQLSyntaxErrorException("there is no such table: name=" + url.table(), "42S02");
    }

    private boolean hasTable(final String name) throws SQLException
    {
        final QueryCursor tables = query(null, "SHOW TABLES");
        try (tables)
        {
            while (tables.hasNext())
            {
                if (name.equalsIgnoreCase(tables.next().text(0)))
                {
                    return true;
                }
            }
            return false;
        }
        finally
        {
            onEnd(tables);
        }
    }

    /**
     * Sends a statement. What other statements have left to come in is let in first, so that this one is not behind it.
     *
     * @param timeout    of the whole statement, or null.
     * @param sql        of the statement.
     * @param parameters of the statement.
     * @return its rows, as long as somebody wants them.
     */
    QueryCursor query(final Duration timeout, final String sql, final Object... parameters) throws SQLException
    {
        requireOpen();
        makeRoom();
        try
        {
            final Duration limit = timeout == null && networkTimeoutMs > 0
                ? Duration.ofMillis(networkTimeoutMs)
                : timeout;
            final QueryCursor cursor = client.queryCursor(limit, sql, parameters);
            openCursors.add(cursor);
            return cursor;
        }
        catch (final VelocityException ex)
        {
            throw SqlErrors.of(ex);
        }
        catch (final IllegalArgumentException ex)
        {
            throw SqlErrors.refusedValue(ex.getMessage(), ex);
        }
    }

    /** To be told by whoever has come to the end of a result, or has closed it. */
    void onEnd(final QueryCursor cursor)
    {
        openCursors.remove(cursor);
    }

    VelocityClient client() throws SQLException
    {
        requireOpen();
        makeRoom();
        return client;
    }

    ConnectionUrl url()
    {
        return url;
    }

    void requireOpen() throws SQLException
    {
        if (isClosed)
        {
            throw new SQLNonTransientConnectionException("the connection is closed", SqlErrors.CONNECTION_CLOSED);
        }
    }

    private void makeRoom()
    {
        openCursors.forEach(QueryCursor::buffer);
    }

    private void warn(final String words)
    {
        final SQLWarning warning = new SQLWarning(words, "01000");
        if (warnings == null)
        {
            warnings = warning;
        }
        else
        {
            warnings.setNextWarning(warning);
        }
    }

    @Override
    public Statement createStatement() throws SQLException
    {
        requireOpen();
        return new VelocityStatement(this);
    }

    @Override
    public Statement createStatement(final int type, final int concurrency) throws SQLException
    {
        requireForward(type, concurrency);
        return createStatement();
    }

    @Override
    public Statement createStatement(final int type, final int concurrency, final int holdability) throws SQLException
    {
        setHoldability(holdability);
        return createStatement(type, concurrency);
    }

    @Override
    public PreparedStatement prepareStatement(final String sql) throws SQLException
    {
        requireOpen();
        return new VelocityPreparedStatement(this, sql);
    }

    @Override
    public PreparedStatement prepareStatement(final String sql, final int type, final int concurrency)
        throws SQLException
    {
        requireForward(type, concurrency);
        return prepareStatement(sql);
    }

    @Override
    public PreparedStatement prepareStatement(
        final String sql, final int type, final int concurrency, final int holdability) throws SQLException
    {
        setHoldability(holdability);
        return prepareStatement(sql, type, concurrency);
    }

    @Override
    public PreparedStatement prepareStatement(final String sql, final int generatedKeys) throws SQLException
    {
        if (generatedKeys != Statement.NO_GENERATED_KEYS)
        {
            throw Unsupported.generatedKeys();
        }
        return prepareStatement(sql);
    }

    @Override
    public PreparedStatement prepareStatement(final String sql, final int[] columns) throws SQLException
    {
        throw Unsupported.generatedKeys();
    }

    @Override
    public PreparedStatement prepareStatement(final String sql, final String[] columns) throws SQLException
    {
        throw Unsupported.generatedKeys();
    }

    private static void requireForward(final int type, final int concurrency) throws SQLException
    {
        if (type != ResultSet.TYPE_FORWARD_ONLY || concurrency != ResultSet.CONCUR_READ_ONLY)
        {
            throw Unsupported.feature("results are TYPE_FORWARD_ONLY and CONCUR_READ_ONLY, and nothing else");
        }
    }

    /** There are no escapes to be translated. */
    @Override
    public String nativeSQL(final String sql) throws SQLException
    {
        requireOpen();
        return sql;
    }

    @Override
    public void setAutoCommit(final boolean isAutoCommit) throws SQLException
    {
        requireOpen();
        if (!isAutoCommit)
        {
            throw Unsupported.feature("autocommit is always on; " + NO_TRANSACTIONS);
        }
    }

    @Override
    public boolean getAutoCommit() throws SQLException
    {
        requireOpen();
        return true;
    }

    @Override
    public void commit() throws SQLException
    {
        requireOpen();
        throw new SQLException("nothing to commit, autocommit is on; " + NO_TRANSACTIONS, "25000");
    }

    @Override
    public void rollback() throws SQLException
    {
        requireOpen();
        throw new SQLException("nothing to roll back, autocommit is on; " + NO_TRANSACTIONS, "25000");
    }

    @Override
    public void setTransactionIsolation(final int level) throws SQLException
    {
        requireOpen();
        throw Unsupported.feature("there is no isolation level to be set; " + NO_TRANSACTIONS);
    }

    @Override
    public int getTransactionIsolation() throws SQLException
    {
        requireOpen();
        return TRANSACTION_NONE;
    }

    @Override
    public void setHoldability(final int holdability) throws SQLException
    {
        requireOpen();
        if (holdability != ResultSet.HOLD_CURSORS_OVER_COMMIT)
        {
            throw Unsupported.feature("results are HOLD_CURSORS_OVER_COMMIT, and nothing else");
        }
    }

    @Override
    public int getHoldability() throws SQLException
    {
        requireOpen();
        return ResultSet.HOLD_CURSORS_OVER_COMMIT;
    }

    /** A hint, as JDBC has it; what a user may do is the server's to say. */
    @Override
    public void setReadOnly(final boolean isReadOnly) throws SQLException
    {
        requireOpen();
        this.isReadOnly = isReadOnly;
    }

    @Override
    public boolean isReadOnly() throws SQLException
    {
        requireOpen();
        return isReadOnly;
    }

    /** Ignored, as JDBC says for databases without catalogs. */
    @Override
    public void setCatalog(final String catalog) throws SQLException
    {
        requireOpen();
    }

    @Override
    public String getCatalog() throws SQLException
    {
        requireOpen();
        return null;
    }

    /** Ignored, as JDBC says for databases without schemas. */
    @Override
    public void setSchema(final String schema) throws SQLException
    {
        requireOpen();
    }

    @Override
    public String getSchema() throws SQLException
    {
        requireOpen();
        return null;
    }

    @Override
    public Map<String, Class<?>> getTypeMap() throws SQLException
    {
        requireOpen();
        return Map.of();
    }

    @Override
    public void setTypeMap(final Map<String, Class<?>> map) throws SQLException
    {
        requireOpen();
        if (!map.isEmpty())
        {
            throw Unsupported.method("Connection.setTypeMap");
        }
    }

    /** Makes a warning, as JDBC says for properties that the database does not have. */
    @Override
    public void setClientInfo(final String name, final String value)
    {
        warn("client info is ignored");
    }

    @Override
    public void setClientInfo(final Properties properties)
    {
        warn("client info is ignored");
    }

    @Override
    public String getClientInfo(final String name) throws SQLException
    {
        requireOpen();
        return null;
    }

    @Override
    public Properties getClientInfo() throws SQLException
    {
        requireOpen();
        return new Properties();
    }

    @Override
    public void setNetworkTimeout(final Executor executor, final int timeoutMs) throws SQLException
    {
        requireOpen();
        if (timeoutMs < 0)
        {
            throw SqlErrors.general("the network timeout must not be negative: timeoutMs=" + timeoutMs);
        }
        networkTimeoutMs = timeoutMs;
    }

    @Override
    public int getNetworkTimeout() throws SQLException
    {
        requireOpen();
        return networkTimeoutMs;
    }

    /** Asks the server, as a connection that looks alive may be gone. */
    @Override
    public boolean isValid(final int timeoutSeconds) throws SQLException
    {
        if (timeoutSeconds < 0)
        {
            throw SqlErrors.general("the timeout must not be negative: timeoutSeconds=" + timeoutSeconds);
        }
        if (isClosed)
        {
            return false;
        }
        final long timeoutMs = timeoutSeconds == 0
            ? url.requestTimeout().toMillis()
            : TimeUnit.SECONDS.toMillis(timeoutSeconds);
        try
        {
            makeRoom();
            client.async().ping().get(timeoutMs, TimeUnit.MILLISECONDS);
            return true;
        }
        catch (final VelocityException | ExecutionException | TimeoutException ex)
        {
            return false;
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public DatabaseMetaData getMetaData() throws SQLException
    {
        requireOpen();
        return new VelocityDatabaseMetaData(this);
    }

    @Override
    public SQLWarning getWarnings() throws SQLException
    {
        requireOpen();
        return warnings;
    }

    @Override
    public void clearWarnings() throws SQLException
    {
        requireOpen();
        warnings = null;
    }

    @Override
    public boolean isClosed()
    {
        return isClosed;
    }

    /** Waits for what is under way, at most for the time that a statement may take. */
    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            closeCursors();
            client.close();
        }
    }

    /** Whoever waits for a result is let go at once; the connection is closed by the executor. */
    @Override
    public void abort(final Executor executor) throws SQLException
    {
        if (executor == null)
        {
            throw SqlErrors.general("abort needs an executor");
        }
        if (!isClosed)
        {
            isClosed = true;
            closeCursors();
            executor.execute(client::close);
        }
    }

    private void closeCursors()
    {
        openCursors.forEach(QueryCursor::close);
        openCursors.clear();
    }

    @Override
    public <T> T unwrap(final Class<T> type) throws SQLException
    {
        return Wrappers.unwrap(type, this, client);
    }

    @Override
    public boolean isWrapperFor(final Class<?> type)
    {
        return Wrappers.isWrapperFor(type, this, client);
    }
}
