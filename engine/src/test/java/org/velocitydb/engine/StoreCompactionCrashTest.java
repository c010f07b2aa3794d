package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.velocitydb.engine.SteppedStore.Answer;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.compaction.CompactionStats;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.SimulatedCrashException;

/**
 * The power fails at each operation on the disk of a short history: flushes, a compaction that writes several tables,
 * one to a keyspace, another over these, and tables that are moved. What was acknowledged is there then, and no file
 * that belongs to nothing.
 */
class StoreCompactionCrashTest
{
    private static final int ENTRY_COUNT_MAX = 6;
    private static final int KEYSPACE_COUNT = 3;
    private static final String FILLING = "x".repeat(100);

    /** Keyspace and key with the value, as acknowledged. */
    private TreeMap<String, String> model;
    /** Not acknowledged yet: it may be there or not. */
    private String pendingKey;
    private String pendingValue;
    private SteppedStore store;

    @Test
    void shouldHoldWhatWasAcknowledgedAndNoOrphansWhereverACrashStrikes()
    {
        open();
        final long firstOperation = store.storage().operations() + 1;
        runHistory();
        final long lastOperation = store.storage().operations();
        final CompactionStats stats = store.store().counters().compaction();
        assertTrue(stats.compactions() > 1 && stats.moves() > 0, "compactions=" + stats.compactions() + ", moves=" +
            stats.moves());
        assertTrue(tableCount() > KEYSPACE_COUNT, "several outputs");
        compare("no crash");
        store.close();

        for (long operation = firstOperation; operation <= lastOperation; operation++)
        {
            final CrashMode mode = CrashMode.values()[(int) (operation % CrashMode.values().length)];
            final Fault fault = operation / CrashMode.values().length % 2 == 0 ? Fault.CRASH : Fault.CRASH_HALF_WAY;
            crashAt(operation, fault, mode, "operation=" + operation + ", fault=" + fault + ", mode=" + mode);
        }
    }

    private void open()
    {
        model = new TreeMap<>();
        pendingKey = null;
        store = new SteppedStore(
            context -> context.memtableEntryCountMax(ENTRY_COUNT_MAX).compactionThreshold(2));
    }

    private void crashAt(final long operation, final Fault fault, final CrashMode mode, final String run)
    {
        open();
        store.storage().failAt(operation, fault);
        try
        {
            runHistory();
        }
        catch (final SimulatedCrashException ex)
        {
            // The rest of the history is not lived through.
        }
        store.crashAndReopen(mode);
        store.settle();
        compare(run);
        assertEquals(tableCount(), store.storage().list(TableNames.DIRECTORY).size(), run);

        // And it goes on: flushes and compactions of what is there now.
        pendingKey = null;
        for (int i = 0; i < 3 * ENTRY_COUNT_MAX; i++)
        {
            assertTrue(put(0, "after" + i, FILLING), run);
        }
        settle();
        compare(run);
        assertEquals(tableCount(), store.storage().list(TableNames.DIRECTORY).size(), run);
        store.close();
    }

    private void runHistory()
    {
        for (int keyspace = 1; keyspace < KEYSPACE_COUNT; keyspace++)
        {
            final Answer answer = store.write(new WriteBatch().createKeyspace("t" + keyspace, false));
            if (!answer.isThere() || answer.status() != CommandStatus.APPLIED)
            {
                return;
            }
        }
        for (int i = 0; i < 8 * ENTRY_COUNT_MAX; i++)
        {
            if (!put(i % KEYSPACE_COUNT, "k" + i % 10, i + FILLING))
            {
                return;
            }
        }
        settle();
        // Keys of one keyspace, behind all others: each table that is flushed overlaps nothing.
        for (int i = 100; i < 100 + 4 * ENTRY_COUNT_MAX + 1; i++)
        {
            if (!put(KEYSPACE_COUNT - 1, "z" + i, i + FILLING))
            {
                return;
            }
        }
        settle();
    }

    /** @return false where the store has failed, and what it was told may be there or not. */
    private boolean put(final int keyspace, final String key, final String value)
    {
        pendingKey = keyspace + "/" + key;
        pendingValue = value;
        final Answer answer = store.write(new WriteBatch().put(keyspace, SteppedStore.bytes(key),
            SteppedStore.bytes(value)));
        for (int i = 0; !answer.isThere(); i++)
        {
            assertTrue(i < 10_000, "no answer");
            store.advance(1_000_000);
            store.stepMaintenance();
            store.stepWriter();
        }
        store.stepMaintenance();
        if (answer.status() != CommandStatus.APPLIED)
        {
            return false;
        }
        model.put(pendingKey, value);
        pendingKey = null;
        return true;
    }

    private void settle()
    {
        store.settle();
        store.settle();
    }

    private long tableCount()
    {
        return store.store().statistics().levelTableCounts().stream().mapToLong(Integer::longValue).sum();
    }

    private void compare(final String run)
    {
        final TreeMap<String, String> found = new TreeMap<>();
        final List<Integer> keyspaces = List.copyOf(store.store().keyspaces().values());
        try (StoreReader reader = store.store().newReader())
        {
            reader.begin();
            try (StoreSnapshot snapshot = reader.snapshot())
            {
                keyspaces.forEach(keyspace -> scan(snapshot, keyspace, found));
            }
            reader.end();
        }
        final TreeMap<String, String> expected = new TreeMap<>(model);
        if (pendingKey != null && pendingValue.equals(found.get(pendingKey)))
        {
            expected.put(pendingKey, pendingValue);
            model.put(pendingKey, pendingValue);
        }
        assertEquals(expected, found, run);
    }

    private static void scan(
        final StoreSnapshot snapshot, final int keyspace, final TreeMap<String, String> found)
    {
        try (EntryCursor cursor = snapshot.cursor(keyspace))
        {
            for (boolean isValid = cursor.seekFirst(); isValid; isValid = cursor.next())
            {
                final byte[] key = new byte[cursor.keyLength()];
                final byte[] value = new byte[cursor.valueLength()];
                cursor.keyBuffer().getBytes(cursor.keyOffset(), key);
                cursor.valueBuffer().getBytes(cursor.valueOffset(), value);
                found.put(keyspace + "/" + new String(key, StandardCharsets.UTF_8),
                    new String(value, StandardCharsets.UTF_8));
            }
        }
    }
}
