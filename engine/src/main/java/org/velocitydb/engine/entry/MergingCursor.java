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
 * shown
 * stays before it, a step is one comparison, with a key that is at hand; only then all sources are looked at, which for
 * the few that a store has costs less than keeping them in a heap. In a scan over one large source and small ones the
 * runner-up changes seldom.
 *
 * <p>Invariant: going forward, every source stands on its first entry at or after the current key; going back, on its
 * last at or before it; or is not valid where there is none. A change of direction puts all sources back to that.
 */
public final class MergingCursor implements EntryCursor
{
    private static final int NULL_INDEX = -1;

    private final EntryCursor[] sources;
    private int sourceCount;
    /** The source that shows the current entry. */
    private int current = NULL_INDEX;
    private boolean isForward;
    /** Forward: the least source but the current one, and its key, which stays where it is until that source moves. */
    private int runnerUp = NULL_INDEX;
    private DirectBuffer runnerUpBuffer;
    private int runnerUpOffset;
    private int runnerUpLength;
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
        runnerUpBuffer = null;
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
        if (runnerUp == NULL_INDEX)
        {
            return true;
        }
        final int order = Keys.compare(
            shown.keyBuffer(), shown.keyOffset(), shown.keyLength(), runnerUpBuffer, runnerUpOffset, runnerUpLength);
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
                source.seek(shown.keyBuffer(), shown.keyOffset(), shown.keyLength());
            }
            if (source.isValid() && compareKeys(source, shown) == 0)
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
                source.seekBefore(shown.keyBuffer(), shown.keyOffset(), shown.keyLength());
            }
            else if (source.isValid() && compareKeys(source, shown) == 0)
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
    public DirectBuffer keyBuffer()
    {
        return sources[current].keyBuffer();
    }

    @Override
    public int keyOffset()
    {
        return sources[current].keyOffset();
    }

    @Override
    public int keyLength()
    {
        return sources[current].keyLength();
    }

    @Override
    public DirectBuffer valueBuffer()
    {
        return sources[current].valueBuffer();
    }

    @Override
    public int valueOffset()
    {
        return sources[current].valueOffset();
    }

    @Override
    public int valueLength()
    {
        return sources[current].valueLength();
    }

    @Override
    public long sequence()
    {
        return sources[current].sequence();
    }

    @Override
    public long expiryMs()
    {
        return sources[current].expiryMs();
    }

    @Override
    public boolean isTombstone()
    {
        return sources[current].isTombstone();
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
        for (int i = 0; i < sourceCount; i++)
        {
            if (!sources[i].isValid())
            {
                continue;
            }
            if (least == NULL_INDEX)
            {
                least = i;
            }
            else if (compareKeys(sources[i], sources[least]) < 0)
            {
                second = least;
                least = i;
            }
            else if (second == NULL_INDEX || compareKeys(sources[i], sources[second]) < 0)
            {
                second = i;
            }
        }
        current = least;
        rememberRunnerUp(second);
        return least != NULL_INDEX;
    }

    private void rememberRunnerUp(final int index)
    {
        runnerUp = index;
        isRunnerUpEqual = false;
        if (index != NULL_INDEX)
        {
            final EntryCursor source = sources[index];
            runnerUpBuffer = source.keyBuffer();
            runnerUpOffset = source.keyOffset();
            runnerUpLength = source.keyLength();
            isRunnerUpEqual = compareKeys(source, sources[current]) == 0;
        }
    }

    private boolean settleBackward()
    {
        isForward = false;
        int greatest = NULL_INDEX;
        for (int i = 0; i < sourceCount; i++)
        {
            if (sources[i].isValid() && (greatest == NULL_INDEX || compareKeys(sources[i], sources[greatest]) > 0))
            {
                greatest = i;
            }
        }
        current = greatest;
        return greatest != NULL_INDEX;
    }

    private void checkValid()
    {
        if (current == NULL_INDEX)
        {
            throw new IllegalStateException("cursor has no position");
        }
    }

    private static int compareKeys(final EntryCursor left, final EntryCursor right)
    {
        return Keys.compare(
            left.keyBuffer(), left.keyOffset(), left.keyLength(), right.keyBuffer(), right.keyOffset(),
            right.keyLength());
    }
}
