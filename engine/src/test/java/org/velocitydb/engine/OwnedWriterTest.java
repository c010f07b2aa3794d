package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.FileStorage;

class OwnedWriterTest
{
    private static final int KEYSPACE = Store.DEFAULT_KEYSPACE;

    private final SteppedStore store = new SteppedStore(
        context -> context.isWriterOwned(true).memtableBytesMax(StoreConfiguration.MEMTABLE_BYTES_MIN));

    @AfterEach
    void closeStore()
    {
        store.close();
    }

    private OwnedWriter writer()
    {
        return store.store().writer();
    }

    private void put(final String key, final String value)
    {
        writer().put(KEYSPACE, SteppedStore.bytes(key), SteppedStore.bytes(value));
    }

    @Test
    void shouldShowAGroupAsAWholeWhenItIsCommitted()
    {
        put("a", "1");
        put("b", "2");
        assertNull(store.get("a"));

        writer().commit(Durability.NONE);

        assertEquals("1", store.get("a"));
        assertEquals("2", store.get("b"));
    }

    @Test
    void shouldGiveEachEntryTheNextSequence()
    {
        final byte[] key = SteppedStore.bytes("k");
        final long first = writer().put(KEYSPACE, key, key);

        assertEquals(first + 1, writer().put(KEYSPACE, key, key));
        assertEquals(first + 2, writer().delete(KEYSPACE, key));
        writer().commit(Durability.GROUP);

        assertNull(store.get("k"));
    }

    @Test
    void shouldKeepWhatWasForcedAndNothingOfAnOpenGroupWhenThePowerFails()
    {
        put("forced", "1");
        writer().commit(Durability.GROUP);
        put("open", "2");

        store.crashAndReopen(CrashMode.ALL_LOST);

        assertEquals("1", store.get("forced"));
        assertNull(store.get("open"));
    }

    @Test
    void shouldForceWhatWasCommittedBeforeWithoutBeingForced()
    {
        put("a", "1");
        writer().commit(Durability.NONE);
        writer().commit(Durability.GROUP);

        store.crashAndReopen(CrashMode.ALL_LOST);

        assertEquals("1", store.get("a"));
    }

    @Test
    void shouldForceByItselfWhenTheIntervalHasPassed() throws Exception
    {
        put("a", "1");
        writer().commit(Durability.INTERVAL);
        store.advance(StoreConfiguration.FORCE_INTERVAL_NS_DEFAULT + 1);
        writer().doWork();

        store.crashAndReopen(CrashMode.ALL_LOST);

        assertEquals("1", store.get("a"));
    }

    @Test
    void shouldEndByItselfAGroupThatHasGrownLong()
    {
        final byte[] value = new byte[8 * 1024];
        for (int i = 0; i < 10; i++)
        {
            writer().put(KEYSPACE, SteppedStore.bytes("k" + i), value);
        }

        assertEquals(value.length, store.get("k0").length());
        assertNull(store.get("k9"));
    }

    @Test
    void shouldTakeKeysAndValuesFromEveryKindOfBuffer()
    {
        final UnsafeBuffer bytes = new UnsafeBuffer(SteppedStore.bytes("..keyvalue.."));
        writer().put(KEYSPACE, bytes, 2, 3, bytes, 5, 5);
        final ByteBuffer direct = ByteBuffer.allocateDirect(12).put(SteppedStore.bytes("..nextother.")).flip();
        writer().put(KEYSPACE, direct.slice(2, 4), direct.duplicate().position(6).limit(11));
        writer().put(KEYSPACE, SteppedStore.bytes("gone"), SteppedStore.bytes("x"));
        writer().delete(KEYSPACE, new UnsafeBuffer(SteppedStore.bytes("-gone-")), 1, 4);
        writer().commit(Durability.NONE);

        assertEquals("value", store.get("key"));
        assertEquals("other", store.get("next"));
        assertNull(store.get("gone"));
    }

    @Test
    void shouldJudgeConditionsByWhatIsNotCommittedYet()
    {
        put("a", "1");

        assertEquals(
            CommandStatus.CONDITION_FAILED,
            writer().write(SteppedStore.putIf(OperationDescriptor.CONDITION_ABSENT, 0, "a", "2")).status());
        assertEquals(
            CommandStatus.APPLIED,
            writer().write(SteppedStore.putIf(OperationDescriptor.CONDITION_PRESENT, 0, "a", "3")).status());
        writer().commit(Durability.NONE);

        assertEquals("3", store.get("a"));
    }

    @Test
    void shouldTakeMoreBatchesThanAGroupHasRoomForAnswers()
    {
        for (int i = 0; i < 3 * OpenGroup.COMMAND_COUNT_MAX; i++)
        {
            writer().write(SteppedStore.putOf("k" + i % 7, "v" + i));
        }
        writer().commit(Durability.NONE);

        assertEquals("v" + (3 * OpenGroup.COMMAND_COUNT_MAX - 1),
            store.get("k" + (3 * OpenGroup.COMMAND_COUNT_MAX - 1) % 7));
    }

    @Test
    void shouldServeThoseWhoWriteThroughTheStore() throws Exception
    {
        put("mine", "1");
        final SteppedStore.Answer answer = store.send(SteppedStore.putOf("theirs", "2"));

        writer().doWork();

        assertEquals(CommandStatus.APPLIED, answer.status());
        assertEquals("1", store.get("mine"));
        assertEquals("2", store.get("theirs"));
    }

    @Test
    void shouldRefuseWhatIsOutOfItsLimitsAndGoOn()
    {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[8]);

        assertThrows(IllegalArgumentException.class, () -> writer().put(KEYSPACE, bytes, 0, 0, bytes, 0, 8));
        assertThrows(IllegalArgumentException.class, () -> writer().put(-1, bytes, 0, 8, bytes, 0, 8));
        assertThrows(IndexOutOfBoundsException.class, () -> writer().put(KEYSPACE, bytes, 4, 8, bytes, 0, 8));
        assertThrows(IndexOutOfBoundsException.class, () -> writer().put(KEYSPACE, bytes, 0, 8, bytes, 4, 8));
        put("a", "1");
        writer().commit(Durability.NONE);

        assertEquals("1", store.get("a"));
        assertNull(store.store().failure());
    }

    @Test
    void shouldBelongToTheThreadThatUsedItFirst() throws Exception
    {
        put("a", "1");
        final CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        final Thread other = new Thread(() -> refusal.complete(
            assertThrows(IllegalStateException.class, () -> put("b", "2"))));
        other.start();
        other.join();

        assertTrue(refusal.get().getMessage().contains(Thread.currentThread().getName()));
        assertThrows(
            IllegalStateException.class,
            () -> store.store().put(SteppedStore.bytes("c"), SteppedStore.bytes("3")));
    }

    @Test
    void shouldStopForGoodWhenAForceFails()
    {
        put("a", "1");
        store.storage().failAt(store.storage().operations() + 2, Fault.FORCE_FAILS);

        final StoreException failure = assertThrows(
            StoreException.class, () -> writer().commit(Durability.GROUP));

        assertSame(CommandStatus.STORAGE_FAILED, failure.status());
        assertNull(store.get("a"));
        assertThrows(StoreException.class, () -> put("b", "2"));
        assertFalse(store.takeErrors().isEmpty());
    }

    @Test
    void shouldEndTheWaitForFlushesWhenMaintenanceFailsForGood()
    {
        final boolean[] isBroken = { false };
        final int[] clockReads = { 0 };
        final SteppedStore stalling = new SteppedStore(
            context -> context.isWriterOwned(true).memtableEntryCountMax(2).frozenMemtableCountMax(1).epochClock(() ->
            {
                assertFalse(isBroken[0], "broken on purpose");
                return 1;
            }));
        final byte[] key = SteppedStore.bytes("k");
        final byte[] longValue = new byte[80 * 1024];
        final OwnedWriter writer = stalling.store().writer();
        for (int i = 0; i < 3; i++)
        {
            writer.put(KEYSPACE, key, longValue);
        }
        stalling.onClock(() ->
        {
            clockReads[0]++;
            if (clockReads[0] == 3)
            {
                isBroken[0] = true;
                assertThrows(AssertionError.class, stalling::stepFlushes);
                isBroken[0] = false;
            }
            assertTrue(clockReads[0] < 100, "still waiting");
        });

        final StoreException failure = assertThrows(
            StoreException.class, () -> writer.put(KEYSPACE, key, longValue));

        assertSame(CommandStatus.STORAGE_FAILED, failure.status());
        assertTrue(clockReads[0] > 3, "it waited");
        stalling.onClock(() ->
        {
        });
        stalling.close();
    }

    @Test
    void shouldNotBeThereWhereTheStoreHasAWriterOfItsOwn(@TempDir final Path directory)
    {
        try (Store other = Store.open(directory))
        {
            assertThrows(IllegalStateException.class, other::writer);
        }
    }

    /** Its owner has ended with it, and nobody else would ever answer. */
    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldAnswerWhoWritesThroughTheStoreWhileItIsClosed(@TempDir final Path directory) throws Exception
    {
        final Store owned = Store.open(
            new StoreContext().storage(new FileStorage(directory)).errorHandler(ex ->
            {
            }).isWriterOwned(true));
        final CompletableFuture<Long> sequence = CompletableFuture.supplyAsync(
            () -> owned.put(SteppedStore.bytes("k"), SteppedStore.bytes("v")));
        while (owned.commands().backlog() == 0)
        {
            Thread.onSpinWait();
        }

        owned.close();

        final ExecutionException refused = assertThrows(ExecutionException.class, sequence::get);
        assertEquals(CommandStatus.CLOSED, assertInstanceOf(StoreException.class, refused.getCause()).status());
        try (Store again = Store.open(directory))
        {
            assertNull(again.get(SteppedStore.bytes("k")));
        }
    }

    @Test
    void shouldWriteOnWhileMaintenanceFlushesAndCompacts(@TempDir final Path directory)
    {
        final List<Throwable> errors = Collections.synchronizedList(new ArrayList<>());
        final int entryCount = 20_000;
        final byte[] value = new byte[100];
        try (Store owned = Store.open(
            new StoreContext()
                .storage(new FileStorage(directory))
                .errorHandler(errors::add)
                .memtableBytesMax(StoreConfiguration.MEMTABLE_BYTES_MIN)
                .isWriterOwned(true)))
        {
            for (int i = 0; i < entryCount; i++)
            {
                owned.writer().put(KEYSPACE, SteppedStore.bytes("k" + i * 7919 % entryCount), value);
            }
            owned.writer().commit(Durability.GROUP);
            assertArrayEquals(value, owned.get(SteppedStore.bytes("k0")));
        }
        try (Store again = Store.open(directory))
        {
            for (int i = 0; i < entryCount; i++)
            {
                assertArrayEquals(value, again.get(SteppedStore.bytes("k" + i)));
            }
        }
        assertTrue(errors.isEmpty(), errors::toString);
    }
}
