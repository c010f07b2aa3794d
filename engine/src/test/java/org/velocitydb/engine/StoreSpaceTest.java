package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.StorageFile;

/**
 * What disk space a store takes beside its tables: by lengths of files, which are allocated as far as they are long.
 */
class StoreSpaceTest
{
    private static final int SEGMENT_LENGTH = 1024 * 1024;
    /** The shortest of segments that may grow so far. */
    private static final int FIRST_SEGMENT_LENGTH = SEGMENT_LENGTH / 64;
    private static final int MEMTABLE_LENGTH = 256 * 1024;
    private static final String VALUE = "v".repeat(1000);

    private SteppedStore store;

    @AfterEach
    void closeStore()
    {
        store.close();
    }

    @Test
    void shouldTakeAShortJournalWhileItHoldsLittle()
    {
        open(context -> context.memtableBytesMax(MEMTABLE_LENGTH));
        put("a", 2);
        store.settle();

        assertEquals(FIRST_SEGMENT_LENGTH, journalBytes());
    }

    @Test
    void shouldGiveBackTheJournalsSpaceWhenItIsLeftAlone()
    {
        open(context -> context.memtableBytesMax(MEMTABLE_LENGTH));
        put("a", 1_000);
        assertTrue(journalBytes() > SEGMENT_LENGTH / 2, "journal=" + journalBytes());

        leaveAlone();

        assertEquals(FIRST_SEGMENT_LENGTH, journalBytes());
        store.crashAndReopen(CrashMode.ALL_LOST);
        assertHas("a", 1_000);
    }

    /** A few entries in the memtable are not worth a flush, but the long segment that they lie in is. */
    @Test
    void shouldFlushTheFewEntriesThatKeepALongSegment()
    {
        open(context -> context.memtableBytesMax(MEMTABLE_LENGTH));
        put("a", 1_000);
        store.settle();
        do
        {
            put("b", 1);
        }
        while (store.store().statistics().memtableBytes() > MEMTABLE_LENGTH / 8);
        assertTrue(journalBytes() > SEGMENT_LENGTH / 2, "journal=" + journalBytes());

        leaveAlone();

        assertEquals(FIRST_SEGMENT_LENGTH, journalBytes());
        store.crashAndReopen(CrashMode.ALL_LOST);
        assertHas("a", 1_000);
        assertHas("b", 1);
    }

    @Test
    void shouldGiveUpALongSegmentThatItFindsWhenOpened()
    {
        open(context -> context.memtableBytesMax(MEMTABLE_LENGTH));
        put("a", 1_000);
        store.crashAndReopen(CrashMode.ALL_LOST);
        assertTrue(journalBytes() > SEGMENT_LENGTH / 2, "journal=" + journalBytes());

        leaveAlone();

        assertEquals(FIRST_SEGMENT_LENGTH, journalBytes());
        assertHas("a", 1_000);
    }

    @Test
    void shouldKeepItsLongSegmentWhenItIsWrittenToAgainBeforeTheFlush()
    {
        open(context -> context.memtableBytesMax(MEMTABLE_LENGTH));
        put("a", 1_000);
        store.settle();
        store.advance(IdleWatch.QUIET_AFTER_NS);
        store.stepFlushes();
        store.stepFlushes();

        put("b", 1);
        store.settle();

        assertTrue(journalBytes() > SEGMENT_LENGTH / 2, "journal=" + journalBytes());
        store.crashAndReopen(CrashMode.ALL_LOST);
        assertHas("a", 1_000);
        assertHas("b", 1);
    }

    @Test
    void shouldLeaveNothingBehindForWritesToComeWhenClosed()
    {
        open(context -> context.memtableBytesMax(MEMTABLE_LENGTH));
        put("a", 1_000);

        store.shut();

        assertTrue(store.storage().list("journal").stream().allMatch((name) -> name.endsWith(".log")),
            () -> store.storage().list("journal").toString());
        store.open();
        assertHas("a", 1_000);
    }

    private void open(final Consumer<StoreContext> settings)
    {
        store = new SteppedStore(settings.andThen(context -> context.segmentLength(SEGMENT_LENGTH)));
    }

    private void put(final String prefix, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            assertEquals(CommandStatus.APPLIED, store.put(prefix + i, VALUE).status());
            store.stepMaintenance();
            // As long as level 0 is behind, writes are slowed down.
            store.advance(10_000_000);
        }
    }

    private void leaveAlone()
    {
        // Twice: the first may only end the burst's own flush.
        store.advance(IdleWatch.IDLE_AFTER_NS);
        store.settle();
        store.advance(IdleWatch.IDLE_AFTER_NS);
        store.settle();
    }

    private void assertHas(final String prefix, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            assertEquals(VALUE, store.get(prefix + i), prefix + i);
        }
    }

    private long journalBytes()
    {
        long lengthBytes = 0;
        for (final String name : store.storage().list("journal"))
        {
            try (StorageFile file = store.storage().open("journal/" + name))
            {
                lengthBytes += file.lengthBytes();
            }
        }
        return lengthBytes;
    }
}
