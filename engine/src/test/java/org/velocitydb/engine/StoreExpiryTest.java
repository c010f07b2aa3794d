package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.journal.storage.CrashMode;

/**
 * Entries that cease to be at a time: what reads, scans, conditions and a restart make of them.
 */
final class StoreExpiryTest
{
    private static final long MS = 1_000_000;

    private final SteppedStore store = new SteppedStore(context -> context.memtableEntryCountMax(50));

    @AfterEach
    void closeWithoutLeaks()
    {
        store.close();
    }

    private static WriteBatch expiring(final String key, final String value, final long ttlMs)
    {
        return SteppedStore.putOf(key, value).ttlMs(ttlMs);
    }

    @Test
    void shouldShowAnEntryUntilItsTimeIsOverAndNotFromThenOn()
    {
        store.write(expiring("a", "1", 10));

        store.advance(9 * MS);
        assertEquals("1", store.get("a"));
        assertEquals(List.of("a=1"), store.scan());
        store.advance(MS);
        assertNull(store.get("a"));
        assertEquals(List.of(), store.scan());
    }

    @Test
    void shouldCountTheTimeFromWhenTheWriterDoesIt()
    {
        store.send(expiring("a", "1", 10));
        store.advance(100 * MS);
        store.stepWriter();

        store.advance(9 * MS);
        assertEquals("1", store.get("a"));
    }

    @Test
    void shouldTakeAPutWithoutATimeToLiveForGood()
    {
        store.write(expiring("a", "1", 10));
        store.put("a", "2");

        store.advance(1_000 * MS);
        assertEquals("2", store.get("a"));
    }

    @Test
    void shouldHideWhatAnExpiredEntryReplaced()
    {
        store.put("a", "1");
        store.write(expiring("a", "2", 10));

        store.advance(10 * MS);
        assertNull(store.get("a"));
        assertEquals(List.of(), store.scan());
    }

    @Test
    void shouldJudgeConditionsAsIfAnExpiredEntryWereAbsent()
    {
        final long version = store.write(expiring("a", "1", 10)).get().sequence();
        store.advance(10 * MS);

        assertEquals(
            CommandStatus.CONDITION_FAILED,
            store.write(SteppedStore.putIf(OperationDescriptor.CONDITION_VERSION, version, "a", "2")).status());
        assertEquals(
            CommandStatus.CONDITION_FAILED,
            store.write(SteppedStore.putIf(OperationDescriptor.CONDITION_PRESENT, 0, "a", "2")).status());
        assertEquals(
            CommandStatus.APPLIED,
            store.write(SteppedStore.putIf(OperationDescriptor.CONDITION_ABSENT, 0, "a", "3")).status());
        assertEquals("3", store.get("a"));
    }

    @Test
    void shouldLetASnapshotKeepWhatExpiresWhileItIsOpen()
    {
        store.write(expiring("a", "1", 10));
        try (StoreReader reader = store.store().newReader())
        {
            reader.begin();
            try (StoreSnapshot snapshot = reader.snapshot())
            {
                store.advance(20 * MS);
                final EntryView view = new EntryView();
                assertTrue(snapshot.get(0, new UnsafeBuffer(SteppedStore.bytes("a")), 0, 1, view));
                assertTrue(snapshot.cursor(0).seekFirst());
            }
            reader.refresh();
            try (StoreSnapshot snapshot = reader.snapshot())
            {
                assertFalse(snapshot.cursor(0).seekFirst());
            }
            reader.end();
        }
    }

    @Test
    void shouldJudgeAllReadsOfASectionByOneTime()
    {
        store.write(expiring("a", "1", 10));
        try (StoreReader reader = store.store().newReader())
        {
            final UnsafeBuffer key = new UnsafeBuffer(SteppedStore.bytes("a"));
            final EntryView view = new EntryView();
            reader.begin();
            assertTrue(reader.get(0, key, 0, 1, view));
            store.advance(20 * MS);
            assertTrue(reader.get(0, key, 0, 1, view));
            reader.refresh();
            assertFalse(reader.get(0, key, 0, 1, view));
            reader.end();
        }
    }

    @Test
    void shouldNotBringBackWhatHasExpiredWhenTheClockIsSetBack()
    {
        store.advance(1_000 * MS);
        final long version = store.write(expiring("a", "1", 10)).get().sequence();
        store.advance(10 * MS);
        assertNull(store.get("a"));

        store.setClock(1);
        assertNull(store.get("a"), "for readers");
        assertEquals(
            CommandStatus.CONDITION_FAILED,
            store.write(SteppedStore.putIf(OperationDescriptor.CONDITION_VERSION, version, "a", "2")).status(),
            "for the writer");
    }

    @Test
    void shouldGoOnFromTheLastRecordsTimeAfterARestart()
    {
        store.advance(1_000 * MS);
        store.write(expiring("a", "1", 10));
        store.advance(10 * MS);
        store.put("b", "2");

        store.setClock(1);
        store.crashAndReopen(CrashMode.ALL_LOST);
        assertNull(store.get("a"));
    }

    @Test
    void shouldKeepTheTimeOverACrash()
    {
        for (final CrashMode mode : CrashMode.values())
        {
            final String key = "k" + mode;
            store.write(expiring(key, "1", 100));
            store.advance(50 * MS);
            store.crashAndReopen(mode);
            assertEquals("1", store.get(key), mode.name());
            store.advance(50 * MS);
            assertNull(store.get(key), mode.name());
        }
    }

    @Test
    void shouldKeepTheTimeOverAFlush()
    {
        store.write(expiring("a", "1", 60_000_000));
        store.write(expiring("b", "1", 3_600_000));
        for (int i = 0; i < 200; i++)
        {
            store.put("k" + i, "v");
            store.stepMaintenance();
        }
        store.settle();
        store.reopen();
        assertTrue(store.store().statistics().flushedSequence() > 0);

        assertEquals("1", store.get("a"));
        assertEquals("1", store.get("b"), "read once, which a cache would have kept");
        store.advance(3_600_000 * MS);
        assertEquals("1", store.get("a"));
        assertNull(store.get("b"));
        assertFalse(store.scan().contains("b=1"));
    }

    @Test
    void shouldTakeATimeBeyondTheEndOfTimeForNone()
    {
        store.write(expiring("a", "1", Long.MAX_VALUE));

        store.advance(Long.MAX_VALUE / 2);
        assertEquals("1", store.get("a"));
        assertEquals(Expiry.NEVER_MS, Expiry.afterTtl(1, Expiry.NEVER_MS));
        assertEquals(Expiry.NEVER_MS, Expiry.afterTtl(1, Expiry.NEVER_MS - 1));
        assertEquals(Expiry.NEVER_MS - 1, Expiry.afterTtl(1, Expiry.NEVER_MS - 2));
    }

    @Test
    void shouldRefuseATimeToLiveThatIsNone()
    {
        for (final long ttlMs : new long[]{ 0, -1, Long.MIN_VALUE })
        {
            assertThrows(IllegalArgumentException.class, () -> expiring("a", "1", ttlMs));
        }
        assertThrows(IllegalStateException.class, () -> new WriteBatch().ttlMs(1));
        assertThrows(
            IllegalStateException.class, () -> new WriteBatch().delete(0, SteppedStore.bytes("a")).ttlMs(1));
    }
}
