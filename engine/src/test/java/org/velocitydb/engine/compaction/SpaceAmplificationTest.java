package org.velocitydb.engine.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.KeyspaceSet;
import org.velocitydb.engine.memtable.Memtable;
import org.velocitydb.engine.memtable.MemtableCursor;
import org.velocitydb.engine.table.TableOptions;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.engine.version.TableSet;
import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.storage.SimulatedStorage;

/**
 * How much room the tables of a store take that is left alone, against what a new store with the same entries takes.
 */
class SpaceAmplificationTest
{
    private static final CompactionOptions OPTIONS = new CompactionOptions(4, 64 * 1024, 16 * 1024);
    private static final int KEY_COUNT = 20_000;
    private static final int FLUSH_COUNT = 1_000;
    private static final int VALUE_LENGTH = 60;
    private static final double AMPLIFICATION_MAX = 1.3;

    private final SplittableRandom random = new SplittableRandom(11);
    private final TableReadContext context = new TableReadContext();
    private final CompactionStats stats = new CompactionStats();
    private final CompactionPicker picker = new CompactionPicker(OPTIONS);
    private final SimulatedStorage storage = new SimulatedStorage(1);
    private VersionSet versions;
    private TableWriter writer;
    private long sequence;

    @BeforeEach
    void open()
    {
        versions = VersionSet.open(storage);
        writer = new TableWriter(storage, new TableOptions(1024, 0.01));
    }

    @AfterEach
    void close()
    {
        writer.close();
        versions.close();
    }

    @Test
    void shouldTakeLittleMoreThanTheLiveDataAfterOverwritingItSeveralTimes()
    {
        final List<Integer> all = range(0, KEY_COUNT);
        final long freshBytes = write(all, false);
        for (int round = 0; round < 4; round++)
        {
            for (int i = 0; i < KEY_COUNT / FLUSH_COUNT; i++)
            {
                final TreeSet<Integer> some = new TreeSet<>();
                while (some.size() < FLUSH_COUNT)
                {
                    some.add(random.nextInt(KEY_COUNT));
                }
                flush(new ArrayList<>(some), false);
                compact(false);
            }
        }
        assertTrue(deepestLevels() > 1, "all is in one level");

        rest();

        assertAmplification(freshBytes);
    }

    @Test
    void shouldTakeLittleMoreThanTheLiveDataAfterDeletingMostOfIt()
    {
        write(range(0, KEY_COUNT), false);
        final List<Integer> gone = new ArrayList<>();
        final List<Integer> left = new ArrayList<>();
        for (int i = 0; i < KEY_COUNT; i++)
        {
            (i % 10 == 3 ? left : gone).add(i);
        }
        write(gone, true);
        rest();
        final long bytes = versions.current().lengthBytes();

        close();
        new ArrayList<>(storage.list("tables")).forEach(name -> storage.delete("tables/" + name));
        final SimulatedStorage other = new SimulatedStorage(2);
        versions = VersionSet.open(other);
        writer = new TableWriter(other, new TableOptions(1024, 0.01));
        final long freshBytes = write(left, false);

        assertTrue(bytes <= AMPLIFICATION_MAX * freshBytes, "bytes=" + bytes + ", fresh=" + freshBytes);
    }

    private void assertAmplification(final long freshBytes)
    {
        final long bytes = versions.current().lengthBytes();
        assertTrue(bytes <= AMPLIFICATION_MAX * freshBytes, "bytes=" + bytes + ", fresh=" + freshBytes);
    }

    private int deepestLevels()
    {
        int count = 0;
        for (int level = 1; level < TableSet.LEVEL_COUNT; level++)
        {
            count += versions.current().tableCount(level) > 0 ? 1 : 0;
        }
        return count;
    }

    private static List<Integer> range(final int from, final int to)
    {
        final List<Integer> range = new ArrayList<>();
        for (int i = from; i < to; i++)
        {
            range.add(i);
        }
        return range;
    }

    /** Writes keys in flushes, compacts, and returns the length of all tables at rest. */
    private long write(final List<Integer> keys, final boolean isDeletion)
    {
        for (int i = 0; i < keys.size(); i += FLUSH_COUNT)
        {
            flush(keys.subList(i, Math.min(i + FLUSH_COUNT, keys.size())), isDeletion);
            compact(false);
        }
        rest();
        return versions.current().lengthBytes();
    }

    private void flush(final List<Integer> keys, final boolean isDeletion)
    {
        try (Memtable memtable = new Memtable(1024 * 1024))
        {
            final byte[] value = new byte[VALUE_LENGTH];
            for (final int key : keys)
            {
                sequence++;
                final UnsafeBuffer buffer = new UnsafeBuffer("\0\0\0\0key:%09d".formatted(key).getBytes());
                random.nextBytes(value);
                if (isDeletion)
                {
                    memtable.delete(buffer, 0, buffer.capacity(), sequence);
                }
                else
                {
                    memtable.put(
                        buffer, 0, buffer.capacity(), sequence, Expiry.NEVER_MS, new UnsafeBuffer(value), 0,
                        value.length);
                }
            }
            try (FlushJob job = new FlushJob(
                new MemtableCursor().reset(memtable, sequence), sequence, 1, KeyspaceSet.ALL_LIVE, versions, writer,
                stats))
            {
                while (!job.isDone())
                {
                    job.doWork();
                }
                assertEquals(JobOutcome.DONE, job.outcome());
            }
        }
    }

    private void rest()
    {
        compact(true);
    }

    private void compact(final boolean isIdle)
    {
        for (CompactionPlan plan = pick(isIdle); plan != null; plan = pick(isIdle))
        {
            if (plan.isEditAlone())
            {
                versions.apply(plan.edit());
            }
            else
            {
                try (CompactionJob job = new CompactionJob(plan, OPTIONS, 1, KeyspaceSet.ALL_LIVE, versions, stats))
                {
                    job.begin(writer, context);
                    while (!job.isCopied())
                    {
                        job.doWork();
                    }
                    job.install();
                }
            }
            versions.janitor().doWork();
        }
    }

    private CompactionPlan pick(final boolean isIdle)
    {
        return isIdle
            ? picker.pickIdle(versions.current(), KeyspaceSet.ALL_LIVE, 0)
            : picker.pick(versions.current(), KeyspaceSet.ALL_LIVE, 0);
    }
}
