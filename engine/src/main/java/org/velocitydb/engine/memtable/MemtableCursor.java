package org.velocitydb.engine.memtable;

import static org.velocitydb.engine.memtable.NodeDescriptor.NULL_OFFSET;
import static org.velocitydb.engine.memtable.NodeDescriptor.TOMBSTONE_LENGTH;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.Expiry;

/**
 * Walks a memtable as it was at a snapshot: of each key the newest version up to there, of keys that are newer as a
 * whole nothing. Used by one thread, which keeps the memtable open meanwhile; set to another memtable or snapshot it
 * serves again. A step forward follows one link, a step back is a search.
 */
public final class MemtableCursor implements EntryCursor
{
    private Memtable memtable;
    private long snapshotSequence;
    private int node = NULL_OFFSET;
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
        node = NULL_OFFSET;
        version = NULL_OFFSET;
        return this;
    }

    @Override
    public boolean seekFirst()
    {
        return settleForward(open().next(open().head()));
    }

    @Override
    public boolean seekLast()
    {
        return settleBackward(open().last());
    }

    @Override
    public boolean seek(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        final SkipList nodes = open();
        return settleForward(nodes.next(findBefore(key, offset, lengthBytes)));
    }

    @Override
    public boolean seekBefore(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        return settleBackward(findBefore(key, offset, lengthBytes));
    }

    @Override
    public boolean next()
    {
        checkValid();
        return settleForward(open().next(node));
    }

    @Override
    public boolean previous()
    {
        checkValid();
        return settleBackward(before(node));
    }

    @Override
    public boolean isValid()
    {
        return node != NULL_OFFSET;
    }

    @Override
    public DirectBuffer keyBuffer()
    {
        return memtable.buffer();
    }

    @Override
    public int keyOffset()
    {
        return node + NodeDescriptor.KEY_OFFSET;
    }

    @Override
    public int keyLength()
    {
        return NodeDescriptor.keyLength(memtable.base() + node);
    }

    @Override
    public DirectBuffer valueBuffer()
    {
        return memtable.buffer();
    }

    @Override
    public int valueOffset()
    {
        return version + NodeDescriptor.VALUE_OFFSET;
    }

    @Override
    public int valueLength()
    {
        return Math.max(NodeDescriptor.valueLength(memtable.base() + version), 0);
    }

    @Override
    public long sequence()
    {
        return NodeDescriptor.sequence(memtable.base() + version);
    }

    @Override
    public long expiryMs()
    {
        return Expiry.NEVER_MS;
    }

    @Override
    public boolean isTombstone()
    {
        return NodeDescriptor.valueLength(memtable.base() + version) == TOMBSTONE_LENGTH;
    }

    /**
     * Lets go of the memtable; {@link #reset} makes the cursor serve again.
     */
    @Override
    public void close()
    {
        memtable = null;
        node = NULL_OFFSET;
        version = NULL_OFFSET;
    }

    private boolean settleForward(final int first)
    {
        int candidate = first;
        while (candidate != NULL_OFFSET && !isVisible(candidate))
        {
            candidate = memtable.nodes().next(candidate);
        }
        node = candidate;
        return candidate != NULL_OFFSET;
    }

    private boolean settleBackward(final int first)
    {
        final int head = memtable.nodes().head();
        int candidate = first;
        while (candidate != head && !isVisible(candidate))
        {
            candidate = before(candidate);
        }
        node = candidate == head ? NULL_OFFSET : candidate;
        return node != NULL_OFFSET;
    }

    private boolean isVisible(final int candidate)
    {
        version = memtable.visibleVersion(candidate, snapshotSequence);
        return version != NULL_OFFSET;
    }

    private int before(final int candidate)
    {
        final long address = memtable.base() + candidate;
        return open().findBefore(null, address + NodeDescriptor.KEY_OFFSET, NodeDescriptor.keyLength(address));
    }

    private int findBefore(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        key.boundsCheck(offset, lengthBytes);
        return open().findBefore(key.byteArray(), key.addressOffset() + offset, lengthBytes);
    }

    private SkipList open()
    {
        if (memtable == null)
        {
            throw new IllegalStateException("cursor is closed");
        }
        memtable.checkOpen();
        return memtable.nodes();
    }

    private void checkValid()
    {
        if (node == NULL_OFFSET)
        {
            throw new IllegalStateException("cursor has no position");
        }
    }
}
