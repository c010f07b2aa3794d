package org.velocitydb.server.node;

import org.velocitydb.server.resp.RespWriter;

/**
 * Answers a command about many keys, some a slice, all as of one snapshot. It first finds out whether its user may
 * touch them. What is said about them the commands know.
 */
abstract class RespManyKeysStream implements ResultStream
{
    private final ResultTarget target;
    private final RespManyKeys keys;
    private final RespWriter out;
    private final RespReplies replies;
    private final int version;
    private int nextKey;
    private boolean hasBegun;
    private boolean isDone;

    RespManyKeysStream(
        final ResultTarget target,
        final RespManyKeys keys,
        final RespWriter out,
        final RespReplies replies,
        final int version)
    {
        this.target = target;
        this.keys = keys;
        this.out = out;
        this.replies = replies;
        this.version = version;
    }

    /**
     * Sends what goes before all that is said of single keys.
     *
     * @return false where there is no room: it is asked for again.
     */
    abstract boolean tryBegin();

    /**
     * Looks at a key, and sends what is said of it alone.
     *
     * @param index of the key.
     * @return false where there is no room: it is asked for again.
     */
    abstract boolean tryKey(int index);

    /**
     * Sends what goes behind.
     *
     * @return false where there is no room: it is asked for again.
     */
    abstract boolean tryEnd();

    final RespManyKeys keys()
    {
        return keys;
    }

    /** The writer, with nothing in it yet. */
    final RespWriter begin()
    {
        return out.begin(version);
    }

    /** Sends what the writer has. */
    final boolean trySend()
    {
        return replies.trySend(target.session());
    }

    /** Sends the value that was found last. */
    final boolean trySendValue()
    {
        begin();
        return replies.trySendBulk(target.session(), keys.value().value());
    }

    @Override
    public final int doWork(final long nowNs)
    {
        if (keys.isForbidden())
        {
            isDone = keys.tryForbid(this, out, replies);
            return isDone ? 1 : 0;
        }
        if (!keys.areAllowed())
        {
            return keys.checkSome(ENTRIES_PER_SLICE);
        }
        hasBegun = hasBegun || tryBegin();
        return hasBegun ? doKeys() : 0;
    }

    private int doKeys()
    {
        int workCount = 0;
        while (nextKey < keys.count() && workCount < ENTRIES_PER_SLICE && tryKey(nextKey))
        {
            nextKey++;
            workCount++;
        }
        isDone = nextKey == keys.count() && tryEnd();
        return isDone ? workCount + 1 : workCount;
    }

    @Override
    public final boolean isDone()
    {
        return isDone;
    }

    @Override
    public final ResultTarget target()
    {
        return target;
    }

    @Override
    public final String kind()
    {
        return keys.command().name();
    }

    @Override
    public final void close()
    {
        keys.close();
    }
}
