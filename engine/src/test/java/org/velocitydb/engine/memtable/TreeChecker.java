package org.velocitydb.engine.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Looks at a memtable's tree from within: everything that the descriptors and {@link RadixTree} promise of it while the
 * writer rests. What is wrong here may show in an answer only much later.
 */
final class TreeChecker
{
    /** What a node can be, in the order of the types. */
    enum NodeType
    {
        NODE_4(1, 4, 2, 32, 40),
        NODE_16(5, 16, 5, 40, 104),
        NODE_48(17, 48, 17, 33, 472),
        NODE_256(49, 256, 256, 0, 1048);

        private final int minCount;
        private final int maxCount;
        private final int firstCount;
        private final int reserve;
        private final int lengthBytes;

        NodeType(
            final int minCount,
            final int maxCount,
            final int firstCount,
            final int reserve,
            final int lengthBytes)
        {
            this.minCount = minCount;
            this.maxCount = maxCount;
            this.firstCount = firstCount;
            this.reserve = reserve;
            this.lengthBytes = lengthBytes;
        }
    }

    private final Memtable memtable;
    private final Map<NodeType, Integer> nodeCounts = new EnumMap<>(NodeType.class);
    private long reservedBytes;
    private long nodeBytes;
    private int leafCount;
    private byte[] lastKey;

    private TreeChecker(final Memtable memtable)
    {
        this.memtable = memtable;
    }

    /** Checks a whole tree. */
    static TreeChecker check(final Memtable memtable)
    {
        final TreeChecker checker = new TreeChecker(memtable);
        final int root = memtable.tree().root();
        if (root != LeafDescriptor.NULL_OFFSET)
        {
            checker.check(root, new byte[0]);
        }
        assertEquals(checker.reservedBytes, memtable.tree().reservedBytes());
        assertTrue(memtable.allocatedBytes() <= memtable.capacityBytes());
        return checker;
    }

    int leafCount()
    {
        return leafCount;
    }

    /** What the nodes take that are still part of the tree. */
    long nodeBytes()
    {
        return nodeBytes;
    }

    int nodeCount(final NodeType type)
    {
        return nodeCounts.getOrDefault(type, 0);
    }

    private void check(final int reference, final byte[] known)
    {
        final int typeCode = NodeDescriptor.type(reference);
        if (typeCode == NodeDescriptor.TYPE_LEAF)
        {
            checkLeaf(reference, known);
            return;
        }

        final NodeType type = NodeType.values()[typeCode - 1];
        final long node = memtable.base() + NodeDescriptor.offset(reference);
        final int depth = NodeDescriptor.depth(node);
        final byte[] shared = Arrays.copyOf(known, depth);
        for (int i = known.length; i < depth; i++)
        {
            shared[i] = (byte) memtable.tree().sharedByte(reference, i);
        }
        final int terminal = NodeDescriptor.referenceAcquire(NodeDescriptor.terminalAddress(node));
        if (terminal != LeafDescriptor.NULL_OFFSET)
        {
            checkLeaf(terminal, shared);
            assertEquals(depth, lastKey.length);
        }
        final int count = checkChildren(typeCode, node, shared);

        assertTrue(count >= type.minCount && count <= type.maxCount, () -> type + ": count=" + count);
        assertTrue(count + (terminal == LeafDescriptor.NULL_OFFSET ? 0 : 1) > 1, "node without a fork");
        nodeCounts.merge(type, 1, Integer::sum);
        nodeBytes += type.lengthBytes;
        reservedBytes += (long) Math.max(0, count - type.firstCount) * type.reserve;
    }

    private int checkChildren(final int type, final long node, final byte[] shared)
    {
        final long control = NodeDescriptor.controlAcquire(node);
        int count = 0;
        int lastByte = -1;
        for (int position = 0; position < NodeSearch.positionLimit(type, control); position++)
        {
            final int child = NodeSearch.childAt(type, node, control, position);
            if (child != LeafDescriptor.NULL_OFFSET)
            {
                count++;
                int key = lastByte + 1;
                while (!NodeSearch.isKeyAt(type, node, control, position, key))
                {
                    key++;
                    assertNotEquals(256, key, "no key in order");
                }
                final long address = NodeSearch.childAddress(type, node, key);
                assertEquals(child, NodeDescriptor.referenceAcquire(address));
                assertEquals(position, NodeSearch.positionOf(type, node, control, key));
                lastByte = key;
                final byte[] path = Arrays.copyOf(shared, shared.length + 1);
                path[shared.length] = (byte) key;
                check(child, path);
            }
        }
        return count;
    }

    private void checkLeaf(final int leaf, final byte[] known)
    {
        final byte[] key = new byte[LeafDescriptor.keyLength(memtable.base() + leaf)];
        memtable.buffer().getBytes(leaf + LeafDescriptor.KEY_OFFSET, key);
        assertTrue(key.length >= known.length);
        assertEquals(-1, Arrays.mismatch(known, Arrays.copyOf(key, known.length)));
        assertTrue(lastKey == null || Arrays.compareUnsigned(lastKey, key) < 0);
        lastKey = key;
        leafCount++;
    }
}
