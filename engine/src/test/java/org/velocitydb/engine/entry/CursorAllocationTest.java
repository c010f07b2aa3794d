package org.velocitydb.engine.entry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.management.ManagementFactory;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.memtable.Memtable;
import org.velocitydb.engine.memtable.MemtableCursor;

class CursorAllocationTest
{
    private static final int KEY_COUNT = 1_000;
    private static final int WALK_COUNT = 200;

    private final MergingCursor merging = new MergingCursor(2);
    private final BoundedCursor bounded = new BoundedCursor();
    private final LiveCursor live = new LiveCursor();
    private final MemtableCursor newer = new MemtableCursor();
    private final MemtableCursor older = new MemtableCursor();
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[4]);

    @Test
    void shouldAllocateNothingPerEntryNorPerReset()
    {
        final com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory
            .getThreadMXBean();
        try (Memtable newerTable = new Memtable(1 << 20); Memtable olderTable = new Memtable(1 << 20))
        {
            for (int i = 0; i < KEY_COUNT; i++)
            {
                key.putInt(0, Integer.reverseBytes(i));
                (i % 3 == 0 ? newerTable : olderTable).put(key, 0, 4, i, Expiry.NEVER_MS, key, 0, 4);
                if (i % 10 == 0)
                {
                    newerTable.delete(key, 0, 4, i);
                }
            }
            final int expected = walk(newerTable, olderTable);
            final long before = threads.getCurrentThreadAllocatedBytes();
            final long nothing = threads.getCurrentThreadAllocatedBytes() - before;

            final long start = threads.getCurrentThreadAllocatedBytes();
            final int count = walk(newerTable, olderTable);
            final long allocated = threads.getCurrentThreadAllocatedBytes() - start - nothing;

            assertEquals(0, allocated);
            assertEquals(expected, count);
            assertEquals(2 * WALK_COUNT * KEY_COUNT * 9 / 10, count);
        }
    }

    private int walk(final Memtable newerTable, final Memtable olderTable)
    {
        int count = 0;
        key.putInt(0, 0);
        for (int i = 0; i < WALK_COUNT; i++)
        {
            merging.reset()
                .add(newer.reset(newerTable, Long.MAX_VALUE))
                .add(older.reset(olderTable, Long.MAX_VALUE));
            live.reset(bounded.resetToPrefix(merging, key, 0, 2), LiveCursor.UNLIMITED, 0);
            for (boolean isValid = live.seekFirst(); isValid; isValid = live.next())
            {
                count++;
            }
            for (boolean isValid = live.seekLast(); isValid; isValid = live.previous())
            {
                count++;
            }
        }
        return count;
    }
}
