package org.velocitydb.server.node;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.StoreSnapshot;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.sql.SqlLimits;
import org.velocitydb.server.resp.GlobPattern;

/**
 * A walk over the keys of a table that match a pattern, as of one snapshot and in the keys' order. It looks only at
 * keys that begin as the pattern does.
 */
final class RespKeyWalk implements AutoCloseable
{
    /**
     * Bytes that a pattern may have from its first special one on. Each may have to be compared with each byte of a
     * key, which no slice can cut; SQL bounds the patterns of LIKE alike.
     */
    static final int TAIL_LENGTH_MAX = SqlLimits.MAX_PATTERN_TAIL_LENGTH;

    private static final byte[] ALL = { '*' };
    /** Steps of a comparison that count as much as another key; fewer are had for nothing. */
    private static final int STEPS_PER_ENTRY = 4096;

    private final StoreSnapshot snapshot;
    private final EntryCursor cursor;
    private final GlobPattern pattern;
    private final boolean isForAll;
    private final UnsafeBuffer prefix;
    /** Bytes of the pattern of which each may have to be compared with each of a key's. */
    private final int tailLength;
    private boolean isOnEntry;

    RespKeyWalk(final StoreSnapshot snapshot, final int keyspace, final byte[] glob)
    {
        this.snapshot = snapshot;
        isForAll = glob == null || glob.length == 1 && glob[0] == '*';
        pattern = new GlobPattern(isForAll ? ALL : glob);
        prefix = new UnsafeBuffer(pattern.prefix());
        tailLength = isForAll ? 0 : glob.length - prefix.capacity();
        cursor = snapshot.slicedCursor(keyspace);
    }

    /** Whether a pattern is one that takes too long to compare. */
    static boolean isTooLong(final byte[] glob)
    {
        return glob.length - prefix(glob).length > TAIL_LENGTH_MAX;
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

    /** What it costs at most to look at the key here: as much as so many keys that are compared at once. */
    int entryCost()
    {
        return 1 + cursor.keyLength() * tailLength / STEPS_PER_ENTRY;
    }

    long version()
    {
        return cursor.sequence();
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
