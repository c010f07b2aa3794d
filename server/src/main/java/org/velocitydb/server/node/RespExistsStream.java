package org.velocitydb.server.node;

import org.velocitydb.server.resp.RespWriter;

/**
 * Answers EXISTS and TOUCH of many keys, some a slice, all as of one snapshot.
 */
final class RespExistsStream implements ResultStream
{
    private final ResultTarget target;
    private final RespManyKeys keys;
    private final RespWriter out;
    private final RespReplies replies;
    private final int version;
    private int nextKey;
    private int foundCount;
    private boolean isDone;

    RespExistsStream(
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

    @Override
    public int doWork(final long nowNs)
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
        int workCount = 0;
        while (nextKey < keys.count() && workCount < ENTRIES_PER_SLICE)
        {
            foundCount += keys.find(nextKey) ? 1 : 0;
            nextKey++;
            workCount++;
        }
        if (nextKey == keys.count())
        {
            out.begin(version).number(foundCount);
            isDone = replies.trySend(target.session());
            workCount += isDone ? 1 : 0;
        }
        return workCount;
    }

    @Override
    public boolean isDone()
    {
        return isDone;
    }

    @Override
    public ResultTarget target()
    {
        return target;
    }

    @Override
    public String kind()
    {
        return keys.command().name();
    }

    @Override
    public void close()
    {
        keys.close();
    }
}
