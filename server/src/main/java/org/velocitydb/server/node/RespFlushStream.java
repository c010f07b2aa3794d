package org.velocitydb.server.node;

import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.server.resp.RespWriter;

/**
 * Does FLUSHDB: deletes the keys of one snapshot, some in each command, and answers when all of that is durable. Each
 * command is atomic; all of them together are not, and keys that come meanwhile stay.
 */
final class RespFlushStream implements ResultStream
{
    /** Commands that are under way at a time: enough to keep the writer busy, and room for others in the ring. */
    private static final int OUTSTANDING_MAX = 4;
    private static final int BATCH_LENGTH_MAX = 64 * 1024;

    private final ResultTarget target;
    private final RespKeyWalk walk;
    private final int keyspace;
    private final LoopServices loop;
    private final RespWriter out;
    private final RespReplies replies;
    private final ClientState client;
    private final WriteBatch batch = new WriteBatch();
    private CommandStatus failure;
    private int outstandingCount;
    private boolean hasBegun;
    private boolean isDone;

    RespFlushStream(
        final ResultTarget target,
        final RespKeyWalk walk,
        final int keyspace,
        final LoopServices loop,
        final RespWriter out,
        final RespReplies replies,
        final ClientState client)
    {
        this.target = target;
        this.walk = walk;
        this.keyspace = keyspace;
        this.loop = loop;
        this.out = out;
        this.replies = replies;
        this.client = client;
    }

    /** The writer has done a part. */
    void onDeleted(final CommandStatus status)
    {
        outstandingCount--;
        if (status != CommandStatus.APPLIED && failure == null)
        {
            failure = status;
        }
    }

    @Override
    public int doWork(final long nowNs)
    {
        if (!hasBegun)
        {
            hasBegun = true;
            walk.begin(null);
        }
        int workCount = 0;
        if (failure == null && outstandingCount < OUTSTANDING_MAX)
        {
            workCount = gather();
            if (batch.operationCount() > 0 && (!walk.isOnEntry() || isFull()) && trySend())
            {
                batch.clear();
                outstandingCount++;
                workCount++;
            }
        }
        final boolean isOver = failure != null || !walk.isOnEntry() && batch.operationCount() == 0;
        return isOver && outstandingCount == 0 ? workCount + answer() : workCount;
    }

    private boolean isFull()
    {
        return batch.operationCount() >= ENTRIES_PER_SLICE || batch.lengthBytes() >= BATCH_LENGTH_MAX;
    }

    private int gather()
    {
        int workCount = 0;
        while (walk.isOnEntry() && !isFull() && workCount < ENTRIES_PER_SLICE)
        {
            if (!walk.isTombstone())
            {
                batch.delete(keyspace, walk.keyBuffer(), walk.keyOffset(), walk.keyLength());
            }
            walk.advance();
            workCount++;
        }
        return workCount;
    }

    private boolean trySend()
    {
        return loop.trySend(
            target.session(), RespReplies.correlationId(client.resp(), RespForm.FLUSH),
            ReplyTag.of(ReplyTag.FORM_RESP, loop.nowNs()), batch);
    }

    private int answer()
    {
        out.begin(client.resp().version());
        if (failure == null)
        {
            out.simple("OK");
        }
        else
        {
            replies.error(failure);
        }
        isDone = replies.trySend(target.session());
        return isDone ? 1 : 0;
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
        return "FLUSHDB";
    }

    @Override
    public void close()
    {
        walk.close();
    }
}
