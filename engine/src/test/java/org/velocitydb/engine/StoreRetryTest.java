package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.SteppedStore.Answer;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.journal.JournalFailedException;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.StorageFile;

/**
 * Requests that are sent again: done once, answered alike, whatever happened in between.
 */
final class StoreRetryTest
{
    private static final long CLIENT = 0xFEDC_BA98_7654_3210L;

    private final SteppedStore store = new SteppedStore(context -> context.memtableEntryCountMax(50));

    @AfterEach
    void closeWithoutLeaks()
    {
        store.close();
    }

    @Test
    void shouldAnswerARetryLikeTheFirst()
    {
        final Answer first = store.request(CLIENT, 1, SteppedStore.putOf("a", "1"));
        store.put("a", "2");
        final Answer second = store.request(CLIENT, 1, SteppedStore.putOf("a", "1"));

        assertFalse(first.get().isReplay());
        assertReplay(first, second);
        assertEquals("2", store.get("a"), "the retry was not done");
        assertEquals(1, store.store().counters().requestsReplayed());
    }

    @Test
    void shouldAnswerARetryInTheGroupOfTheFirst()
    {
        final Answer first = new Answer();
        final Answer second = new Answer();
        for (final Answer answer : List.of(first, second))
        {
            store.store().commands().publish(
                store.claim(SteppedStore.putOf("a", "1"), Durability.GROUP, answer).requestId(CLIENT, 1));
        }
        store.stepWriter();

        assertReplay(first, second);
    }

    @Test
    void shouldTellClientsApart()
    {
        store.request(CLIENT, 1, SteppedStore.putOf("a", "1"));
        final Answer other = store.request(CLIENT + 1, 1, SteppedStore.putOf("a", "2"));

        assertFalse(other.get().isReplay());
        assertEquals("2", store.get("a"));
    }

    @Test
    void shouldRememberOverACrash()
    {
        for (final CrashMode mode : CrashMode.values())
        {
            final String key = "k" + mode;
            final Answer first = store.request(CLIENT, mode.ordinal(), SteppedStore.putOf(key, "1"));
            store.crashAndReopen(mode);
            assertReplay(first, store.request(CLIENT, mode.ordinal(), SteppedStore.putOf(key, "2")));
            assertEquals("1", store.get(key), mode.name());
        }
    }

    @Test
    void shouldRememberOverFlushesAndAReopening()
    {
        final Answer first = store.request(CLIENT, 1, SteppedStore.putOf("a", "1"));
        for (int i = 0; i < 500; i++)
        {
            store.put("k" + i, "v");
            store.stepMaintenance();
        }
        store.settle();
        store.reopen();

        assertReplay(first, store.request(CLIENT, 1, SteppedStore.putOf("a", "2")));
    }

    @Test
    void shouldRememberAFailedCondition()
    {
        store.put("a", "1");
        final Answer first = store.request(
            CLIENT, 1, SteppedStore.putIf(OperationDescriptor.CONDITION_ABSENT, 0, "a", "2"));
        store.write(new WriteBatch().delete(0, SteppedStore.bytes("a")));
        store.crashAndReopen(CrashMode.ALL_LOST);

        final Answer second = store.request(
            CLIENT, 1, SteppedStore.putIf(OperationDescriptor.CONDITION_ABSENT, 0, "a", "2"));

        assertEquals(CommandStatus.CONDITION_FAILED, first.status());
        assertReplay(first, second);
        assertEquals(1, second.get().foundVersion());
        assertEquals(1, second.get().sequence(), "where it was judged");
        assertEquals(List.of(), store.scan());
    }

    @Test
    void shouldSayThatARequestIsTooOldToBeKnown()
    {
        store.request(CLIENT, 1, SteppedStore.putOf("a", "1"));
        store.request(CLIENT, 1 + RequestRecordDescriptor.WINDOW, SteppedStore.putOf("a", "2"));

        final Answer old = store.request(CLIENT, 1, SteppedStore.putOf("a", "3"));

        assertEquals(CommandStatus.REQUEST_TOO_OLD, old.status());
        assertFalse(old.status().isDefinite());
        assertEquals("2", store.get("a"));
    }

    @Test
    void shouldRememberForAWeekWhateverElseIsWritten()
    {
        final Answer first = store.request(CLIENT, 1, SteppedStore.putOf("a", "1"));
        store.settle();
        store.advance(TimeUnit.MILLISECONDS.toNanos(RequestRecordDescriptor.KEPT_MS - 10_000));
        fill(500);
        store.settle();
        store.reopen();

        assertReplay(first, store.request(CLIENT, 1, SteppedStore.putOf("a", "2")));
    }

    /** Each client makes up an id of its own, so without an end all that there ever were would be kept. */
    @Test
    void shouldLetGoOfWhatClientsAskedThatHaveBeenGoneForAWeek()
    {
        final int clientCount = 500;
        for (int week = 1; week <= 8; week++)
        {
            for (int i = 0; i < clientCount; i++)
            {
                // Ids at random, as clients choose them.
                final long client = mixed(CLIENT + week * clientCount + i);
                store.request(client, 1, SteppedStore.putOf("a", "1"));
                store.stepMaintenance();
            }
            store.settle();
            store.advance(TimeUnit.MILLISECONDS.toNanos(RequestRecordDescriptor.KEPT_MS + 1));
        }

        final long entries = store.store().statistics().tableEntries();
        assertTrue(entries > clientCount / 2 && entries < 3 * clientCount, "entries=" + entries);
    }

    /** Whether in the memtable, in a table, or buried in one: what has expired is as if it had never been. */
    @Test
    void shouldTakeARequestForNewWhereverItsMemoryHasExpired()
    {
        final long keptNs = TimeUnit.MILLISECONDS.toNanos(RequestRecordDescriptor.KEPT_MS);
        for (int number = 1; number < 6; number++)
        {
            final Answer answer = store.request(CLIENT, 1, SteppedStore.putOf("a", "v" + number));
            assertFalse(answer.get().isReplay());
            assertEquals("v" + number, store.get("a"));
            store.advance(keptNs);
            if (number > 1)
            {
                fill(number * 30);
            }
            if (number > 3)
            {
                store.settle();
            }
        }
    }

    /** It may have been done when it was first sent. */
    @Test
    void shouldNotCallARetryUndoneWhoseMemoryIsDamaged()
    {
        final int count = 1_500;
        for (int i = 1; i <= count; i++)
        {
            store.request(CLIENT, i, SteppedStore.putOf("a", "1"));
            store.stepMaintenance();
        }
        store.settle();
        store.shut();
        // Not the first block, which is looked at when the store is opened.
        assertTrue(corruptTablesAt(20_000) > 0);
        store.open();

        int unknown = 0;
        for (int i = 1; i <= count; i++)
        {
            final Answer retry = store.request(CLIENT, i, SteppedStore.putOf("a", "2"));
            unknown += retry.status().isDefinite() ? 0 : 1;
            assertTrue(!retry.status().isDefinite() || retry.get().isReplay(), retry.status().name());
        }
        assertTrue(unknown > 0);
        assertEquals("1", store.get("a"));
        assertEquals(unknown, store.takeErrors().size());
    }

    private static long mixed(final long number)
    {
        final long mixed = (number ^ number >>> 32) * 0x9E37_79B9_7F4A_7C15L;
        return mixed ^ mixed >>> 29;
    }

    private int corruptTablesAt(final int offset)
    {
        int corrupted = 0;
        for (final String name : store.storage().list(TableNames.DIRECTORY))
        {
            final String path = TableNames.DIRECTORY + "/" + name;
            final long lengthBytes;
            try (StorageFile file = store.storage().open(path))
            {
                lengthBytes = file.lengthBytes();
            }
            if (lengthBytes > offset)
            {
                store.storage().corrupt(path, offset, 1);
                corrupted++;
            }
        }
        return corrupted;
    }

    private void fill(final int count)
    {
        for (int i = 0; i < count; i++)
        {
            store.put("k" + i % 20, "v");
            store.stepMaintenance();
        }
    }

    @Test
    void shouldCountRequestNumbersUnsigned()
    {
        final long large = -RequestRecordDescriptor.WINDOW;
        store.request(CLIENT, large, SteppedStore.putOf("a", "1"));

        final Answer small = store.request(CLIENT, 0, SteppedStore.putOf("a", "2"));

        assertEquals(CommandStatus.REQUEST_TOO_OLD, small.status());
    }

    /** It was done when it was first sent, so nobody may say that it was not. */
    @Test
    void shouldAnswerARetryWhoseTimeIsOver()
    {
        final Answer first = store.request(CLIENT, 1, SteppedStore.putOf("a", "1"));
        store.advance(1_000);
        final Answer second = new Answer();
        store.store().commands().publish(
            store.claim(SteppedStore.putOf("a", "1"), Durability.GROUP, second).requestId(CLIENT, 1).deadline(500));
        store.stepWriter();

        assertReplay(first, second);
    }

    /** It was done when it was first sent, so nobody may say that it was not. */
    @Test
    void shouldAnswerARetryOnAFullDisk()
    {
        final Answer first = store.request(CLIENT, 1, SteppedStore.putOf("a", "1"));
        store.storage().capacityBytes(0);
        for (int i = 0; !store.store().isDiskFull(); i++)
        {
            store.put("fill" + i, "x".repeat(1_000));
        }

        assertReplay(first, store.request(CLIENT, 1, SteppedStore.putOf("a", "1")));
        assertEquals(
            CommandStatus.DISK_FULL, store.request(CLIENT, 2, SteppedStore.putOf("a", "1")).status());
    }

    /** Nothing was done and nothing was said about the contents of the store. */
    @Test
    void shouldDoARequestThatWasRefusedUnjudgedWhenItIsSentAgain()
    {
        final Answer late = new Answer();
        store.advance(1_000);
        store.store().commands().publish(
            store.claim(SteppedStore.putOf("a", "1"), Durability.GROUP, late).requestId(CLIENT, 1).deadline(500));
        store.stepWriter();
        assertEquals(CommandStatus.DEADLINE_EXCEEDED, late.status());
        assertDone(1, "a");

        store.storage().capacityBytes(0);
        for (int i = 0; !store.store().isDiskFull(); i++)
        {
            store.put("fill" + i, "x".repeat(1_000));
        }
        assertEquals(CommandStatus.DISK_FULL, store.request(CLIENT, 2, SteppedStore.putOf("b", "1")).status());
        store.storage().capacityBytes(Long.MAX_VALUE);
        store.settle();
        assertDone(2, "b");
    }

    private void assertDone(final long number, final String key)
    {
        final Answer answer = store.request(CLIENT, number, SteppedStore.putOf(key, "2"));
        assertEquals(CommandStatus.APPLIED, answer.status());
        assertFalse(answer.get().isReplay());
        assertEquals("2", store.get(key));
    }

    @Test
    void shouldNotCallARetryUndoneAfterTheJournalFailed()
    {
        store.storage().failAt(store.storage().operations() + 1, Fault.FORCE_FAILS);
        final Answer first = store.request(CLIENT, 1, SteppedStore.putOf("a", "1"));
        final Answer second = store.request(CLIENT, 1, SteppedStore.putOf("a", "1"));

        assertEquals(CommandStatus.STORAGE_FAILED, first.status());
        assertFalse(second.status().isDefinite(), "the first may have reached the disk");
        assertEquals(CommandStatus.CLOSED, store.put("b", "1").status());
        assertInstanceOf(JournalFailedException.class, store.takeErrors().get(0));
    }

    /** The first was not forced, and the retry asks for more. */
    @Test
    void shouldMakeTheReplayAsDurableAsItAsks()
    {
        store.request(CLIENT, 1, SteppedStore.putOf("a", "1"), Durability.NONE);
        final long forces = store.store().counters().forces();
        final Answer replay = store.request(CLIENT, 1, SteppedStore.putOf("a", "1"), Durability.GROUP);

        assertTrue(replay.get().isReplay());
        assertEquals(Durability.GROUP, replay.get().durability());
        assertEquals(forces + 1, store.store().counters().forces());
        store.crashAndReopen(CrashMode.ALL_LOST);
        assertEquals("1", store.get("a"));
    }

    @Test
    void shouldForceInTimeWhatAReplayAskedFor()
    {
        store.request(CLIENT, 1, SteppedStore.putOf("a", "1"), Durability.NONE);
        final Answer replay = store.request(CLIENT, 1, SteppedStore.putOf("a", "1"), Durability.INTERVAL);
        assertEquals(Durability.INTERVAL, replay.get().durability());

        store.advance(StoreConfiguration.FORCE_INTERVAL_NS_DEFAULT + 1);
        store.stepWriter();
        store.crashAndReopen(CrashMode.ALL_LOST);

        assertEquals("1", store.get("a"));
    }

    private static void assertReplay(final Answer first, final Answer second)
    {
        assertTrue(second.get().isReplay());
        assertEquals(first.status(), second.status());
        assertEquals(first.get().sequence(), second.get().sequence());
        assertEquals(first.get().appliedCount(), second.get().appliedCount());
        assertEquals(first.get().failedOperation(), second.get().failedOperation());
        assertEquals(first.get().foundVersion(), second.get().foundVersion());
    }
}
