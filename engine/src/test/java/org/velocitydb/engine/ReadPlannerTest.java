package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What reads would touch, of a store whose tables are known.
 */
class ReadPlannerTest
{
    private static final int KEY_COUNT = 1_000;

    private final SteppedStore store = new SteppedStore(context -> context.memtableEntryCountMax(300));

    @AfterEach
    void closeWithoutLeaks()
    {
        store.close();
    }

    private static UnsafeBuffer key(final String text)
    {
        return new UnsafeBuffer(SteppedStore.bytes(text));
    }

    private ReadPlan range(final StoreReader reader, final int keyspace, final String from, final String to)
    {
        final ReadPlanner planner = reader.planner();
        planner.addRange(keyspace, key(from), to == null ? null : key(to));
        return planner.plan();
    }

    private ReadPlan point(final StoreReader reader, final String sought)
    {
        final ReadPlanner planner = reader.planner();
        planner.addPoint(0, key(sought), 0, sought.length());
        return planner.plan();
    }

    @Test
    void shouldCountTablesAndBlocksThatMayHoldWhatIsSought()
    {
        for (int i = 0; i < KEY_COUNT; i++)
        {
            store.put("k%04d".formatted(i), "v".repeat(200));
            for (int step = 0; i % 50 == 0 && step < 60; step++)
            {
                store.stepMaintenance();
                store.stepWriter();
            }
        }

        try (StoreReader reader = store.store().newReader())
        {
            reader.begin();
            final ReadPlan all = range(reader, 0, "", null);
            assertTrue(all.tables() > 1 && all.blocks() > all.tables(), all.toString());
            assertEquals(all.tablesInAll(), all.tables(), all.toString());
            assertEquals(all.blocksInAll(), all.blocks(), all.toString());
            assertTrue(all.memtables() >= 1, all.toString());

            final ReadPlan none = range(reader, 0, "l", null);
            assertEquals(0, none.tables() + none.blocks(), none.toString());
            assertEquals(0, range(reader, 0, "a", "k").blocks());
            assertEquals(0, range(reader, 1, "", null).blocks());
            final ReadPlan some = range(reader, 0, "k0100", "k0120");
            assertTrue(some.blocks() >= 1 && some.blocks() < all.blocks() / 2, some.toString());

            final ReadPlan there = point(reader, "k0100");
            assertTrue(there.tables() >= 1 && there.blocks() == there.tables(), there.toString());
            assertEquals(0, point(reader, "a").tables());
            reader.end();
        }
    }
}
