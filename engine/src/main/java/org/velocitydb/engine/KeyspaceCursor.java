package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.BoundedCursor;
import org.velocitydb.engine.entry.CursorEntry;
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
    /** The user's view of what the others show: its key begins behind the keyspace's id. */
    private final CursorEntry entry = new CursorEntry();

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
        return show(live.seekFirst());
    }

    @Override
    public boolean seekLast()
    {
        return show(live.seekLast());
    }

    @Override
    public boolean seek(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        scratch.set(keyspace, key, offset, lengthBytes);
        return show(live.seek(scratch.buffer(), 0, scratch.lengthBytes()));
    }

    @Override
    public boolean seekBefore(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        scratch.set(keyspace, key, offset, lengthBytes);
        return show(live.seekBefore(scratch.buffer(), 0, scratch.lengthBytes()));
    }

    @Override
    public boolean next()
    {
        return show(live.next());
    }

    @Override
    public boolean previous()
    {
        return show(live.previous());
    }

    @Override
    public boolean isValid()
    {
        return live.isValid();
    }

    @Override
    public CursorEntry entry()
    {
        return entry;
    }

    private boolean show(final boolean isFound)
    {
        if (isFound)
        {
            final CursorEntry found = live.entry();
            entry.key(
                found.keyBuffer(), found.keyOffset() + Keys.KEYSPACE_LENGTH, found.keyLength() - Keys.KEYSPACE_LENGTH)
                .value(found.valueBuffer(), found.valueOffset(), found.valueLength())
                .version(found.sequence(), found.expiryMs(), live.isTombstone());
        }
        return isFound;
    }

    @Override
    public void close()
    {
        live.close();
        merged.close();
    }
}
