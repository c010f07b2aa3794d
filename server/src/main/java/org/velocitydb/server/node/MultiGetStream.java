package org.velocitydb.server.node;

import java.nio.ByteBuffer;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.StoreSnapshot;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.protocol.v2.GetResult;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.MultiGetRequest;
import org.velocitydb.protocol.v2.MultiGetResult;

/**
 * Answers a MULTI_GET of version 2, a page a slice, all values as of one snapshot.
 */
final class MultiGetStream implements ResultStream
{
    private final ResultTarget target;
    private final StoreSnapshot snapshot;
    private final PageWriter page;
    /** All keys, one after the other; the frame they came in is gone by the next slice. */
    private final UnsafeBuffer keys;
    private final int[] keyLimits;
    private final int keyspace;
    private final EntryView value = new EntryView();
    private int nextKey;
    private boolean isDone;

    MultiGetStream(
        final ResultTarget target,
        final StoreSnapshot snapshot,
        final PageWriter page,
        final MultiGetRequest request,
        final ByteBuffer frame)
    {
        this.target = target;
        this.snapshot = snapshot;
        this.page = page;
        keyspace = request.keyspace();
        keyLimits = new int[request.count()];
        int length = 0;
        request.rewind();
        for (int i = 0; request.next(); i++)
        {
            length += request.keyLength();
            keyLimits[i] = length;
        }
        keys = new UnsafeBuffer(new byte[length]);
        request.rewind();
        for (int i = 0; request.next(); i++)
        {
            keys.putBytes(keyLimits[i] - request.keyLength(), frame, request.keyOffset(), request.keyLength());
        }
    }

    @Override
    public int doWork(final long nowNs)
    {
        page.begin(target, MessageType.MULTI_GET_RESULT, this::putHeader);
        if (!page.reserve(0))
        {
            return 0;
        }
        int workCount = 0;
        while (nextKey < keyLimits.length && workCount < ENTRIES_PER_SLICE && putValue())
        {
            workCount++;
            nextKey++;
        }
        if (nextKey == keyLimits.length)
        {
            page.finish(false);
            isDone = true;
            return workCount + 1;
        }
        if (workCount > 0)
        {
            page.finish(true);
        }
        return workCount;
    }

    private int putHeader(final ByteBuffer output, final int offset, final int rowCount)
    {
        return MultiGetResult.put(output, offset, snapshot.sequence(), rowCount);
    }

    private boolean putValue()
    {
        final int keyOffset = nextKey == 0 ? 0 : keyLimits[nextKey - 1];
        final int keyLength = keyLimits[nextKey] - keyOffset;
        final boolean isFound = snapshot.get(keyspace, keys, keyOffset, keyLength, value);
        final int valueLength = isFound ? value.value().capacity() : 0;
        final long ttlMs = isFound ? snapshot.ttlMs(value) : GetResult.NO_TTL;
        if (!page.reserve(MultiGetResult.entryHeaderLength(ttlMs) + valueLength))
        {
            return false;
        }
        final int valueOffset = MultiGetResult.putEntry(
            page.output(), page.position(), isFound, valueLength, isFound ? value.sequence() : 0, ttlMs);
        if (valueLength > 0)
        {
            value.value().getBytes(0, page.output(), valueOffset, valueLength);
        }
        page.rowWritten(valueOffset + valueLength);
        return true;
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
        return "MULTI_GET";
    }

    @Override
    public void close()
    {
        snapshot.close();
    }
}
