package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.SteppedStore.Answer;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.journal.storage.CrashMode;

/**
 * Keyspaces that are made and dropped while the store is used.
 */
final class StoreKeyspaceTest
{
    private static final long CLIENT = 77;
    private static final byte[] KEY = SteppedStore.bytes("k");
    private static final byte[] VALUE = SteppedStore.bytes("v");

    private final SteppedStore store = new SteppedStore(context -> context.memtableEntryCountMax(50));

    @AfterEach
    void closeWithoutLeaks()
    {
        store.close();
    }

    private Answer create(final String name)
    {
        return store.write(new WriteBatch().createKeyspace(name, false));
    }

    private int created(final String name)
    {
        final Answer answer = create(name);
        assertEquals(CommandStatus.APPLIED, answer.status());
        return answer.get().keyspace();
    }

    private Answer drop(final String name)
    {
        return store.write(new WriteBatch().dropKeyspace(name, false));
    }

    private Answer put(final int keyspace)
    {
        return store.write(new WriteBatch().put(keyspace, KEY, VALUE));
    }

    private boolean has(final int keyspace)
    {
        try (StoreReader reader = store.store().newReader())
        {
            reader.begin();
            try (StoreSnapshot snapshot = reader.snapshot();
                EntryCursor cursor = snapshot.cursor(keyspace))
            {
                final EntryView view = new EntryView();
                final boolean isFound = reader.get(keyspace, new UnsafeBuffer(KEY), 0, KEY.length, view);
                assertEquals(isFound, snapshot.get(keyspace, new UnsafeBuffer(KEY), 0, KEY.length, view));
                assertEquals(isFound, cursor.seekFirst());
                assertEquals(reader.hasKeyspace(keyspace), snapshot.hasKeyspace(keyspace));
                return isFound;
            }
            finally
            {
                reader.end();
            }
        }
    }

    @Test
    void shouldHoldEachKeyspaceApart()
    {
        final int orders = created("orders");
        final int users = created("users");
        put(orders);

        assertNotEquals(orders, users);
        assertTrue(has(orders));
        assertFalse(has(users));
        assertFalse(has(Store.DEFAULT_KEYSPACE));
    }

    @Test
    void shouldListAndFindThemByNameInAnyCase()
    {
        final int orders = created("Orders");
        final int audit = created("audit_2");

        assertEquals(Map.of("kv", 0, "orders", orders, "audit_2", audit), store.store().keyspaces());
        assertEquals(List.of("audit_2", "kv", "orders"), new ArrayList<>(store.store().keyspaces().keySet()));
        assertEquals(orders, store.store().keyspace("ORDERS"));
        assertEquals(0, store.store().keyspace("KV"));
        assertEquals(Store.NULL_KEYSPACE, store.store().keyspace("nobody"));
    }

    @Test
    void shouldRefuseToMakeOneThatIsThereUnlessThatWillDo()
    {
        final int id = created("orders");

        assertEquals(CommandStatus.KEYSPACE_EXISTS, create("ORDERS").status());
        assertEquals(CommandStatus.KEYSPACE_EXISTS, create("kv").status());
        final Answer answer = store.write(new WriteBatch().createKeyspace("orders", true));
        assertEquals(CommandStatus.APPLIED, answer.status());
        assertEquals(0, answer.get().appliedCount());
        assertEquals(id, answer.get().keyspace());
    }

    @Test
    void shouldRefuseToDropOneThatIsNotThereUnlessThatWillDo()
    {
        assertEquals(CommandStatus.NO_SUCH_KEYSPACE, drop("orders").status());
        final Answer answer = store.write(new WriteBatch().dropKeyspace("orders", true));
        assertEquals(CommandStatus.APPLIED, answer.status());
        assertEquals(0, answer.get().appliedCount());
    }

    @Test
    void shouldRefuseNamesThatCannotBeAndDroppingTheDefaultOne()
    {
        for (final String name : new String[]{ "", "1a", "a b", "a-b", "é", "x".repeat(65), "select", "If" })
        {
            assertThrows(IllegalArgumentException.class, () -> new WriteBatch().createKeyspace(name, true), name);
        }
        assertThrows(IllegalArgumentException.class, () -> new WriteBatch().dropKeyspace("KV", true));
        created("x".repeat(64));
        created("_");
    }

    @Test
    void shouldTakeMakingAndDroppingInABatchOfItsOwn()
    {
        assertThrows(
            IllegalStateException.class, () -> new WriteBatch().createKeyspace("a", false).put(0, KEY, VALUE));
        assertThrows(
            IllegalStateException.class, () -> new WriteBatch().put(0, KEY, VALUE).dropKeyspace("a", false));
    }

    @Test
    void shouldShowNothingOfADroppedKeyspaceAndRefuseItsWrites()
    {
        final int orders = created("orders");
        put(orders);
        drop("orders");

        assertFalse(has(orders));
        assertEquals(Store.NULL_KEYSPACE, store.store().keyspace("orders"));
        final Answer answer = store.write(
            new WriteBatch().put(0, KEY, VALUE).add(
                OperationDescriptor.KIND_CHECK, OperationDescriptor.CONDITION_NONE, 0, 0, orders, KEY, new byte[0]));
        assertEquals(CommandStatus.NO_SUCH_KEYSPACE, answer.status());
        assertEquals(1, answer.get().failedOperation());
        assertFalse(has(0), "nothing of the batch was done");
        assertEquals(CommandStatus.NO_SUCH_KEYSPACE, put(12_345).status(), "one that never was");
    }

    @Test
    void shouldRefuseWritesThatWereQueuedBehindTheDrop()
    {
        final int orders = created("orders");
        final Answer before = store.send(new WriteBatch().put(orders, KEY, VALUE));
        store.send(new WriteBatch().dropKeyspace("orders", false));
        final Answer after = store.send(new WriteBatch().put(orders, KEY, VALUE));
        final Answer again = store.send(new WriteBatch().createKeyspace("orders", false));
        store.stepWriter();

        assertEquals(CommandStatus.APPLIED, before.status());
        assertEquals(CommandStatus.NO_SUCH_KEYSPACE, after.status());
        assertNotEquals(orders, again.get().keyspace());
        assertFalse(has(again.get().keyspace()), "the new one is empty");
    }

    @Test
    void shouldNeverUseAnIdTwice()
    {
        int last = created("orders");
        for (final CrashMode mode : CrashMode.values())
        {
            drop("orders");
            store.crashAndReopen(mode);
            final int next = created("orders");
            assertTrue(next > last, mode.name());
            last = next;
        }
    }

    @Test
    void shouldLetOpenSnapshotsAndCursorsGoOn()
    {
        final int orders = created("orders");
        put(orders);
        try (StoreReader reader = store.store().newReader())
        {
            reader.begin();
            try (StoreSnapshot snapshot = reader.snapshot();
                EntryCursor cursor = snapshot.cursor(orders))
            {
                drop("orders");
                assertTrue(cursor.seekFirst());
                assertTrue(snapshot.get(orders, new UnsafeBuffer(KEY), 0, KEY.length, new EntryView()));
                assertEquals(orders, snapshot.keyspace("orders"));
            }
            reader.end();
        }
        assertFalse(has(orders));
    }

    @Test
    void shouldKeepKeyspacesOverCrashesAndFlushes()
    {
        final int orders = created("orders");
        final int gone = created("gone");
        put(orders);
        put(gone);
        drop("gone");
        for (final CrashMode mode : CrashMode.values())
        {
            store.crashAndReopen(mode);
            assertEquals(Map.of("kv", 0, "orders", orders), store.store().keyspaces());
        }
        for (int i = 0; i < 200; i++)
        {
            store.put("k" + i, "v");
            store.stepMaintenance();
        }
        store.settle();
        store.reopen();

        assertEquals(Map.of("kv", 0, "orders", orders), store.store().keyspaces());
        assertTrue(has(orders));
        assertFalse(has(gone));
    }

    /** The store looks at the clock before and after the force, which is when the test looks at the store. */
    @Test
    void shouldShowAChangeOnlyOnceItIsDurable()
    {
        final int orders = created("orders");
        put(orders);
        final List<Boolean> seen = new ArrayList<>();
        store.onClock(() -> seen.add(store.store().keyspace("orders") == orders && has(orders)));
        store.write(new WriteBatch().dropKeyspace("orders", false));
        store.onClock(() ->
        {
        });

        assertTrue(seen.size() >= 3);
        assertFalse(seen.contains(false), "a crash could have taken the drop back");
        assertFalse(has(orders));
    }

    @Test
    void shouldForceAChangeWhateverTheStoreIsSetTo()
    {
        final Answer answer = store.send(new WriteBatch().createKeyspace("orders", false), Durability.NONE);
        store.stepWriter();
        assertEquals(Durability.GROUP, answer.get().durability());
        store.crashAndReopen(CrashMode.ALL_LOST);
        assertEquals(answer.get().keyspace(), store.store().keyspace("orders"));
    }

    @Test
    void shouldAnswerARetryLikeTheFirst()
    {
        final Answer first = store.request(CLIENT, 1, new WriteBatch().createKeyspace("orders", false));
        final Answer refused = store.request(CLIENT, 2, new WriteBatch().createKeyspace("orders", false));
        drop("orders");
        store.crashAndReopen(CrashMode.ALL_LOST);
        final Answer second = store.request(CLIENT, 1, new WriteBatch().createKeyspace("orders", false));
        final Answer refusedAgain = store.request(CLIENT, 2, new WriteBatch().createKeyspace("orders", false));

        assertTrue(second.get().isReplay());
        assertEquals(first.get().keyspace(), second.get().keyspace());
        assertEquals(CommandStatus.KEYSPACE_EXISTS, refused.status());
        assertEquals(CommandStatus.KEYSPACE_EXISTS, refusedAgain.status());
        assertEquals(Map.of("kv", 0), store.store().keyspaces());
    }

    @Test
    void shouldMakeAndDropTenThousand()
    {
        for (int i = 0; i < 10_000; i++)
        {
            store.send(new WriteBatch().createKeyspace("t" + i, false));
            if (i % 2 == 0)
            {
                store.send(new WriteBatch().dropKeyspace("t" + i, false));
            }
            if (i % 500 == 499)
            {
                store.settle();
            }
        }
        store.settle();
        assertEquals(5_001, store.store().keyspaces().size());
        store.reopen();
        assertEquals(5_001, store.store().keyspaces().size());
        assertEquals(10_000, store.store().keyspace("t9999"));
    }

    @Test
    void shouldRefuseMoreThanThereMayBe()
    {
        for (int i = 0; i < KeyspaceCatalogue.COUNT_MAX; i++)
        {
            store.send(new WriteBatch().createKeyspace("t" + i, false));
            if (i % 500 == 499)
            {
                store.settle();
            }
        }
        store.settle();
        assertEquals(CommandStatus.TOO_MANY_KEYSPACES, create("one_more").status());
        drop("t1");
        assertEquals(CommandStatus.APPLIED, create("one_more").status());
    }
}
