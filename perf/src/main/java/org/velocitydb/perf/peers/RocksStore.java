package org.velocitydb.perf.peers;

import java.nio.ByteBuffer;
import java.nio.file.Path;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.Filter;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB through its own Java interface, set up as its wiki advises for data that fits into memory ("Setup Options and
 * Basic Tuning", "RocksDB Tuning Guide", "Data Block Hash Index"). Calls take direct buffers, which cross into native
 * code without a copy of arrays.
 */
final class RocksStore implements EmbeddedStore
{
    /** All blocks stay in the cache. */
    private static final long BLOCK_CACHE_BYTES = 2L * 1024 * 1024 * 1024;
    /** One false positive in a hundred, as the wiki recommends. */
    private static final int BLOOM_BITS_PER_KEY = 10;
    private static final long WRITE_BUFFER_BYTES = 64L * 1024 * 1024;
    /** As many as VelocityDB has memtables: writers need not wait for one flush. */
    private static final int WRITE_BUFFER_COUNT = 4;
    private static final double HASH_UTIL_RATIO = 0.75;

    static
    {
        RocksDB.loadLibrary();
    }

    private final Cache cache = new LRUCache(BLOCK_CACHE_BYTES);
    private final Filter filter = new BloomFilter(BLOOM_BITS_PER_KEY, false);
    private final Options options = new Options();
    private final WriteOptions unsynced = new WriteOptions().setSync(false);
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final RocksDB db;

    private RocksStore(final Path directory) throws RocksDBException
    {
        options.setCreateIfMissing(true)
            // Off everywhere, so that disk space and time compare.
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setMaxWriteBufferNumber(WRITE_BUFFER_COUNT)
            // Flushes and compactions use all cores, as "Parallelism options" of the tuning guide says.
            .setIncreaseParallelism(Runtime.getRuntime().availableProcessors())
            // Opened files stay open; their indexes and filters stay in memory.
            .setMaxOpenFiles(-1)
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setBlockCache(cache)
                    .setFilterPolicy(filter)
                    // Point reads find their entry in a block by hash; scans are not hurt.
                    .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash)
                    .setDataBlockHashTableUtilRatio(HASH_UTIL_RATIO));
        db = RocksDB.open(options, directory.toString());
    }

    static EmbeddedStore open(final Path directory) throws RocksDBException
    {
        return new RocksStore(directory);
    }

    @Override
    public StoreSession newSession()
    {
        return new Session();
    }

    @Override
    public void close()
    {
        db.close();
        synced.close();
        unsynced.close();
        options.close();
        filter.close();
        cache.close();
    }

    private final class Session implements StoreSession
    {
        private final ByteBuffer keyBuffer = ByteBuffer.allocateDirect(PeerRecords.KEY_LENGTH);
        private final ByteBuffer valueBuffer = ByteBuffer.allocateDirect(PeerRecords.VALUE_LENGTH);
        private final ReadOptions readOptions = new ReadOptions();
        private final WriteBatch batch = new WriteBatch();
        private RocksIterator iterator;

        @Override
        public void put(final byte[] key, final byte[] value) throws RocksDBException
        {
            wrap(key, value);
            db.put(unsynced, keyBuffer, valueBuffer);
        }

        @Override
        public void durablePut(final byte[] key, final byte[] value) throws RocksDBException
        {
            wrap(key, value);
            db.put(synced, keyBuffer, valueBuffer);
        }

        @Override
        public void putBatch(final byte[][] keys, final byte[][] values) throws RocksDBException
        {
            batch.clear();
            for (int i = 0; i < keys.length; i++)
            {
                wrap(keys[i], values[i]);
                batch.put(keyBuffer, valueBuffer);
            }
            db.write(unsynced, batch);
        }

        private void wrap(final byte[] key, final byte[] value)
        {
            wrapKey(key);
            valueBuffer.clear().put(value).flip();
        }

        private void wrapKey(final byte[] key)
        {
            keyBuffer.clear().put(key).flip();
        }

        @Override
        public int get(final byte[] key, final byte[] value) throws RocksDBException
        {
            wrapKey(key);
            valueBuffer.clear();
            final int lengthBytes = db.get(readOptions, keyBuffer, valueBuffer);
            if (lengthBytes == RocksDB.NOT_FOUND)
            {
                return ABSENT;
            }
            valueBuffer.get(value, 0, lengthBytes);
            return lengthBytes;
        }

        @Override
        public int scan(final byte[] from, final int limit, final byte[] keys, final byte[] values)
            throws RocksDBException
        {
            if (iterator == null)
            {
                iterator = db.newIterator(readOptions);
            }
            else
            {
                // Moves the iterator to the newest state, cheaper than a new one where little has changed.
                iterator.refresh();
            }
            wrapKey(from);
            iterator.seek(keyBuffer);
            int count = 0;
            while (count < limit && iterator.isValid())
            {
                keyBuffer.clear();
                iterator.key(keyBuffer);
                keyBuffer.get(keys, count * PeerRecords.KEY_LENGTH, PeerRecords.KEY_LENGTH);
                valueBuffer.clear();
                iterator.value(valueBuffer);
                valueBuffer.get(values, count * PeerRecords.VALUE_LENGTH, PeerRecords.VALUE_LENGTH);
                count++;
                if (count < limit)
                {
                    iterator.next();
                }
            }
            iterator.status();
            return count;
        }

        @Override
        public void close()
        {
            if (iterator != null)
            {
                iterator.close();
            }
            batch.close();
            readOptions.close();
        }
    }
}
