package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.engine.CheckpointRequest.Action;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.FileStorage;
import org.velocitydb.journal.storage.SimulatedCrashException;
import org.velocitydb.journal.storage.Storage;

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
            .memtableBytesMax(StoreConfiguration.MEMTABLE_BYTES_MIN)
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

            assertRefused(CheckpointStatus.EXISTS, () -> store.checkpoint("one"));
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

    private static void assertRefused(final CheckpointStatus status, final Executable call)
    {
        assertEquals(status, assertThrows(CheckpointException.class, call).status());
    }

    @Test
    void shouldTellOfEachCheckpointWhatItWasWhenItWasMade(@TempDir final Path directory)
    {
        try (Store store = Store.open(context(new FileStorage(directory)).epochClock(() -> 1_700_000_000_000L)))
        {
            assertEquals(List.of(), store.checkpoints());
            store.checkpoint("empty");
            fill(store, 0);
            final long sequence = store.checkpoint("full");

            final List<CheckpointInfo> found = store.checkpoints();
            assertEquals(
                new CheckpointInfo("empty", "checkpoints/empty", true, 1_700_000_000_000L, 0, 0), found.get(0));
            assertEquals("full", found.get(1).name());
            assertEquals(sequence, found.get(1).sequence());
            assertTrue(found.get(1).tableBytes() > KEY_COUNT * 5);
            assertEquals(2, found.size());
        }
    }

    @Test
    void shouldWriteTheFileThatSaysWhatItIsAsDocumented(@TempDir final Path directory) throws IOException
    {
        try (Store store = Store.open(context(new FileStorage(directory)).epochClock(() -> 1_700_000_000_000L)))
        {
            store.checkpoint("empty");
            final Path file = directory.resolve("checkpoints/empty/CHECKPOINT");
            final byte[] bytes = Files.readAllBytes(file);
            assertEquals(
                "0000018bcfe56800 0000000000000000 0000000000000000 aba276f7\n",
                new String(bytes, StandardCharsets.US_ASCII));
            for (int i = 0; i < bytes.length; i++)
            {
                final byte[] damaged = bytes.clone();
                damaged[i] ^= 4;
                Files.write(file, damaged);
                assertFalse(store.checkpoints().get(0).isFinished(), "byte " + i);
            }
        }
    }

    @Test
    void shouldRemoveAllOfACheckpointAndNothingElse(@TempDir final Path directory) throws IOException
    {
        try (Store store = Store.open(context(new FileStorage(directory))))
        {
            fill(store, 0);
            store.checkpoint("gone");
            store.checkpoint("kept");
            final Path gone = directory.resolve("checkpoints/gone");
            try (Store copy = Store.open(context(new FileStorage(gone))))
            {
                assertRefused(CheckpointStatus.IN_USE, () -> store.dropCheckpoint("gone"));
                fill(copy, 1);
                copy.checkpoint("deeper");
            }

            store.dropCheckpoint("gone");

            assertFalse(Files.exists(gone));
            assertRefused(CheckpointStatus.NOT_FOUND, () -> store.dropCheckpoint("gone"));
            assertThrows(IllegalArgumentException.class, () -> store.dropCheckpoint(".."));
            assertEquals("kept", store.checkpoints().get(0).name());
            assertArrayEquals(value(7), store.get(key(7)));
            assertTrue(new StoreVerifier(new FileStorage(directory.resolve("checkpoints/kept"))).verify().isIntact());
            store.checkpoint("gone");
        }
    }

    @Test
    void shouldNotFollowWhatLeadsOutOfACheckpoint(@TempDir final Path directory) throws IOException
    {
        final Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
        Files.createFile(elsewhere.resolve("precious"));
        final StoreContext context = context(new FileStorage(directory.resolve("store"))).errorHandler(ex ->
        {
        });
        try (Store store = Store.open(context))
        {
            store.checkpoint("real");
            final Path checkpoints = directory.resolve("store/checkpoints");
            Files.createSymbolicLink(checkpoints.resolve("alias"), elsewhere);
            Files.createSymbolicLink(checkpoints.resolve("real/way-out"), elsewhere);

            assertRefused(CheckpointStatus.NOT_FOUND, () -> store.dropCheckpoint("alias"));
            assertRefused(CheckpointStatus.EXISTS, () -> store.checkpoint("alias"));
            assertRefused(CheckpointStatus.STORAGE_FAILED, () -> store.dropCheckpoint("real"));
            assertTrue(Files.exists(elsewhere.resolve("precious")));
            assertFalse(store.checkpoints().get(0).isFinished());
            Files.delete(checkpoints.resolve("real/way-out"));
            store.dropCheckpoint("real");
        }
    }

    @Test
    void shouldRefuseOneMoreThanThereMayBe()
    {
        try (SteppedStore store = new SteppedStore(context ->
        {
        }))
        {
            for (int i = 0; i < Checkpoints.COUNT_MAX; i++)
            {
                store.storage().makeDirectory("checkpoints/c" + i);
            }
            assertEquals(CheckpointStatus.TOO_MANY, request(store, Action.CREATE, "more").status());
            assertEquals(CheckpointStatus.DONE, request(store, Action.DROP, "c7").status());
            assertEquals(CheckpointStatus.DONE, request(store, Action.CREATE, "more").status());
        }
    }

    @Test
    void shouldLeaveNothingBehindWhereTheDiskHasNoRoom()
    {
        int refusedCount = 0;
        boolean isThrough = false;
        for (long room = 0; !isThrough; room += 8 * 1024)
        {
            try (SteppedStore store = new SteppedStore(context ->
            {
            }))
            {
                for (int i = 0; i < KEY_COUNT; i++)
                {
                    store.put("key " + i, "value of " + i);
                }
                assertEquals(CheckpointStatus.DONE, request(store, Action.CREATE, "flush").status());
                // Maintenance does not know yet, so the copy is what meets it.
                final long usedBytes = Long.MAX_VALUE - store.storage().usableBytes();
                store.storage().capacityBytes(usedBytes + room);
                final CheckpointResult result = request(store, Action.CREATE, "copy");
                store.storage().capacityBytes(Long.MAX_VALUE);
                isThrough = result.status() == CheckpointStatus.DONE;
                if (!isThrough)
                {
                    refusedCount++;
                    assertEquals(CheckpointStatus.DISK_FULL, result.status(), result.message());
                    assertTrue(result.message().contains("cannot "), result.message());
                    assertFalse(store.storage().exists("checkpoints/copy"));
                    assertFalse(store.storage().exists("checkpoints/copy/tables"));
                    assertEquals(CheckpointStatus.DONE, request(store, Action.CREATE, "copy").status());
                }
                assertEquals("value of 7", store.get("key 7"));
            }
        }
        assertTrue(refusedCount > 3, "refused: " + refusedCount);
    }

    @Test
    void shouldRefuseWhatComesToItsTurnTooLateOrIsTooMuchAtOnce()
    {
        try (SteppedStore store = new SteppedStore(context ->
        {
        }))
        {
            final List<CheckpointResult> results = new ArrayList<>();
            int taken = 0;
            while (store.store().offer(
                new CheckpointRequest(Action.CREATE, "c" + taken, taken % 2 == 0 ? store.nowNs() : Long.MAX_VALUE,
                    results::add)))
            {
                taken++;
            }
            store.settle();

            assertEquals(taken, results.size());
            for (int i = 0; i < taken; i++)
            {
                assertEquals(
                    i % 2 == 0 ? CheckpointStatus.DEADLINE_EXCEEDED : CheckpointStatus.DONE, results.get(i).status());
            }
            store.store().offer(new CheckpointRequest(Action.CREATE, "last", Long.MAX_VALUE, results::add));
            store.shut();
            assertEquals(CheckpointStatus.CLOSED, results.get(taken).status());
        }
    }

    private static CheckpointResult request(final SteppedStore store, final Action action, final String name)
    {
        final AtomicReference<CheckpointResult> result = new AtomicReference<>();
        assertTrue(store.store().offer(new CheckpointRequest(action, name, Long.MAX_VALUE, result::set)));
        // The clock stands, so maintenance does not look at the room on the disk meanwhile.
        for (int i = 0; i < 5_000 && result.get() == null; i++)
        {
            store.stepWriter();
            store.stepMaintenance();
        }
        assertNotNull(result.get(), "not answered");
        return result.get();
    }

    /** At whichever operation the power fails: the checkpoint is whole, or can be dropped again. */
    @Test
    void shouldBeWholeOrDroppableAfterACrashWhileItIsDropped()
    {
        boolean isThrough = false;
        int wholeCount = 0;
        int partCount = 0;
        for (int operation = 1; !isThrough; operation++)
        {
            for (final CrashMode mode : CrashMode.values())
            {
                try (SteppedStore store = new SteppedStore(context ->
                {
                }))
                {
                    for (int i = 0; i < KEY_COUNT; i++)
                    {
                        store.put("key " + i, "value of " + i);
                    }
                    assertEquals(CheckpointStatus.DONE, request(store, Action.CREATE, "copy").status());
                    store.storage().failAt(store.storage().operations() + operation, Fault.CRASH);
                    isThrough = isDropped(store);
                    store.crashAndReopen(mode);

                    assertEquals("value of 7", store.get("key 7"));
                    final List<CheckpointInfo> left = request(store, Action.LIST, "").checkpoints();
                    if (!left.isEmpty())
                    {
                        assertFalse(isThrough);
                        final boolean isFinished = left.get(0).isFinished();
                        wholeCount += isFinished ? 1 : 0;
                        partCount += isFinished ? 0 : 1;
                        assertTrue(!isFinished || isWhole(store.storage().within("checkpoints/copy")));
                        assertEquals(CheckpointStatus.DONE, request(store, Action.DROP, "copy").status());
                    }
                    assertFalse(store.storage().exists("checkpoints/copy"));
                }
            }
        }
        assertTrue(wholeCount > 0 && partCount > 3, "whole: " + wholeCount + ", parts: " + partCount);
    }

    private static boolean isDropped(final SteppedStore store)
    {
        try
        {
            return request(store, Action.DROP, "copy").status() == CheckpointStatus.DONE;
        }
        catch (final SimulatedCrashException ex)
        {
            return false;
        }
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
                context -> context.memtableBytesMax(StoreConfiguration.MEMTABLE_BYTES_MIN)))
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
