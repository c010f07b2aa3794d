package org.velocitydb.server.node;

import java.util.Arrays;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.Keys;

/**
 * A range of user keys, and how a cursor walks it in either direction.
 */
final class KeyRange
{
    private static final int UNSIGNED_BYTE_MAX = 0xFF;

    private final UnsafeBuffer from;
    /** Null where there is no upper bound. */
    private final UnsafeBuffer to;
    private final boolean isReverse;

    private KeyRange(final byte[] from, final byte[] to, final boolean isReverse)
    {
        this.from = new UnsafeBuffer(from);
        this.to = to == null ? null : new UnsafeBuffer(to);
        this.isReverse = isReverse;
    }

    /**
     * A range between bounds.
     *
     * @param from      inclusive; empty for the first key.
     * @param to        exclusive, or null for no bound.
     * @param isReverse whether to walk from the last key to the first.
     * @return the range.
     */
    static KeyRange between(final byte[] from, final byte[] to, final boolean isReverse)
    {
        return new KeyRange(from, to, isReverse);
    }

    /**
     * All keys that begin with a prefix.
     *
     * @param prefix    may be empty.
     * @param isReverse whether to walk from the last key to the first.
     * @return the range.
     */
    static KeyRange ofPrefix(final byte[] prefix, final boolean isReverse)
    {
        return new KeyRange(prefix, successor(prefix), isReverse);
    }

    /**
     * The least key that is greater than all keys with a prefix: the prefix with its last byte that can be raised
     * raised.
     */
    private static byte[] successor(final byte[] prefix)
    {
        int length = prefix.length;
        while (length > 0 && (prefix[length - 1] & UNSIGNED_BYTE_MAX) == UNSIGNED_BYTE_MAX)
        {
            length--;
        }
        if (length == 0)
        {
            return null;
        }
        final byte[] successor = Arrays.copyOf(prefix, length);
        successor[length - 1]++;
        return successor;
    }

    /**
     * Moves a cursor to the range's first entry in its direction.
     *
     * @param cursor to move.
     * @return whether there is one.
     */
    boolean begin(final EntryCursor cursor)
    {
        final boolean isFound;
        if (!isReverse)
        {
            isFound = cursor.seek(from, 0, from.capacity());
        }
        else
        {
            isFound = to == null ? cursor.seekLast() : cursor.seekBefore(to, 0, to.capacity());
        }
        return isFound && contains(cursor);
    }

    /**
     * Moves a cursor on.
     *
     * @param cursor on an entry of the range.
     * @return whether there is a further one.
     */
    boolean advance(final EntryCursor cursor)
    {
        return (isReverse ? cursor.previous() : cursor.next()) && contains(cursor);
    }

    private boolean contains(final EntryCursor cursor)
    {
        if (isReverse)
        {
            return compare(cursor, from) >= 0;
        }
        return to == null || compare(cursor, to) < 0;
    }

    private static int compare(final EntryCursor cursor, final UnsafeBuffer bound)
    {
        return Keys.compare(
            cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength(), bound, 0, bound.capacity());
    }
}
