package org.velocitydb.engine;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.EntryView;

/**
 * A read of the convenient kind: a reader and what it needs to copy what it finds. Kept by the store between the calls
 * of whichever threads, used by one at a time.
 */
final class ReadCall implements AutoCloseable
{
    private final StoreReader reader;
    private final ReadCalls calls;
    private final UnsafeBuffer keyBytes = new UnsafeBuffer(0, 0);
    private final EntryView value = new EntryView();

    ReadCall(final StoreReader reader, final ReadCalls calls)
    {
        this.reader = reader;
        this.calls = calls;
    }

    byte[] get(final int keyspace, final byte[] key)
    {
        reader.begin();
        try
        {
            keyBytes.wrap(key);
            return reader.get(keyspace, keyBytes, 0, key.length, value) ? copyOf(value) : null;
        }
        finally
        {
            end();
        }
    }

    int get(final int keyspace, final ByteBuffer key, final ByteBuffer target)
    {
        if (target.isReadOnly())
        {
            throw new ReadOnlyBufferException();
        }
        reader.begin();
        try
        {
            keyBytes.wrap(key);
            if (!reader.get(keyspace, keyBytes, key.position(), key.remaining(), value))
            {
                return Store.NULL_LENGTH;
            }
            final int length = requireRoom(target.remaining());
            value.value().getBytes(0, target, target.position(), length);
            return length;
        }
        finally
        {
            end();
        }
    }

    int get(
        final int keyspace,
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final MutableDirectBuffer target,
        final int targetOffset)
    {
        target.checkLimit(targetOffset);
        reader.begin();
        try
        {
            if (!reader.get(keyspace, key, keyOffset, keyLength, value))
            {
                return Store.NULL_LENGTH;
            }
            final int length = requireRoom(
                target.isExpandable() ? Integer.MAX_VALUE : target.capacity() - targetOffset);
            target.putBytes(targetOffset, value.value(), 0, length);
            return length;
        }
        finally
        {
            end();
        }
    }

    private int requireRoom(final int roomBytes)
    {
        final int length = value.value().capacity();
        if (length > roomBytes)
        {
            throw new TargetTooSmallException(length, roomBytes);
        }
        return length;
    }

    StoreSnapshot snapshot()
    {
        reader.begin();
        try
        {
            // The reader serves the next call, on whatever thread, while the snapshot is open.
            return reader.detachedSnapshot();
        }
        finally
        {
            reader.end();
        }
    }

    StoreStatistics statistics()
    {
        reader.begin();
        try
        {
            return reader.statistics();
        }
        finally
        {
            reader.end();
        }
    }

    StoreMemory memory(final MemoryBudget budget, final long rowCacheUsedBytes)
    {
        reader.begin();
        try
        {
            return reader.memory(budget, rowCacheUsedBytes);
        }
        finally
        {
            reader.end();
        }
    }

    static byte[] copyOf(final EntryView found)
    {
        final byte[] copy = new byte[found.value().capacity()];
        found.value().getBytes(0, copy);
        return copy;
    }

    private void end()
    {
        reader.end();
        // Else the caller's memory would be held until the next call.
        keyBytes.wrap(0, 0);
    }

    /** Ends the call. */
    @Override
    public void close()
    {
        calls.end(this);
    }

    /** Frees the reader; the last call. */
    void free()
    {
        reader.close();
    }
}
