package org.velocitydb.engine.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.Expiry;

/**
 * What {@link RadixTree} and {@link TreePath} argue of readers that stand in nodes which the writer has left behind,
 * made on purpose: no stress test meets each of these often. Readers stop where they are, the writer goes on until
 * nodes have grown and been forked around them, and they must see their snapshot all the same.
 */
class StaleNodeTest
{
    private static final int ROUND_COUNT = 300;
    private static final int KEY_COUNT = 120;
    private static final int[] LETTER_COUNTS = { 2, 5, 20, 60, 256 };

    private final MemtableCursor cursor = new MemtableCursor();

    @Test
    void shouldWalkTheSnapshotWhileNodesOnThePathAreReplacedBetweenMoves()
    {
        forEachSeed((memtable, random) ->
        {
            final int letterCount = LETTER_COUNTS[random.nextInt(LETTER_COUNTS.length)];
            final TreeMap<byte[], Long> model = new TreeMap<>(Arrays::compareUnsigned);
            long sequence = 0;
            while (sequence < KEY_COUNT)
            {
                final byte[] key = key(random, letterCount);
                put(memtable, key, ++sequence);
                model.put(key, sequence);
            }
            cursor.reset(memtable, sequence);

            final byte[] start = key(random, letterCount);
            cursor.seek(new UnsafeBuffer(start), 0, start.length);
            Map.Entry<byte[], Long> expected = model.ceilingEntry(start);
            checkPosition(expected);
            while (expected != null)
            {
                for (int i = random.nextInt(12); i > 0; i--)
                {
                    put(memtable, key(random, letterCount), ++sequence);
                }
                final boolean isForward = random.nextInt(5) > 0;
                expected = isForward ? model.higherEntry(expected.getKey()) : model.lowerEntry(expected.getKey());
                assertEquals(expected != null, isForward ? cursor.next() : cursor.previous());
                checkPosition(expected);
            }
        });
    }

    @Test
    void shouldReachFromAnyNodeThatEverWasAllThatItLedToWhenItWasSeen()
    {
        forEachSeed((memtable, random) ->
        {
            final int letterCount = LETTER_COUNTS[random.nextInt(LETTER_COUNTS.length)];
            final List<Integer> references = new ArrayList<>();
            final List<Set<Integer>> leaves = new ArrayList<>();
            for (int sequence = 1; sequence <= 2 * KEY_COUNT; sequence++)
            {
                put(memtable, key(random, letterCount), sequence);
                if (random.nextInt(4) == 0)
                {
                    final int seen = someNode(memtable, random);
                    references.add(seen);
                    leaves.add(leavesBelow(memtable, seen));
                }
            }

            for (int i = 0; i < references.size(); i++)
            {
                assertTrue(leavesBelow(memtable, references.get(i)).containsAll(leaves.get(i)));
            }
        });
    }

    @Test
    void shouldFindByAnOldControlWordWhatItHadAndNothingElse()
    {
        forEachSeed((memtable, random) ->
        {
            final byte[][] keys = random.ints(64, 0, 256)
                .distinct()
                .limit(NodeDescriptor.NODE_16_CAPACITY)
                .mapToObj((key) -> new byte[]{ (byte) key })
                .toArray(byte[][]::new);
            final int isIn4 = NodeDescriptor.NODE_4_CAPACITY;
            put(memtable, keys[0], 1);
            final long[] controls = new long[keys.length + 1];
            final int[] references = new int[keys.length + 1];
            for (int count = 2; count <= keys.length; count++)
            {
                put(memtable, keys[count - 1], count);
                references[count] = memtable.tree().root();
                controls[count] = NodeDescriptor.controlAcquire(address(memtable, references[count]));
                assertEquals(
                    count <= isIn4 ? NodeDescriptor.TYPE_4 : NodeDescriptor.TYPE_16,
                    NodeDescriptor.type(references[count]));
            }

            for (int count = 2; count <= keys.length; count++)
            {
                checkControl(memtable, references[count], controls[count], Arrays.copyOf(keys, count));
            }
        });
    }

    private static void checkControl(
        final Memtable memtable,
        final int reference,
        final long control,
        final byte[][] keys)
    {
        final int type = NodeDescriptor.type(reference);
        final long node = address(memtable, reference);
        final TreeSet<Integer> ascending = new TreeSet<>();
        for (final byte[] key : keys)
        {
            ascending.add(key[0] & 0xFF);
        }
        assertEquals(keys.length, NodeSearch.positionLimit(type, control));
        for (int key = 0; key < 256; key++)
        {
            final int position = NodeSearch.positionOf(type, node, control, key);
            assertEquals(ascending.headSet(key).size(), position);
            final boolean isThere = ascending.contains(key);
            assertEquals(isThere, NodeSearch.isKeyAt(type, node, control, position, key));
            if (isThere)
            {
                final int leaf = NodeSearch.childAt(type, node, control, position);
                final long leafKey = memtable.base() + leaf + LeafDescriptor.KEY_OFFSET;
                assertEquals(key, UnsafeApi.getByte(leafKey) & 0xFF);
            }
        }
    }

    /** Runs down from the root to anywhere. */
    private static int someNode(final Memtable memtable, final SplittableRandom random)
    {
        int reference = memtable.tree().root();
        while (NodeDescriptor.type(reference) != NodeDescriptor.TYPE_LEAF && random.nextInt(3) > 0)
        {
            final List<Integer> references = childrenOf(memtable, reference);
            reference = references.get(random.nextInt(references.size()));
        }
        return reference;
    }

    private static Set<Integer> leavesBelow(final Memtable memtable, final int reference)
    {
        final Set<Integer> leaves = new HashSet<>();
        if (NodeDescriptor.type(reference) == NodeDescriptor.TYPE_LEAF)
        {
            leaves.add(reference);
            return leaves;
        }
        for (final int child : childrenOf(memtable, reference))
        {
            leaves.addAll(leavesBelow(memtable, child));
        }
        return leaves;
    }

    private static List<Integer> childrenOf(final Memtable memtable, final int reference)
    {
        final int type = NodeDescriptor.type(reference);
        final long node = address(memtable, reference);
        final long control = NodeDescriptor.controlAcquire(node);
        final List<Integer> children = new ArrayList<>();
        children.add(NodeDescriptor.referenceAcquire(NodeDescriptor.terminalAddress(node)));
        for (int position = 0; position < NodeSearch.positionLimit(type, control); position++)
        {
            children.add(NodeSearch.childAt(type, node, control, position));
        }
        children.removeIf((child) -> child == LeafDescriptor.NULL_OFFSET);
        return children;
    }

    private static long address(final Memtable memtable, final int reference)
    {
        return memtable.base() + NodeDescriptor.offset(reference);
    }

    private static void forEachSeed(final Round round)
    {
        final long firstSeed = System.nanoTime();
        for (int i = 0; i < ROUND_COUNT; i++)
        {
            final long seed = firstSeed + i;
            try (Memtable memtable = new Memtable(1 << 20))
            {
                round.run(memtable, new SplittableRandom(seed));
            }
            catch (final Throwable ex)
            {
                throw new AssertionError("failed: seed=" + seed, ex);
            }
        }
    }

    private static byte[] key(final SplittableRandom random, final int letterCount)
    {
        final int commonLength = new int[]{ 0, 0, 3, 12 }[random.nextInt(4)];
        final byte[] key = new byte[commonLength + random.nextInt(1, 5)];
        for (int i = commonLength; i < key.length; i++)
        {
            key[i] = (byte) random.nextInt(letterCount);
        }
        return key;
    }

    private static void put(final Memtable memtable, final byte[] key, final long sequence)
    {
        final UnsafeBuffer bytes = new UnsafeBuffer(key);
        memtable.put(bytes, 0, key.length, sequence, Expiry.NEVER_MS, bytes, 0, key.length);
    }

    private void checkPosition(final Map.Entry<byte[], Long> expected)
    {
        assertEquals(expected == null ? null : expected.getValue(), cursor.isValid() ? cursor.sequence() : null);
    }

    private interface Round
    {
        void run(Memtable memtable, SplittableRandom random);
    }
}
