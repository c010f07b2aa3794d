package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.FileStorage;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;

class CheckpointTest
{
    private static final int KEY_COUNT = 300;

    private static byte[] key(final int i)
    {
        return SteppedStore.bytes("key " + i);
    }

    private static byte[] value(final int i)
    {
        return SteppedStore.bytes("value of " + i);
    }

    private static StoreContext context(final Storage storage)
    {
        return new StoreContext()
            .storage(storage)
            .memtableBytesMax(StoreContext.Configuration.MEMTABLE_BYTES_MIN)
            .compactionThreshold(2)
            .errorHandler(ex ->
            {
                throw new AssertionError(ex);
            });
    }

    @Test
    void shouldMakeAStoreOfAllThatWasVisibleWhileWritingGoesOn(@TempDir final Path directory) throws Exception
    {
        final AtomicBoolean isStopping = new AtomicBoolean();
        final AtomicInteger written = new AtomicInteger();
        final int writtenBefore;
        try (Store store = Store.open(context(new FileStorage(directory))))
        {
            final Thread writer = new Thread(() ->
            {
                while (!isStopping.get())
                {
                    final int i = written.get();
                    store.write(new WriteBatch().put(0, key(i), value(i)), Durability.NONE);
                    written.set(i + 1);
                }
            });
            writer.start();
            while (written.get() < KEY_COUNT)
            {
                Thread.onSpinWait();
            }
            writtenBefore = written.get();
            assertTrue(store.checkpoint("first") >= writtenBefore);
            isStopping.set(true);
            writer.join();
        }

        try (Store copy = Store.open(context(new FileStorage(directory.resolve("checkpoints/first")))))
        {
            for (int i = 0; i < writtenBefore; i++)
            {
                assertArrayEquals(value(i), copy.get(key(i)));
            }
            int count = writtenBefore;
            while (copy.get(key(count)) != null)
            {
                count++;
            }
            for (int i = count; i < written.get(); i++)
            {
                assertNull(copy.get(key(i)), "what is in the copy is a prefix of what was written");
            }
            copy.put(key(0), value(1));
            assertArrayEquals(value(1), copy.get(key(0)));
        }
    }

    @Test
    void shouldOutliveTheTablesOfTheStore(@TempDir final Path directory)
    {
        try (Store store = Store.open(context(new FileStorage(directory))))
        {
            fill(store, 0);
            store.checkpoint("kept");
            for (int round = 1; round < 5; round++)
            {
                fill(store, round);
                store.checkpoint("round-" + round);
            }
        }

        for (int round = 0; round < 5; round++)
        {
            final String name = round == 0 ? "kept" : "round-" + round;
            try (Store copy = Store.open(context(new FileStorage(directory.resolve("checkpoints/" + name)))))
            {
                for (int i = 0; i < KEY_COUNT; i++)
                {
                    assertArrayEquals(value(i + round), copy.get(key(i)));
                }
            }
        }
    }

    private static void fill(final Store store, final int round)
    {
        for (int i = 0; i < KEY_COUNT; i++)
        {
            store.write(new WriteBatch().put(0, key(i), value(i + round)), Durability.NONE);
        }
    }

    @Test
    void shouldCopyAnEmptyStore(@TempDir final Path directory)
    {
        try (Store store = Store.open(context(new FileStorage(directory))))
        {
            assertEquals(0, store.checkpoint("empty"));
        }
        try (Store copy = Store.open(context(new FileStorage(directory.resolve("checkpoints/empty")))))
        {
            assertNull(copy.get(key(0)));
        }
    }

    @Test
    void shouldRefuseANameThatIsTakenOrLeadsElsewhere(@TempDir final Path directory)
    {
        try (Store store = Store.open(context(new FileStorage(directory))))
        {
            store.checkpoint("one");

            assertThrows(StorageException.class, () -> store.checkpoint("one"));
            for (final String name : new String[]{ "", ".", "..", "a/b", "../a", ".hidden", "a b" })
            {
                assertThrows(IllegalArgumentException.class, () -> store.checkpoint(name), name);
            }
        }
    }

    @Test
    void shouldRefuseWhenTheStoreIsClosed(@TempDir final Path directory)
    {
        final Store store = Store.open(context(new FileStorage(directory)));
        store.close();

        assertThrows(StoreException.class, () -> store.checkpoint("late"));
    }

    /** At whichever operation the power fails: the store is whole, and the copy is whole or not taken for one. */
    @Test
    void shouldBeWholeOrRefusedAfterACrashAtAnyOperation() throws Exception
    {
        boolean isThrough = false;
        int refusedCount = 0;
        int wholeCount = 0;
        for (int operation = 1; !isThrough; operation++)
        {
            try (SteppedStore store = new SteppedStore(
                context -> context.memtableBytesMax(StoreContext.Configuration.MEMTABLE_BYTES_MIN)))
            {
                for (int i = 0; i < KEY_COUNT; i++)
                {
                    store.put("key " + i, "value of " + i);
                }
                store.storage().failAt(store.storage().operations() + operation, Fault.CRASH);
                isThrough = checkpoint(store);
                store.crashAndReopen(CrashMode.ALL_LOST);

                assertEquals("value of 7", store.get("key 7"));
                // Empty directories may be left, which are a new store to whoever opens it, as any other.
                final Storage copy = store.storage().within("checkpoints/copy");
                copy.makeDirectory("journal");
                if (!copy.list("journal").isEmpty() && isWhole(copy))
                {
                    wholeCount++;
                }
                else
                {
                    refusedCount++;
                }
            }
        }
        assertTrue(refusedCount > 3, "the crash came before the end");
        assertTrue(wholeCount > 0, "without a crash there is a copy");
    }

    private static boolean checkpoint(final SteppedStore store) throws InterruptedException
    {
        final CompletableFuture<Long> result = CompletableFuture.supplyAsync(() -> store.store().checkpoint("copy"));
        while (!result.isDone())
        {
            try
            {
                store.settle();
            }
            catch (final RuntimeException crash)
            {
                return false;
            }
            if (store.store().failure() != null || !store.takeErrors().isEmpty())
            {
                return false;
            }
        }
        try
        {
            return result.get() > 0;
        }
        catch (final ExecutionException ex)
        {
            assertTrue(ex.getCause() instanceof RuntimeException);
            return false;
        }
    }

    private static boolean isWhole(final Storage storage)
    {
        final StoreContext context = context(storage).isInvoked(true).segmentLength(SteppedStore.SEGMENT_LENGTH);
        try (Store copy = Store.open(context))
        {
            for (int i = 0; i < KEY_COUNT; i++)
            {
                assertNotNull(copy.get(key(i)), "key " + i);
            }
            return true;
        }
        catch (final CorruptionException ex)
        {
            return false;
        }
    }
}
