package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.agrona.DirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.Keys;

/**
 * A walk over a long run of what is gone can be given up after each entry of it.
 */
class StoreSliceTest
{
    private static final int RUN_LENGTH = 2_000;

    private final SteppedStore store = new SteppedStore(context -> context.memtableEntryCountMax(300));

    @AfterEach
    void closeWithoutLeaks()
    {
        store.close();
    }

    @Test
    void shouldStandOnEachDeletedAndExpiredEntryOfASlicedWalkInBothDirections()
    {
        store.put("a", "first");
        for (int i = 0; i < RUN_LENGTH; i++)
        {
            store.advance(10_000_000);
            final byte[] key = SteppedStore.bytes("k%04d".formatted(i));
            final WriteBatch batch = new WriteBatch();
            store.write(i % 2 == 0 ? batch.delete(0, key) : batch.put(0, key, key).ttlMs(1));
            for (int step = 0; step < 30; step++)
            {
                store.stepMaintenance();
                store.stepWriter();
            }
        }
        store.put("z", "last");
        store.advance(10_000_000);

        try (StoreReader reader = store.store().newReader())
        {
            reader.begin();
            try (StoreSnapshot snapshot = reader.snapshot())
            {
                walk(snapshot, false);
                walk(snapshot, true);
            }
            reader.end();
        }
    }

    private static void walk(final StoreSnapshot snapshot, final boolean isReverse)
    {
        final StringBuilder live = new StringBuilder();
        int goneCount = 0;
        final byte[] before = new byte[Keys.MAX_KEY_LENGTH];
        try (EntryCursor cursor = snapshot.slicedCursor(0))
        {
            boolean isValid = isReverse ? cursor.seekLast() : cursor.seekFirst();
            while (isValid)
            {
                final DirectBuffer key = cursor.keyBuffer();
                key.getBytes(cursor.keyOffset(), before, 0, cursor.keyLength());
                goneCount += cursor.isTombstone() ? 1 : 0;
                live.append(cursor.isTombstone() ? "" : (char) before[0]);
                isValid = isReverse ? cursor.previous() : cursor.next();
            }
        }
        assertEquals(isReverse ? "za" : "az", live.toString());
        assertTrue(goneCount > 0 && goneCount <= RUN_LENGTH, "gone=" + goneCount);
    }
}
