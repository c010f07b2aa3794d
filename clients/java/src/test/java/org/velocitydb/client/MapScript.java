package org.velocitydb.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.v2.GetRequest;
import org.velocitydb.protocol.v2.GetResult;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.MultiGetRequest;
import org.velocitydb.protocol.v2.MultiGetResult;
import org.velocitydb.protocol.v2.ScanResult;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.SqlValues;
import org.velocitydb.protocol.v2.WriteRequest;
import org.velocitydb.protocol.v2.WriteResult;

/**
 * Plays a server over a sorted map of texts: enough of one to see that requests and answers are read as they were
 * meant. Conditions of single operations only; a scan answers everything, an entry a frame; SQL answers everything.
 */
final class MapScript implements FakeServer.Script
{
    private final ConcurrentSkipListMap<String, VersionedValue> map = new ConcurrentSkipListMap<>();
    private final AtomicLong sequence = new AtomicLong();

    @Override
    public synchronized void onRequest(final FakeServer.Request request) throws IOException
    {
        switch (request.type())
        {
            case MessageType.GET :
                onGet(request);
                break;
            case MessageType.MULTI_GET :
                onMultiGet(request);
                break;
            case MessageType.WRITE :
                onWrite(request);
                break;
            case MessageType.SCAN :
                onScan(request);
                break;
            case MessageType.SQL :
                onSql(request);
                break;
            case MessageType.STATS :
                request.answer(MessageType.STATS_RESULT, (buffer, offset) -> put(buffer, offset, utf8("{}")));
                break;
            case MessageType.DISCONNECT :
                request.peer().close();
                break;
            default :
                request.answerEmpty();
                break;
        }
    }

    private void onGet(final FakeServer.Request request) throws IOException
    {
        final GetRequest get = new GetRequest();
        get.tryWrap(request.buffer(), request.offset(), request.length());
        final VersionedValue found = map.get(text(request.buffer(), get.keyOffset(), get.keyLength()));
        final byte[] value = found == null ? new byte[0] : found.value();
        request.answer(
            MessageType.GET_RESULT, (buffer, offset) -> put(
                buffer, GetResult.put(
                    buffer, offset, found != null, value.length, found == null ? 0 : found.version(), sequence.get()),
                value));
    }

    /** The first key in a frame of its own. */
    private void onMultiGet(final FakeServer.Request request) throws IOException
    {
        final MultiGetRequest keys = new MultiGetRequest();
        keys.tryWrap(request.buffer(), request.offset(), request.length());
        final int count = keys.count();
        request.answerPart(
            MessageType.MULTI_GET_RESULT,
            (buffer, offset) -> putFound(buffer, MultiGetResult.put(buffer, offset, 1, 1), request.buffer(), keys, 1));
        request.answer(
            MessageType.MULTI_GET_RESULT, (buffer, offset) -> putFound(
                buffer, MultiGetResult.put(buffer, offset, 1, count - 1), request.buffer(), keys, count - 1));
    }

    private int putFound(
        final ByteBuffer target, final int offset, final ByteBuffer source, final MultiGetRequest keys, final int count)
    {
        int next = offset;
        for (int i = 0; i < count; i++)
        {
            keys.next();
            final VersionedValue found = map.get(text(source, keys.keyOffset(), keys.keyLength()));
            final byte[] value = found == null ? new byte[0] : found.value();
            next = put(
                target, MultiGetResult.putEntry(
                    target, next, found != null, value.length, found == null ? 0 : found.version()),
                value);
        }
        return next;
    }

    private void onWrite(final FakeServer.Request request) throws IOException
    {
        final WriteRequest write = new WriteRequest();
        write.tryWrap(request.buffer(), request.offset(), request.length());
        int applied = 0;
        while (write.next())
        {
            final String key = text(request.buffer(), write.keyOffset(), write.keyLength());
            final VersionedValue found = map.get(key);
            final boolean holds = write.condition() == WriteRequest.CONDITION_NONE ||
                write.condition() == WriteRequest.CONDITION_ABSENT && found == null ||
                write.condition() == WriteRequest.CONDITION_PRESENT && found != null ||
                write.condition() == WriteRequest.CONDITION_VERSION && found != null &&
                    found.version() == write.expectedVersion();
            if (!holds)
            {
                request.answer(
                    MessageType.WRITE_RESULT, (buffer, offset) -> WriteResult.putConditionFailed(
                        buffer, offset, Durability.GROUP.code(), false, sequence.get(), 0,
                        found == null ? 0 : found.version()));
                return;
            }
            if (write.kind() == WriteRequest.KIND_PUT)
            {
                final byte[] value = new byte[write.valueLength()];
                request.buffer().get(write.valueOffset(), value);
                map.put(key, new VersionedValue(value, sequence.incrementAndGet(), 0, VersionedValue.NO_TTL));
            }
            else
            {
                sequence.incrementAndGet();
                map.remove(key);
            }
            applied++;
        }
        final int count = applied;
        request.answer(
            MessageType.WRITE_RESULT, (buffer, offset) -> WriteResult.putApplied(
                buffer, offset, Durability.GROUP.code(), request.frame().hasRequestId(), count, sequence.get()));
    }

    private void onScan(final FakeServer.Request request) throws IOException
    {
        for (final Map.Entry<String, VersionedValue> entry : map.entrySet())
        {
            final byte[] key = utf8(entry.getKey());
            final byte[] value = entry.getValue().value();
            request.answerPart(
                MessageType.SCAN_RESULT, (buffer, offset) ->
                {
                    final int next = ScanResult.putEntry(
                        buffer, ScanResult.put(buffer, offset, sequence.get(), 1), key.length, value.length,
                        entry.getValue().version());
                    return put(buffer, put(buffer, next, key), value);
                });
        }
        request.answer(
            MessageType.SCAN_RESULT, (buffer, offset) -> ScanResult.put(buffer, offset, sequence.get(), 0));
    }

    private void onSql(final FakeServer.Request request) throws IOException
    {
        request.answer(
            MessageType.SQL_RESULT, (buffer, offset) ->
            {
                int next = SqlResult.put(buffer, offset, map.size(), sequence.get(), 7, 2, 0);
                next = SqlResult.putColumn(buffer, next, utf8("key"));
                next = SqlResult.putColumn(buffer, next, utf8("value"));
                next = SqlResult.putRowCount(buffer, next, map.size());
                for (final Map.Entry<String, VersionedValue> entry : map.entrySet())
                {
                    next = putText(buffer, next, utf8(entry.getKey()));
                    next = putText(buffer, next, entry.getValue().value());
                }
                return next;
            });
    }

    private static int putText(final ByteBuffer buffer, final int offset, final byte[] text)
    {
        return put(buffer, SqlValues.putBytesHeader(buffer, offset, true, text.length), text);
    }

    private static int put(final ByteBuffer buffer, final int offset, final byte[] bytes)
    {
        buffer.put(offset, bytes);
        return offset + bytes.length;
    }

    private static String text(final ByteBuffer buffer, final int offset, final int length)
    {
        final byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
