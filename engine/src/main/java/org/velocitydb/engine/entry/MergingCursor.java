package org.velocitydb.engine.entry;

import org.agrona.DirectBuffer;

/**
 * Shows several sorted runs as one: memtables and tables, newest first. Where more than one has a key, the entry of the
 * newest wins and the others are passed over; tombstones are shown, because whoever merges tables must keep them, and
 * {@link LiveCursor} hides them.
 *
 * <p>Used by one thread. The sources are the caller's, who closes them; while they are merged nobody else moves them. A
 * merging cursor serves again after {@link #reset}, and allocates nothing then.
 *
 * <p>Going forward it knows the runner-up, the least of the sources that are not shown. As long as the one that is
 * shown stays before it, a step is one comparison, with a key that is at hand; only then all sources are looked at,
 * which for the few that a store has costs less than keeping them in a heap. In a scan over one large source and small
 * ones the runner-up changes seldom.
 *
 * <p>Invariant: going forward, every source stands on its first entry at or after the current key; going back, on its
 * last at or before it; or is not valid where there is none. A change of direction puts all sources back to that.
 */
public final class MergingCursor implements EntryCursor
{
    private static final int NULL_INDEX = -1;

    private final EntryCursor[] sources;
    private int sourceCount;
    /** The source that shows the current entry, and that entry. */
    private int current = NULL_INDEX;
    private CursorEntry entry;
    private boolean isForward;
    /** Forward: the least source but the current one, and its entry, which stays as it is until that source moves. */
    private int runnerUp = NULL_INDEX;
    private CursorEntry runnerUpEntry;
    /** Forward: whether the runner-up stands on the current key too. */
    private boolean isRunnerUpEqual;

    /**
     * Makes a cursor without sources.
     *
     * @param maxSourceCount that {@link #add} will be called with between resets.
     */
    public MergingCursor(final int maxSourceCount)
    {
        sources = new EntryCursor[maxSourceCount];
    }

    /**
     * Forgets all sources.
     *
     * @return this cursor.
     */
    public MergingCursor reset()
    {
        for (int i = 0; i < sourceCount; i++)
        {
            sources[i] = null;
        }
        sourceCount = 0;
        current = NULL_INDEX;
        runnerUp = NULL_INDEX;
        runnerUpEntry = null;
        entry = null;
        return this;
    }

    /**
     * Adds a source that is older than all before it. Leaves this cursor unpositioned.
     *
     * @param source a cursor, positioned or not.
     * @return this cursor.
     * @throws IllegalStateException beyond the count that was announced.
     */
    public MergingCursor add(final EntryCursor source)
    {
        if (sourceCount == sources.length)
        {
            throw new IllegalStateException("too many sources: max=" + sources.length);
        }
        sources[sourceCount++] = source;
        current = NULL_INDEX;
        return this;
    }

    @Override
    public boolean seekFirst()
    {
        for (int i = 0; i < sourceCount; i++)
        {
            sources[i].seekFirst();
        }
        return settleForward();
    }

    @Override
    public boolean seekLast()
    {
        for (int i = 0; i < sourceCount; i++)
        {
            sources[i].seekLast();
        }
        return settleBackward();
    }

    @Override
    public boolean seek(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        for (int i = 0; i < sourceCount; i++)
        {
            sources[i].seek(key, offset, lengthBytes);
        }
        return settleForward();
    }

    @Override
    public boolean seekBefore(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        for (int i = 0; i < sourceCount; i++)
        {
            sources[i].seekBefore(key, offset, lengthBytes);
        }
        return settleBackward();
    }

    @Override
    public boolean next()
    {
        checkValid();
        return isForward && !isRunnerUpEqual ? nextAlone() : nextOfAll();
    }

    /** The shown source moves, since it alone has the current key. */
    private boolean nextAlone()
    {
        final EntryCursor shown = sources[current];
        if (!shown.next())
        {
            return settleForward();
        }
        entry = shown.entry();
        if (runnerUp == NULL_INDEX)
        {
            return true;
        }
        final int order = entry.compareKey(runnerUpEntry);
        if (order < 0)
        {
            return true;
        }
        if (order == 0 && current < runnerUp)
        {
            isRunnerUpEqual = true;
            return true;
        }
        return settleForward();
    }

    private boolean nextOfAll()
    {
        final EntryCursor shown = sources[current];
        for (int i = 0; i < sourceCount; i++)
        {
            final EntryCursor source = sources[i];
            if (source == shown)
            {
                continue;
            }
            if (!isForward)
            {
                source.seek(entry.keyBuffer(), entry.keyOffset(), entry.keyLength());
            }
            if (source.isValid() && source.entry().compareKey(entry) == 0)
            {
                source.next();
            }
        }
        // Last, because the others compare with its key.
        shown.next();
        return settleForward();
    }

    @Override
    public boolean previous()
    {
        checkValid();
        final EntryCursor shown = sources[current];
        for (int i = 0; i < sourceCount; i++)
        {
            final EntryCursor source = sources[i];
            if (source == shown)
            {
                continue;
            }
            if (isForward)
            {
                source.seekBefore(entry.keyBuffer(), entry.keyOffset(), entry.keyLength());
            }
            else if (source.isValid() && source.entry().compareKey(entry) == 0)
            {
                source.previous();
            }
        }
        shown.previous();
        return settleBackward();
    }

    @Override
    public boolean isValid()
    {
        return current != NULL_INDEX;
    }

    @Override
    public CursorEntry entry()
    {
        return entry;
    }

    /**
     * Which source shows the current entry.
     *
     * @return its place in the order they were added.
     */
    public int sourceIndex()
    {
        checkValid();
        return current;
    }

    /**
     * Forgets the sources, which stay open.
     */
    @Override
    public void close()
    {
        reset();
    }

    private boolean settleForward()
    {
        isForward = true;
        int least = NULL_INDEX;
        int second = NULL_INDEX;
        CursorEntry leastEntry = null;
        CursorEntry secondEntry = null;
        for (int i = 0; i < sourceCount; i++)
        {
            if (!sources[i].isValid())
            {
                continue;
            }
            final CursorEntry candidate = sources[i].entry();
            if (least == NULL_INDEX)
            {
                least = i;
                leastEntry = candidate;
            }
            else if (candidate.compareKey(leastEntry) < 0)
            {
                second = least;
                secondEntry = leastEntry;
                least = i;
                leastEntry = candidate;
            }
            else if (second == NULL_INDEX || candidate.compareKey(secondEntry) < 0)
            {
                second = i;
                secondEntry = candidate;
            }
        }
        current = least;
        entry = leastEntry;
        runnerUp = second;
        runnerUpEntry = secondEntry;
        isRunnerUpEqual = second != NULL_INDEX && secondEntry.compareKey(leastEntry) == 0;
        return least != NULL_INDEX;
    }

    private boolean settleBackward()
    {
        isForward = false;
        int greatest = NULL_INDEX;
        CursorEntry greatestEntry = null;
        for (int i = 0; i < sourceCount; i++)
        {
            if (!sources[i].isValid())
            {
                continue;
            }
            final CursorEntry candidate = sources[i].entry();
            if (greatest == NULL_INDEX || candidate.compareKey(greatestEntry) > 0)
            {
                greatest = i;
                greatestEntry = candidate;
            }
        }
        current = greatest;
        entry = greatestEntry;
        return greatest != NULL_INDEX;
    }

    private void checkValid()
    {
        if (current == NULL_INDEX)
        {
            throw new IllegalStateException("cursor has no position");
        }
    }
}
