package org.velocitydb.engine.entry;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Shows of a cursor only the keys from a lower bound, inclusive, to an upper bound, exclusive. Used by one thread;
 * serves again after another {@link #reset} or {@link #resetToPrefix}, and allocates nothing unless bounds grow longer
 * than any before. Bounds are copied.
 *
 * <p>A position outside the bounds is no position, although the source keeps it.
 */
public final class BoundedCursor implements EntryCursor
{
    private static final int INITIAL_BOUND_LENGTH = 256;

    private final UnsafeBuffer from = new UnsafeBuffer(new byte[INITIAL_BOUND_LENGTH]);
    private final UnsafeBuffer to = new UnsafeBuffer(new byte[INITIAL_BOUND_LENGTH]);
    private int fromLength;
    private int toLength;
    private boolean hasTo;
    /** What {@link Keys#prefix} says of the upper bound. */
    private long toPrefix;
    private EntryCursor source;
    private boolean isValid;

    /**
     * Points this cursor at another, which stays the caller's, and leaves it unpositioned.
     *
     * @param newSource     to show a range of.
     * @param fromKey       buffer of the lower bound.
     * @param fromKeyOffset of the bound.
     * @param fromKeyLength in bytes; 0 for no bound.
     * @param toKey         buffer of the upper bound, or null for none.
     * @param toKeyOffset   of the bound.
     * @param toKeyLength   in bytes.
     * @return this cursor.
     */
    public BoundedCursor reset(
        final EntryCursor newSource,
        final DirectBuffer fromKey,
        final int fromKeyOffset,
        final int fromKeyLength,
        final DirectBuffer toKey,
        final int toKeyOffset,
        final int toKeyLength)
    {
        source = newSource;
        isValid = false;
        copy(fromKey, fromKeyOffset, fromKeyLength, from);
        fromLength = fromKeyLength;
        hasTo = toKey != null;
        if (hasTo)
        {
            copy(toKey, toKeyOffset, toKeyLength, to);
            toLength = toKeyLength;
            toPrefix = Keys.prefix(to, 0, toLength);
        }
        return this;
    }

    /**
     * Points this cursor at the keys of another that begin with a prefix, and leaves it unpositioned.
     *
     * @param newSource    to show a range of.
     * @param prefix       buffer of the prefix.
     * @param prefixOffset of the prefix.
     * @param prefixLength in bytes; 0 for all keys.
     * @return this cursor.
     */
    public BoundedCursor resetToPrefix(
        final EntryCursor newSource,
        final DirectBuffer prefix,
        final int prefixOffset,
        final int prefixLength)
    {
        reset(newSource, prefix, prefixOffset, prefixLength, prefix, prefixOffset, prefixLength);
        // The first key behind all that begin with the prefix: its last byte that is not 0xFF, plus one, ends it. A
        // prefix of such bytes alone has nothing behind it.
        while (toLength > 0 && to.getByte(toLength - 1) == (byte) 0xFF)
        {
            toLength--;
        }
        hasTo = toLength > 0;
        if (hasTo)
        {
            to.putByte(toLength - 1, (byte) (to.getByte(toLength - 1) + 1));
            toPrefix = Keys.prefix(to, 0, toLength);
        }
        return this;
    }

    @Override
    public boolean seekFirst()
    {
        final boolean isFound = fromLength == 0 ? source.seekFirst() : source.seek(from, 0, fromLength);
        return settle(isFound && isBeforeEnd());
    }

    @Override
    public boolean seekLast()
    {
        final boolean isFound = hasTo ? source.seekBefore(to, 0, toLength) : source.seekLast();
        return settle(isFound && isAfterBegin());
    }

    @Override
    public boolean seek(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        if (Keys.compare(key, offset, lengthBytes, from, 0, fromLength) < 0)
        {
            return seekFirst();
        }
        return settle(source.seek(key, offset, lengthBytes) && isBeforeEnd());
    }

    @Override
    public boolean seekBefore(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        if (hasTo && Keys.compare(key, offset, lengthBytes, to, 0, toLength) > 0)
        {
            return seekLast();
        }
        return settle(source.seekBefore(key, offset, lengthBytes) && isAfterBegin());
    }

    @Override
    public boolean next()
    {
        checkValid();
        return settle(source.next() && isBeforeEnd());
    }

    @Override
    public boolean previous()
    {
        checkValid();
        return settle(source.previous() && isAfterBegin());
    }

    @Override
    public boolean isValid()
    {
        return isValid;
    }

    @Override
    public CursorEntry entry()
    {
        return source.entry();
    }

    /**
     * Lets go of the source, which stays open.
     */
    @Override
    public void close()
    {
        source = null;
        isValid = false;
    }

    private boolean settle(final boolean isInside)
    {
        isValid = isInside;
        return isInside;
    }

    private boolean isBeforeEnd()
    {
        if (!hasTo)
        {
            return true;
        }
        final CursorEntry entry = source.entry();
        final long prefix = Keys.prefix(entry.keyBuffer(), entry.keyOffset(), entry.keyLength());
        // Nearly always that decides, without a look at the bound's bytes.
        return prefix == toPrefix
            ? entry.compareKey(to, 0, toLength) < 0
            : Long.compareUnsigned(prefix, toPrefix) < 0;
    }

    private boolean isAfterBegin()
    {
        return source.entry().compareKey(from, 0, fromLength) >= 0;
    }

    private void checkValid()
    {
        if (!isValid)
        {
            throw new IllegalStateException("cursor has no position");
        }
    }

    private static void copy(
        final DirectBuffer bound,
        final int offset,
        final int lengthBytes,
        final UnsafeBuffer destination)
    {
        if (lengthBytes > destination.capacity())
        {
            destination.wrap(new byte[Math.max(lengthBytes, 2 * destination.capacity())]);
        }
        destination.putBytes(0, bound, offset, lengthBytes);
    }
}
