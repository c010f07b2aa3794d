package org.velocitydb.engine.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.nio.file.Path;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.OwnedWriter;
import org.velocitydb.engine.Store;
import org.velocitydb.engine.StoreContext;
import org.velocitydb.engine.StoreSnapshot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.journal.storage.FileStorage;

/**
 * The engine in a program, as the README tells it.
 */
public final class EmbeddingExample
{
    private EmbeddingExample()
    {
    }

    /**
     * Writes and reads in the usual way: from any thread, each call waiting for what it asks for.
     *
     * @param directory of the store.
     * @param out       to tell what was found.
     */
    public static void run(final Path directory, final PrintStream out)
    {
        try (Store store = Store.open(directory))
        {
            store.put(bytes("user:1"), bytes("alice"));
            final byte[] name = store.get(bytes("user:1"));

            // A batch is done as a whole, or not at all where a condition fails; INTERVAL does not wait for the disk
            final WriteBatch batch = new WriteBatch()
                .putIfAbsent(Store.DEFAULT_KEYSPACE, bytes("user:2"), bytes("bob"))
                .increment(Store.DEFAULT_KEYSPACE, bytes("users"), 1)
                .put(Store.DEFAULT_KEYSPACE, bytes("session:1"), bytes("of alice")).ttlMs(60_000);
            final boolean isDone = store.write(batch, Durability.INTERVAL).status() == CommandStatus.APPLIED;

            // A map of its own within the store
            final int orders = store.createKeyspaceIfAbsent("orders");
            final long version = store.put(orders, bytes("2026-001"), bytes("42 apples"), Durability.GROUP);
            store.write(new WriteBatch().deleteIfVersion(orders, bytes("2026-001"), version), Durability.GROUP);

            // The store as of one moment, in order, forwards or backwards; writes go on meanwhile
            try (StoreSnapshot snapshot = store.snapshot();
                EntryCursor users = snapshot.cursor(Store.DEFAULT_KEYSPACE, bytes("user:")))
            {
                for (boolean isOnEntry = users.seekFirst(); isOnEntry; isOnEntry = users.next())
                {
                    out.println(users.keyBuffer().getStringWithoutLengthUtf8(users.keyOffset(), users.keyLength()));
                }
            }

            // A copy that can be opened as a store, in checkpoints/monday
            store.checkpoint("monday");
            out.println(store.statistics().sequence());
            out.println(new String(name, UTF_8) + " " + isDone);
        }
    }

    /**
     * Writes from a single thread of the program, which is the store's writer: no hand-over, one force a commit.
     *
     * @param directory of the store.
     * @param out       to tell what was found.
     * @throws Exception as an agent may throw.
     */
    public static void runOwned(final Path directory, final PrintStream out) throws Exception
    {
        final StoreContext context = new StoreContext()
            .storage(new FileStorage(directory))
            .errorHandler(ex -> out.println("failed: " + ex))
            .isWriterOwned(true);
        try (Store store = Store.open(context))
        {
            final OwnedWriter writer = store.writer();
            final UnsafeBuffer record = new UnsafeBuffer(new byte[2 * Long.BYTES]);
            for (int i = 0; i < 1_000; i++)
            {
                record.putLong(0, Long.reverseBytes(i));
                record.putLong(Long.BYTES, i * i);
                writer.put(Store.DEFAULT_KEYSPACE, record, 0, Long.BYTES, record, Long.BYTES, Long.BYTES);
            }
            writer.commit(Durability.GROUP);
            writer.doWork();

            record.putLong(0, Long.reverseBytes(12));
            final int length = store.get(Store.DEFAULT_KEYSPACE, record, 0, Long.BYTES, record, Long.BYTES);
            out.println(length + " " + record.getLong(Long.BYTES));
        }
    }

    private static byte[] bytes(final String text)
    {
        return text.getBytes(UTF_8);
    }
}
