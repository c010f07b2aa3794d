package org.velocitydb.engine.memtable;

import org.agrona.UnsafeApi;

/**
 * Layout of a radix tree's inner nodes in an {@link Arena}, in the machine's byte order because it never leaves memory.
 * A node or a leaf is named by a reference: the offset, a multiple of 8, with the type in its lower three bits, so that
 * a search knows how to read a node before it has touched it.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-+-------------------------------------------------------------+
 *  |F|                           Depth                             |  bytes that all keys below share
 *  +-+-------------------------------------------------------------+
 *  |                           Terminal                            |  leaf whose key ends here, 0 for none
 *  +---------------------------------------------------------------+
 *  |                       Control, see below                      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  F = 0: the last 8 of the shared bytes, as a number           |
 *  |  F = 1: a leaf that has the shared bytes                      |
 *  +---------------------------------------------------------------+
 *  |  Body by type                                                ...
 *  +---------------------------------------------------------------+
 *
 *             control                             body
 *  Node4      4 keys | 4 ranks of 4 bits | count  4 children
 *  Node16     16 ranks of 4 bits                  16 keys | 16 children
 *  Node48     count                               256 indexes, 0 for none, else 1 to 48 | 48 children
 *  Node256    0                                   256 children, 0 for none
 * </pre>
 *
 * A key here is one byte, a child a reference of 4 bytes. The keys of Node4 and Node16 stand in the order in which they
 * came; the rank r (lowest bits first) is the place of the r-th smallest. Places not used yet repeat the key of place
 * 0, so that a search which takes the first match needs no count; ranks not used repeat the highest, from which the
 * count of a Node16 follows.
 *
 * <p>Depth and shared bytes never change, also where a node is put between this one and its parent: what a node skips
 * is what lies between its parent's depth and its own, and only the way that a reader came tells how much that is. Of
 * the last 8 shared bytes, those are written that the node skipped when it was made. Where it skipped more than 8, F is
 * set and a leaf tells them.
 *
 * <p>What changes, by the writer's release: the terminal, once; a child, when a node takes its place; the words that
 * hold control, keys and indexes, always as whole words, after the child that they make known. Methods take addresses
 * in memory, not offsets.
 */
final class NodeDescriptor
{
    static final int TYPE_MASK = 7;
    static final int TYPE_LEAF = 0;
    static final int TYPE_4 = 1;
    static final int TYPE_16 = 2;
    static final int TYPE_48 = 3;
    static final int TYPE_256 = 4;

    private static final int DEPTH_OFFSET = 0;
    private static final int TERMINAL_OFFSET = DEPTH_OFFSET + Integer.BYTES;
    private static final int CONTROL_OFFSET = TERMINAL_OFFSET + Integer.BYTES;
    private static final int PREFIX_OFFSET = CONTROL_OFFSET + Long.BYTES;
    private static final int BODY_OFFSET = PREFIX_OFFSET + Long.BYTES;

    private static final int PREFIX_IN_LEAF_FLAG = 1 << 31;
    /** Longest run of skipped bytes that a node holds itself. */
    static final int MAX_INLINE_PREFIX_LENGTH = Long.BYTES;

    private static final int CHILD_LENGTH = Integer.BYTES;
    static final int NODE_4_CAPACITY = 4;
    private static final int NODE_4_CHILDREN_OFFSET = BODY_OFFSET;
    static final int NODE_4_LENGTH = NODE_4_CHILDREN_OFFSET + NODE_4_CAPACITY * CHILD_LENGTH;

    static final int NODE_16_CAPACITY = 16;
    private static final int NODE_16_KEYS_OFFSET = BODY_OFFSET;
    private static final int NODE_16_CHILDREN_OFFSET = NODE_16_KEYS_OFFSET + NODE_16_CAPACITY;
    static final int NODE_16_LENGTH = NODE_16_CHILDREN_OFFSET + NODE_16_CAPACITY * CHILD_LENGTH;

    static final int KEY_COUNT = 256;
    static final int NODE_48_CAPACITY = 48;
    private static final int NODE_48_INDEXES_OFFSET = BODY_OFFSET;
    private static final int NODE_48_CHILDREN_OFFSET = NODE_48_INDEXES_OFFSET + KEY_COUNT;
    static final int NODE_48_LENGTH = NODE_48_CHILDREN_OFFSET + NODE_48_CAPACITY * CHILD_LENGTH;

    private static final int NODE_256_CHILDREN_OFFSET = BODY_OFFSET;
    static final int NODE_256_LENGTH = NODE_256_CHILDREN_OFFSET + KEY_COUNT * CHILD_LENGTH;

    private NodeDescriptor()
    {
    }

    static int reference(final int offset, final int type)
    {
        return offset | type;
    }

    static int type(final int reference)
    {
        return reference & TYPE_MASK;
    }

    static int offset(final int reference)
    {
        return reference & ~TYPE_MASK;
    }

    /** Writes the header of a node with no terminal; the body's bytes are whatever they were. */
    static void initHeader(final long node, final int depth, final long control)
    {
        UnsafeApi.putInt(node + DEPTH_OFFSET, depth);
        UnsafeApi.putInt(node + TERMINAL_OFFSET, LeafDescriptor.NULL_OFFSET);
        UnsafeApi.putLong(node + CONTROL_OFFSET, control);
    }

    static void initPrefix(final long node, final long prefix)
    {
        UnsafeApi.putLong(node + PREFIX_OFFSET, prefix);
    }

    static void initPrefixInLeaf(final long node, final int leaf)
    {
        UnsafeApi.putInt(node + DEPTH_OFFSET, depth(node) | PREFIX_IN_LEAF_FLAG);
        UnsafeApi.putLong(node + PREFIX_OFFSET, leaf);
    }

    /** Gives a node that takes another's place the same depth, terminal and shared bytes, and a control of its own. */
    static void copyHeader(final long from, final long to, final long control)
    {
        UnsafeApi.putLong(to + DEPTH_OFFSET, UnsafeApi.getLong(from + DEPTH_OFFSET));
        UnsafeApi.putLong(to + CONTROL_OFFSET, control);
        UnsafeApi.putLong(to + PREFIX_OFFSET, UnsafeApi.getLong(from + PREFIX_OFFSET));
    }

    static int depth(final long node)
    {
        return UnsafeApi.getInt(node + DEPTH_OFFSET) & ~PREFIX_IN_LEAF_FLAG;
    }

    static boolean isPrefixInLeaf(final long node)
    {
        return UnsafeApi.getInt(node + DEPTH_OFFSET) < 0;
    }

    static long prefix(final long node)
    {
        return UnsafeApi.getLong(node + PREFIX_OFFSET);
    }

    static int prefixLeaf(final long node)
    {
        return (int) prefix(node);
    }

    static long terminalAddress(final long node)
    {
        return node + TERMINAL_OFFSET;
    }

    static long controlAcquire(final long node)
    {
        return UnsafeApi.getLongAcquire(null, node + CONTROL_OFFSET);
    }

    /** Release: pairs with {@link #controlAcquire(long)}. Whoever sees a rank sees its key and its child. */
    static void controlRelease(final long node, final long control)
    {
        UnsafeApi.putLongRelease(null, node + CONTROL_OFFSET, control);
    }

    /** What stands at an address that holds a child, a terminal or the root: a reference, or 0. */
    static int referenceAcquire(final long address)
    {
        return UnsafeApi.getIntAcquire(null, address);
    }

    /** Release: pairs with {@link #referenceAcquire(long)}. Whoever sees the reference sees all that is behind it. */
    static void referenceRelease(final long address, final int reference)
    {
        UnsafeApi.putIntRelease(null, address, reference);
    }

    static void initReference(final long address, final int reference)
    {
        UnsafeApi.putInt(address, reference);
    }

    static long child4Address(final long node, final int place)
    {
        return node + NODE_4_CHILDREN_OFFSET + place * CHILD_LENGTH;
    }

    static long child16Address(final long node, final int place)
    {
        return node + NODE_16_CHILDREN_OFFSET + place * CHILD_LENGTH;
    }

    static long child48Address(final long node, final int place)
    {
        return node + NODE_48_CHILDREN_OFFSET + place * CHILD_LENGTH;
    }

    static long child256Address(final long node, final int key)
    {
        return node + NODE_256_CHILDREN_OFFSET + key * CHILD_LENGTH;
    }

    /** Eight keys of a Node16, the first in the lowest bits: word 0 or 1. */
    static long keys16Acquire(final long node, final int word)
    {
        return UnsafeApi.getLongAcquire(null, node + NODE_16_KEYS_OFFSET + word * Long.BYTES);
    }

    /** Release: pairs with {@link #keys16Acquire(long, int)}. Whoever sees a key sees its child. */
    static void keys16Release(final long node, final int word, final long keys)
    {
        UnsafeApi.putLongRelease(null, node + NODE_16_KEYS_OFFSET + word * Long.BYTES, keys);
    }

    /** Eight indexes of a Node48, the first in the lowest bits: words 0 to 31. */
    static long indexes48Acquire(final long node, final int word)
    {
        return UnsafeApi.getLongAcquire(null, node + NODE_48_INDEXES_OFFSET + word * Long.BYTES);
    }

    /** Release: pairs with {@link #indexes48Acquire(long, int)}. Whoever sees an index sees its child. */
    static void indexes48Release(final long node, final int word, final long indexes)
    {
        UnsafeApi.putLongRelease(null, node + NODE_48_INDEXES_OFFSET + word * Long.BYTES, indexes);
    }

    static void initIndexes48(final long node)
    {
        UnsafeApi.setMemory(node + NODE_48_INDEXES_OFFSET, KEY_COUNT, (byte) 0);
    }

    static void initChildren256(final long node)
    {
        UnsafeApi.setMemory(node + NODE_256_CHILDREN_OFFSET, KEY_COUNT * CHILD_LENGTH, (byte) 0);
    }
}
