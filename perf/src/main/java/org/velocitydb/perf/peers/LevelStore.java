package org.velocitydb.perf.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

import org.fusesource.leveldbjni.JniDBFactory;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBException;
import org.iq80.leveldb.DBIterator;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.WriteBatch;
import org.iq80.leveldb.WriteOptions;

/**
 * LevelDB through leveldbjni, which carries the native library. That interface has no way to LevelDB's filter policy,
 * so that reads of absent keys look into blocks; this is how Java programs use it.
 */
final class LevelStore implements EmbeddedStore
{
    /** All blocks stay in the cache ({@code doc/index.md}, "Cache"). */
    private static final long CACHE_BYTES = 1024L * 1024 * 1024;
    /** The default is 4 MiB; more makes filling faster ({@code include/leveldb/options.h}). */
    private static final int WRITE_BUFFER_BYTES = 64 * 1024 * 1024;
    /** Tables have 2 MiB: all of them stay open. */
    private static final int OPEN_FILE_COUNT_MAX = 4096;

    private static final WriteOptions UNSYNCED = new WriteOptions().sync(false);
    private static final WriteOptions SYNCED = new WriteOptions().sync(true);

    private final DB db;

    private LevelStore(final DB db)
    {
        this.db = db;
    }

    static EmbeddedStore open(final Path directory) throws IOException
    {
        final Options options = new Options()
            .createIfMissing(true)
            .compressionType(CompressionType.NONE)
            .cacheSize(CACHE_BYTES)
            .writeBufferSize(WRITE_BUFFER_BYTES)
            .maxOpenFiles(OPEN_FILE_COUNT_MAX);
        return new LevelStore(JniDBFactory.factory.open(directory.toFile(), options));
    }

    @Override
    public StoreSession newSession()
    {
        return new Session(db);
    }

    @Override
    public void close()
    {
        try
        {
            db.close();
        }
        catch (final IOException ex)
        {
            throw new DBException(ex);
        }
    }

    private static final class Session implements StoreSession
    {
        private final DB db;

        Session(final DB db)
        {
            this.db = db;
        }

        @Override
        public void put(final byte[] key, final byte[] value)
        {
            db.put(key, value, UNSYNCED);
        }

        @Override
        public void durablePut(final byte[] key, final byte[] value)
        {
            db.put(key, value, SYNCED);
        }

        @Override
        public void putBatch(final byte[][] keys, final byte[][] values) throws IOException
        {
            try (WriteBatch batch = db.createWriteBatch())
            {
                for (int i = 0; i < keys.length; i++)
                {
                    batch.put(keys[i], values[i]);
                }
                db.write(batch, UNSYNCED);
            }
        }

        @Override
        public int get(final byte[] key, final byte[] value)
        {
            final byte[] found = db.get(key);
            if (found == null)
            {
                return ABSENT;
            }
            System.arraycopy(found, 0, value, 0, found.length);
            return found.length;
        }

        @Override
        public int scan(final byte[] from, final int limit, final byte[] keys, final byte[] values)
            throws IOException
        {
            try (DBIterator iterator = db.iterator())
            {
                int count = 0;
                iterator.seek(from);
                while (count < limit && iterator.hasNext())
                {
                    final Map.Entry<byte[], byte[]> entry = iterator.next();
                    System.arraycopy(
                        entry.getKey(), 0, keys, count * PeerRecords.KEY_LENGTH, PeerRecords.KEY_LENGTH);
                    System.arraycopy(
                        entry.getValue(), 0, values, count * PeerRecords.VALUE_LENGTH, PeerRecords.VALUE_LENGTH);
                    count++;
                }
                return count;
            }
        }

        @Override
        public void close()
        {
            // Holds nothing between calls.
        }
    }
}
