package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.Keys;

/**
 * Shows one keyspace of a merged cursor as its user sees it: keys without their keyspace id, and no tombstones.
 */
final class KeyspaceCursor implements EntryCursor
{
    private final EntryCursor merged;
    private final int keyspace;
    private final InternalKey scratch = new InternalKey();
    private boolean isValid;

    KeyspaceCursor(final EntryCursor merged, final int keyspace)
    {
        this.merged = merged;
        this.keyspace = keyspace;
    }

    @Override
    public boolean seekFirst()
    {
        scratch.setBound(keyspace);
        return forward(merged.seek(scratch.buffer(), 0, scratch.lengthBytes()));
    }

    @Override
    public boolean seekLast()
    {
        // The largest keyspace is the store's own, so there is always a next one.
        scratch.setBound(keyspace + 1);
        return backward(merged.seekBefore(scratch.buffer(), 0, scratch.lengthBytes()));
    }

    @Override
    public boolean seek(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        scratch.set(keyspace, key, offset, lengthBytes);
        return forward(merged.seek(scratch.buffer(), 0, scratch.lengthBytes()));
    }

    @Override
    public boolean seekBefore(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        scratch.set(keyspace, key, offset, lengthBytes);
        return backward(merged.seekBefore(scratch.buffer(), 0, scratch.lengthBytes()));
    }

    @Override
    public boolean next()
    {
        return forward(merged.next());
    }

    @Override
    public boolean previous()
    {
        return backward(merged.previous());
    }

    private boolean forward(final boolean isFound)
    {
        boolean isOnEntry = isFound;
        while (isOnEntry && isInKeyspace() && merged.isTombstone())
        {
            isOnEntry = merged.next();
        }
        isValid = isOnEntry && isInKeyspace();
        return isValid;
    }

    private boolean backward(final boolean isFound)
    {
        boolean isOnEntry = isFound;
        while (isOnEntry && isInKeyspace() && merged.isTombstone())
        {
            isOnEntry = merged.previous();
        }
        isValid = isOnEntry && isInKeyspace();
        return isValid;
    }

    private boolean isInKeyspace()
    {
        final DirectBuffer key = merged.keyBuffer();
        final int offset = merged.keyOffset();
        return ((key.getByte(offset) & 0xFF) << 8 | key.getByte(offset + 1) & 0xFF) == keyspace;
    }

    @Override
    public boolean isValid()
    {
        return isValid;
    }

    @Override
    public DirectBuffer keyBuffer()
    {
        return merged.keyBuffer();
    }

    @Override
    public int keyOffset()
    {
        return merged.keyOffset() + Keys.KEYSPACE_LENGTH;
    }

    @Override
    public int keyLength()
    {
        return merged.keyLength() - Keys.KEYSPACE_LENGTH;
    }

    @Override
    public DirectBuffer valueBuffer()
    {
        return merged.valueBuffer();
    }

    @Override
    public int valueOffset()
    {
        return merged.valueOffset();
    }

    @Override
    public int valueLength()
    {
        return merged.valueLength();
    }

    @Override
    public long sequence()
    {
        return merged.sequence();
    }

    @Override
    public boolean isTombstone()
    {
        return false;
    }

    @Override
    public void close()
    {
        isValid = false;
        merged.close();
    }
}
