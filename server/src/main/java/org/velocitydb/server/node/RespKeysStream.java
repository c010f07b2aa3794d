package org.velocitydb.server.node;

import org.velocitydb.server.resp.RespWriter;
import org.velocitydb.transport.Session;

/**
 * Answers KEYS and DBSIZE. The protocol wants the number of the keys before the first of them, so the keys of one
 * snapshot are walked twice, once to count them; nothing is gathered.
 */
final class RespKeysStream implements ResultStream
{
    private final ResultTarget target;
    private final RespKeyWalk walk;
    private final RespWriter out;
    private final RespReplies replies;
    private final int version;
    private final boolean isCountAlone;
    private long count;
    private boolean hasBegun;
    private boolean hasCounted;
    private boolean isDone;

    RespKeysStream(
        final ResultTarget target,
        final RespKeyWalk walk,
        final RespWriter out,
        final RespReplies replies,
        final int version,
        final boolean isCountAlone)
    {
        this.target = target;
        this.walk = walk;
        this.out = out;
        this.replies = replies;
        this.version = version;
        this.isCountAlone = isCountAlone;
    }

    @Override
    public int doWork(final long nowNs)
    {
        if (!hasBegun)
        {
            hasBegun = true;
            walk.begin(null);
        }
        return hasCounted ? sendSome() : countSome();
    }

    private int countSome()
    {
        int workCount = 0;
        while (walk.isOnEntry() && workCount < ENTRIES_PER_SLICE)
        {
            count += walk.isMatch() ? 1 : 0;
            workCount += walk.entryCost();
            walk.advance();
        }
        if (!walk.isOnEntry())
        {
            out.begin(version);
            if (isCountAlone)
            {
                out.number(count);
            }
            else
            {
                out.array((int) Math.min(count, Integer.MAX_VALUE));
            }
            if (replies.trySend(target.session()))
            {
                isDone = isCountAlone;
                hasCounted = true;
                walk.begin(null);
                return workCount + 1;
            }
        }
        return workCount;
    }

    private int sendSome()
    {
        int workCount = 0;
        while (walk.isOnEntry() && workCount < ENTRIES_PER_SLICE)
        {
            if (walk.isMatch() && !trySendKey(target.session()))
            {
                return workCount;
            }
            workCount += walk.entryCost();
            walk.advance();
        }
        isDone = !walk.isOnEntry();
        return workCount + 1;
    }

    private boolean trySendKey(final Session session)
    {
        out.begin(version).bulk(walk.keyBuffer(), walk.keyOffset(), walk.keyLength());
        return replies.trySend(session);
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
        return isCountAlone ? "DBSIZE" : "KEYS";
    }

    @Override
    public void close()
    {
        walk.close();
    }
}
