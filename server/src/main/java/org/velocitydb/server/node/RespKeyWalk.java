package org.velocitydb.server.node;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.StoreSnapshot;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.server.resp.GlobPattern;

/**
 * A walk over the keys of a table that match a pattern, as of one snapshot and in the keys' order. It looks only at
 * keys that begin as the pattern does.
 */
final class RespKeyWalk implements AutoCloseable
{
    private static final byte[] ALL = { '*' };

    private final StoreSnapshot snapshot;
    private final EntryCursor cursor;
    private final GlobPattern pattern;
    private final boolean isForAll;
    private final UnsafeBuffer prefix;
    private boolean isOnEntry;

    RespKeyWalk(final StoreSnapshot snapshot, final int keyspace, final byte[] glob)
    {
        this.snapshot = snapshot;
        isForAll = glob == null || glob.length == 1 && glob[0] == '*';
        pattern = new GlobPattern(isForAll ? ALL : glob);
        prefix = new UnsafeBuffer(pattern.prefix());
        cursor = snapshot.slicedCursor(keyspace);
    }

    /** What all keys begin with that the walk comes by. */
    static byte[] prefix(final byte[] glob)
    {
        return glob == null ? new byte[0] : new GlobPattern(glob).prefix();
    }

    /** Goes to the first key, or to the first that is not less than another. */
    void begin(final byte[] from)
    {
        final UnsafeBuffer least = from == null ? prefix : new UnsafeBuffer(from);
        final UnsafeBuffer start = Keys.compare(
            least, 0, least.capacity(), prefix, 0, prefix.capacity()) < 0 ? prefix : least;
        isOnEntry = start.capacity() == 0
            ? cursor.seekFirst()
            : cursor.seek(start, 0, start.capacity());
        isOnEntry = isOnEntry && hasPrefix();
    }

    private boolean hasPrefix()
    {
        return cursor.keyLength() >= prefix.capacity() && Keys.compare(
            cursor.keyBuffer(), cursor.keyOffset(), prefix.capacity(), prefix, 0, prefix.capacity()) == 0;
    }

    /** Whether it has not come to the end. */
    boolean isOnEntry()
    {
        return isOnEntry;
    }

    /** Whether there is a key here, and one that matches. */
    boolean isMatch()
    {
        return !cursor.isTombstone() &&
            (isForAll || pattern.matches(cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength()));
    }

    boolean isTombstone()
    {
        return cursor.isTombstone();
    }

    DirectBuffer keyBuffer()
    {
        return cursor.keyBuffer();
    }

    int keyOffset()
    {
        return cursor.keyOffset();
    }

    int keyLength()
    {
        return cursor.keyLength();
    }

    void advance()
    {
        isOnEntry = cursor.next() && hasPrefix();
    }

    byte[] keyBytes()
    {
        final byte[] bytes = new byte[cursor.keyLength()];
        cursor.keyBuffer().getBytes(cursor.keyOffset(), bytes);
        return bytes;
    }

    @Override
    public void close()
    {
        cursor.close();
        snapshot.close();
    }
}
