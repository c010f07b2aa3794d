package org.velocitydb.perf.peers;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;

import org.sqlite.SQLiteConfig;

/**
 * SQLite through its JDBC driver: a write-ahead log, a table that is one B-tree of keys and values, prepared
 * statements.
 *
 * <p>SQLite has one writer at a time, and connections that want to be it find it busy and sleep. So all sessions write
 * through one connection behind a lock, which is faster, and each reads through a connection of its own.
 */
final class SqliteStore implements EmbeddedStore
{
    private static final String FILE_NAME = "records.db";
    private static final String CREATE = "CREATE TABLE IF NOT EXISTS records" +
        "(key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID";
    private static final String PUT = "INSERT OR REPLACE INTO records(key, value) VALUES(?, ?)";
    private static final String GET = "SELECT value FROM records WHERE key = ?";
    private static final String SCAN = "SELECT key, value FROM records WHERE key >= ? ORDER BY key LIMIT ?";
    /** In KiB, as a negative number of pages says: all pages stay in the cache. */
    private static final int CACHE_SIZE = -1024 * 1024;
    /** Pages are read from the map rather than copied ({@code mmap.html}). */
    private static final long MMAP_LENGTH = 2L * 1024 * 1024 * 1024;
    /** Ten times the default: fewer passes over the database while filling ({@code wal.html}, "Performance"). */
    private static final int CHECKPOINT_PAGE_COUNT = 10_000;

    private final String url;
    private final SQLiteConfig config = new SQLiteConfig();
    private final ReentrantLock writerLock = new ReentrantLock();
    private final Connection writer;
    private final PreparedStatement put;

    private SqliteStore(final Path directory, final WriteMode mode) throws SQLException
    {
        url = "jdbc:sqlite:" + directory.resolve(FILE_NAME);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // FULL forces the log at each commit; OFF leaves it to the operating system.
        config.setSynchronous(
            mode == WriteMode.DURABLE ? SQLiteConfig.SynchronousMode.FULL : SQLiteConfig.SynchronousMode.OFF);
        config.setCacheSize(CACHE_SIZE);
        config.setPragma(SQLiteConfig.Pragma.MMAP_SIZE, Long.toString(MMAP_LENGTH));
        writer = config.createConnection(url);
        try (Statement statement = writer.createStatement())
        {
            statement.execute("PRAGMA wal_autocheckpoint=" + CHECKPOINT_PAGE_COUNT);
            statement.execute(CREATE);
        }
        put = writer.prepareStatement(PUT);
    }

    static EmbeddedStore open(final Path directory, final WriteMode mode) throws SQLException
    {
        return new SqliteStore(directory, mode);
    }

    @Override
    public StoreSession newSession()
    {
        return new Session();
    }

    @Override
    public void close()
    {
        try
        {
            put.close();
            writer.close();
        }
        catch (final SQLException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    private final class Session implements StoreSession
    {
        private Connection reader;
        private PreparedStatement get;
        private PreparedStatement scan;

        @Override
        public void put(final byte[] key, final byte[] value) throws SQLException
        {
            writerLock.lock();
            try
            {
                put.setBytes(1, key);
                put.setBytes(2, value);
                put.executeUpdate();
            }
            finally
            {
                writerLock.unlock();
            }
        }

        @Override
        public void durablePut(final byte[] key, final byte[] value) throws SQLException
        {
            // The statement commits by itself, and the store was opened so that a commit forces.
            put(key, value);
        }

        @Override
        public void putBatch(final byte[][] keys, final byte[][] values) throws SQLException
        {
            writerLock.lock();
            try
            {
                writer.setAutoCommit(false);
                for (int i = 0; i < keys.length; i++)
                {
                    put.setBytes(1, keys[i]);
                    put.setBytes(2, values[i]);
                    put.executeUpdate();
                }
                writer.commit();
                writer.setAutoCommit(true);
            }
            finally
            {
                writerLock.unlock();
            }
        }

        @Override
        public int get(final byte[] key, final byte[] value) throws SQLException
        {
            openReader();
            get.setBytes(1, key);
            try (ResultSet rows = get.executeQuery())
            {
                if (!rows.next())
                {
                    return ABSENT;
                }
                final byte[] found = rows.getBytes(1);
                System.arraycopy(found, 0, value, 0, found.length);
                return found.length;
            }
        }

        @Override
        public int scan(final byte[] from, final int limit, final byte[] keys, final byte[] values)
            throws SQLException
        {
            openReader();
            scan.setBytes(1, from);
            scan.setInt(2, limit);
            try (ResultSet rows = scan.executeQuery())
            {
                int count = 0;
                while (rows.next())
                {
                    System.arraycopy(
                        rows.getBytes(1), 0, keys, count * PeerRecords.KEY_LENGTH, PeerRecords.KEY_LENGTH);
                    System.arraycopy(
                        rows.getBytes(2), 0, values, count * PeerRecords.VALUE_LENGTH, PeerRecords.VALUE_LENGTH);
                    count++;
                }
                return count;
            }
        }

        private void openReader() throws SQLException
        {
            if (reader == null)
            {
                reader = config.createConnection(url);
                get = reader.prepareStatement(GET);
                scan = reader.prepareStatement(SCAN);
            }
        }

        @Override
        public void close()
        {
            try
            {
                if (reader != null)
                {
                    get.close();
                    scan.close();
                    reader.close();
                }
            }
            catch (final SQLException ex)
            {
                throw new IllegalStateException(ex);
            }
        }
    }
}
