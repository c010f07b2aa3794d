package org.velocitydb.engine.compaction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.entry.KeyspaceSet;
import org.velocitydb.engine.entry.MergingCursor;
import org.velocitydb.engine.memtable.Memtable;
import org.velocitydb.engine.memtable.MemtableCursor;
import org.velocitydb.engine.table.AllocationMeter;
import org.velocitydb.engine.table.Model;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableInfo;
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
 * Random flushes, compactions, expiries, dropped keyspaces, full disks, crashes and restarts against a sorted map: what
 * is flushed is there, with its newest entry, and what is deleted, expired or dropped is not.
 */
class CompactionPropertyTest
{
    private static final CompactionOptions OPTIONS = new CompactionOptions(3, 4096, 2048);
    private static final int MEMTABLE_LENGTH = 256 * 1024;
    private static final int SLICES_AT_REST = 1_000_000;

    private final TableReadContext context = new TableReadContext();
    private final EntryView view = new EntryView();

    /** All that was ever written up to the flushed sequence, live or not. */
    private NavigableMap<byte[], Expected> model = newModel();
    private SimulatedStorage storage;
    private VersionSet versions;
    private TableWriter flushWriter;
    private TableWriter compactionWriter;
    private CompactionPicker picker;
    private CompactionJob compaction;
    private CompactionStats stats;
    private Held held;
    private Set<Integer> dead = new HashSet<>();
    private int keyspaceCount;
    private long sequence;
    private long nowMs;

    /** The newest entry of a key. */
    private record Expected(long sequence, byte[] value, long expiryMs)
    {
        boolean isVisible(final long atMs)
        {
            return value != null && !Expiry.isExpired(expiryMs, atMs);
        }
    }

    /** A reader's set, with what it showed when it was taken. */
    private record Held(TableSet tables, NavigableMap<byte[], Expected> model, Set<Integer> dead)
    {
    }

    private static NavigableMap<byte[], Expected> newModel()
    {
        return new TreeMap<>(Arrays::compareUnsigned);
    }

    @Test
    void shouldEqualTheModelAfterAnyHistory()
    {
        stats = new CompactionStats();
        for (long seed = 0; seed < 24; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            begin(seed);
            for (int step = 0; step < 60; step++)
            {
                step(random);
                if (step % 10 == 9)
                {
                    check(random, "seed=" + seed + ", step=" + step);
                }
            }
            release();
            close();
            assertEquals(0, storage.openHandles(), "seed=" + seed);
        }
        assertTrue(
            stats.compactions() > 50 && stats.moves() > 0 && stats.droppedTombstones() > 0, "too little done");
        assertTrue(stats.droppedExpired() > 100, "too little expired: " + stats.droppedExpired());
        assertTrue(stats.droppedDead() > 0 && stats.removedTables() > 0, "no keyspace was dropped");
        assertTrue(stats.fullDisks() > 0, "no full disk met");
    }

    private void begin(final long seed)
    {
        storage = new SimulatedStorage(seed);
        model = newModel();
        dead = new HashSet<>();
        keyspaceCount = 3;
        sequence = 0;
        nowMs = 1_000;
        open();
    }

    private void step(final SplittableRandom random)
    {
        nowMs += random.nextInt(20);
        switch (random.nextInt(12))
        {
            case 0 :
                release();
                close();
                open();
                break;
            case 1 :
                compactWithFullDisk(random);
                break;
            case 2 :
                dropAKeyspace(random);
                break;
            case 3 :
                holdOrCheck();
                break;
            case 4 :
            case 5 :
            case 6 :
            case 7 :
                flush(random);
                break;
            default :
                compact(random.nextInt(40), random.nextInt(4) == 0);
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
            compaction.abandon();
            compaction.close();
        }
        flushWriter.close();
        compactionWriter.close();
        versions.close();
    }

    private KeyspaceSet keyspaces()
    {
        final Set<Integer> gone = Set.copyOf(dead);
        return keyspace -> !gone.contains(keyspace);
    }

    private void dropAKeyspace(final SplittableRandom random)
    {
        final int keyspace = keyspaceCount - 1 - random.nextInt(2);
        if (keyspace > 0 && dead.add(keyspace))
        {
            keyspaceCount++;
        }
    }

    private void holdOrCheck()
    {
        if (held == null)
        {
            versions.current().retain();
            held = new Held(versions.current(), new TreeMap<>(model), Set.copyOf(dead));
        }
        else
        {
            checkWalk(held.tables, held.model, held.dead, "held");
            release();
        }
    }

    private void release()
    {
        if (held != null)
        {
            held.tables.release();
            held = null;
        }
    }

    // --- flushes ---

    private void flush(final SplittableRandom random)
    {
        final NavigableMap<byte[], Expected> flushed = newModel();
        final long lastSequence;
        try (Memtable memtable = new Memtable(MEMTABLE_LENGTH))
        {
            lastSequence = fill(memtable, flushed, random);
            final MemtableCursor cursor = new MemtableCursor().reset(memtable, lastSequence);
            try (FlushJob job = new FlushJob(cursor, lastSequence, nowMs, keyspaces(), versions, flushWriter, stats))
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
        model.putAll(flushed);
    }

    private long fill(
        final Memtable memtable, final NavigableMap<byte[], Expected> flushed, final SplittableRandom random)
    {
        long next = sequence;
        final int count = random.nextInt(60);
        final int space = random.nextInt(4) == 0 ? 100_000 : 200;
        for (int i = 0; i < count; i++)
        {
            next++;
            final byte[] key = randomKey(random, space);
            final UnsafeBuffer keyBuffer = new UnsafeBuffer(key);
            if (random.nextInt(4) == 0 && space < 1000)
            {
                memtable.delete(keyBuffer, 0, key.length, next);
                flushed.put(key, new Expected(next, null, Expiry.NEVER_MS));
            }
            else
            {
                final byte[] value = new byte[random.nextInt(80)];
                random.nextBytes(value);
                final long expiryMs = random.nextInt(3) == 0 ? nowMs + random.nextInt(-10, 300) : Expiry.NEVER_MS;
                memtable.put(keyBuffer, 0, key.length, next, expiryMs, new UnsafeBuffer(value), 0, value.length);
                flushed.put(key, new Expected(next, value, expiryMs));
            }
        }
        return next;
    }

    /** Of a keyspace that may have been dropped: what was sent before may arrive after. */
    private byte[] randomKey(final SplittableRandom random, final int space)
    {
        final byte[] ofUser = Model.randomKey(random, space);
        final byte[] key = new byte[Keys.KEYSPACE_LENGTH + ofUser.length];
        key[3] = (byte) random.nextInt(keyspaceCount);
        System.arraycopy(ofUser, 0, key, Keys.KEYSPACE_LENGTH, ofUser.length);
        return key;
    }

    // --- compactions ---

    /** Runs some slices of the compaction at hand, or of the next one. */
    private void compact(final int sliceCount, final boolean isIdle)
    {
        for (int i = 0; i < sliceCount && hasCompaction(isIdle); i++)
        {
            if (compaction != null)
            {
                assertTrue(compaction.doWork() > 0);
                if (compaction.isCopied())
                {
                    assertNotNull(compaction.install());
                    assertEquals(JobOutcome.DONE, compaction.outcome());
                    compaction.close();
                    compaction = null;
                }
            }
        }
    }

    /** Begins the next one, or carries it out where that takes an edit alone. */
    private boolean hasCompaction(final boolean isIdle)
    {
        if (compaction == null)
        {
            final CompactionPlan plan = isIdle
                ? picker.pickIdle(versions.current(), keyspaces(), nowMs)
                : picker.pick(versions.current(), keyspaces(), nowMs);
            if (plan == null)
            {
                return false;
            }
            if (plan.isEditAlone())
            {
                versions.apply(plan.edit());
                stats.onEdit(plan);
            }
            else
            {
                compaction = new CompactionJob(plan, OPTIONS, nowMs, keyspaces(), versions, stats);
                compaction.begin(compactionWriter, context);
            }
        }
        return true;
    }

    private void compactWithFullDisk(final SplittableRandom random)
    {
        if (!hasCompaction(false) || compaction == null)
        {
            return;
        }
        storage.capacityBytes(0);
        for (int i = random.nextInt(20); i > 0 && !compaction.isCopied(); i--)
        {
            compaction.doWork();
        }
        if (compaction.isCopied())
        {
            // Where all but the forces was done before, it comes to its end without more room.
            final boolean isInstalled = compaction.install() != null;
            assertEquals(isInstalled ? JobOutcome.DONE : JobOutcome.STORAGE_FULL, compaction.outcome());
            compaction.close();
            compaction = null;
        }
        storage.capacityBytes(Long.MAX_VALUE);
    }

    // --- crashes ---

    @Test
    void shouldHoldEveryAcknowledgedFlushWhereverACrashStrikes()
    {
        stats = new CompactionStats();
        for (long seed = 0; seed < 200; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            begin(seed);
            storage.failAt(
                storage.operations() + random.nextInt(250), seed % 2 == 0 ? Fault.CRASH : Fault.CRASH_HALF_WAY);
            try
            {
                while (true)
                {
                    flush(random);
                    compact(random.nextInt(40), random.nextInt(3) == 0);
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
        assertTrue(stats.moves() > 0, "no move was met");
    }

    // --- what is compared ---

    private void check(final SplittableRandom random, final String run)
    {
        final TableSet tables = versions.current();
        for (int i = 0; i < 300; i++)
        {
            checkGet(tables, randomKey(random, 220), run);
        }
        checkWalk(tables, model, dead, run);
        int fileCount = 0;
        for (int level = 0; level < TableSet.LEVEL_COUNT; level++)
        {
            fileCount += tables.tableCount(level);
            for (int i = 0; level > 0 && i < tables.tableCount(level); i++)
            {
                final Table table = tables.table(level, i);
                assertTrue(TableKeyspaces.isOfOne(table), run + ", " + table.name());
            }
        }
        assertTrue(storage.list(TableNames.DIRECTORY).size() >= fileCount, run);
    }

    private void checkGet(final TableSet tables, final byte[] key, final String run)
    {
        final UnsafeBuffer wanted = new UnsafeBuffer(key);
        final boolean isFound = tables.get(wanted, 0, key.length, KeyHash.hash(wanted, 0, key.length), view, context);
        final Expected expected = dead.contains((int) key[3]) ? null : model.get(key);
        if (expected != null && expected.isVisible(nowMs))
        {
            assertTrue(isFound && !view.isTombstone(), run);
            assertEquals(expected.sequence, view.sequence(), run);
            final byte[] value = new byte[view.value().capacity()];
            view.value().getBytes(0, value);
            assertArrayEquals(expected.value, value, run);
        }
        else if (isFound && !dead.contains((int) key[3]))
        {
            assertTrue(view.isTombstone() || Expiry.isExpired(view.expiryMs(), nowMs), run);
        }
    }

    /** All that a user may see of the tables, at the present time. */
    private void checkWalk(
        final TableSet tables,
        final NavigableMap<byte[], Expected> expected,
        final Set<Integer> gone,
        final String run)
    {
        final MergingCursor cursor = new MergingCursor(tables.cursorCount());
        new TableSetCursors(context).addTo(tables, cursor);
        boolean isValid = skip(cursor, cursor.seekFirst(), gone);
        for (final Map.Entry<byte[], Expected> entry : expected.entrySet())
        {
            if (!entry.getValue().isVisible(nowMs) || gone.contains((int) entry.getKey()[3]))
            {
                continue;
            }
            assertTrue(isValid, run + ": ends early");
            final byte[] key = new byte[cursor.keyLength()];
            cursor.keyBuffer().getBytes(cursor.keyOffset(), key);
            assertArrayEquals(entry.getKey(), key, run);
            assertEquals(entry.getValue().sequence, cursor.sequence(), run);
            isValid = skip(cursor, cursor.next(), gone);
        }
        assertFalse(isValid, run + ": goes on");
    }

    private boolean skip(final EntryCursor cursor, final boolean isOnEntry, final Set<Integer> gone)
    {
        boolean isValid = isOnEntry;
        while (isValid && (cursor.isTombstone() || Expiry.isExpired(cursor.expiryMs(), nowMs) ||
            gone.contains(Keys.keyspace(cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength()))))
        {
            isValid = cursor.next();
        }
        return isValid;
    }

    // --- rest ---

    @Test
    void shouldComeToRestWithNoLevelAboveItsSize()
    {
        stats = new CompactionStats();
        begin(1);
        final SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 60; i++)
        {
            flush(random);
            compact(SLICES_AT_REST, false);
            assertNull(compaction);
        }
        final LevelTargets targets = OPTIONS.targets(versions.current());
        assertTrue(versions.current().tableCount(0) < OPTIONS.compactionThreshold());
        for (int level = 1; level < TableSet.LEVEL_COUNT; level++)
        {
            assertTrue(targets.score(level) < 1.0, "level=" + level);
        }
        assertEquals(0, OPTIONS.debtBytes(versions.current()));
        check(random, "rest");
        close();
    }

    @Test
    void shouldComeToRestWhenItIsLeftAloneAfterAnyHistory()
    {
        stats = new CompactionStats();
        for (long seed = 0; seed < 10; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            begin(seed);
            for (int i = 0; i < 40; i++)
            {
                step(random);
            }
            compact(SLICES_AT_REST, true);
            checkExpiredIsGone("seed=" + seed);
            final long compactions = stats.compactions() + stats.moves();
            compact(SLICES_AT_REST, true);

            assertEquals(compactions, stats.compactions() + stats.moves(), "it does not rest, seed=" + seed);
            assertEquals(0, versions.current().tableCount(0), "seed=" + seed);
            check(random, "seed=" + seed);
            release();
            close();
        }
    }

    /** Of a store at rest no table is mostly of what has expired, once all of it has. */
    private void checkExpiredIsGone(final String run)
    {
        nowMs += 1_000;
        compact(SLICES_AT_REST, true);
        for (int i = 0; i < versions.current().tableCount(LevelTargets.LAST_LEVEL); i++)
        {
            final TableInfo info = versions.current().table(LevelTargets.LAST_LEVEL, i).info();
            assertTrue(info.expiringCount() * 2 < info.entryCount(), run + ", " + info);
        }
    }

    @Test
    void shouldAllocateNothingWhenScanningOverASetOnceWarm()
    {
        stats = new CompactionStats();
        begin(1);
        final SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 20; i++)
        {
            flush(random);
            compact(i, false);
        }
        final TableSet tables = versions.current();
        final MergingCursor merged = new MergingCursor(tables.cursorCount());
        final TableSetCursors cursors = new TableSetCursors(context);
        final UnsafeBuffer from = new UnsafeBuffer(Model.bytes("\0\0\0\0\0\1account"));
        final UnsafeBuffer to = new UnsafeBuffer(Model.bytes("\0\0\0\0\0\1accounu"));

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
