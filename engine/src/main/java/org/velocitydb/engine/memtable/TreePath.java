package org.velocitydb.engine.memtable;

import static org.velocitydb.engine.memtable.LeafDescriptor.NULL_OFFSET;
import static org.velocitydb.engine.memtable.NodeDescriptor.TYPE_LEAF;

import java.util.Arrays;

/**
 * A place in a {@link RadixTree} that can be moved: the nodes from the root down to a leaf, and at each the position at
 * which the path goes on. Used by one thread. Allocates nothing but when a path is longer than any before.
 *
 * <p><b>Nodes that have been replaced.</b> The writer may put another node in the place of any on the path. The path
 * does not notice and need not: {@link RadixTree} argues that what can be reached from a node never becomes less, and
 * that its range of keys never changes. So each node of the path, when it was loaded, led to all leaves of its range
 * that the reader's snapshot shows, and still does; leaves come in key order, none twice, because the ranges of the
 * positions of one node follow each other and do not overlap. Missing from an old node may be what was added after it
 * was replaced, which is newer than the snapshot. The same holds of the control word that the path keeps of a node: it
 * lacks only children that came after it was loaded.
 */
final class TreePath
{
    private static final int INITIAL_CAPACITY = 32;
    /** Positions before the children: nothing yet, and the leaf whose key ends at the node. */
    private static final int BEFORE_ALL = -2;
    private static final int TERMINAL = -1;

    private RadixTree tree;
    private long base;
    private int count;
    private int[] references = new int[INITIAL_CAPACITY];
    private int[] positions = new int[INITIAL_CAPACITY];
    private long[] controls = new long[INITIAL_CAPACITY];

    /** What the last search found when it could go no further down. */
    private enum Stop
    {
        /** The key is at or before all that is behind {@link #stopReference}. */
        BEFORE,
        /** The key is after all of it. */
        AFTER,
        /** The last node has no child for the key, which belongs before the node's position. */
        BETWEEN
    }

    private int stopReference;

    void reset(final RadixTree newTree)
    {
        tree = newTree;
        base = newTree == null ? 0 : newTree.base();
        count = 0;
    }

    /** Goes to the first leaf, or {@link LeafDescriptor#NULL_OFFSET}. */
    int first()
    {
        count = 0;
        return enterFirst(tree.root());
    }

    /** Goes to the last leaf, or {@link LeafDescriptor#NULL_OFFSET}. */
    int last()
    {
        count = 0;
        return enterLast(tree.root());
    }

    /** Goes to the first leaf whose key is not less, or {@link LeafDescriptor#NULL_OFFSET}. */
    int seek(final Object keyBase, final long keyAddress, final int keyLength)
    {
        switch (descend(keyBase, keyAddress, keyLength))
        {
            case BEFORE :
                return enterFirst(stopReference);
            case BETWEEN :
                positions[count - 1]--;
                return next();
            default :
                return next();
        }
    }

    /** Goes to the last leaf whose key is less, or {@link LeafDescriptor#NULL_OFFSET}. */
    int seekBefore(final Object keyBase, final long keyAddress, final int keyLength)
    {
        return descend(keyBase, keyAddress, keyLength) == Stop.AFTER ? enterLast(stopReference) : previous();
    }

    /** Goes to the next leaf, or {@link LeafDescriptor#NULL_OFFSET}. */
    int next()
    {
        while (count > 0)
        {
            final int reference = advance(count - 1);
            if (reference == NULL_OFFSET)
            {
                count--;
            }
            else if (NodeDescriptor.type(reference) == TYPE_LEAF)
            {
                return reference;
            }
            else
            {
                push(reference, BEFORE_ALL);
            }
        }
        return NULL_OFFSET;
    }

    /** Goes to the leaf before, or {@link LeafDescriptor#NULL_OFFSET}. */
    int previous()
    {
        while (count > 0)
        {
            final int reference = retreat(count - 1);
            if (reference == NULL_OFFSET)
            {
                count--;
            }
            else if (NodeDescriptor.type(reference) == TYPE_LEAF)
            {
                return reference;
            }
            else
            {
                pushAtEnd(reference);
            }
        }
        return NULL_OFFSET;
    }

    private int enterFirst(final int reference)
    {
        if (NodeDescriptor.type(reference) == TYPE_LEAF)
        {
            return reference;
        }
        push(reference, BEFORE_ALL);
        return next();
    }

    private int enterLast(final int reference)
    {
        if (NodeDescriptor.type(reference) == TYPE_LEAF)
        {
            return reference;
        }
        pushAtEnd(reference);
        return previous();
    }

    /** Follows a key as far as the tree has its bytes. */
    private Stop descend(final Object keyBase, final long keyAddress, final int keyLength)
    {
        count = 0;
        int reference = tree.root();
        int known = 0;
        while (reference != NULL_OFFSET)
        {
            final int shared = tree.sharedLength(keyBase, keyAddress, keyLength, reference, known);
            final int type = NodeDescriptor.type(reference);
            if (type == TYPE_LEAF)
            {
                return stopAtLeaf(keyBase, keyAddress, keyLength, reference, shared);
            }
            final long node = base + NodeDescriptor.offset(reference);
            final int depth = NodeDescriptor.depth(node);
            if (shared == keyLength)
            {
                return stop(reference, Stop.BEFORE);
            }
            final int key = KeyBytes.byteAt(keyBase, keyAddress, shared);
            if (shared < depth)
            {
                return stop(reference, key < tree.sharedByte(reference, shared) ? Stop.BEFORE : Stop.AFTER);
            }

            push(reference, 0);
            final long control = controls[count - 1];
            final int position = NodeSearch.positionOf(type, node, control, key);
            positions[count - 1] = position;
            // Not searched for in the node as it is now: a child that came in meanwhile has no position on this path.
            reference = NodeSearch.isKeyAt(type, node, control, position, key)
                ? NodeSearch.childAt(type, node, control, position)
                : NULL_OFFSET;
            known = depth + 1;
        }
        return count == 0 ? stop(NULL_OFFSET, Stop.AFTER) : Stop.BETWEEN;
    }

    private Stop stopAtLeaf(
        final Object keyBase,
        final long keyAddress,
        final int keyLength,
        final int leaf,
        final int shared)
    {
        if (shared == keyLength)
        {
            return stop(leaf, Stop.BEFORE);
        }
        final boolean isBefore = shared < LeafDescriptor.keyLength(base + leaf) &&
            KeyBytes.byteAt(keyBase, keyAddress, shared) < KeyBytes
                .byteAt(null, base + leaf + LeafDescriptor.KEY_OFFSET, shared);
        return stop(leaf, isBefore ? Stop.BEFORE : Stop.AFTER);
    }

    private Stop stop(final int reference, final Stop stop)
    {
        stopReference = reference;
        return stop;
    }

    /** Moves the position in a node up, to where it has something, and gives that; 0 at the end. */
    private int advance(final int index)
    {
        final int reference = references[index];
        final int type = NodeDescriptor.type(reference);
        final long node = base + NodeDescriptor.offset(reference);
        final long control = controls[index];
        final int limit = NodeSearch.positionLimit(type, control);
        int position = positions[index] + 1;
        int found = NULL_OFFSET;
        if (position == TERMINAL)
        {
            found = NodeDescriptor.referenceAcquire(NodeDescriptor.terminalAddress(node));
            position = found == NULL_OFFSET ? 0 : TERMINAL;
        }
        while (found == NULL_OFFSET && position < limit)
        {
            position = NodeSearch.skipForward(type, node, position);
            if (position < limit)
            {
                found = NodeSearch.childAt(type, node, control, position);
                position += found == NULL_OFFSET ? 1 : 0;
            }
        }
        positions[index] = position;
        return found;
    }

    /** Moves the position in a node down, to where it has something, and gives that; 0 at the end. */
    private int retreat(final int index)
    {
        final int reference = references[index];
        final int type = NodeDescriptor.type(reference);
        final long node = base + NodeDescriptor.offset(reference);
        final long control = controls[index];
        int position = positions[index] - 1;
        int found = NULL_OFFSET;
        while (found == NULL_OFFSET && position >= 0)
        {
            position = NodeSearch.skipBackward(type, node, position);
            if (position >= 0)
            {
                found = NodeSearch.childAt(type, node, control, position);
                position -= found == NULL_OFFSET ? 1 : 0;
            }
        }
        if (found == NULL_OFFSET && position == TERMINAL)
        {
            found = NodeDescriptor.referenceAcquire(NodeDescriptor.terminalAddress(node));
        }
        positions[index] = position;
        return found;
    }

    private void pushAtEnd(final int reference)
    {
        push(reference, 0);
        positions[count - 1] = NodeSearch.positionLimit(NodeDescriptor.type(reference), controls[count - 1]);
    }

    private void push(final int reference, final int position)
    {
        if (count == references.length)
        {
            references = Arrays.copyOf(references, 2 * count);
            positions = Arrays.copyOf(positions, 2 * count);
            controls = Arrays.copyOf(controls, 2 * count);
        }
        references[count] = reference;
        positions[count] = position;
        controls[count] = NodeDescriptor.controlAcquire(base + NodeDescriptor.offset(reference));
        count++;
    }
}
