package org.velocitydb.engine.memtable;

import static org.velocitydb.engine.memtable.LeafDescriptor.NULL_OFFSET;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.CursorEntry;
import org.velocitydb.engine.entry.EntryCursor;

/**
 * Walks a memtable as it was at a snapshot: of each key the newest version up to there, of keys that are newer as a
 * whole nothing. Used by one thread, which keeps the memtable open meanwhile; set to another memtable or snapshot it
 * serves again. Allocates nothing unless it goes deeper into the tree than ever before.
 */
public final class MemtableCursor implements EntryCursor
{
    private Memtable memtable;
    private long snapshotSequence;
    private final TreePath path = new TreePath();
    private int leaf = NULL_OFFSET;
    private final CursorEntry entry = new CursorEntry();

    /**
     * Points the cursor at a memtable, unpositioned.
     *
     * @param newMemtable         to walk.
     * @param newSnapshotSequence of the last entry that counts.
     * @return this cursor.
     */
    public MemtableCursor reset(final Memtable newMemtable, final long newSnapshotSequence)
    {
        memtable = newMemtable;
        snapshotSequence = newSnapshotSequence;
        path.reset(newMemtable.tree());
        leaf = NULL_OFFSET;
        return this;
    }

    @Override
    public boolean seekFirst()
    {
        return settleForward(open().first());
    }

    @Override
    public boolean seekLast()
    {
        return settleBackward(open().last());
    }

    @Override
    public boolean seek(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        key.boundsCheck(offset, lengthBytes);
        return settleForward(open().seek(key.byteArray(), key.addressOffset() + offset, lengthBytes));
    }

    @Override
    public boolean seekBefore(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        key.boundsCheck(offset, lengthBytes);
        return settleBackward(open().seekBefore(key.byteArray(), key.addressOffset() + offset, lengthBytes));
    }

    @Override
    public boolean next()
    {
        checkValid();
        return settleForward(open().next());
    }

    @Override
    public boolean previous()
    {
        checkValid();
        return settleBackward(open().previous());
    }

    @Override
    public boolean isValid()
    {
        return leaf != NULL_OFFSET;
    }

    @Override
    public CursorEntry entry()
    {
        return entry;
    }

    /**
     * Lets go of the memtable; {@link #reset} makes the cursor serve again.
     */
    @Override
    public void close()
    {
        memtable = null;
        path.reset(null);
        leaf = NULL_OFFSET;
    }

    private boolean settleForward(final int first)
    {
        leaf = first;
        while (leaf != NULL_OFFSET && !showVisible())
        {
            leaf = path.next();
        }
        return leaf != NULL_OFFSET;
    }

    private boolean settleBackward(final int first)
    {
        leaf = first;
        while (leaf != NULL_OFFSET && !showVisible())
        {
            leaf = path.previous();
        }
        return leaf != NULL_OFFSET;
    }

    private boolean showVisible()
    {
        final int version = memtable.visibleVersion(leaf, snapshotSequence);
        if (version == NULL_OFFSET)
        {
            return false;
        }
        final long leafAddress = memtable.base() + leaf;
        final long address = memtable.base() + version;
        entry.key(memtable.buffer(), leaf + LeafDescriptor.KEY_OFFSET, LeafDescriptor.keyLength(leafAddress))
            .value(
                memtable.buffer(), version + LeafDescriptor.valueOffset(address), LeafDescriptor.valueLength(address))
            .version(
                LeafDescriptor.sequence(address), LeafDescriptor.expiryMs(address),
                LeafDescriptor.isTombstone(address));
        return true;
    }

    private TreePath open()
    {
        if (memtable == null)
        {
            throw new IllegalStateException("cursor is closed");
        }
        memtable.checkOpen();
        return path;
    }

    private void checkValid()
    {
        if (leaf == NULL_OFFSET)
        {
            throw new IllegalStateException("cursor has no position");
        }
    }
}
