package org.velocitydb.jdbc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.VelocityException;
import org.velocitydb.protocol.Outcome;

/**
 * Time limits, cancels and losses, with a server that the system stops, so that it has its connections and answers
 * nothing.
 */
@Timeout(120)
class JdbcStalledServerTest
{
    /** No time limit but the one that a test sets: without that, a ping would find that the server is gone. */
    private static final String PATIENT = "&requestTimeoutMs=600000";
    private static final String INSERT = "INSERT INTO kv (key, value) VALUES ('late', 1)";

    @TempDir
    private static Path directory;
    private static ServerProcess server;

    @BeforeAll
    static void startServer()
    {
        assumeTrue(File.separatorChar == '/', "no signals here");
        server = ServerProcess.start(directory);
    }

    @AfterAll
    static void stopServer()
    {
        if (server != null)
        {
            server.close();
        }
    }

    @Test
    void shouldGiveUpAStatementAfterItsTimeoutAndGoOnWithTheConnection() throws SQLException
    {
        try (Connection connection = DriverManager.getConnection(server.url(PATIENT));
            Statement statement = connection.createStatement())
        {
            // While the server runs it may take its time.
            assertEquals(1, statement.executeUpdate(INSERT));
            statement.setQueryTimeout(1);
            assertEquals(1, statement.getQueryTimeout());
            assertThrows(SQLException.class, () -> statement.setQueryTimeout(-1));

            server.signal("STOP");
            final SQLTimeoutException read;
            final SQLTimeoutException write;
            try
            {
                read = assertThrows(
                    SQLTimeoutException.class, () -> statement.executeQuery("SELECT value FROM kv WHERE key = 'late'"));
                write = assertThrows(SQLTimeoutException.class, () -> statement.executeUpdate(INSERT));
                assertFalse(connection.isValid(1));
            }
            finally
            {
                server.signal("CONT");
            }

            assertEquals("57014", read.getSQLState());
            assertEquals(Outcome.NOT_DONE, outcome(read));
            assertEquals(Outcome.UNKNOWN, outcome(write));
            statement.setQueryTimeout(0);
            final ResultSet result = statement.executeQuery("SELECT value FROM kv WHERE key = 'late'");
            assertTrue(result.next());
            assertEquals(1, result.getInt(1));
            assertTrue(connection.isValid(30));
        }
    }

    @Test
    void shouldGiveUpABatchAfterTheTimeoutAndTellWhichRowsHaveNoAnswer() throws SQLException
    {
        try (Connection connection = DriverManager.getConnection(server.url(PATIENT));
            PreparedStatement insert = connection.prepareStatement("INSERT INTO kv (key, value) VALUES (?, 1)"))
        {
            insert.setQueryTimeout(1);
            for (int i = 0; i < 2; i++)
            {
                insert.setString(1, "batch:" + i);
                insert.addBatch();
            }
            server.signal("STOP");
            final BatchUpdateException failure;
            try
            {
                failure = assertThrows(BatchUpdateException.class, insert::executeBatch);
            }
            finally
            {
                server.signal("CONT");
            }

            assertInstanceOf(SQLTimeoutException.class, failure.getCause());
            assertEquals("57014", failure.getSQLState());
            assertArrayEquals(new int[]{ Statement.EXECUTE_FAILED, Statement.EXECUTE_FAILED },
                failure.getUpdateCounts());
            assertTrue(connection.isValid(30));
        }
    }

    @Test
    void shouldTakeTheLimitOfTheUrlAndThatOfTheNetworkWhereAStatementHasNone() throws SQLException
    {
        try (Connection connection = DriverManager.getConnection(server.url("&requestTimeoutMs=300"));
            Connection other = DriverManager.getConnection(server.url(PATIENT));
            Statement statement = connection.createStatement();
            Statement otherStatement = other.createStatement())
        {
            other.setNetworkTimeout(Runnable::run, 300);
            assertEquals(300, other.getNetworkTimeout());
            server.signal("STOP");
            try
            {
                assertThrows(SQLTimeoutException.class, () -> statement.executeQuery("SELECT key FROM kv"));
                assertThrows(SQLTimeoutException.class, () -> otherStatement.executeQuery("SELECT key FROM kv"));
            }
            finally
            {
                server.signal("CONT");
            }
            assertTrue(other.isValid(30));
        }
    }

    @Test
    void shouldLetGoOfAStatementThatIsCancelledOrWhoseConnectionIsAborted() throws Exception
    {
        try (Connection connection = DriverManager.getConnection(server.url(""));
            Statement statement = connection.createStatement())
        {
            server.signal("STOP");
            try
            {
                final CompletableFuture<SQLException> cancelled = failing(() -> statement.executeQuery("SHOW TABLES"));
                statement.cancel();
                assertEquals("57014", cancelled.get().getSQLState());
                assertTrue(cancelled.get().getMessage().startsWith("cancelled"), cancelled.get().getMessage());

                final CompletableFuture<SQLException> aborted = failing(() -> statement.executeQuery("SHOW TABLES"));
                connection.abort(Runnable::run);
                assertEquals("08003", aborted.get().getSQLState());
            }
            finally
            {
                server.signal("CONT");
            }
        }
    }

    @Test
    void shouldSayWhetherALostConnectionLeavesItOpenThatAStatementWasDone(@TempDir final Path own) throws Exception
    {
        final ServerProcess other = ServerProcess.start(own);
        try (other;
            Connection connection = DriverManager.getConnection(other.url(""));
            Statement writing = connection.createStatement();
            Statement reading = connection.createStatement())
        {
            other.signal("STOP");
            final CompletableFuture<SQLException> read = failing(() -> reading.executeQuery("SELECT key FROM kv"));
            final CompletableFuture<SQLException> write = failing(() -> writing.executeUpdate(INSERT));
            other.close();

            assertEquals("08007", assertInstanceOf(SQLRecoverableException.class, write.get()).getSQLState());
            assertEquals("08006", assertInstanceOf(SQLRecoverableException.class, read.get()).getSQLState());
            assertEquals("08006", assertThrows(
                SQLRecoverableException.class, () -> writing.executeUpdate(INSERT)).getSQLState());
        }
    }

    /** A statement on a thread of its own, which waits for its answer already. */
    private static CompletableFuture<SQLException> failing(final Executable statement)
    {
        final CompletableFuture<SQLException> failure = new CompletableFuture<>();
        final Thread thread = new Thread(() ->
        {
            try
            {
                failure.complete(assertThrows(SQLException.class, statement));
            }
            catch (final AssertionError ex)
            {
                failure.completeExceptionally(ex);
            }
        });
        thread.start();
        while (thread.isAlive() && thread.getState() != Thread.State.WAITING)
        {
            Thread.onSpinWait();
        }
        return failure;
    }

    private static Outcome outcome(final SQLException failure)
    {
        return assertInstanceOf(VelocityException.class, failure.getCause()).outcome();
    }
}
