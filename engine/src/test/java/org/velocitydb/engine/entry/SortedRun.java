package org.velocitydb.engine.entry;

import java.util.Map;
import java.util.NavigableMap;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A cursor over a map, as plain as can be: what other cursors are tested with and against. A null value is a tombstone.
 */
final class SortedRun implements EntryCursor
{
    private static final byte[] NO_BYTES = {};

    private final NavigableMap<byte[], byte[]> entries;
    private final long sequence;
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer value = new UnsafeBuffer(0, 0);
    private final CursorEntry shown = new CursorEntry();
    private Map.Entry<byte[], byte[]> entry;

    SortedRun(final NavigableMap<byte[], byte[]> entries, final long sequence)
    {
        this.entries = entries;
        this.sequence = sequence;
    }

    @Override
    public boolean seekFirst()
    {
        return settle(entries.firstEntry());
    }

    @Override
    public boolean seekLast()
    {
        return settle(entries.lastEntry());
    }

    @Override
    public boolean seek(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        return settle(entries.ceilingEntry(bytes(buffer, offset, lengthBytes)));
    }

    @Override
    public boolean seekBefore(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        return settle(entries.lowerEntry(bytes(buffer, offset, lengthBytes)));
    }

    @Override
    public boolean next()
    {
        return settle(entries.higherEntry(entry.getKey()));
    }

    @Override
    public boolean previous()
    {
        return settle(entries.lowerEntry(entry.getKey()));
    }

    @Override
    public boolean isValid()
    {
        return entry != null;
    }

    @Override
    public CursorEntry entry()
    {
        return shown;
    }

    @Override
    public void close()
    {
        entry = null;
    }

    private boolean settle(final Map.Entry<byte[], byte[]> newEntry)
    {
        entry = newEntry;
        if (newEntry != null)
        {
            key.wrap(newEntry.getKey());
            value.wrap(newEntry.getValue() == null ? NO_BYTES : newEntry.getValue());
            shown.key(key, 0, key.capacity())
                .value(value, 0, value.capacity())
                .version(sequence, Expiry.NEVER_MS, newEntry.getValue() == null);
        }
        return newEntry != null;
    }

    static byte[] bytes(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        final byte[] copy = new byte[lengthBytes];
        buffer.getBytes(offset, copy);
        return copy;
    }
}
