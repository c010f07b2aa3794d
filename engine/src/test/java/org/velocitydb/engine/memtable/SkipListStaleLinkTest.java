package org.velocitydb.engine.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;

/**
 * The race that no stress test hits often enough, made on purpose: a reader that loaded a link's prefix, was held up
 * while the writer went on, and then loaded the successor. The test keeps the history of every link's prefix, lets the
 * writer insert, and puts into each link some prefix of its past since the snapshot, beside the newest successor. In
 * that memory every read at the snapshot must still be exact, which is what {@link SkipList} argues. It fails if, for
 * example, the whole keys are not compared on level 0 where the infix is smaller.
 */
class SkipListStaleLinkTest
{
    private static final int ROUND_COUNT = 400;
    private static final int OLD_COUNT = 40;
    private static final int NEW_COUNT = 40;
    private static final byte[] LETTERS = { 0, 'a', 'b', -1 };

    private final Map<Long, List<Long>> prefixHistory = new HashMap<>();
    private final EntryView view = new EntryView();
    private final MemtableCursor cursor = new MemtableCursor();

    @Test
    void shouldReadExactlyTheSnapshotThroughPrefixesOlderThanTheirSuccessors()
    {
        final long firstSeed = System.nanoTime();
        for (int round = 0; round < ROUND_COUNT; round++)
        {
            final long seed = firstSeed + round;
            try (Memtable memtable = new Memtable(1 << 20, seed))
            {
                runRound(memtable, new SplittableRandom(seed));
            }
            catch (final Throwable ex)
            {
                throw new AssertionError("failed: seed=" + seed, ex);
            }
        }
    }

    private void runRound(final Memtable memtable, final SplittableRandom random)
    {
        final int commonLength = new int[]{ 0, 7, 8, 11, 12 }[random.nextInt(5)];
        final TreeMap<byte[], Long> model = new TreeMap<>(Arrays::compareUnsigned);
        final List<byte[]> probes = new ArrayList<>();
        long sequence = 0;
        for (int i = 0; i < OLD_COUNT; i++)
        {
            final byte[] key = key(random, commonLength);
            put(memtable, key, ++sequence);
            model.put(key, sequence);
            probes.add(key);
        }
        final long snapshot = sequence;
        prefixHistory.clear();
        recordPrefixes(memtable);
        for (int i = 0; i < NEW_COUNT; i++)
        {
            final byte[] key = key(random, commonLength);
            put(memtable, key, ++sequence);
            recordPrefixes(memtable);
            probes.add(key);
            probes.add(key(random, commonLength));
        }

        prefixHistory
            .forEach((link, prefixes) -> UnsafeApi.putLong(link, prefixes.get(random.nextInt(prefixes.size()))));

        for (final byte[] probe : probes)
        {
            checkReads(memtable, model, probe, snapshot);
        }
    }

    private static byte[] key(final SplittableRandom random, final int commonLength)
    {
        final byte[] key = new byte[commonLength + random.nextInt(1, 7)];
        for (int i = commonLength; i < key.length; i++)
        {
            key[i] = LETTERS[random.nextInt(LETTERS.length)];
        }
        return key;
    }

    private static void put(final Memtable memtable, final byte[] key, final long sequence)
    {
        final UnsafeBuffer bytes = new UnsafeBuffer(key);
        memtable.put(bytes, 0, key.length, sequence, Expiry.NEVER_MS, bytes, 0, key.length);
    }

    private void recordPrefixes(final Memtable memtable)
    {
        for (int level = 0; level < SkipList.MAX_HEIGHT; level++)
        {
            int node = memtable.nodes().head();
            do
            {
                final long link = NodeDescriptor.linkAddress(memtable.base() + node, level);
                final List<Long> prefixes = prefixHistory.computeIfAbsent(link, (ignore) -> new ArrayList<>());
                final long prefix = NodeDescriptor.prefixAcquire(link);
                if (prefixes.isEmpty() || prefixes.get(prefixes.size() - 1) != prefix)
                {
                    prefixes.add(prefix);
                }
                node = NodeDescriptor.nodeOffset(NodeDescriptor.successorAcquire(link));
            }
            while (node != NodeDescriptor.NULL_OFFSET);
        }
    }

    private void checkReads(
        final Memtable memtable,
        final TreeMap<byte[], Long> model,
        final byte[] probe,
        final long snapshot)
    {
        final UnsafeBuffer key = new UnsafeBuffer(probe);
        cursor.reset(memtable, snapshot);

        final boolean isFound = memtable.get(key, 0, probe.length, snapshot, view);
        assertEquals(model.get(probe), isFound ? view.sequence() : null);
        cursor.seek(key, 0, probe.length);
        checkPosition(model.ceilingEntry(probe));
        cursor.seekBefore(key, 0, probe.length);
        checkPosition(model.lowerEntry(probe));
        if (cursor.isValid())
        {
            cursor.previous();
            checkPosition(model.lowerEntry(model.lowerKey(probe)));
        }
        cursor.seekLast();
        checkPosition(model.lastEntry());
    }

    private void checkPosition(final Map.Entry<byte[], Long> expected)
    {
        assertEquals(expected == null ? null : expected.getValue(), cursor.isValid() ? cursor.sequence() : null);
    }
}
