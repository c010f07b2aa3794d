package org.velocitydb.server.node;

import org.velocitydb.server.resp.RespWriter;

/**
 * Answers MGET, some values a slice, all as of one snapshot.
 */
final class RespMultiGetStream implements ResultStream
{
    private final ResultTarget target;
    private final RespManyKeys keys;
    private final RespWriter out;
    private final RespReplies replies;
    private final int version;
    private int nextKey;
    private boolean hasBegun;
    private boolean isDone;

    RespMultiGetStream(
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
        if (!hasBegun)
        {
            out.begin(version).array(keys.count());
            if (!replies.trySend(target.session()))
            {
                return 0;
            }
            hasBegun = true;
        }
        int workCount = 0;
        while (nextKey < keys.count() && workCount < ENTRIES_PER_SLICE && trySendValue())
        {
            workCount++;
            nextKey++;
        }
        isDone = nextKey == keys.count();
        return workCount;
    }

    private boolean trySendValue()
    {
        out.begin(version);
        if (keys.find(nextKey))
        {
            return replies.trySendBulk(target.session(), keys.value().value());
        }
        out.nothing();
        return replies.trySend(target.session());
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
        return "MGET";
    }

    @Override
    public void close()
    {
        keys.close();
    }
}
