package org.velocitydb.server.node;

import java.nio.ByteBuffer;

import org.velocitydb.engine.StoreSnapshot;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.ScanRequest;
import org.velocitydb.protocol.v2.ScanResult;

/**
 * Answers a SCAN of version 2, a page a slice, all pages as of one snapshot.
 */
final class ScanStream implements ResultStream
{
    private final ResultTarget target;
    private final StoreSnapshot snapshot;
    private final PageWriter page;
    private final KeyRange range;
    private final boolean isKeysOnly;
    private final EntryCursor cursor;
    private long remaining;
    private boolean hasBegun;
    private boolean isOnEntry;
    private boolean isDone;

    ScanStream(
        final ResultTarget target,
        final StoreSnapshot snapshot,
        final PageWriter page,
        final ScanRequest request,
        final ByteBuffer frame)
    {
        this.target = target;
        this.snapshot = snapshot;
        this.page = page;
        final byte[] from = copy(frame, request.fromOffset(), request.fromLength());
        range = request.isPrefix()
            ? KeyRange.ofPrefix(from, request.isReverse())
            : KeyRange.between(
                from, request.hasTo() ? copy(frame, request.toOffset(), request.toLength()) : null,
                request.isReverse());
        isKeysOnly = request.isKeysOnly();
        remaining = request.limit() == ScanRequest.NO_LIMIT ? Long.MAX_VALUE : request.limit();
        cursor = snapshot.slicedCursor(request.keyspace());
    }

    private static byte[] copy(final ByteBuffer frame, final int offset, final int length)
    {
        final byte[] bytes = new byte[length];
        frame.get(offset, bytes);
        return bytes;
    }

    @Override
    public int doWork(final long nowNs)
    {
        page.begin(target, MessageType.SCAN_RESULT, this::putHeader);
        if (!page.reserve(0))
        {
            return 0;
        }
        if (!hasBegun)
        {
            hasBegun = true;
            isOnEntry = range.begin(cursor);
        }
        int workCount = 0;
        while (isOnEntry && remaining > 0 && workCount < ENTRIES_PER_SLICE && (cursor.isTombstone() || putEntry()))
        {
            workCount++;
            remaining -= cursor.isTombstone() ? 0 : 1;
            isOnEntry = remaining > 0 && range.advance(cursor);
        }
        if (!isOnEntry)
        {
            page.finish(false);
            isDone = true;
            return workCount + 1;
        }
        if (page.rowCount() > 0)
        {
            page.finish(true);
        }
        return workCount;
    }

    private int putHeader(final ByteBuffer output, final int offset, final int rowCount)
    {
        return ScanResult.put(output, offset, snapshot.sequence(), rowCount);
    }

    private boolean putEntry()
    {
        final int keyLength = cursor.keyLength();
        final int valueLength = isKeysOnly ? 0 : cursor.valueLength();
        if (!page.reserve(ScanResult.ENTRY_HEADER_LENGTH + keyLength + valueLength))
        {
            return false;
        }
        final ByteBuffer output = page.output();
        final int keyOffset = ScanResult.putEntry(output, page.position(), keyLength, valueLength, cursor.sequence());
        cursor.keyBuffer().getBytes(cursor.keyOffset(), output, keyOffset, keyLength);
        if (valueLength > 0)
        {
            cursor.valueBuffer().getBytes(cursor.valueOffset(), output, keyOffset + keyLength, valueLength);
        }
        page.rowWritten(keyOffset + keyLength + valueLength);
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
        return "SCAN";
    }

    @Override
    public void close()
    {
        cursor.close();
        snapshot.close();
    }
}
