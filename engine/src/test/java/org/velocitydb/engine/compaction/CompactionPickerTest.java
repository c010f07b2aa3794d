package org.velocitydb.engine.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.compaction.CompactionPlan.Kind;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.KeyspaceSet;
import org.velocitydb.engine.table.TableOptions;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.engine.version.VersionEdit;
import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.storage.SimulatedStorage;

/**
 * What is compacted next, for sets of tables that are laid out by hand.
 */
class CompactionPickerTest
{
    private static final long BASE_LENGTH = 20_000;
    private static final CompactionOptions OPTIONS = new CompactionOptions(4, BASE_LENGTH, 5_000);
    private static final int LAST = LevelTargets.LAST_LEVEL;
    private static final long NOW_MS = 10_000;

    private final SimulatedStorage storage = new SimulatedStorage(1);
    private final VersionSet versions = VersionSet.open(storage);
    private final TableWriter writer = new TableWriter(storage, new TableOptions(1024, 0.01));
    private final CompactionPicker picker = new CompactionPicker(OPTIONS);
    private long sequence;

    @AfterEach
    void close()
    {
        writer.close();
        versions.close();
    }

    /** A table of a level with the keys from one number to another, not included. */
    private long add(
        final int level, final int keyspace, final int from, final int to, final int valueLength,
        final boolean isTombstones)
    {
        final long number = versions.takeTableNumber();
        writer.begin(number, 1);
        for (int key = from; key < to; key++)
        {
            final UnsafeBuffer buffer = new UnsafeBuffer("\0\0\0%c%06d".formatted(keyspace, key).getBytes());
            writer.add(
                buffer, 0, buffer.capacity(), ++sequence, Expiry.NEVER_MS, isTombstones, new UnsafeBuffer(
                    new byte[valueLength]),
                0, isTombstones ? 0 : valueLength);
        }
        versions.apply(new VersionEdit().addTable(level, writer.finish()));
        return number;
    }

    private long add(final int level, final int from, final int to)
    {
        return add(level, 0, from, to, 100, false);
    }

    private CompactionPlan pick()
    {
        return picker.pick(versions.current(), KeyspaceSet.ALL_LIVE, NOW_MS);
    }

    @Test
    void shouldFindNothingDueInAnEmptyStoreNorBelowTheThreshold()
    {
        assertNull(pick());
        assertNull(picker.pickIdle(versions.current(), KeyspaceSet.ALL_LIVE, NOW_MS));
        add(0, 0, 10);
        add(0, 0, 10);
        add(0, 0, 10);
        assertNull(pick());
    }

    @Test
    void shouldMergeLevelZeroIntoTheLastLevelWhileTheStoreIsSmall()
    {
        for (int i = 0; i < 4; i++)
        {
            add(0, 0, 10);
        }
        final CompactionPlan plan = pick();

        assertEquals(Kind.MERGE, plan.kind());
        assertEquals(0, plan.level());
        assertEquals(LAST, plan.outputLevel());
        assertEquals(4, plan.inputs().size());
    }

    @Test
    void shouldMergeLevelZeroIntoABaseThatIsNotMuchLonger()
    {
        add(LAST, 0, 20);
        for (int i = 0; i < 4; i++)
        {
            add(0, 0, 10);
        }
        final CompactionPlan plan = pick();

        assertEquals(LAST, plan.outputLevel());
        assertEquals(1, plan.overlapped().size());
    }

    @Test
    void shouldTakeTheOldestOfLevelZeroSoThatWhatStaysIsNewer()
    {
        final long oldest = add(0, 0, 10);
        for (int i = 0; i < 5; i++)
        {
            add(0, 0, 10);
        }
        final CompactionPlan plan = pick();

        assertEquals(4, plan.inputs().size());
        assertEquals(oldest, plan.inputs().get(3).number());
    }

    @Test
    void shouldDeriveTheBaseLevelFromTheLastOne()
    {
        for (int i = 0; i < 40; i++)
        {
            add(LAST, i * 100, i * 100 + 100);
        }
        final LevelTargets targets = OPTIONS.targets(versions.current());
        final long lastBytes = versions.current().lengthBytes(LAST);

        assertTrue(lastBytes > 10 * BASE_LENGTH && lastBytes < 100 * BASE_LENGTH, "last=" + lastBytes);
        assertEquals(LAST - 2, targets.baseLevel());
        assertEquals(lastBytes / 10, targets.target(LAST - 1));
        assertEquals(lastBytes / 10 / 10, targets.target(LAST - 2));
        assertEquals(0, targets.target(LAST - 3));
    }

    @Test
    void shouldMergeSmallTablesOfLevelZeroAmongThemselvesWhereTheBaseIsLong()
    {
        add(LAST, 0, 90);
        for (int i = 0; i < 4; i++)
        {
            add(0, 0, 89, i);
        }
        final CompactionPlan plan = pick();

        assertEquals(0, plan.outputLevel());
        assertEquals(4, plan.inputs().size());
        assertTrue(plan.overlapped().isEmpty());
    }

    /** Two far apart keys, so that the table overlaps whatever lies between and is short. */
    private void add(final int level, final int from, final int to, final int salt)
    {
        final long number = versions.takeTableNumber();
        writer.begin(number, 1);
        for (final int key : new int[]{ from + salt, to - salt })
        {
            final UnsafeBuffer buffer = new UnsafeBuffer("\0\0\0\0%06d".formatted(key).getBytes());
            writer.add(
                buffer, 0, buffer.capacity(), ++sequence, Expiry.NEVER_MS, false, new UnsafeBuffer(new byte[1]), 0, 1);
        }
        versions.apply(new VersionEdit().addTable(level, writer.finish()));
    }

    @Test
    void shouldMoveATableThatOverlapsNothing()
    {
        final long upper = add(LAST - 3, 500, 600);
        add(LAST, 0, 100);
        final CompactionPlan plan = pick();

        assertEquals(Kind.MOVE, plan.kind());
        assertEquals(upper, plan.inputs().get(0).number());
        assertEquals(LAST, plan.outputLevel(), "through the empty levels at once");
    }

    /** Else older entries would come to lie above newer ones. */
    @Test
    void shouldNotLeadATablePastALevelThatHoldsAnything()
    {
        add(LAST - 3, 0, 100);
        add(LAST - 1, 50, 150);
        add(LAST, 0, 100);
        final LevelTargets targets = OPTIONS.targets(versions.current());

        assertEquals(LAST, targets.baseLevel(), "the store is small");
        assertEquals(LAST - 1, targets.below(LAST - 3));
        assertEquals(LAST - 3, targets.below(0));
        final CompactionPlan plan = pick();
        assertEquals(LAST - 3, plan.level());
        assertEquals(LAST - 1, plan.outputLevel());
        assertEquals(1, plan.overlapped().size());
    }

    @Test
    void shouldRewriteATableWhoseTombstonesHideNothing()
    {
        add(LAST - 1, 0, 500, 600, 100, true);
        add(LAST, 0, 100);

        assertEquals(Kind.MERGE, pick().kind());
    }

    @Test
    void shouldTakeATableDenseWithTombstonesFirstAndElseTheOneThatOverlapsLeast()
    {
        for (int i = 0; i < 3; i++)
        {
            add(LAST, i * 100, i * 100 + 100);
        }
        add(LAST - 1, 0, 50);
        final long least = add(LAST - 1, 250, 350);
        assertEquals(least, pick().inputs().get(0).number());

        final long dense = add(LAST - 1, 0, 100, 200, 0, true);
        assertEquals(dense, pick().inputs().get(0).number());
        assertEquals(1, pick().overlapped().size());
    }

    @Test
    void shouldRemoveTablesOfDroppedKeyspacesByAnEditAlone()
    {
        add(LAST, 1, 0, 100, 100, false);
        final long dead = add(LAST, 2, 0, 100, 100, false);
        add(LAST, 3, 0, 100, 100, false);
        assertNull(pick());

        final CompactionPlan plan = picker.pick(versions.current(), keyspace -> keyspace != 2, NOW_MS);

        assertEquals(Kind.DROP, plan.kind());
        assertTrue(plan.isEditAlone());
        assertEquals(1, plan.inputs().size());
        assertEquals(dead, plan.inputs().get(0).number());
        versions.apply(plan.edit());
        assertEquals(2, versions.current().tableCount(LAST));
        assertNull(picker.pick(versions.current(), keyspace -> keyspace != 2, NOW_MS));
    }

    @Test
    void shouldEmptyLevelZeroOnlyWhenThereIsNothingElseToDo()
    {
        add(0, 0, 10);
        assertNull(pick());
        assertNotNull(picker.pickIdle(versions.current(), KeyspaceSet.ALL_LIVE, NOW_MS));
    }

    @Test
    void shouldTakeNoMoreThanFitsOnAFullDisk()
    {
        add(LAST, 0, 100);
        add(0, 0, 100);
        final long needed = versions.current().lengthBytes();

        assertNull(picker.pickWithin(versions.current(), KeyspaceSet.ALL_LIVE, NOW_MS, needed - 1));
        assertNotNull(picker.pickWithin(versions.current(), KeyspaceSet.ALL_LIVE, NOW_MS, needed));
    }

    // --- entries that expire ---

    /** A table of keys from one number to another, which expire one after the other. */
    private long addExpiring(final int level, final int from, final int to, final long firstMs, final long lastMs)
    {
        final long number = versions.takeTableNumber();
        writer.begin(number, 1);
        for (int key = from; key < to; key++)
        {
            final UnsafeBuffer buffer = new UnsafeBuffer("\0\0\0\0%06d".formatted(key).getBytes());
            final long expiryMs = firstMs + (lastMs - firstMs) * (key - from) / (to - 1 - from);
            writer.add(
                buffer, 0, buffer.capacity(), ++sequence, expiryMs, false, new UnsafeBuffer(new byte[20]), 0, 20);
        }
        versions.apply(new VersionEdit().addTable(level, writer.finish()));
        return number;
    }

    @Test
    void shouldWriteATableOfTheLastLevelAnewOnceHalfOfItHasExpired()
    {
        add(LAST, 0, 100);
        final long expiring = addExpiring(LAST, 100, 200, 1_000, 3_000);

        assertNull(picker.pick(versions.current(), KeyspaceSet.ALL_LIVE, 999));
        assertNull(picker.pick(versions.current(), KeyspaceSet.ALL_LIVE, 1_900));
        final CompactionPlan plan = picker.pick(versions.current(), KeyspaceSet.ALL_LIVE, 2_000);

        assertEquals(Kind.MERGE, plan.kind());
        assertEquals(LAST, plan.level());
        assertEquals(LAST, plan.outputLevel());
        assertEquals(1, plan.inputs().size());
        assertEquals(expiring, plan.inputs().get(0).number());
        assertTrue(plan.overlapped().isEmpty());
        assertNotNull(picker.pick(versions.current(), KeyspaceSet.ALL_LIVE, Long.MAX_VALUE - 1));
    }

    @Test
    void shouldTakeATableThatHasExpiredBeforeTheOneThatOverlapsLeast()
    {
        for (int i = 0; i < 3; i++)
        {
            add(LAST, i * 100, i * 100 + 100);
        }
        final long least = add(LAST - 1, 250, 500);
        final long expiring = addExpiring(LAST - 1, 0, 250, 1_000, 3_000);

        assertEquals(least, picker.pick(versions.current(), KeyspaceSet.ALL_LIVE, 999).inputs().get(0).number());
        final CompactionPlan plan = picker.pick(versions.current(), KeyspaceSet.ALL_LIVE, 3_000);
        assertEquals(expiring, plan.inputs().get(0).number());
        assertEquals(LAST, plan.outputLevel());
        assertEquals(3, plan.overlapped().size());
    }
}
