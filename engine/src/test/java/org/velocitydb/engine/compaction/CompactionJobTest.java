package org.velocitydb.engine.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.compaction.CompactionPlan.Kind;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.entry.KeyspaceSet;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableOptions;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.engine.version.TableSet;
import org.velocitydb.engine.version.VersionEdit;
import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.SimulatedCrashException;
import org.velocitydb.journal.storage.SimulatedStorage;

/**
 * What single compactions make of tables that are laid out by hand.
 */
class CompactionJobTest
{
    private static final int TABLE_LENGTH = 20_000;
    private static final CompactionOptions OPTIONS = new CompactionOptions(4, 100, TABLE_LENGTH);
    private static final int LAST = LevelTargets.LAST_LEVEL;

    private final SimulatedStorage storage = new SimulatedStorage(1);
    private final VersionSet versions = VersionSet.open(storage);
    private final TableWriter writer = new TableWriter(storage, new TableOptions(256, 0.01));
    private final TableReadContext context = new TableReadContext();
    private long sequence;

    @AfterEach
    void close()
    {
        writer.close();
        context.close();
        versions.close();
    }

    private static UnsafeBuffer key(final int number)
    {
        return new UnsafeBuffer("\0\0\0\0%06d".formatted(number).getBytes(StandardCharsets.US_ASCII));
    }

    /** A table of every so many keys from one number to another, not included. */
    private void add(
        final int level, final int from, final int to, final int step, final int valueLength,
        final boolean isTombstones)
    {
        writer.begin(versions.takeTableNumber(), 1);
        for (int number = from; number < to; number += step)
        {
            final UnsafeBuffer key = key(number);
            writer.add(
                key, 0, key.capacity(), ++sequence, Expiry.NEVER_MS, isTombstones,
                new UnsafeBuffer(new byte[valueLength]), 0, isTombstones ? 0 : valueLength);
        }
        versions.apply(new VersionEdit().addTable(level, writer.finish()));
    }

    private CompactionJob copied(final CompactionPlan plan)
    {
        final CompactionJob job = new CompactionJob(
            plan, OPTIONS, 1, KeyspaceSet.ALL_LIVE, versions, new CompactionStats());
        job.begin(writer, context);
        while (!job.isCopied())
        {
            job.doWork();
        }
        return job;
    }

    private TableSet run(final CompactionPlan plan)
    {
        try (CompactionJob job = copied(plan))
        {
            final TableSet result = job.install();
            assertNotNull(result);
            return result;
        }
    }

    @Test
    void shouldKeepATombstoneOfLevelZeroForWhatAnOlderTableThereHoldsThatIsLeftOut()
    {
        add(0, 0, 10, 1, 10, false);
        add(0, 5, 6, 1, 0, true);
        add(0, 20, 30, 1, 10, false);
        final TableSet tables = versions.current();

        final TableSet merged = run(
            new CompactionPlan(
                tables, Kind.MERGE, 0, List.of(tables.table(0, 0), tables.table(0, 1)), 0, List.of()));

        assertEquals(2, merged.tableCount(0));
        final EntryView view = new EntryView();
        final UnsafeBuffer key = key(5);
        assertTrue(merged.get(key, 0, key.capacity(), KeyHash.hash(key, 0, key.capacity()), view, context));
        assertTrue(view.isTombstone(), "deleted");
    }

    @Test
    void shouldEndATableBeforeItOverlapsTooMuchOfTheLevelAfterItsOwn()
    {
        for (int i = 0; i < 60; i++)
        {
            add(LAST, i * 100, i * 100 + 100, 1, 100, false);
        }
        add(LAST - 2, 0, 6_000, 50, 100, false);
        final TableSet tables = versions.current();
        final long grandparentLength = tables.table(LAST, 0).info().lengthBytes();

        final TableSet merged = run(
            new CompactionPlan(
                tables, Kind.MERGE, LAST - 2, List.of(tables.table(LAST - 2, 0)), LAST - 1, List.of()));

        assertTrue(merged.lengthBytes(LAST - 1) < TABLE_LENGTH, "it would have been one by its length");
        for (int i = 0; i < merged.tableCount(LAST - 1); i++)
        {
            final Table table = merged.table(LAST - 1, i);
            final long overlapped = CompactionPlan.length(
                merged.overlapping(LAST, table.smallestKey(), table.largestKey()));
            assertTrue(overlapped <= 10 * TABLE_LENGTH + 2 * grandparentLength, "overlapped=" + overlapped);
        }
        final long countMax = tables.lengthBytes(LAST) / (10 * TABLE_LENGTH) + 1;
        assertTrue(merged.tableCount(LAST - 1) <= countMax, "tables=" + merged.tableCount(LAST - 1));
    }

    @Test
    void shouldLetGoOfItsTablesEvenWhereWhatItWroteCannotBeRemoved()
    {
        add(LAST, 0, 10, 1, 10, false);
        final TableSet tables = versions.current();
        final CompactionJob job = copied(
            new CompactionPlan(tables, Kind.MERGE, LAST, List.of(tables.table(LAST, 0)), LAST, List.of()));
        storage.failAt(storage.operations(), Fault.CRASH);

        assertThrows(SimulatedCrashException.class, job::close);

        versions.close();
        assertThrows(IllegalStateException.class, tables::retain, "nobody holds them any more");
    }
}
