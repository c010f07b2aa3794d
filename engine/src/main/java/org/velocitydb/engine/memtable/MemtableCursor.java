package org.velocitydb.engine.memtable;

import static org.velocitydb.engine.memtable.LeafDescriptor.NULL_OFFSET;

import org.agrona.DirectBuffer;
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
    private int version = NULL_OFFSET;

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
        version = NULL_OFFSET;
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
    public DirectBuffer keyBuffer()
    {
        return memtable.buffer();
    }

    @Override
    public int keyOffset()
    {
        return leaf + LeafDescriptor.KEY_OFFSET;
    }

    @Override
    public int keyLength()
    {
        return LeafDescriptor.keyLength(memtable.base() + leaf);
    }

    @Override
    public DirectBuffer valueBuffer()
    {
        return memtable.buffer();
    }

    @Override
    public int valueOffset()
    {
        return version + LeafDescriptor.valueOffset(memtable.base() + version);
    }

    @Override
    public int valueLength()
    {
        return LeafDescriptor.valueLength(memtable.base() + version);
    }

    @Override
    public long sequence()
    {
        return LeafDescriptor.sequence(memtable.base() + version);
    }

    @Override
    public long expiryMs()
    {
        return LeafDescriptor.expiryMs(memtable.base() + version);
    }

    @Override
    public boolean isTombstone()
    {
        return LeafDescriptor.isTombstone(memtable.base() + version);
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
        version = NULL_OFFSET;
    }

    private boolean settleForward(final int first)
    {
        leaf = first;
        while (leaf != NULL_OFFSET && !isVisible())
        {
            leaf = path.next();
        }
        return leaf != NULL_OFFSET;
    }

    private boolean settleBackward(final int first)
    {
        leaf = first;
        while (leaf != NULL_OFFSET && !isVisible())
        {
            leaf = path.previous();
        }
        return leaf != NULL_OFFSET;
    }

    private boolean isVisible()
    {
        version = memtable.visibleVersion(leaf, snapshotSequence);
        return version != NULL_OFFSET;
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
