package org.velocitydb.engine.memtable;

import static org.velocitydb.engine.memtable.LeafDescriptor.NULL_OFFSET;
import static org.velocitydb.engine.memtable.NodeDescriptor.TYPE_LEAF;

import org.agrona.UnsafeApi;

/**
 * Keys in an adaptive radix tree in an {@link Arena}: one writer adds leaves, any number of readers search, nobody
 * waits, no leaf moves or leaves. After Leis, Kemper and Neumann, "The Adaptive Radix Tree" (ICDE 2013), and Leis,
 * Scheibner, Kemper and Neumann, "The ART of Practical Synchronization" (DaMoN 2016).
 *
 * <p>An inner node decides on one byte of the key, at its depth. It has room for 4, 16, 48 or 256 children, and when it
 * is full a larger one takes its place. Bytes on which nothing turns have no nodes: a node's depth says where to look
 * next, and a leaf may hang anywhere below the last byte that tells its key from others. So a search costs about as
 * many cache misses as it takes bytes to tell the keys apart, less the upper nodes, which are in the cache.
 *
 * <p><b>Keys that begin others.</b> Keys are any bytes, so none can be appended to mark an end. A node therefore has,
 * beside its children, a terminal: the leaf whose key ends at the node's depth. It comes before all children.
 *
 * <p><b>Bytes that are skipped.</b> A point read does not look at them: it goes down by the bytes that nodes decide on
 * and compares the whole key at the leaf. Whoever has to know on which side of a node a key lies, {@link #locate} and
 * {@link TreePath}, compares them as it goes: the last eight stand in the node, and where a node skipped more a leaf
 * below it tells all of them.
 *
 * <p><b>Why a reader needs no lock.</b> All that a reader follows is references. Each is stored by a release after all
 * that is behind it was written, and loaded by an acquire. What changes afterwards is a reference, from nothing to a
 * leaf, or from a node or leaf to a node that takes its place; and a node's keys, by one that comes in. In each case
 * <ol>
 * <li>what could be reached through a reference can be reached through the one that takes its place: the new node has
 * all references of the old one, or has the old one as a child. By induction, <b>what can be reached from a node never
 * becomes less</b>, also from one that has been replaced, since its own references still lead to nodes of which that is
 * true;
 * <li>all leaves below a reference have the same bytes up to the byte that led to it, and go on having them: <b>what a
 * node is about never changes</b>, neither does its depth.
 * </ol>
 * The writer publishes a sequence, by a release, after it has added the leaf or version which carries it, and a reader
 * takes its snapshot from there by an acquire. So at the time that it loads the root it can reach all that its snapshot
 * shows; by the first rule every reference that it loads from then on still leads to all of that in its range, however
 * long it stands in a node that the writer has left behind. What it finds beyond is newer, and is passed over because
 * its sequence is.
 */
final class RadixTree
{
    /** What the tree takes before the first leaf: the root, which also keeps offset 0 from anything else. */
    static final int ROOT_LENGTH = Long.BYTES;
    /** Instead of the byte at the place where a key ends. */
    private static final int NO_BYTE = -1;

    private final long base;
    private final long root;
    private final NodeGrowth growth;

    // --- where the writer's last search ended, for the insertion that follows ---

    /** Holds the reference at which it ended. */
    private long location;
    /** How many of the bytes are shared with what is there. */
    private int sharedLength;
    /** Depth above the reference: bytes that every key there has. */
    private int knownLength;
    /** Byte of the child that is missing from the node at the location, or that is to hang beside it. */
    private int missingByte;
    /** Whether the node at the location is about the key and lacks nothing but a child. */
    private boolean isChildMissing;

    RadixTree(final Arena arena)
    {
        base = arena.address();
        root = base + arena.allocate(ROOT_LENGTH);
        growth = new NodeGrowth(arena);
        UnsafeApi.putLong(root, NULL_OFFSET);
    }

    long base()
    {
        return base;
    }

    /** See {@link NodeGrowth#reservedBytes()}. */
    long reservedBytes()
    {
        return growth.reservedBytes();
    }

    /** Reference to the topmost node or the only leaf, or 0; any thread. */
    int root()
    {
        return NodeDescriptor.referenceAcquire(root);
    }

    /**
     * Finds the leaf of a key; any thread.
     *
     * @param keyBase    array that holds the key, or null.
     * @param keyAddress of the key, relative to the array if there is one.
     * @param keyLength  in bytes.
     * @return the leaf, or {@link LeafDescriptor#NULL_OFFSET}.
     */
    int find(final Object keyBase, final long keyAddress, final int keyLength)
    {
        int reference = root();
        int type = NodeDescriptor.type(reference);
        while (type != TYPE_LEAF)
        {
            final long node = base + NodeDescriptor.offset(reference);
            final int depth = NodeDescriptor.depth(node);
            final long address;
            if (depth < keyLength)
            {
                address = NodeSearch.childAddress(type, node, KeyBytes.byteAt(keyBase, keyAddress, depth));
            }
            else
            {
                address = depth == keyLength ? NodeDescriptor.terminalAddress(node) : NodeSearch.NULL_ADDRESS;
            }
            if (address == NodeSearch.NULL_ADDRESS)
            {
                return NULL_OFFSET;
            }
            reference = NodeDescriptor.referenceAcquire(address);
            type = NodeDescriptor.type(reference);
        }
        return reference != NULL_OFFSET && isKeyOf(keyBase, keyAddress, keyLength, reference) ? reference : NULL_OFFSET;
    }

    /**
     * Finds the leaf of a key, or the place for it, which is left for {@link #insert}; the writer only.
     *
     * @param keyBase    array that holds the key, or null.
     * @param keyAddress of the key, relative to the array if there is one.
     * @param keyLength  in bytes.
     * @return the leaf, or {@link LeafDescriptor#NULL_OFFSET}.
     */
    int locate(final Object keyBase, final long keyAddress, final int keyLength)
    {
        long address = root;
        int known = 0;
        isChildMissing = false;
        while (true)
        {
            final int reference = NodeDescriptor.referenceAcquire(address);
            final int shared = sharedLength(keyBase, keyAddress, keyLength, reference, known);
            final int type = NodeDescriptor.type(reference);
            if (type == TYPE_LEAF)
            {
                final boolean isFound = reference != NULL_OFFSET && shared == keyLength &&
                    keyLength == LeafDescriptor.keyLength(base + reference);
                return isFound ? reference : missing(address, known, shared);
            }

            final long node = base + NodeDescriptor.offset(reference);
            final int depth = NodeDescriptor.depth(node);
            if (shared < depth)
            {
                return missing(address, known, shared);
            }
            if (depth == keyLength)
            {
                address = NodeDescriptor.terminalAddress(node);
                known = depth;
            }
            else
            {
                final int key = KeyBytes.byteAt(keyBase, keyAddress, depth);
                final long child = NodeSearch.childAddress(type, node, key);
                if (child == NodeSearch.NULL_ADDRESS)
                {
                    isChildMissing = true;
                    missingByte = key;
                    return missing(address, known, shared);
                }
                address = child;
                known = depth + 1;
            }
        }
    }

    /**
     * Adds a leaf at the place that {@link #locate} found its key missing from; the writer only. Release: from here on
     * readers may meet the leaf, and see all of it.
     *
     * @param leaf whose header, key and first version are written.
     */
    void insert(final int leaf)
    {
        final int reference = NodeDescriptor.referenceAcquire(location);
        if (reference == NULL_OFFSET)
        {
            NodeDescriptor.referenceRelease(location, leaf);
        }
        else if (isChildMissing)
        {
            final int grown = growth.add(reference, missingByte, leaf);
            if (grown != reference)
            {
                NodeDescriptor.referenceRelease(location, grown);
            }
        }
        else
        {
            NodeDescriptor.referenceRelease(location, fork(reference, leaf));
        }
    }

    /**
     * How many bytes of a key are those of what is behind a reference, up to its depth or a leaf's end; any thread.
     *
     * @param known how many are known to be.
     */
    int sharedLength(
        final Object keyBase,
        final long keyAddress,
        final int keyLength,
        final int reference,
        final int known)
    {
        if (NodeDescriptor.type(reference) == TYPE_LEAF)
        {
            if (reference == NULL_OFFSET)
            {
                return known;
            }
            final long leaf = base + reference;
            return KeyBytes.mismatch(
                keyBase, keyAddress, leaf + LeafDescriptor.KEY_OFFSET, known,
                Math.min(keyLength, LeafDescriptor.keyLength(leaf)));
        }

        final long node = base + NodeDescriptor.offset(reference);
        final int depth = NodeDescriptor.depth(node);
        if (depth == known)
        {
            return depth;
        }
        final int limit = Math.min(depth, keyLength);
        if (NodeDescriptor.isPrefixInLeaf(node))
        {
            final long leafKey = base + NodeDescriptor.prefixLeaf(node) + LeafDescriptor.KEY_OFFSET;
            return KeyBytes.mismatch(keyBase, keyAddress, leafKey, known, limit);
        }
        return sharedInlineLength(keyBase, keyAddress, known, limit, depth, NodeDescriptor.prefix(node));
    }

    /** One of the bytes that all keys below a node share, from those that it skipped. */
    int sharedByte(final int reference, final int index)
    {
        final long node = base + NodeDescriptor.offset(reference);
        return NodeDescriptor.isPrefixInLeaf(node)
            ? leafByte(NodeDescriptor.prefixLeaf(node), index)
            : inlineByte(NodeDescriptor.prefix(node), NodeDescriptor.depth(node), index);
    }

    private static int sharedInlineLength(
        final Object keyBase,
        final long keyAddress,
        final int known,
        final int limit,
        final int depth,
        final long prefix)
    {
        if (limit == depth && depth >= Long.BYTES)
        {
            final long word = UnsafeApi.getLongUnaligned(keyBase, keyAddress + depth - Long.BYTES, true);
            // The shift takes away what stands before the skipped bytes: the node may not know it.
            final int skippedLength = depth - known;
            final long difference = (word ^ prefix) << ((Long.BYTES - skippedLength) << 3);
            return difference == 0 ? depth : known + (Long.numberOfLeadingZeros(difference) >>> 3);
        }

        int i = known;
        while (i < limit && KeyBytes.byteAt(keyBase, keyAddress, i) == inlineByte(prefix, depth, i))
        {
            i++;
        }
        return i;
    }

    private static int inlineByte(final long prefix, final int depth, final int index)
    {
        return ByteWords.byteAt(prefix, depth - 1 - index);
    }

    private int leafByte(final int leaf, final int index)
    {
        return UnsafeApi.getByte(base + leaf + LeafDescriptor.KEY_OFFSET + index) & 0xFF;
    }

    private boolean isKeyOf(final Object keyBase, final long keyAddress, final int keyLength, final int reference)
    {
        final long leaf = base + reference;
        return LeafDescriptor.keyLength(leaf) == keyLength &&
            KeyBytes.isEqual(keyBase, keyAddress, leaf + LeafDescriptor.KEY_OFFSET, keyLength);
    }

    private int missing(final long address, final int known, final int shared)
    {
        location = address;
        knownLength = known;
        sharedLength = shared;
        return NULL_OFFSET;
    }

    /** Makes the node that takes the place of what is there, and has it and the new leaf below it. */
    private int fork(final int existing, final int leaf)
    {
        final int depth = sharedLength;
        final int existingByte = NodeDescriptor.type(existing) == TYPE_LEAF
            ? byteOrEnd(existing, depth)
            : sharedByte(existing, depth);
        final int leafByte = byteOrEnd(leaf, depth);
        final boolean isExistingChild = existingByte != NO_BYTE;
        final int reference = isExistingChild
            ? growth.newNode4(depth, existingByte, existing)
            : growth.newNode4(depth, leafByte, leaf);
        final long node = base + NodeDescriptor.offset(reference);
        initPrefix(node, depth, leaf);
        if (!isExistingChild)
        {
            NodeDescriptor.initReference(NodeDescriptor.terminalAddress(node), existing);
        }
        else if (leafByte == NO_BYTE)
        {
            NodeDescriptor.initReference(NodeDescriptor.terminalAddress(node), leaf);
        }
        else
        {
            growth.add(reference, leafByte, leaf);
        }
        return reference;
    }

    private int byteOrEnd(final int leaf, final int index)
    {
        return index == LeafDescriptor.keyLength(base + leaf) ? NO_BYTE : leafByte(leaf, index);
    }

    private void initPrefix(final long node, final int depth, final int leaf)
    {
        if (depth - knownLength > NodeDescriptor.MAX_INLINE_PREFIX_LENGTH)
        {
            NodeDescriptor.initPrefixInLeaf(node, leaf);
            return;
        }

        long prefix = 0;
        for (int i = knownLength; i < depth; i++)
        {
            prefix = (prefix << 8) | leafByte(leaf, i);
        }
        NodeDescriptor.initPrefix(node, prefix);
    }
}
