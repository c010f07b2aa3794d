package org.velocitydb.perf.peers;

import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.OwnedWriter;
import org.velocitydb.engine.Store;
import org.velocitydb.engine.StoreContext;
import org.velocitydb.engine.StoreReader;
import org.velocitydb.engine.StoreSnapshot;
import org.velocitydb.engine.command.CommandRing;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.CompletionSink;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.journal.storage.FileStorage;

/**
 * VelocityDB's engine, with its default settings: four memtables of 64 MiB; tables are mapped, so that all data is in
 * memory without a cache of blocks. A single writing thread owns the writer and ends the group with each call, so that
 * what it put has reached the operating system, as with the other stores; several go through the ring.
 */
final class VelocityStore implements EmbeddedStore
{
    private static final long BACK_PRESSURE_PAUSE_NS = 1_000;

    private final Store store;
    private final Writers writers;

    private VelocityStore(final Store store, final Writers writers)
    {
        this.writers = writers;
        this.store = store;
    }

    static EmbeddedStore open(final Path directory, final Writers writers)
    {
        return new VelocityStore(
            Store.open(
                new StoreContext()
                    .storage(new FileStorage(directory))
                    .isWriterOwned(writers == Writers.ONE)
                    .errorHandler(ex -> System.err.println("velocity: " + ex))),
            writers);
    }

    @Override
    public StoreSession newSession()
    {
        return new Session(store, writers == Writers.ONE ? store.writer() : null);
    }

    @Override
    public boolean hasAsyncPuts()
    {
        return true;
    }

    @Override
    public void onIdle() throws Exception
    {
        if (writers == Writers.ONE)
        {
            store.writer().doWork();
            store.writer().release();
        }
    }

    @Override
    public void close()
    {
        store.close();
    }

    private static final class Session implements StoreSession, CompletionSink
    {
        private final Store store;
        private final WriteBatch batch = new WriteBatch();
        private final UnsafeBuffer keyBuffer = new UnsafeBuffer(0, 0);
        private final EntryView view = new EntryView();
        private StoreReader reader;
        /** Null where there are many writers, which hand their puts to the store's own. */
        private final OwnedWriter writer;
        /** Set before the first asynchronous put is published, which hands it to the writer. */
        private DurableListener listener;

        Session(final Store store, final OwnedWriter writer)
        {
            this.store = store;
            this.writer = writer;
        }

        @Override
        public void put(final byte[] key, final byte[] value)
        {
            write(key, value, Durability.NONE);
        }

        @Override
        public void durablePut(final byte[] key, final byte[] value)
        {
            write(key, value, Durability.GROUP);
        }

        private void write(final byte[] key, final byte[] value, final Durability durability)
        {
            if (writer != null)
            {
                writer.put(Store.DEFAULT_KEYSPACE, key, value);
                commit(durability);
                return;
            }
            batch.clear();
            batch.put(Store.DEFAULT_KEYSPACE, key, value);
            store.write(batch, durability);
        }

        private void commit(final Durability durability)
        {
            writer.commit(durability);
            // The harness may go on with this session on another thread.
            writer.release();
        }

        @Override
        public void putBatch(final byte[][] keys, final byte[][] values)
        {
            batch.clear();
            for (int i = 0; i < keys.length; i++)
            {
                batch.put(Store.DEFAULT_KEYSPACE, keys[i], values[i]);
            }
            if (writer == null)
            {
                store.write(batch, Durability.NONE);
                return;
            }
            writer.write(batch);
            commit(Durability.NONE);
        }

        @Override
        public void putAsync(
            final byte[] key, final byte[] value, final long token, final DurableListener durableListener)
        {
            listener = durableListener;
            batch.clear();
            batch.put(Store.DEFAULT_KEYSPACE, key, value);
            final CommandRing ring = store.commands();
            CommandSlot slot = ring.tryClaim(batch.lengthBytes());
            while (slot == null)
            {
                LockSupport.parkNanos(BACK_PRESSURE_PAUSE_NS);
                slot = ring.tryClaim(batch.lengthBytes());
            }
            slot.payload().putBytes(0, batch.buffer(), 0, batch.lengthBytes());
            slot.operations(batch.operationCount(), Durability.GROUP).replyTo(this, token, 0, 0);
            ring.publish(slot);
        }

        @Override
        public void onCompletion(final Completion completion)
        {
            if (completion.status() != CommandStatus.APPLIED)
            {
                // The put stays outstanding, and the harness says so when it has waited in vain.
                System.err.println("velocity: put failed: status=" + completion.status());
                return;
            }
            listener.onDurable(completion.token());
        }

        @Override
        public void onGroupEnd()
        {
            // Each completion was told by itself.
        }

        @Override
        public int get(final byte[] key, final byte[] value)
        {
            final StoreReader current = reader();
            keyBuffer.wrap(key);
            current.begin();
            try
            {
                if (!current.get(Store.DEFAULT_KEYSPACE, keyBuffer, 0, key.length, view))
                {
                    return ABSENT;
                }
                final int lengthBytes = view.value().capacity();
                view.value().getBytes(0, value, 0, lengthBytes);
                return lengthBytes;
            }
            finally
            {
                current.end();
            }
        }

        @Override
        public int scan(final byte[] from, final int limit, final byte[] keys, final byte[] values)
        {
            keyBuffer.wrap(from);
            try (StoreSnapshot snapshot = snapshot(); EntryCursor cursor = snapshot.cursor(Store.DEFAULT_KEYSPACE))
            {
                int count = 0;
                boolean isValid = cursor.seek(keyBuffer, 0, from.length);
                while (isValid && count < limit)
                {
                    cursor.keyBuffer().getBytes(
                        cursor.keyOffset(), keys, count * PeerRecords.KEY_LENGTH, cursor.keyLength());
                    cursor.valueBuffer().getBytes(
                        cursor.valueOffset(), values, count * PeerRecords.VALUE_LENGTH, cursor.valueLength());
                    count++;
                    isValid = count < limit && cursor.next();
                }
                return count;
            }
        }

        private StoreSnapshot snapshot()
        {
            final StoreReader current = reader();
            current.begin();
            try
            {
                return current.snapshot();
            }
            finally
            {
                current.end();
            }
        }

        private StoreReader reader()
        {
            if (reader == null)
            {
                reader = store.newReader();
            }
            return reader;
        }

        @Override
        public void close()
        {
            if (reader != null)
            {
                reader.close();
            }
        }
    }
}
