package org.velocitydb.engine.memtable;

import static org.velocitydb.engine.memtable.NodeDescriptor.KEY_COUNT;
import static org.velocitydb.engine.memtable.NodeDescriptor.TYPE_16;
import static org.velocitydb.engine.memtable.NodeDescriptor.TYPE_4;
import static org.velocitydb.engine.memtable.NodeDescriptor.TYPE_48;

/**
 * Finds children in inner nodes; any thread.
 *
 * <p>Children have positions, in the order of their keys: in Node4 and Node16 the rank, in Node48 and Node256 the key
 * itself. Ranks are read out of a control word that the caller has loaded, and mean the same in that word for ever,
 * whatever the writer adds meanwhile: it changes no place that a rank in the word leads to.
 */
final class NodeSearch
{
    /** Address of no child. */
    static final long NULL_ADDRESS = 0;

    private static final int RANKS_4_SHIFT = 32;
    private static final int RANK_BITS = 4;
    private static final int RANK_MASK = 15;
    private static final int COUNT_4_SHIFT = 48;
    /** A word of one rank, sixteen times. */
    static final long RANK_ONES = 0x1111_1111_1111_1111L;

    private NodeSearch()
    {
    }

    /**
     * Finds the child of a key.
     *
     * @return where the child's reference stands, which may be 0 in a Node256; or {@link #NULL_ADDRESS}.
     */
    static long childAddress(final int type, final long node, final int key)
    {
        switch (type)
        {
            case TYPE_4 :
            {
                // The word's upper half holds no keys.
                final int place = ByteWords.firstPlaceOf(NodeDescriptor.controlAcquire(node), key);
                return place < 0 || place >= NodeDescriptor.NODE_4_CAPACITY
                    ? NULL_ADDRESS
                    : NodeDescriptor.child4Address(node, place);
            }
            case TYPE_16 :
            {
                int place = ByteWords.firstPlaceOf(NodeDescriptor.keys16Acquire(node, 0), key);
                if (place < 0)
                {
                    place = ByteWords.firstPlaceOf(NodeDescriptor.keys16Acquire(node, 1), key);
                    if (place < 0)
                    {
                        return NULL_ADDRESS;
                    }
                    place += Long.BYTES;
                }
                return NodeDescriptor.child16Address(node, place);
            }
            case TYPE_48 :
            {
                final int index = index48(node, key);
                return index == 0 ? NULL_ADDRESS : NodeDescriptor.child48Address(node, index - 1);
            }
            default :
                return NodeDescriptor.child256Address(node, key);
        }
    }

    /** Positions are less than this. */
    static int positionLimit(final int type, final long control)
    {
        return switch (type)
        {
            case TYPE_4 -> count4(control);
            case TYPE_16 -> count16(control);
            default -> KEY_COUNT;
        };
    }

    /** The first position whose key is not less than a given one. */
    static int positionOf(final int type, final long node, final long control, final int key)
    {
        return switch (type)
        {
            case TYPE_4 -> rank4(control, key);
            case TYPE_16 -> rank16(node, control, key);
            default -> key;
        };
    }

    /** Whether the child at a position, if there is one, has a given key. */
    static boolean isKeyAt(final int type, final long node, final long control, final int position, final int key)
    {
        switch (type)
        {
            case TYPE_4 :
                return position < count4(control) && ByteWords.byteAt(control, place4(control, position)) == key;
            case TYPE_16 :
                final int place = place16(control, position);
                return position < count16(control) &&
                    ByteWords.byteAt(NodeDescriptor.keys16Acquire(node, place >>> 3), place & 7) == key;
            default :
                return position == key;
        }
    }

    /** The child at a position, or 0. */
    static int childAt(final int type, final long node, final long control, final int position)
    {
        switch (type)
        {
            case TYPE_4 :
                return NodeDescriptor.referenceAcquire(NodeDescriptor.child4Address(node, place4(control, position)));
            case TYPE_16 :
                return NodeDescriptor.referenceAcquire(NodeDescriptor.child16Address(node, place16(control, position)));
            case TYPE_48 :
                final int index = index48(node, position);
                return index == 0
                    ? 0
                    : NodeDescriptor.referenceAcquire(NodeDescriptor.child48Address(node, index - 1));
            default :
                return NodeDescriptor.referenceAcquire(NodeDescriptor.child256Address(node, position));
        }
    }

    /** The first position from a given one on, up to the limit, that may have a child. */
    static int skipForward(final int type, final long node, final int from)
    {
        if (type != TYPE_48)
        {
            return from;
        }

        int position = from;
        while (position < KEY_COUNT)
        {
            final int shift = (position & 7) << 3;
            final long indexes = NodeDescriptor.indexes48Acquire(node, position >>> 3) >>> shift;
            if (indexes != 0)
            {
                return position + (Long.numberOfTrailingZeros(indexes) >>> 3);
            }
            position = (position | 7) + 1;
        }
        return position;
    }

    /** The last position from a given one down, or -1, that may have a child. */
    static int skipBackward(final int type, final long node, final int from)
    {
        if (type != TYPE_48)
        {
            return from;
        }

        int position = from;
        while (position >= 0)
        {
            final int shift = (7 - (position & 7)) << 3;
            final long indexes = NodeDescriptor.indexes48Acquire(node, position >>> 3) << shift;
            if (indexes != 0)
            {
                return position - (Long.numberOfLeadingZeros(indexes) >>> 3);
            }
            position = (position & ~7) - 1;
        }
        return position;
    }

    static long control4(final int keys, final long ranks, final int count)
    {
        return (keys & 0xFFFF_FFFFL) | ((ranks & 0xFFFF) << RANKS_4_SHIFT) | ((long) count << COUNT_4_SHIFT);
    }

    static int count4(final long control)
    {
        return (int) (control >>> COUNT_4_SHIFT);
    }

    static long ranks4(final long control)
    {
        return (control >>> RANKS_4_SHIFT) & 0xFFFF;
    }

    /** How many children a Node16 has: from the top, ranks repeat the one that is used last. */
    static int count16(final long ranks)
    {
        final long highest = ranks >>> (Long.SIZE - RANK_BITS);
        final int repeatedBits = Long.numberOfLeadingZeros(ranks ^ (highest * RANK_ONES));
        return NodeDescriptor.NODE_16_CAPACITY + 1 - repeatedBits / RANK_BITS;
    }

    static int rank4(final long control, final int key)
    {
        return ByteWords.countLess(control, count4(control), key);
    }

    static int rank16(final long node, final long ranks, final int key)
    {
        final int count = count16(ranks);
        final int lower = ByteWords.countLess(NodeDescriptor.keys16Acquire(node, 0), count, key);
        return count <= Long.BYTES
            ? lower
            : lower + ByteWords.countLess(NodeDescriptor.keys16Acquire(node, 1), count - Long.BYTES, key);
    }

    /** Ranks with one more: of a place that comes in at a rank. */
    static long withRank(final long ranks, final int count, final int rank, final int place)
    {
        final int shift = rank * RANK_BITS;
        final long lower = ranks & ((1L << shift) - 1);
        // What is above moves up; in two steps, because a shift by 64 would be none.
        return rank == count
            ? lower | ((place * RANK_ONES) << shift)
            : lower | ((long) place << shift) | (((ranks >>> shift) << shift) << RANK_BITS);
    }

    /** Ranks of a Node4 that is full, in a Node16. */
    static long ranks16(final long ranks4)
    {
        final int usedBits = NodeDescriptor.NODE_4_CAPACITY * RANK_BITS;
        return ranks4 | (((ranks4 >>> (usedBits - RANK_BITS)) * RANK_ONES) << usedBits);
    }

    private static int place4(final long control, final int rank)
    {
        return (int) (control >>> (RANKS_4_SHIFT + rank * RANK_BITS)) & RANK_MASK;
    }

    private static int place16(final long ranks, final int rank)
    {
        return (int) (ranks >>> (rank * RANK_BITS)) & RANK_MASK;
    }

    private static int index48(final long node, final int key)
    {
        return ByteWords.byteAt(NodeDescriptor.indexes48Acquire(node, key >>> 3), key & 7);
    }
}
