package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.command.WriteBatch;

/**
 * Rows that a reader keeps at hand, while tables change beneath: compaction drops what said that a row was replaced.
 */
final class StoreRowCacheTest
{
    private static final long MS = 1_000_000;
    private static final long QUIET_MS = 60_000;
    private static final long TTL_MS = 60_000_000;

    private final SteppedStore store = new SteppedStore(context -> context.memtableEntryCountMax(50));

    @BeforeEach
    void readARowFromTheTables()
    {
        store.put("row", "old");
        fill("first", 100, 0);
        final long hits = store.store().cacheHits();
        assertEquals("old", store.get("row"));
        assertEquals("old", store.get("row"));
        assertEquals(hits + 1, store.store().cacheHits(), "it is at hand");
    }

    @AfterEach
    void close()
    {
        store.close();
    }

    /** Enough that everything before it is flushed, and compacted in the quiet that follows. */
    private void fill(final String prefix, final int count, final long ttlMs)
    {
        for (int i = 0; i < count; i++)
        {
            final WriteBatch batch = SteppedStore.putOf(prefix + i, "v");
            store.write(ttlMs > 0 ? batch.ttlMs(ttlMs) : batch);
            store.stepMaintenance();
        }
        store.advance(QUIET_MS * MS);
        store.settle();
        assertEquals(0, store.store().statistics().levelTableCounts().get(0));
    }

    @Test
    void shouldShowWhatReplacedARowHoweverDeepItHasGone()
    {
        store.put("row", "new");
        fill("second", 200, 0);

        assertEquals("new", store.get("row"));
    }

    @Test
    void shouldNotShowARowOnceItsTombstoneHasLeftTheTables()
    {
        final long droppedBefore = store.store().counters().compaction().droppedTombstones();
        store.write(new WriteBatch().delete(0, SteppedStore.bytes("row")));
        fill("second", 200, 0);
        assertTrue(store.store().counters().compaction().droppedTombstones() > droppedBefore, "it has left");

        assertNull(store.get("row"));
    }

    @Test
    void shouldNotShowARowOnceWhatReplacedItHasExpiredAndLeftTheTables()
    {
        store.write(SteppedStore.putOf("row", "new").ttlMs(TTL_MS));
        // More than half of the table, so that it is written anew once they have expired.
        fill("second", 200, TTL_MS);
        final long droppedBefore = store.store().counters().compaction().droppedExpired();
        store.advance(TTL_MS * MS);
        store.settle();
        assertTrue(store.store().counters().compaction().droppedExpired() > droppedBefore, "it has left");

        assertNull(store.get("row"));
    }
}
