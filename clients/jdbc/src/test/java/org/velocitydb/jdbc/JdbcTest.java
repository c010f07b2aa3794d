package org.velocitydb.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLRecoverableException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.protocol.Outcome;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/**
 * The driver against a server, as programs use it.
 */
@Timeout(120)
class JdbcTest
{
    @TempDir
    private static Path directory;
    private static ServerProcess server;
    private Connection connection;

    @BeforeAll
    static void startServer()
    {
        server = ServerProcess.start(directory);
    }

    @AfterAll
    static void stopServer()
    {
        server.close();
    }

    @BeforeEach
    void connect() throws SQLException
    {
        connection = DriverManager.getConnection(server.url(""));
        try (Statement statement = connection.createStatement())
        {
            statement.execute("DROP TABLE IF EXISTS t");
            statement.execute("CREATE TABLE t");
        }
    }

    @AfterEach
    void disconnect() throws SQLException
    {
        connection.close();
    }

    @Test
    void shouldStoreAndReadBackEachTypeOfParameter() throws SQLException
    {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t (key, value) VALUES (?, ?)"))
        {
            assertEquals(2, insert.getParameterMetaData().getParameterCount());
            insert(insert, "bytes", new byte[]{ 0, (byte) 0xFF });
            insert(insert, "text", "größe");
            insert(insert, "long", Long.MIN_VALUE);
            insert(insert, "double", 1.5);
            insert(insert, "boolean", true);
            insert(insert, "decimal", new BigDecimal("12.340"));
            insert.setString(1, "stream");
            insert.setCharacterStream(2, new StringReader("a stream"), 3);
            assertEquals(1, insert.executeUpdate());
        }
        try (PreparedStatement select = connection.prepareStatement("SELECT key, value FROM t WHERE key = ?"))
        {
            assertArrayEquals(new byte[]{ 0, (byte) 0xFF }, found(select, "bytes").getBytes("value"));
            assertEquals("x'00ff'", found(select, "bytes").getString(2));
            assertInstanceOf(byte[].class, found(select, "bytes").getObject(2));
            assertEquals("größe", found(select, "text").getObject("VALUE"));
            assertArrayEquals("größe".getBytes(UTF_8), found(select, "text").getBytes(2));
            assertEquals(Long.MIN_VALUE, found(select, "long").getLong(2));
            assertEquals(1.5, found(select, "double").getDouble(2));
            assertTrue(found(select, "boolean").getBoolean(2));
            assertEquals(new BigDecimal("12.340"), found(select, "decimal").getBigDecimal(2));
            assertEquals("a s", found(select, "stream").getObject(2, String.class));
            assertEquals("22018", assertThrows(
                SQLDataException.class, () -> found(select, "text").getInt(2)).getSQLState());
            assertThrows(SQLDataException.class, () -> found(select, "long").getInt(2));
        }
    }

    private static void insert(final PreparedStatement insert, final String key, final Object value)
        throws SQLException
    {
        insert.setString(1, key);
        insert.setObject(2, value);
        assertEquals(1, insert.executeUpdate());
    }

    private static ResultSet found(final PreparedStatement select, final String key) throws SQLException
    {
        select.setObject(1, key, Types.VARCHAR);
        final ResultSet result = select.executeQuery();
        assertTrue(result.next());
        return result;
    }

    @Test
    void shouldGoForwardOverRowsAndKnowWhereItIs() throws SQLException
    {
        fill(3);
        try (Statement statement = connection.createStatement();
            ResultSet result = statement.executeQuery("SELECT key, value FROM t"))
        {
            assertTrue(result.isBeforeFirst());
            assertThrows(SQLException.class, () -> result.getString(1));
            assertTrue(result.next());
            assertTrue(result.isFirst());
            assertEquals("key00000", result.getString("Key"));
            assertFalse(result.wasNull());
            assertThrows(SQLException.class, () -> result.getString(3));
            assertThrows(SQLException.class, () -> result.getString("ttl2"));
            assertTrue(result.next());
            assertFalse(result.isLast());
            assertTrue(result.next());
            assertTrue(result.isLast());
            assertEquals(3, result.getRow());
            assertFalse(result.next());
            assertTrue(result.isAfterLast());
            assertFalse(result.next());
            assertThrows(SQLFeatureNotSupportedException.class, result::previous);
        }
    }

    @Test
    void shouldTellNamesAndTypesOfColumns() throws SQLException
    {
        fill(1);
        try (Statement statement = connection.createStatement())
        {
            final ResultSet rows = statement.executeQuery("SELECT key, value FROM t");
            final ResultSetMetaData metaData = rows.getMetaData();
            assertEquals(2, metaData.getColumnCount());
            assertEquals("key", metaData.getColumnLabel(1));
            assertEquals(Types.VARCHAR, metaData.getColumnType(2));
            assertEquals("java.lang.String", metaData.getColumnClassName(2));
            assertTrue(rows.next(), "the row that types were taken from is lost");
            final ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM t");
            assertEquals(Types.BIGINT, count.getMetaData().getColumnType(1));
            assertTrue(count.next());
            assertEquals(1L, count.getObject(1));
            assertEquals(1, count.getInt("count"));
            assertTrue(rows.isClosed(), "a statement has one result");
        }
    }

    @Test
    void shouldStreamAResultThatIsLongerThanItsBufferBesideOtherStatements() throws SQLException
    {
        fill(5000);
        try (Connection small = DriverManager.getConnection(server.url("&resultBufferBytes=4096"));
            Statement statement = small.createStatement();
            Statement other = small.createStatement())
        {
            try (ResultSet result = statement.executeQuery("SELECT key, value FROM t"))
            {
                int count = 0;
                while (result.next())
                {
                    assertEquals(String.format("key%05d", count), result.getString(1));
                    count++;
                    if (count == 100)
                    {
                        assertTrue(other.executeQuery("SELECT value FROM t WHERE key = 'key00042'").next());
                        assertTrue(small.isValid(5));
                    }
                }
                assertEquals(5000, count);
            }
            statement.setMaxRows(7);
            assertEquals(7, count(statement.executeQuery("SELECT key FROM t")));
        }
    }

    @Test
    void shouldGoOnAfterAResultThatWasLeftEarly() throws SQLException
    {
        fill(5000);
        try (Connection small = DriverManager.getConnection(server.url("&resultBufferBytes=4096"));
            Statement statement = small.createStatement())
        {
            for (int i = 0; i < 3; i++)
            {
                final ResultSet left = statement.executeQuery("SELECT key, value FROM t");
                assertTrue(left.next());
                left.close();
                assertThrows(SQLException.class, left::next);
            }
            assertTrue(small.isValid(5));
        }
    }

    @Test
    void shouldCancelFromAnotherThread() throws Exception
    {
        fill(5000);
        try (Connection small = DriverManager.getConnection(server.url("&resultBufferBytes=4096"));
            Statement statement = small.createStatement())
        {
            final ResultSet result = statement.executeQuery("SELECT key, value FROM t");
            assertTrue(result.next());
            final Thread other = new Thread(() ->
            {
                try
                {
                    statement.cancel();
                }
                catch (final SQLException ex)
                {
                    throw new IllegalStateException(ex);
                }
            });
            other.start();
            other.join();
            assertEquals("57014", assertThrows(SQLException.class, () -> count(result)).getSQLState());
            assertEquals(1, count(statement.executeQuery("SELECT key FROM t LIMIT 1")));
        }
    }

    @Test
    void shouldSayWhatAStatementDid() throws SQLException
    {
        try (Statement statement = connection.createStatement())
        {
            assertFalse(statement.execute("INSERT INTO t (key, value) VALUES ('a', 1), ('b', 2)"));
            assertEquals(2, statement.getUpdateCount());
            assertNull(statement.getResultSet());
            assertFalse(statement.getMoreResults());
            assertEquals(-1, statement.getUpdateCount());
            assertTrue(statement.execute("SELECT key FROM t"));
            assertEquals(-1, statement.getUpdateCount());
            assertEquals(2, count(statement.getResultSet()));
            assertEquals(1, statement.executeUpdate("DELETE FROM t WHERE key = 'a'"));
            assertThrows(SQLException.class, () -> statement.executeUpdate("SELECT key FROM t"));
            assertThrows(SQLException.class, () -> statement.executeQuery("DELETE FROM t WHERE key = 'b'"));
        }
    }

    @Test
    void shouldRunABatchOfRowsAndOneOfStatements() throws SQLException
    {
        fill(1000);
        try (Statement statement = connection.createStatement())
        {
            assertEquals(1000, count(statement.executeQuery("SELECT key FROM t")));
            statement.addBatch("INSERT INTO t (key, value) VALUES ('x', 1)");
            statement.addBatch("DELETE FROM t WHERE key = 'absent'");
            assertArrayEquals(new int[]{ 1, 0 }, statement.executeBatch());
            assertEquals(0, statement.executeBatch().length);
            statement.addBatch("INSERT INTO t (key, value) VALUES ('y', 1)");
            statement.addBatch("INSERT INTO nowhere (key, value) VALUES ('y', 1)");
            statement.addBatch("INSERT INTO t (key, value) VALUES ('z', 1)");
            final BatchUpdateException failure = assertThrows(BatchUpdateException.class, statement::executeBatch);
            assertArrayEquals(new int[]{ 1 }, failure.getUpdateCounts());
            assertEquals("42000", failure.getSQLState());
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t (key, value) VALUES (?, 1)"))
        {
            for (final String key : List.of("p", "", "q"))
            {
                insert.setString(1, key);
                insert.addBatch();
            }
            final BatchUpdateException failure = assertThrows(BatchUpdateException.class, insert::executeBatch);
            assertArrayEquals(new int[]{ 1, Statement.EXECUTE_FAILED, 1 }, failure.getUpdateCounts());
        }
    }

    @Test
    void shouldMapWhatTheServerRefuses() throws SQLException
    {
        try (Statement statement = connection.createStatement())
        {
            final SQLException syntax = assertThrows(
                SQLSyntaxErrorException.class, () -> statement.executeQuery("SELECT value FORM t"));
            assertEquals("42000", syntax.getSQLState());
            assertTrue(syntax.getMessage().contains("NOT_DONE") && syntax.getMessage().contains("at character 13"),
                syntax.getMessage());
            assertEquals(Outcome.NOT_DONE, ((VelocityException) syntax.getCause()).outcome());
            assertEquals("23000", assertThrows(
                SQLIntegrityConstraintViolationException.class,
                () -> statement.execute("BEGIN; CHECK EXISTS kv WHERE key = 'nowhere'; COMMIT")).getSQLState());
            assertTrue(connection.isValid(5));
        }
        assertThrows(SQLInvalidAuthorizationSpecException.class, () -> DriverManager.getConnection(
            server.url("").replace("correct%20horse", "wrong")));
        assertEquals("08001", assertThrows(SQLTransientConnectionException.class, () -> DriverManager.getConnection(
            "jdbc:velocity://127.0.0.1:1/kv?user=tester")).getSQLState());
        assertEquals("42S02", assertThrows(SQLSyntaxErrorException.class, () -> DriverManager.getConnection(
            server.url("").replace("/kv?", "/nowhere?"))).getSQLState());
        try (Connection reader = DriverManager.getConnection(server.url("").replace("user=tester", "user=reader"));
            Statement statement = reader.createStatement())
        {
            assertEquals("42501", assertThrows(SQLException.class, () -> statement.executeUpdate(
                "INSERT INTO kv (key, value) VALUES ('a', 1)")).getSQLState());
        }
    }

    @Test
    void shouldSayByNameWhatItDoesNotDo() throws SQLException
    {
        final SQLException refusal = assertThrows(
            SQLFeatureNotSupportedException.class, () -> connection.setAutoCommit(false));
        assertTrue(refusal.getMessage().contains("no transactions over several statements"), refusal.getMessage());
        assertTrue(connection.getAutoCommit());
        assertEquals(Connection.TRANSACTION_NONE, connection.getTransactionIsolation());
        assertThrows(SQLException.class, connection::rollback);
        assertTrue(assertThrows(SQLFeatureNotSupportedException.class, connection::setSavepoint).getMessage()
            .contains("Connection.setSavepoint"));
        assertThrows(SQLFeatureNotSupportedException.class, () -> connection.createStatement(
            ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY));
        try (PreparedStatement select = connection.prepareStatement("SELECT '?' -- ?\n FROM t WHERE key = ?"))
        {
            assertEquals(1, select.getParameterMetaData().getParameterCount());
            assertThrows(SQLException.class, select::executeQuery, "the parameter is not set");
            assertThrows(SQLException.class, () -> select.setString(2, "x"));
            assertThrows(SQLException.class, () -> select.executeQuery("SELECT key FROM t"));
            assertTrue(assertThrows(SQLFeatureNotSupportedException.class, () -> select.setTimestamp(1, null))
                .getMessage().contains("PreparedStatement.setTimestamp"));
            assertThrows(SQLFeatureNotSupportedException.class, () -> select.setObject(1, new Object()));
        }
    }

    @Test
    void shouldDescribeTablesAndItself() throws SQLException
    {
        final DatabaseMetaData metaData = connection.getMetaData();
        assertEquals("VelocityDB", metaData.getDatabaseProductName());
        assertFalse(metaData.getDatabaseProductVersion().isEmpty());
        assertFalse(metaData.supportsTransactions());
        assertEquals("jdbc:velocity://" + server.address() + "/kv", metaData.getURL());
        assertEquals(List.of("kv", "t"), column(metaData.getTables(null, null, "%", new String[]{ "TABLE" }), 3));
        assertEquals(List.of("t"), column(metaData.getTables(null, null, "T", null), 3));
        assertEquals(List.of(), column(metaData.getTables(null, null, "%", new String[]{ "VIEW" }), 3));
        assertEquals(List.of(), column(metaData.getTables("other", null, "%", null), 3));
        assertEquals(List.of("key", "value"), column(metaData.getColumns(null, null, "t", "%"), 4));
        assertEquals(List.of("key"), column(metaData.getPrimaryKeys(null, null, "t"), 4));
        assertEquals(List.of(), column(metaData.getImportedKeys(null, null, "t"), 1));
        assertEquals(List.of("TABLE"), column(metaData.getTableTypes(), 1));
        assertEquals(List.of("TEXT"), column(metaData.getTypeInfo(), 1));
        assertSame(connection, metaData.getConnection());
        assertEquals(server.fingerprint(), connection.unwrap(VelocityClient.class).fingerprint());
        assertEquals(List.of("version", "ttl"), column(metaData.getPseudoColumns(null, null, "t", null), 4));
    }

    @Test
    void shouldAnswerAllThatMetaDataMayBeAskedWithoutParameters() throws Exception
    {
        final DatabaseMetaData metaData = connection.getMetaData();
        for (final Method method : DatabaseMetaData.class.getMethods())
        {
            if (method.getParameterCount() == 0)
            {
                method.invoke(metaData);
            }
        }
    }

    @Test
    void shouldTryTheNextHostWhereOneIsNotThere() throws SQLException
    {
        try (Connection second = DriverManager.getConnection(
            server.url("").replace("//", "//127.0.0.1:1,127.0.0.1:2,")))
        {
            assertTrue(second.isValid(5));
        }
    }

    @Test
    void shouldNotBeValidOnceItIsClosedOrAborted() throws SQLException
    {
        final Connection aborted = DriverManager.getConnection(server.url(""));
        aborted.abort(Runnable::run);
        assertFalse(aborted.isValid(1));
        assertTrue(aborted.isClosed());
        assertEquals("08003", assertThrows(SQLException.class, aborted::createStatement).getSQLState());
    }

    @Test
    void shouldServeManyThreadsFromAPool() throws Exception
    {
        final HikariConfig config = new HikariConfig();
        config.setJdbcUrl(server.url(""));
        config.setMaximumPoolSize(3);
        config.setConnectionTimeout(20_000);
        try (HikariDataSource pool = new HikariDataSource(config))
        {
            final List<Thread> threads = new ArrayList<>();
            final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 6; i++)
            {
                final int number = i;
                final Thread thread = new Thread(() -> writeAndRead(pool, number));
                thread.setUncaughtExceptionHandler((ignored, failure) -> failures.add(failure));
                thread.start();
                threads.add(thread);
            }
            for (final Thread thread : threads)
            {
                thread.join();
            }
            assertEquals(List.of(), failures);
            try (Connection pooled = pool.getConnection(); Statement statement = pooled.createStatement())
            {
                assertEquals(120, count(statement.executeQuery("SELECT key FROM t")));
                assertTrue(pooled.isWrapperFor(VelocityClient.class));
            }
        }
    }

    private static void writeAndRead(final HikariDataSource pool, final int number)
    {
        for (int i = 0; i < 20; i++)
        {
            try (Connection pooled = pool.getConnection();
                PreparedStatement insert = pooled.prepareStatement("INSERT INTO t (key, value) VALUES (?, ?)");
                PreparedStatement select = pooled.prepareStatement("SELECT value FROM t WHERE key = ?"))
            {
                insert.setString(1, number + ":" + i);
                insert.setInt(2, i);
                assertEquals(1, insert.executeUpdate());
                select.setString(1, number + ":" + i);
                try (ResultSet result = select.executeQuery())
                {
                    assertTrue(result.next());
                    assertEquals(i, result.getInt(1));
                }
            }
            catch (final SQLException ex)
            {
                throw new IllegalStateException(ex);
            }
        }
    }

    @Test
    void shouldTellAPoolThatItsConnectionsAreLostSoThatItMakesOthers(@TempDir final Path own) throws Exception
    {
        final ServerProcess first = ServerProcess.start(own);
        final HikariConfig config = new HikariConfig();
        config.setJdbcUrl(first.url(""));
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(30_000);
        try (first; HikariDataSource pool = new HikariDataSource(config))
        {
            try (Connection held = pool.getConnection(); Statement statement = held.createStatement())
            {
                first.close();
                final SQLException lost = assertThrows(SQLRecoverableException.class, () -> statement.executeUpdate(
                    "INSERT INTO kv (key, value) VALUES ('a', 1)"));
                assertTrue(lost.getSQLState().startsWith("08"), lost.getSQLState());
            }
            try (ServerProcess second = ServerProcess.start(own, first.address());
                Connection other = pool.getConnection();
                Statement statement = other.createStatement())
            {
                assertEquals(first.fingerprint(), second.fingerprint());
                assertEquals(1, statement.executeUpdate("INSERT INTO kv (key, value) VALUES ('a', 1)"));
            }
        }
    }

    private void fill(final int count) throws SQLException
    {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t (key, value) VALUES (?, ?)"))
        {
            for (int i = 0; i < count; i++)
            {
                insert.setString(1, String.format("key%05d", i));
                insert.setBytes(2, new byte[100]);
                insert.addBatch();
            }
            assertEquals(count, Arrays.stream(insert.executeBatch()).sum());
        }
    }

    private static int count(final ResultSet result) throws SQLException
    {
        int count = 0;
        while (result.next())
        {
            count++;
        }
        return count;
    }

    private static List<String> column(final ResultSet result, final int column) throws SQLException
    {
        final List<String> values = new ArrayList<>();
        while (result.next())
        {
            values.add(result.getString(column));
        }
        return values;
    }
}
