package org.velocitydb.engine.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.entry.LiveCursor;
import org.velocitydb.engine.entry.MergingCursor;
import org.velocitydb.engine.memtable.Memtable;
import org.velocitydb.engine.memtable.MemtableCursor;
import org.velocitydb.engine.table.AllocationMeter;
import org.velocitydb.engine.table.Model;
import org.velocitydb.engine.table.ModelEntry;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.engine.table.TableOptions;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.engine.version.TableSet;
import org.velocitydb.engine.version.TableSetCursors;
import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.SimulatedCrashException;
import org.velocitydb.journal.storage.SimulatedStorage;

/**
 * Random flushes, compactions, full disks, crashes and restarts against a sorted map: what is flushed is there, with
 * its newest entry, and what is deleted is not.
 */
class CompactionPropertyTest
{
    private static final CompactionOptions OPTIONS = new CompactionOptions(3, 4096, 2048);
    private static final int MEMTABLE_LENGTH = 256 * 1024;

    private final TableReadContext context = new TableReadContext();
    private final EntryView view = new EntryView();

    /** All that was ever written up to the flushed sequence, live or deleted. */
    private final Model model = new Model();
    private SimulatedStorage storage;
    private VersionSet versions;
    private TableWriter flushWriter;
    private TableWriter compactionWriter;
    private CompactionPicker picker;
    private CompactionJob compaction;
    private CompactionStats stats;
    private long sequence;

    @Test
    void shouldEqualTheModelAfterAnyHistory()
    {
        final CompactionStats total = new CompactionStats();
        stats = total;
        for (long seed = 0; seed < 12; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            storage = new SimulatedStorage(seed);
            model.entries.clear();
            sequence = 0;
            open();
            for (int step = 0; step < 60; step++)
            {
                step(random);
                if (step % 10 == 9)
                {
                    check(random, "seed=" + seed + ", step=" + step);
                }
            }
            close();
            assertEquals(0, storage.openHandles(), "seed=" + seed);
        }
        assertTrue(total.compactions() > 50 && total.moves() > 0 && total.droppedTombstones() > 0, "too little done");
        assertTrue(total.fullDisks() > 0, "no full disk met");
    }

    private void step(final SplittableRandom random)
    {
        switch (random.nextInt(8))
        {
            case 0 :
                close();
                open();
                break;
            case 1 :
                compactWithFullDisk(random);
                break;
            case 2 :
            case 3 :
            case 4 :
                flush(random);
                break;
            default :
                compact(random.nextInt(12));
                break;
        }
        versions.janitor().doWork();
    }

    private void open()
    {
        versions = VersionSet.open(storage);
        flushWriter = new TableWriter(storage, new TableOptions(256, 0.01));
        compactionWriter = new TableWriter(storage, new TableOptions(256, 0.01));
        picker = new CompactionPicker(OPTIONS);
        compaction = null;
    }

    private void close()
    {
        if (compaction != null)
        {
            compaction.close();
        }
        flushWriter.close();
        compactionWriter.close();
        versions.close();
    }

    private void flush(final SplittableRandom random)
    {
        final Model flushed = new Model();
        final long lastSequence;
        try (Memtable memtable = new Memtable(MEMTABLE_LENGTH))
        {
            lastSequence = fill(memtable, flushed, random);
            final MemtableCursor cursor = new MemtableCursor().reset(memtable, lastSequence);
            try (FlushJob job = new FlushJob(cursor, lastSequence, sequence, versions, flushWriter, stats))
            {
                while (!job.isDone())
                {
                    assertTrue(job.doWork() > 0);
                }
                assertEquals(JobOutcome.DONE, job.outcome());
                assertEquals(lastSequence, job.result().flushedSequence());
            }
        }
        sequence = lastSequence;
        model.entries.putAll(flushed.entries);
    }

    private long fill(final Memtable memtable, final Model flushed, final SplittableRandom random)
    {
        long next = sequence;
        final int count = random.nextInt(60);
        final int space = random.nextInt(4) == 0 ? 100_000 : 200;
        for (int i = 0; i < count; i++)
        {
            next++;
            final byte[] key = Model.randomKey(random, space);
            final UnsafeBuffer keyBuffer = new UnsafeBuffer(key);
            if (random.nextInt(4) == 0 && space < 1000)
            {
                memtable.delete(keyBuffer, 0, key.length, next);
                flushed.entries.put(key, ModelEntry.tombstone(next));
            }
            else
            {
                final byte[] value = new byte[random.nextInt(80)];
                random.nextBytes(value);
                memtable.put(keyBuffer, 0, key.length, next, Expiry.NEVER_MS, new UnsafeBuffer(value), 0, value.length);
                flushed.entries.put(key, ModelEntry.value(next, value));
            }
        }
        return next;
    }

    /** Runs some slices of the compaction at hand, or of the next one. */
    private void compact(final int sliceCount)
    {
        for (int i = 0; i < sliceCount && hasCompaction(); i++)
        {
            assertTrue(compaction.doWork() > 0);
            if (compaction.isDone())
            {
                assertEquals(JobOutcome.DONE, compaction.outcome());
                assertNotNull(compaction.result());
                compaction.close();
                compaction = null;
            }
        }
    }

    private boolean hasCompaction()
    {
        if (compaction == null)
        {
            final CompactionPlan plan = picker.pick(versions.current());
            if (plan != null)
            {
                compaction = new CompactionJob(plan, OPTIONS, sequence, versions, compactionWriter, context, stats);
            }
        }
        return compaction != null;
    }

    private void compactWithFullDisk(final SplittableRandom random)
    {
        if (!hasCompaction())
        {
            return;
        }
        storage.capacityBytes(0);
        for (int i = random.nextInt(6); i > 0 && !compaction.isDone(); i--)
        {
            compaction.doWork();
        }
        storage.capacityBytes(Long.MAX_VALUE);
        if (compaction.isDone())
        {
            compaction.close();
            compaction = null;
        }
    }

    @Test
    void shouldHoldEveryAcknowledgedFlushWhereverACrashStrikes()
    {
        stats = new CompactionStats();
        for (long seed = 0; seed < 120; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            storage = new SimulatedStorage(seed);
            model.entries.clear();
            sequence = 0;
            storage.failAt(random.nextInt(150), seed % 2 == 0 ? Fault.CRASH : Fault.CRASH_HALF_WAY);
            try
            {
                open();
                while (true)
                {
                    flush(random);
                    compact(random.nextInt(40));
                    versions.janitor().doWork();
                }
            }
            catch (final SimulatedCrashException e)
            {
                storage.crash(CrashMode.values()[(int) (seed % CrashMode.values().length)]);
            }
            open();
            // A flush whose edit was forced just before the power went is there although nobody heard of it.
            if (versions.current().flushedSequence() == sequence)
            {
                check(random, "seed=" + seed);
            }
            assertTrue(versions.current().flushedSequence() >= sequence, "seed=" + seed);
            close();
        }
    }

    private void check(final SplittableRandom random, final String run)
    {
        final TableSet tables = versions.current();
        for (int i = 0; i < 300; i++)
        {
            final byte[] key = Model.randomKey(random, 220);
            final UnsafeBuffer wanted = new UnsafeBuffer(key);
            final boolean isFound = tables.get(wanted, 0, key.length, KeyHash.hash(wanted, 0, key.length), view,
                context);
            final ModelEntry expected = model.entries.get(key);
            if (isFound || expected != null && !expected.isTombstone())
            {
                model.assertSameGet(key, isFound, view);
            }
        }
        final Model live = new Model();
        model.entries.forEach((key, entry) ->
        {
            if (!entry.isTombstone())
            {
                live.entries.put(key, entry);
            }
        });
        final MergingCursor merged = new MergingCursor(tables.cursorCount());
        new TableSetCursors(context).addTo(tables, merged);
        final LiveCursor cursor = new LiveCursor();
        cursor.reset(merged, LiveCursor.UNLIMITED, 0);
        live.assertSameWalk(cursor);
        for (int i = 0; i < 20; i++)
        {
            live.assertSameSeek(cursor, Model.randomKey(random, 220));
        }
        int fileCount = 0;
        for (int level = 0; level < TableSet.LEVEL_COUNT; level++)
        {
            fileCount += tables.tableCount(level);
        }
        assertTrue(storage.list(TableNames.DIRECTORY).size() >= fileCount, run);
    }

    @Test
    void shouldComeToRestWithNoLevelAboveItsSize()
    {
        stats = new CompactionStats();
        storage = new SimulatedStorage(1);
        final SplittableRandom random = new SplittableRandom(5);
        open();
        for (int i = 0; i < 60; i++)
        {
            flush(random);
            compact(Integer.MAX_VALUE);
        }
        for (int level = 0; level < TableSet.LEVEL_COUNT; level++)
        {
            assertTrue(OPTIONS.score(versions.current(), level) < 1.0, "level=" + level);
        }
        check(random, "rest");
        close();
    }

    @Test
    void shouldAllocateNothingWhenScanningOverASetOnceWarm()
    {
        stats = new CompactionStats();
        storage = new SimulatedStorage(1);
        final SplittableRandom random = new SplittableRandom(6);
        open();
        for (int i = 0; i < 20; i++)
        {
            flush(random);
            compact(i);
        }
        final TableSet tables = versions.current();
        final MergingCursor merged = new MergingCursor(tables.cursorCount());
        final TableSetCursors cursors = new TableSetCursors(context);
        final UnsafeBuffer from = new UnsafeBuffer(Model.bytes("\0\1account"));
        final UnsafeBuffer to = new UnsafeBuffer(Model.bytes("\0\1accounu"));

        final long allocated = new AllocationMeter().leastOf(5, () ->
        {
            for (int i = 0; i < 100; i++)
            {
                merged.reset();
                cursors.addTo(tables, from, 0, from.capacity(), to, 0, to.capacity(), merged);
                for (boolean isValid = merged.seek(from, 0, from.capacity()); isValid; isValid = merged.next())
                {
                    view.wrapTombstone(merged.sequence());
                }
            }
        });

        assertEquals(0, allocated);
        close();
    }
}
