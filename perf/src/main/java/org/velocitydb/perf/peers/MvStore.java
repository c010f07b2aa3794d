package org.velocitydb.perf.peers;

import java.nio.file.Path;

import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;

/**
 * H2's MVStore. A put that is not synced changes a page in memory; a thread of the store's own writes changed pages
 * once a second, or when the buffer is full. So the death of the process takes back up to a second, where the other
 * stores have handed every write to the operating system.
 */
final class MvStore implements EmbeddedStore
{
    private static final String FILE_NAME = "records.mv";
    /** In MiB; as many as hold all pages. They are objects on the heap. */
    private static final int CACHE_MIB = 1024;
    /** In KiB; as large as the write buffers of the others, so that a chunk holds many changes. */
    private static final int AUTO_COMMIT_BUFFER_KIB = 64 * 1024;

    private final MVStore store;
    private final MVMap<byte[], byte[]> map;

    private MvStore(final MVStore store)
    {
        this.store = store;
        map = store.openMap(
            "records",
            new MVMap.Builder<byte[], byte[]>()
                .keyType(ByteArrayDataType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE));
    }

    static EmbeddedStore open(final Path directory)
    {
        return new MvStore(
            new MVStore.Builder()
                .fileName(directory.resolve(FILE_NAME).toString())
                .cacheSize(CACHE_MIB)
                .autoCommitBufferSize(AUTO_COMMIT_BUFFER_KIB)
                .open());
    }

    @Override
    public StoreSession newSession()
    {
        return new Session();
    }

    @Override
    public void close()
    {
        store.close();
    }

    private final class Session implements StoreSession
    {
        @Override
        public void put(final byte[] key, final byte[] value)
        {
            // The map keeps the arrays.
            map.put(key.clone(), value.clone());
        }

        @Override
        public void durablePut(final byte[] key, final byte[] value)
        {
            put(key, value);
            // Writes what all threads have changed, then forces the file.
            store.commit();
            store.sync();
        }

        @Override
        public void putBatch(final byte[][] keys, final byte[][] values)
        {
            for (int i = 0; i < keys.length; i++)
            {
                put(keys[i], values[i]);
            }
        }

        @Override
        public int get(final byte[] key, final byte[] value)
        {
            final byte[] found = map.get(key);
            if (found == null)
            {
                return ABSENT;
            }
            System.arraycopy(found, 0, value, 0, found.length);
            return found.length;
        }

        @Override
        public int scan(final byte[] from, final int limit, final byte[] keys, final byte[] values)
        {
            final Cursor<byte[], byte[]> cursor = map.cursor(from);
            int count = 0;
            while (count < limit && cursor.hasNext())
            {
                System.arraycopy(
                    cursor.next(), 0, keys, count * PeerRecords.KEY_LENGTH, PeerRecords.KEY_LENGTH);
                System.arraycopy(
                    cursor.getValue(), 0, values, count * PeerRecords.VALUE_LENGTH, PeerRecords.VALUE_LENGTH);
                count++;
            }
            return count;
        }

        @Override
        public void close()
        {
            // Holds nothing between calls.
        }
    }
}
