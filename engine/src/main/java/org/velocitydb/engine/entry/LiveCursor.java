package org.velocitydb.engine.entry;

import org.agrona.DirectBuffer;

/**
 * Hides tombstones and what has expired: shows what a user may see of a cursor. Used by one thread; serves again after
 * {@link #reset} without allocation. Below, an expired entry is a tombstone too.
 *
 * <p>A run of tombstones is walked through within one move. So that a scan over very many can yield, a limit may be
 * set: after so many in a row the cursor stands on a tombstone, says so by {@link #isTombstone()}, and goes on with the
 * next move.
 */
public final class LiveCursor implements EntryCursor
{
    /** No limit on the tombstones passed over in one move. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private EntryCursor source;
    private int skipLimit = UNLIMITED;
    private long nowMs;

    /**
     * Points this cursor at another, which stays the caller's; takes over its position, which is not moved.
     *
     * @param newSource    whose tombstones to hide.
     * @param newSkipLimit tombstones passed over in one move at most, or {@link #UNLIMITED}.
     * @param newNowMs     log time that decides what has expired.
     * @return this cursor.
     */
    public LiveCursor reset(final EntryCursor newSource, final int newSkipLimit, final long newNowMs)
    {
        source = newSource;
        skipLimit = newSkipLimit;
        nowMs = newNowMs;
        return this;
    }

    @Override
    public boolean seekFirst()
    {
        return source.seekFirst() && skipForward();
    }

    @Override
    public boolean seekLast()
    {
        return source.seekLast() && skipBackward();
    }

    @Override
    public boolean seek(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        return source.seek(key, offset, lengthBytes) && skipForward();
    }

    @Override
    public boolean seekBefore(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        return source.seekBefore(key, offset, lengthBytes) && skipBackward();
    }

    @Override
    public boolean next()
    {
        return source.next() && skipForward();
    }

    @Override
    public boolean previous()
    {
        return source.previous() && skipBackward();
    }

    @Override
    public boolean isValid()
    {
        return source != null && source.isValid();
    }

    @Override
    public CursorEntry entry()
    {
        return source.entry();
    }

    /**
     * Whether the limit was reached on a tombstone; without a limit never.
     */
    @Override
    public boolean isTombstone()
    {
        return isHidden(source.entry());
    }

    /**
     * Lets go of the source, which stays open.
     */
    @Override
    public void close()
    {
        source = null;
    }

    private boolean isHidden(final CursorEntry entry)
    {
        return entry.isTombstone() || Expiry.isExpired(entry.expiryMs(), nowMs);
    }

    private boolean skipForward()
    {
        int skipped = 0;
        boolean isValid = true;
        while (isValid && isHidden(source.entry()) && skipped < skipLimit)
        {
            isValid = source.next();
            skipped++;
        }
        return isValid;
    }

    private boolean skipBackward()
    {
        int skipped = 0;
        boolean isValid = true;
        while (isValid && isHidden(source.entry()) && skipped < skipLimit)
        {
            isValid = source.previous();
            skipped++;
        }
        return isValid;
    }
}
