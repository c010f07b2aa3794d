package org.velocitydb.engine.memtable;

import static org.velocitydb.engine.memtable.NodeDescriptor.NODE_16_CAPACITY;
import static org.velocitydb.engine.memtable.NodeDescriptor.NODE_16_LENGTH;
import static org.velocitydb.engine.memtable.NodeDescriptor.NODE_256_LENGTH;
import static org.velocitydb.engine.memtable.NodeDescriptor.NODE_48_CAPACITY;
import static org.velocitydb.engine.memtable.NodeDescriptor.NODE_48_LENGTH;
import static org.velocitydb.engine.memtable.NodeDescriptor.NODE_4_CAPACITY;
import static org.velocitydb.engine.memtable.NodeDescriptor.NODE_4_LENGTH;
import static org.velocitydb.engine.memtable.NodeDescriptor.TYPE_16;
import static org.velocitydb.engine.memtable.NodeDescriptor.TYPE_256;
import static org.velocitydb.engine.memtable.NodeDescriptor.TYPE_4;
import static org.velocitydb.engine.memtable.NodeDescriptor.TYPE_48;

/**
 * Makes inner nodes and adds children to them; the writer only.
 *
 * <p>A child is added in place: it is stored at a place that no reader knows, and then made known by the release of one
 * word. A node that is full is copied into one of the next type, which gets the child as well and is published by its
 * parent's reference; the old node keeps what it has, for the readers that stand in it.
 *
 * <p><b>What an addition may cost.</b> Most cost nothing and some a whole node, so a bound for each alone would be
 * twenty times what they cost together. Instead, each pays {@link #SHARE_LENGTH}: what it does not use is put aside for
 * the growth of the node that it was added to. The {@code RESERVE} of a type is what each child beyond the first ones
 * must put aside, so that the reserve and the share of the child that makes it grow pay the larger node:
 *
 * <pre>
 *                born with       grows with   pays
 *   Node4        2 at most       the 5th      2 * 32 + 40 &gt;=  104
 *   Node16       5               the 17th    11 * 40 + 40 &gt;=  472
 *   Node48       17              the 49th    31 * 33 + 40 &gt;= 1048
 * </pre>
 */
final class NodeGrowth
{
    /** What a new key takes for inner nodes at most, by the end of all growth: the smallest node, or a share of one. */
    static final int SHARE_LENGTH = NODE_4_LENGTH;

    private static final int NODE_4_FIRST_COUNT = 2;
    private static final int NODE_4_RESERVE = reserve(NODE_16_LENGTH, NODE_4_CAPACITY - NODE_4_FIRST_COUNT);
    private static final int NODE_16_RESERVE = reserve(NODE_48_LENGTH, NODE_16_CAPACITY - NODE_4_CAPACITY - 1);
    private static final int NODE_48_RESERVE = reserve(NODE_256_LENGTH, NODE_48_CAPACITY - NODE_16_CAPACITY - 1);

    private final Arena arena;
    private final long base;
    /** Put aside for the growth of nodes. */
    private long reservedBytes;

    NodeGrowth(final Arena arena)
    {
        this.arena = arena;
        base = arena.address();
    }

    private static int reserve(final int grownLength, final int childCount)
    {
        return (grownLength - SHARE_LENGTH + childCount - 1) / childCount;
    }

    /** What the growth of the nodes made so far may take at most, beyond the shares of the keys that cause it. */
    long reservedBytes()
    {
        return reservedBytes;
    }

    /** Makes a Node4 with one child, to be given its shared bytes, a terminal or another child. */
    int newNode4(final int depth, final int key, final int child)
    {
        final int offset = arena.allocate(NODE_4_LENGTH);
        final long node = base + offset;
        NodeDescriptor.initHeader(node, depth, NodeSearch.control4((int) (key * ByteWords.ONES), 0, 1));
        NodeDescriptor.initReference(NodeDescriptor.child4Address(node, 0), child);
        return NodeDescriptor.reference(offset, TYPE_4);
    }

    /**
     * Adds a child with a new key to a Node4, Node16 or Node48.
     *
     * @return the node, or the one that shall take its place.
     */
    int add(final int reference, final int key, final int child)
    {
        final long node = base + NodeDescriptor.offset(reference);
        final long control = NodeDescriptor.controlAcquire(node);
        return switch (NodeDescriptor.type(reference))
        {
            case TYPE_4 -> addTo4(reference, node, control, key, child);
            case TYPE_16 -> addTo16(reference, node, control, key, child);
            default -> addTo48(reference, node, control, key, child);
        };
    }

    private int addTo4(final int reference, final long node, final long control, final int key, final int child)
    {
        final int count = NodeSearch.count4(control);
        if (count == NODE_4_CAPACITY)
        {
            reservedBytes -= (NODE_4_CAPACITY - NODE_4_FIRST_COUNT) * NODE_4_RESERVE;
            return growTo16(node, control, key, child);
        }
        if (count >= NODE_4_FIRST_COUNT)
        {
            reservedBytes += NODE_4_RESERVE;
        }

        NodeDescriptor.initReference(NodeDescriptor.child4Address(node, count), child);
        final long keys = ByteWords.withByte(control, count, key);
        final long ranks = NodeSearch
            .withRank(NodeSearch.ranks4(control), count, NodeSearch.rank4(control, key), count);
        NodeDescriptor.controlRelease(node, NodeSearch.control4((int) keys, ranks, count + 1));
        return reference;
    }

    private int addTo16(final int reference, final long node, final long ranks, final int key, final int child)
    {
        final int count = NodeSearch.count16(ranks);
        if (count == NODE_16_CAPACITY)
        {
            reservedBytes -= (NODE_16_CAPACITY - NODE_4_CAPACITY - 1) * NODE_16_RESERVE;
            return growTo48(node, key, child);
        }

        reservedBytes += NODE_16_RESERVE;
        put16(node, ranks, count, key, child);
        return reference;
    }

    private int addTo48(final int reference, final long node, final long count, final int key, final int child)
    {
        if (count == NODE_48_CAPACITY)
        {
            reservedBytes -= (NODE_48_CAPACITY - NODE_16_CAPACITY - 1) * NODE_48_RESERVE;
            return growTo256(node, key, child);
        }

        reservedBytes += NODE_48_RESERVE;
        put48(node, (int) count, key, child);
        return reference;
    }

    private int growTo16(final long from, final long control, final int key, final int child)
    {
        final int offset = arena.allocate(NODE_16_LENGTH);
        final long node = base + offset;
        final long ranks = NodeSearch.ranks16(NodeSearch.ranks4(control));
        NodeDescriptor.copyHeader(from, node, ranks);
        final long unused = ByteWords.byteAt(control, 0) * ByteWords.ONES;
        NodeDescriptor.keys16Release(node, 0, (control & 0xFFFF_FFFFL) | (unused << 32));
        NodeDescriptor.keys16Release(node, 1, unused);
        for (int place = 0; place < NODE_4_CAPACITY; place++)
        {
            NodeDescriptor.initReference(
                NodeDescriptor.child16Address(node, place),
                NodeDescriptor.referenceAcquire(NodeDescriptor.child4Address(from, place)));
        }
        put16(node, ranks, NODE_4_CAPACITY, key, child);
        return NodeDescriptor.reference(offset, TYPE_16);
    }

    private int growTo48(final long from, final int key, final int child)
    {
        final int offset = arena.allocate(NODE_48_LENGTH);
        final long node = base + offset;
        NodeDescriptor.copyHeader(from, node, 0);
        NodeDescriptor.initIndexes48(node);
        for (int place = 0; place < NODE_16_CAPACITY; place++)
        {
            final int placeKey = ByteWords.byteAt(NodeDescriptor.keys16Acquire(from, place >>> 3), place & 7);
            put48(node, place, placeKey, NodeDescriptor.referenceAcquire(NodeDescriptor.child16Address(from, place)));
        }
        put48(node, NODE_16_CAPACITY, key, child);
        return NodeDescriptor.reference(offset, TYPE_48);
    }

    private int growTo256(final long from, final int key, final int child)
    {
        final int offset = arena.allocate(NODE_256_LENGTH);
        final long node = base + offset;
        NodeDescriptor.copyHeader(from, node, 0);
        NodeDescriptor.initChildren256(node);
        for (int i = 0; i < NodeDescriptor.KEY_COUNT; i++)
        {
            NodeDescriptor.initReference(
                NodeDescriptor.child256Address(node, i), NodeSearch.childAt(TYPE_48, from, 0, i));
        }
        NodeDescriptor.initReference(NodeDescriptor.child256Address(node, key), child);
        return NodeDescriptor.reference(offset, TYPE_256);
    }

    private static void put16(final long node, final long ranks, final int count, final int key, final int child)
    {
        final int rank = NodeSearch.rank16(node, ranks, key);
        final int word = count >>> 3;
        NodeDescriptor.initReference(NodeDescriptor.child16Address(node, count), child);
        NodeDescriptor.keys16Release(
            node, word, ByteWords.withByte(NodeDescriptor.keys16Acquire(node, word), count & 7, key));
        NodeDescriptor.controlRelease(node, NodeSearch.withRank(ranks, count, rank, count));
    }

    private static void put48(final long node, final int count, final int key, final int child)
    {
        final int word = key >>> 3;
        NodeDescriptor.initReference(NodeDescriptor.child48Address(node, count), child);
        NodeDescriptor.indexes48Release(
            node, word, ByteWords.withByte(NodeDescriptor.indexes48Acquire(node, word), key & 7, count + 1));
        NodeDescriptor.controlRelease(node, count + 1L);
    }
}
