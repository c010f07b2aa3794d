package org.velocitydb.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.Statement;
import java.util.Properties;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long statements, their parameters, results and warnings live, and what values are none.
 */
@Timeout(60)
class JdbcLifetimeTest
{
    @TempDir
    private static Path directory;
    private static ServerProcess server;
    private Connection connection;

    @BeforeAll
    static void startServer() throws SQLException
    {
        server = ServerProcess.start(directory);
        try (Connection first = DriverManager.getConnection(server.url(""));
            Statement statement = first.createStatement())
        {
            statement.executeUpdate("INSERT INTO kv (key, value) VALUES ('a', 1), ('b', 2)");
        }
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
    }

    @AfterEach
    void disconnect() throws SQLException
    {
        connection.close();
    }

    @Test
    void shouldTellWhatIsNullFromWhatIsZero() throws SQLException
    {
        try (Statement statement = connection.createStatement();
            ResultSet result = statement.executeQuery("SELECT value, ttl FROM kv WHERE key = 'a'"))
        {
            assertTrue(result.next());
            assertEquals(0, result.getLong("ttl"));
            assertTrue(result.wasNull());
            assertNull(result.getObject(2));
            assertNull(result.getString(2));
            assertNull(result.getBytes(2));
            assertNull(result.getBigDecimal(2));
            assertFalse(result.getBoolean(2));
            assertTrue(result.wasNull());
            assertEquals(1, result.getLong("value"));
            assertFalse(result.wasNull());
        }
    }

    @Test
    void shouldCloseAStatementWithItsResultWhereThatIsAskedFor() throws SQLException
    {
        final Statement statement = connection.createStatement();
        assertFalse(statement.isCloseOnCompletion());
        statement.executeQuery("SELECT key FROM kv").close();
        assertFalse(statement.isClosed());

        statement.closeOnCompletion();
        statement.executeQuery("SELECT key FROM kv").close();

        assertTrue(statement.isClosed());
        assertThrows(SQLException.class, () -> statement.executeQuery("SELECT key FROM kv"));
    }

    @Test
    void shouldCloseAResultWithItsStatementAndAStatementWithItsConnection() throws SQLException
    {
        final Statement statement = connection.createStatement();
        final ResultSet result = statement.executeQuery("SELECT key FROM kv");
        statement.close();
        assertTrue(result.isClosed());
        assertThrows(SQLException.class, result::next);

        final Statement other = connection.createStatement();
        connection.close();
        assertTrue(other.isClosed());
        assertEquals("08003", assertThrows(
            SQLException.class, () -> other.executeQuery("SELECT key FROM kv")).getSQLState());
    }

    @Test
    void shouldForgetParametersThatAreClearedAndKeepOthersForTheNextRun() throws SQLException
    {
        try (PreparedStatement select = connection.prepareStatement("SELECT value FROM kv WHERE key = ?"))
        {
            select.setString(1, "b");
            for (int i = 0; i < 2; i++)
            {
                final ResultSet result = select.executeQuery();
                assertTrue(result.next());
                assertEquals(2, result.getInt(1));
            }
            select.clearParameters();
            assertEquals("07001", assertThrows(SQLException.class, select::executeQuery).getSQLState());
        }
    }

    @Test
    void shouldForgetABatchThatIsCleared() throws SQLException
    {
        try (Statement statement = connection.createStatement();
            PreparedStatement insert = connection.prepareStatement("INSERT INTO kv (key, value) VALUES (?, 1)"))
        {
            statement.addBatch("DELETE FROM kv WHERE key = 'a'");
            statement.clearBatch();
            assertEquals(0, statement.executeBatch().length);
            insert.setString(1, "never");
            insert.addBatch();
            insert.clearBatch();
            assertEquals(0, insert.executeBatch().length);
            final ResultSet result = statement.executeQuery("SELECT key FROM kv WHERE key = 'never'");
            assertFalse(result.next());
        }
    }

    @Test
    void shouldWarnOfPropertiesThatItDoesNotHaveUntilTheWarningIsCleared() throws SQLException
    {
        assertNull(connection.getWarnings());
        final Properties properties = new Properties();
        properties.setProperty("dbtable", "x");
        properties.setProperty("password", ServerProcess.PASSWORD);
        try (Connection other = DriverManager.getConnection(
            server.bareUrl() + "?user=" + ServerProcess.USER + "&fingerprint=" + server.fingerprint(), properties))
        {
            assertEquals("unknown property is ignored: dbtable", other.getWarnings().getMessage());
            other.clearWarnings();
            assertNull(other.getWarnings());
        }
    }

    /** It might be banned there as well, for what it has tried here. */
    @Test
    void shouldNotTryTheNextHostWhereOneRefusesTheLogin()
    {
        assertThrows(
            SQLInvalidAuthorizationSpecException.class, () -> DriverManager.getConnection(
                server.url("").replace("/kv?", ",127.0.0.1:1/kv?").replace("correct%20horse", "wrong")));
    }
}
