package org.velocitydb.engine.memtable;

import static org.velocitydb.engine.memtable.NodeDescriptor.NULL_OFFSET;

import org.agrona.UnsafeApi;

/**
 * Nodes in the order of their keys, in an {@link Arena}: one writer links nodes, any number of readers search, nobody
 * waits, no node moves or leaves.
 *
 * <p><b>Why prefixes.</b> A skip list's search costs a cache miss for each node that it compares with. Here a link
 * carries the first twelve bytes of its successor's key ({@link NodeDescriptor} draws it): eight as the prefix, four as
 * the infix that fills the word of the successor's offset. A step touches its successor when it moves there, or when
 * all twelve bytes tie, and not to learn that it has gone far enough.
 *
 * <p><b>Why a reader may look at both without a lock.</b> A link is two words and cannot be read at once. The writer
 * stores the successor's word first and the prefix second, both release; a reader loads the prefix first and the word
 * second, both acquire. On one link successors only ever become smaller, because a new node goes between a node and its
 * successor and nothing is removed; so do prefixes. A reader therefore holds the prefix of some node {@code o} and the
 * word of {@code o} or of a later, smaller successor {@code n}. Searching for {@code s}:
 * <ol>
 * <li>{@code s} is beyond the prefix. Then {@code n <= o < s}: moving to {@code n} is right.
 * <li>{@code s} is before the prefix. Then {@code o > s}, and the search goes down, or ends here on level 0. A node
 * that it missed between here and {@code o} had not stored its prefix when the reader loaded the link. The writer
 * publishes a sequence, by a release, after it has linked the node which carries it, and a reader takes its snapshot
 * from there by an acquire: the missed node, and every version in it, is newer than the snapshot. If {@code n} is such
 * a node, and on level 0 is the answer to "first at or after {@code s}" although it is before {@code s}, it does no
 * harm: cursors step over nodes of which they may see no version.
 * <li>The prefixes tie, the infix of {@code s} is greater. Either {@code n} has the prefix of {@code o}, and its infix
 * decides, or it has a smaller one: {@code n < s} in both cases, and moving is right.
 * <li>The prefixes tie, the infix of {@code s} is smaller. If {@code n} has the prefix of {@code o} it is beyond
 * {@code s}. If not, it is before {@code s}: going down is still right, because any node before {@code s} is a start
 * for the level below; but on level 0 {@code s} may lie behind {@code n}, so there the whole keys are compared.
 * <li>All twelve bytes tie: the whole keys of {@code s} and {@code n} are compared, which needs no argument.
 * </ol>
 * The writer reads what it wrote itself, in order, so for it every link is exact.
 *
 * <p><b>Writing.</b> The writer remembers the path of its last search. If the next key is beyond the last one, it
 * climbs from the bottom of that path only as far as the key is away, so that keys in ascending order cost a few
 * comparisons in memory that is in the cache.
 */
final class SkipList
{
    /**
     * Of nodes on one level, one in 2 to the power of this is on the next. Half of them: a move to another node is a
     * cache miss, a step down is not, and taller towers mean fewer moves.
     */
    private static final int BRANCHING_BITS = 1;
    /** Enough for 2^22 nodes at their expected height; more nodes make the top level long, not wrong. */
    static final int MAX_HEIGHT = 22;

    private final long base;
    private final int head;
    private long randomState;
    /** Levels in use; written by the writer. A reader with an older value starts lower and takes longer. */
    private int height = 1;
    /**
     * The writer's: per level, the last node at or before the key that it located last; the head on levels not in use.
     */
    private final int[] path = new int[MAX_HEIGHT];

    SkipList(final Arena arena, final long seed)
    {
        base = arena.address();
        // Xorshift never leaves 0.
        randomState = seed == 0 ? 1 : seed;
        head = arena.allocate(headLength()) + NodeDescriptor.towerLength(MAX_HEIGHT);
        for (int level = 0; level < MAX_HEIGHT; level++)
        {
            NodeDescriptor.initLink(
                NodeDescriptor.linkAddress(base + head, level), NodeDescriptor.NULL_PREFIX,
                NodeDescriptor.NULL_SUCCESSOR);
            path[level] = head;
        }
        NodeDescriptor.initNode(base + head, 0, NULL_OFFSET);
    }

    static int headLength()
    {
        return NodeDescriptor.towerLength(MAX_HEIGHT) + NodeDescriptor.bodyLength(0);
    }

    /**
     * Finds the node of a key; any thread.
     *
     * @param keyBase    array that holds the key, or null.
     * @param keyAddress of the key, relative to the array if there is one.
     * @param keyLength  in bytes.
     * @return the node, or {@link NodeDescriptor#NULL_OFFSET}.
     */
    int find(final Object keyBase, final long keyAddress, final int keyLength)
    {
        final long prefix = prefix(keyBase, keyAddress, keyLength);
        final int infix = infix(keyBase, keyAddress, keyLength);
        int node = head;
        int level = height - 1;
        while (true)
        {
            final int next = advance(node, level, prefix, infix, keyBase, keyAddress, keyLength);
            if (next > NULL_OFFSET)
            {
                node = next;
            }
            else if (next < NULL_OFFSET)
            {
                // Not looked up again from the node before: by now there may be a newer node between them.
                return -next;
            }
            else if (--level < 0)
            {
                return NULL_OFFSET;
            }
        }
    }

    /**
     * Finds the last node before a key; any thread. A node that it passes over is newer than the reader's snapshot, and
     * so is one before the key that {@link #next(int)} finds after the result.
     *
     * @param keyBase    array that holds the key, or null.
     * @param keyAddress of the key, relative to the array if there is one.
     * @param keyLength  in bytes.
     * @return the node; {@link #head()} if none is before.
     */
    int findBefore(final Object keyBase, final long keyAddress, final int keyLength)
    {
        final long prefix = prefix(keyBase, keyAddress, keyLength);
        final int infix = infix(keyBase, keyAddress, keyLength);
        int node = head;
        int level = height - 1;
        while (true)
        {
            final int next = advance(node, level, prefix, infix, keyBase, keyAddress, keyLength);
            if (next > NULL_OFFSET)
            {
                node = next;
            }
            else if (--level < 0)
            {
                return node;
            }
        }
    }

    /**
     * The node after another; any thread.
     *
     * @param node a node or the head.
     * @return the node, or {@link NodeDescriptor#NULL_OFFSET}.
     */
    int next(final int node)
    {
        return NodeDescriptor.nodeOffset(NodeDescriptor.successorAcquire(NodeDescriptor.linkAddress(base + node, 0)));
    }

    /**
     * The last node; any thread.
     *
     * @return the node; {@link #head()} if there is none.
     */
    int last()
    {
        int node = head;
        for (int level = height - 1; level >= 0; level--)
        {
            int next = successorOf(node, level);
            while (next != NULL_OFFSET)
            {
                node = next;
                next = successorOf(node, level);
            }
        }
        return node;
    }

    /**
     * What stands before the first node.
     *
     * @return the head, which has no key.
     */
    int head()
    {
        return head;
    }

    /**
     * Finds the node of a key and leaves the path to it for {@link #insert}; the writer only.
     *
     * @param keyBase    array that holds the key, or null.
     * @param keyAddress of the key, relative to the array if there is one.
     * @param keyLength  in bytes.
     * @return the node, or {@link NodeDescriptor#NULL_OFFSET}.
     */
    int locate(final Object keyBase, final long keyAddress, final int keyLength)
    {
        final long prefix = prefix(keyBase, keyAddress, keyLength);
        final int infix = infix(keyBase, keyAddress, keyLength);
        final int last = path[0];
        final int order = last == head ? 1 : compare(keyBase, keyAddress, keyLength, last);
        if (order == 0)
        {
            return last;
        }

        int level = height - 1;
        int node = head;
        if (order > 0)
        {
            // Path nodes are in ascending order downwards and their successors in descending order: above the first
            // level whose successor is not before the key, the path holds for this key as well.
            level = 0;
            int next = advance(path[0], 0, prefix, infix, keyBase, keyAddress, keyLength);
            while (next > NULL_OFFSET && ++level < height)
            {
                next = advance(path[level], level, prefix, infix, keyBase, keyAddress, keyLength);
            }
            if (next < NULL_OFFSET)
            {
                return settleAt(-next, level);
            }
            level--;
            node = level < 0 ? NULL_OFFSET : path[level];
        }

        while (level >= 0)
        {
            final int next = advance(node, level, prefix, infix, keyBase, keyAddress, keyLength);
            if (next > NULL_OFFSET)
            {
                node = next;
            }
            else if (next < NULL_OFFSET)
            {
                return settleAt(-next, level);
            }
            else
            {
                path[level] = node;
                level--;
            }
        }
        return NULL_OFFSET;
    }

    /**
     * Links a node at the place that {@link #locate} found its key missing from; the writer only. Release: from here on
     * readers may meet the node, and see all of it.
     *
     * @param node       whose header, key and first version are written, above room for its tower.
     * @param nodeHeight levels of its tower.
     * @param keyLength  in bytes.
     */
    void insert(final int node, final int nodeHeight, final int keyLength)
    {
        final long key = base + node + NodeDescriptor.KEY_OFFSET;
        final long prefix = prefix(null, key, keyLength);
        final long successor = NodeDescriptor.successor(node, infix(null, key, keyLength));
        for (int level = 0; level < nodeHeight; level++)
        {
            final long before = NodeDescriptor.linkAddress(base + path[level], level);
            NodeDescriptor.initLink(
                NodeDescriptor.linkAddress(base + node, level), NodeDescriptor.prefixAcquire(before),
                NodeDescriptor.successorAcquire(before));
        }
        for (int level = 0; level < nodeHeight; level++)
        {
            NodeDescriptor.linkRelease(NodeDescriptor.linkAddress(base + path[level], level), prefix, successor);
            path[level] = node;
        }
        height = Math.max(height, nodeHeight);
    }

    /**
     * Draws the height of the next node; the writer only.
     *
     * @return 1 to {@link #MAX_HEIGHT}, the same for the same seed and count of calls.
     */
    int nextHeight()
    {
        long state = randomState;
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
        randomState = state;
        return Math.min(1 + Long.numberOfTrailingZeros(state) / BRANCHING_BITS, MAX_HEIGHT);
    }

    /**
     * One step of a search; the class explains each case.
     *
     * @return where to move if that node is before the key; its negation if it has that very key; else {@link
     *         NodeDescriptor#NULL_OFFSET}: go down.
     */
    private int advance(
        final int node,
        final int level,
        final long prefix,
        final int infix,
        final Object keyBase,
        final long keyAddress,
        final int keyLength)
    {
        final long link = NodeDescriptor.linkAddress(base + node, level);
        final long linkPrefix = NodeDescriptor.prefixAcquire(link);
        final int prefixOrder = Long.compareUnsigned(prefix, linkPrefix);
        if (prefixOrder < 0)
        {
            return NULL_OFFSET;
        }

        final long successor = NodeDescriptor.successorAcquire(link);
        final int next = NodeDescriptor.nodeOffset(successor);
        if (prefixOrder > 0 || next == NULL_OFFSET)
        {
            return next;
        }

        final int infixOrder = Integer.compareUnsigned(infix, NodeDescriptor.infix(successor));
        if (infixOrder > 0)
        {
            return next;
        }
        if (infixOrder < 0 && level > 0)
        {
            return NULL_OFFSET;
        }
        final int order = compare(keyBase, keyAddress, keyLength, next);
        if (order > 0)
        {
            return next;
        }
        return order == 0 ? -next : NULL_OFFSET;
    }

    /**
     * Makes a node the path's end on all its levels, of which it was found on some; above, the path leads before it.
     */
    private int settleAt(final int node, final int foundLevel)
    {
        for (int level = 0; level <= foundLevel; level++)
        {
            path[level] = node;
        }
        for (int level = foundLevel + 1; level < height && successorOf(path[level], level) == node; level++)
        {
            path[level] = node;
        }
        return node;
    }

    private int successorOf(final int node, final int level)
    {
        return NodeDescriptor
            .nodeOffset(NodeDescriptor.successorAcquire(NodeDescriptor.linkAddress(base + node, level)));
    }

    private int compare(final Object keyBase, final long keyAddress, final int keyLength, final int node)
    {
        final long nodeKey = base + node + NodeDescriptor.KEY_OFFSET;
        final int nodeKeyLength = NodeDescriptor.keyLength(base + node);
        final int common = Math.min(keyLength, nodeKeyLength);
        int i = 0;
        for (; i + Long.BYTES <= common; i += Long.BYTES)
        {
            final long left = UnsafeApi.getLongUnaligned(keyBase, keyAddress + i, true);
            final long right = UnsafeApi.getLongUnaligned(null, nodeKey + i, true);
            if (left != right)
            {
                return Long.compareUnsigned(left, right);
            }
        }
        for (; i < common; i++)
        {
            final int difference = (UnsafeApi.getByte(keyBase, keyAddress + i) & 0xFF) -
                (UnsafeApi.getByte(nodeKey + i) & 0xFF);
            if (difference != 0)
            {
                return difference;
            }
        }
        return keyLength - nodeKeyLength;
    }

    /** Bytes 0 to 7 of a key as {@link org.velocitydb.engine.entry.Keys#prefix} has them. */
    private static long prefix(final Object keyBase, final long keyAddress, final int keyLength)
    {
        return keyLength >= Long.BYTES
            ? UnsafeApi.getLongUnaligned(keyBase, keyAddress, true)
            : leadingBytes(keyBase, keyAddress, keyLength);
    }

    /** Bytes 8 to 11 of a key; as with the prefix, zeros where the key is shorter. */
    private static int infix(final Object keyBase, final long keyAddress, final int keyLength)
    {
        final long address = keyAddress + Long.BYTES;
        return keyLength >= Long.BYTES + Integer.BYTES
            ? UnsafeApi.getIntUnaligned(keyBase, address, true)
            : (int) (leadingBytes(keyBase, address, keyLength - Long.BYTES) >>> 32);
    }

    private static long leadingBytes(final Object keyBase, final long keyAddress, final int count)
    {
        long word = 0;
        for (int i = 0; i < count; i++)
        {
            word |= (UnsafeApi.getByte(keyBase, keyAddress + i) & 0xFFL) << (56 - (i << 3));
        }
        return word;
    }
}
