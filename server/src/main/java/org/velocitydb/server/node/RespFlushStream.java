package org.velocitydb.server.node;

import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.sql.SqlLimits;
import org.velocitydb.server.resp.RespCommand;
import org.velocitydb.server.resp.RespWriter;

/**
 * Does FLUSHDB as SQL does a DELETE of all rows: finds the keys of one snapshot, some a slice, and deletes them in one
 * batch, each in the version that was found, so that what is written meanwhile stays. Answers when that is durable.
 *
 * <p>What is more than one batch may hold is deleted in several, one after the other, and is not atomic then. To drop
 * the table and make it again would be no way out: that is two commands, too, those who know the table by its id would
 * lose it, and the table named kv cannot be dropped.
 */
final class RespFlushStream implements ResultStream
{
    private final ResultTarget target;
    private final RespKeyWalk walk;
    private final int keyspace;
    private final LoopServices loop;
    private final RespSender sender;
    private final RespWriter out;
    private final RespReplies replies;
    private final ClientState client;
    private final RespCommand command;
    private final int lengthMax;
    private final WriteBatch batch = new WriteBatch();
    private CommandStatus failure;
    private boolean hasBegun;
    private boolean isFull;
    private boolean isUnderWay;
    private boolean isDone;
    private boolean isClosed;

    /**
     * Begins; one more statement is gathering its rows on this loop from here on, until this is closed.
     */
    RespFlushStream(
        final ResultTarget target,
        final RespKeyWalk walk,
        final int keyspace,
        final LoopServices loop,
        final RespSender sender,
        final RespWriter out,
        final RespReplies replies,
        final ClientState client,
        final RespCommand command)
    {
        this.target = target;
        this.walk = walk;
        this.keyspace = keyspace;
        this.loop = loop;
        this.sender = sender;
        this.out = out;
        this.replies = replies;
        this.client = client;
        this.command = command;
        lengthMax = Math.min(loop.batchLengthMax(), GatherStream.LENGTH_MAX);
    }

    /** The writer has done a batch. */
    void onDeleted(final CommandStatus status)
    {
        isUnderWay = false;
        failure = status == CommandStatus.APPLIED ? failure : status;
    }

    @Override
    public int doWork(final long nowNs)
    {
        if (!hasBegun)
        {
            hasBegun = true;
            walk.begin(null);
        }
        int workCount = failure == null ? gather() : 0;
        if (failure == null && !isUnderWay && batch.operationCount() > 0 && (isFull || !walk.isOnEntry()) && trySend())
        {
            batch.clear();
            isFull = false;
            isUnderWay = true;
            workCount++;
        }
        final boolean isOver = failure != null || !walk.isOnEntry() && batch.operationCount() == 0;
        return isOver && !isUnderWay ? workCount + answer() : workCount;
    }

    private int gather()
    {
        int workCount = 0;
        while (walk.isOnEntry() && !isFull && workCount < ENTRIES_PER_SLICE)
        {
            isFull = !walk.isTombstone() && !tryAdd();
            if (!isFull)
            {
                walk.advance();
            }
            workCount++;
        }
        return workCount;
    }

    private boolean tryAdd()
    {
        final int count = batch.operationCount();
        final int length = batch.lengthBytes() + OperationDescriptor.encodedLength(walk.keyLength(), 0);
        if (count > 0 && (count == SqlLimits.MAX_GATHERED_ROWS || length > lengthMax))
        {
            return false;
        }
        batch.add(
            OperationDescriptor.KIND_DELETE, OperationDescriptor.CONDITION_VERSION, OperationDescriptor.FLAG_SKIP,
            walk.version(), keyspace, walk.keyBuffer(), walk.keyOffset(), walk.keyLength(), walk.keyBuffer(),
            walk.keyOffset(), 0);
        return true;
    }

    private boolean trySend()
    {
        final CommandSlot slot = loop.tryClaim(batch.lengthBytes());
        if (slot == null)
        {
            return false;
        }
        slot.payload().putBytes(0, batch.buffer(), 0, batch.lengthBytes());
        slot.operations(batch.operationCount(), Durability.STORE_DEFAULT);
        sender.send(client, slot, RespForm.FLUSH, command);
        return true;
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
        return command.name();
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            walk.close();
            loop.sqlDesk().endGathering();
        }
    }
}
