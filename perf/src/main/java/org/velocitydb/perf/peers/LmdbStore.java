package org.velocitydb.perf.peers;

import java.nio.ByteBuffer;
import java.nio.file.Path;

import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.GetOp;
import org.lmdbjava.Txn;

/**
 * LMDB through LmdbJava. The flags are those of {@code lmdb.h}, "Environment Flags".
 */
final class LmdbStore implements EmbeddedStore
{
    /** Address space, not memory: the file is sparse. */
    private static final long MAP_LENGTH = 16L * 1024 * 1024 * 1024;
    private static final int READER_COUNT_MAX = 256;
    /**
     * Pages are changed in the map, which is the fastest for data that fits into memory, and a commit forces nothing.
     * A read transaction belongs to its session, so that it can be renewed rather than made for each read.
     */
    private static final EnvFlags[] UNSYNCED = { EnvFlags.MDB_WRITEMAP, EnvFlags.MDB_NOSYNC, EnvFlags.MDB_NOTLS };
    /**
     * Without MDB_NOMETASYNC, with which "a system crash may undo the last committed transaction": it would not be
     * durable. Without MDB_WRITEMAP, since forcing the few changed pages of a small commit costs less by write and
     * fdatasync than by msync over the map.
     */
    private static final EnvFlags[] DURABLE = { EnvFlags.MDB_NOTLS };

    private final Env<ByteBuffer> env;
    private final Dbi<ByteBuffer> database;

    private LmdbStore(final Env<ByteBuffer> env)
    {
        this.env = env;
        database = env.openDbi("records", DbiFlags.MDB_CREATE);
    }

    static EmbeddedStore open(final Path directory, final WriteMode mode)
    {
        return new LmdbStore(
            Env.create()
                .setMapSize(MAP_LENGTH)
                .setMaxDbs(1)
                .setMaxReaders(READER_COUNT_MAX)
                .open(directory.toFile(), mode == WriteMode.UNSYNCED ? UNSYNCED : DURABLE));
    }

    @Override
    public StoreSession newSession()
    {
        return new Session();
    }

    @Override
    public void close()
    {
        env.sync(true);
        env.close();
    }

    private final class Session implements StoreSession
    {
        private final ByteBuffer keyBuffer = ByteBuffer.allocateDirect(PeerRecords.KEY_LENGTH);
        private final ByteBuffer valueBuffer = ByteBuffer.allocateDirect(PeerRecords.VALUE_LENGTH);
        private Txn<ByteBuffer> readTransaction;
        private Cursor<ByteBuffer> cursor;

        @Override
        public void put(final byte[] key, final byte[] value)
        {
            try (Txn<ByteBuffer> transaction = env.txnWrite())
            {
                put(transaction, key, value);
                transaction.commit();
            }
        }

        @Override
        public void durablePut(final byte[] key, final byte[] value)
        {
            // The environment was opened so that a commit forces.
            put(key, value);
        }

        @Override
        public void putBatch(final byte[][] keys, final byte[][] values)
        {
            try (Txn<ByteBuffer> transaction = env.txnWrite())
            {
                for (int i = 0; i < keys.length; i++)
                {
                    put(transaction, keys[i], values[i]);
                }
                transaction.commit();
            }
        }

        private void put(final Txn<ByteBuffer> transaction, final byte[] key, final byte[] value)
        {
            keyBuffer.clear().put(key).flip();
            valueBuffer.clear().put(value).flip();
            database.put(transaction, keyBuffer, valueBuffer);
        }

        @Override
        public int get(final byte[] key, final byte[] value)
        {
            beginRead();
            try
            {
                keyBuffer.clear().put(key).flip();
                final ByteBuffer found = database.get(readTransaction, keyBuffer);
                if (found == null)
                {
                    return ABSENT;
                }
                final int lengthBytes = found.remaining();
                found.get(value, 0, lengthBytes);
                return lengthBytes;
            }
            finally
            {
                // Lets go of the pages: a reader that stays keeps the writer from using freed ones again.
                readTransaction.reset();
            }
        }

        private void beginRead()
        {
            if (readTransaction == null)
            {
                readTransaction = env.txnRead();
            }
            else
            {
                readTransaction.renew();
            }
        }

        @Override
        public int scan(final byte[] from, final int limit, final byte[] keys, final byte[] values)
        {
            beginRead();
            try
            {
                if (cursor == null)
                {
                    cursor = database.openCursor(readTransaction);
                }
                else
                {
                    cursor.renew(readTransaction);
                }
                return scan(cursor, from, limit, keys, values);
            }
            finally
            {
                readTransaction.reset();
            }
        }

        private int scan(
            final Cursor<ByteBuffer> current, final byte[] from, final int limit, final byte[] keys,
            final byte[] values)
        {
            keyBuffer.clear().put(from).flip();
            boolean isValid = current.get(keyBuffer, GetOp.MDB_SET_RANGE);
            int count = 0;
            while (isValid && count < limit)
            {
                current.key().get(keys, count * PeerRecords.KEY_LENGTH, PeerRecords.KEY_LENGTH);
                current.val().get(values, count * PeerRecords.VALUE_LENGTH, PeerRecords.VALUE_LENGTH);
                count++;
                isValid = count < limit && current.next();
            }
            return count;
        }

        @Override
        public void close()
        {
            if (cursor != null)
            {
                cursor.close();
            }
            if (readTransaction != null)
            {
                readTransaction.close();
            }
        }
    }
}
