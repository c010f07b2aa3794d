package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.BoundedCursor;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.entry.LiveCursor;

/**
 * Shows one keyspace of a merged cursor, or those of its keys that begin with a prefix, as its user sees it: keys
 * without their keyspace id, and nothing that is deleted or has expired, or where a skip limit is set, that only as
 * {@link LiveCursor} says.
 */
final class KeyspaceCursor implements EntryCursor
{
    private final EntryCursor merged;
    private final int keyspace;
    private final InternalKey scratch = new InternalKey();
    private final LiveCursor live = new LiveCursor();

    KeyspaceCursor(
        final EntryCursor merged,
        final int keyspace,
        final InternalKey prefix,
        final int skipLimit,
        final long nowMs)
    {
        this.merged = merged;
        this.keyspace = keyspace;
        live.reset(
            new BoundedCursor().resetToPrefix(merged, prefix.buffer(), 0, prefix.lengthBytes()), skipLimit, nowMs);
    }

    @Override
    public boolean seekFirst()
    {
        return live.seekFirst();
    }

    @Override
    public boolean seekLast()
    {
        return live.seekLast();
    }

    @Override
    public boolean seek(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        scratch.set(keyspace, key, offset, lengthBytes);
        return live.seek(scratch.buffer(), 0, scratch.lengthBytes());
    }

    @Override
    public boolean seekBefore(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        scratch.set(keyspace, key, offset, lengthBytes);
        return live.seekBefore(scratch.buffer(), 0, scratch.lengthBytes());
    }

    @Override
    public boolean next()
    {
        return live.next();
    }

    @Override
    public boolean previous()
    {
        return live.previous();
    }

    @Override
    public boolean isValid()
    {
        return live.isValid();
    }

    @Override
    public DirectBuffer keyBuffer()
    {
        return live.keyBuffer();
    }

    @Override
    public int keyOffset()
    {
        return live.keyOffset() + Keys.KEYSPACE_LENGTH;
    }

    @Override
    public int keyLength()
    {
        return live.keyLength() - Keys.KEYSPACE_LENGTH;
    }

    @Override
    public DirectBuffer valueBuffer()
    {
        return live.valueBuffer();
    }

    @Override
    public int valueOffset()
    {
        return live.valueOffset();
    }

    @Override
    public int valueLength()
    {
        return live.valueLength();
    }

    @Override
    public long sequence()
    {
        return live.sequence();
    }

    @Override
    public long expiryMs()
    {
        return live.expiryMs();
    }

    @Override
    public boolean isTombstone()
    {
        return live.isTombstone();
    }

    @Override
    public void close()
    {
        live.close();
        merged.close();
    }
}
