package org.velocitydb.server.node;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.StoreSnapshot;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.server.resp.RespRequest;
import org.velocitydb.server.resp.RespWriter;

/**
 * Answers MGET, some values a slice, all as of one snapshot.
 */
final class RespMultiGetStream implements ResultStream
{
    private final ResultTarget target;
    private final StoreSnapshot snapshot;
    private final int keyspace;
    private final RespWriter out;
    private final RespReplies replies;
    private final int version;
    /** All keys, one after the other; the request they came in is gone by the next slice. */
    private final UnsafeBuffer keys;
    private final int[] keyLimits;
    private final EntryView value = new EntryView();
    private int nextKey;
    private boolean hasBegun;

    RespMultiGetStream(
        final ResultTarget target,
        final StoreSnapshot snapshot,
        final int keyspace,
        final RespRequest request,
        final RespWriter out,
        final RespReplies replies,
        final int version)
    {
        this.target = target;
        this.snapshot = snapshot;
        this.keyspace = keyspace;
        this.out = out;
        this.replies = replies;
        this.version = version;
        keyLimits = new int[request.count() - 1];
        int length = 0;
        for (int i = 0; i < keyLimits.length; i++)
        {
            length += request.length(i + 1);
            keyLimits[i] = length;
        }
        keys = new UnsafeBuffer(new byte[length]);
        for (int i = 0; i < keyLimits.length; i++)
        {
            keys.putBytes(
                keyLimits[i] - request.length(i + 1), request.buffer(), request.offset(i + 1), request.length(i + 1));
        }
    }

    @Override
    public int doWork(final long nowNs)
    {
        if (!hasBegun)
        {
            out.begin(version).array(keyLimits.length);
            if (!replies.trySend(target.session()))
            {
                return 0;
            }
            hasBegun = true;
        }
        int workCount = 0;
        while (nextKey < keyLimits.length && workCount < ENTRIES_PER_SLICE && trySendValue())
        {
            workCount++;
            nextKey++;
        }
        return workCount;
    }

    private boolean trySendValue()
    {
        final int keyOffset = nextKey == 0 ? 0 : keyLimits[nextKey - 1];
        final int keyLength = keyLimits[nextKey] - keyOffset;
        out.begin(version);
        if (RespTable.isKeyLength(keyLength) && snapshot.get(keyspace, keys, keyOffset, keyLength, value))
        {
            return replies.trySendBulk(target.session(), value.value());
        }
        out.nothing();
        return replies.trySend(target.session());
    }

    @Override
    public boolean isDone()
    {
        return nextKey == keyLimits.length;
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
        snapshot.close();
    }
}
