package org.velocitydb.engine.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.entry.CursorEntry;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.Keys;

/**
 * A table in a TreeMap: reads as the store's reader would give them, writes as the writer would do them. Counts what is
 * read and what is left open.
 */
final class MemorySource implements SqlSource
{
    static final int KEYSPACE = 7;
    /** Its clock stands still. */
    static final long NOW_MS = 1_000_000;

    private final NavigableMap<byte[], Row> rows = new TreeMap<>(Arrays::compareUnsigned);
    private long sequence;
    private int openCursors;
    private int gets;
    private int moves;

    record Row(byte[] value, long sequence, long expiryMs)
    {
    }

    NavigableMap<byte[], Row> rows()
    {
        return rows;
    }

    int openCursors()
    {
        return openCursors;
    }

    int gets()
    {
        return gets;
    }

    int moves()
    {
        return moves;
    }

    void put(final byte[] key, final byte[] value)
    {
        rows.put(key, new Row(value, ++sequence, Expiry.NEVER_MS));
    }

    void put(final String key, final String value)
    {
        put(StatementPrinter.utf8(key), StatementPrinter.utf8(value));
    }

    /**
     * Does a batch as the writer would: all conditions are judged before anything changes.
     *
     * @return operations applied.
     */
    int apply(final WriteBatch batch)
    {
        if (!holds(batch))
        {
            return 0;
        }
        final DirectBuffer buffer = batch.buffer();
        final Map<byte[], Row> before = new TreeMap<>(Arrays::compareUnsigned);
        before.putAll(rows);
        int applied = 0;
        int offset = 0;
        for (int i = 0; i < batch.operationCount(); i++)
        {
            final int kind = OperationDescriptor.kind(buffer, offset);
            if (kind != OperationDescriptor.KIND_CHECK && holds(buffer, offset, before))
            {
                applied++;
                apply(buffer, offset, kind);
            }
            offset = OperationDescriptor.next(buffer, offset);
        }
        return applied;
    }

    private void apply(final DirectBuffer buffer, final int offset, final int kind)
    {
        final byte[] key = key(buffer, offset);
        if (kind == OperationDescriptor.KIND_DELETE)
        {
            rows.remove(key);
            return;
        }
        final byte[] value = bytes(
            buffer, OperationDescriptor.userKeyOffset(offset) + key.length,
            OperationDescriptor.valueLength(buffer, offset));
        final long ttlMs = OperationDescriptor.ttlMs(buffer, offset);
        rows.put(key, new Row(
            value, ++sequence,
            ttlMs == OperationDescriptor.NO_TTL ? Expiry.NEVER_MS : Expiry.afterTtl(NOW_MS, ttlMs)));
    }

    /**
     * Whether nothing forbids a batch.
     */
    boolean holds(final WriteBatch batch)
    {
        final DirectBuffer buffer = batch.buffer();
        int offset = 0;
        for (int i = 0; i < batch.operationCount(); i++)
        {
            assertEquals(KEYSPACE, OperationDescriptor.keyspace(buffer, offset));
            if (!OperationDescriptor.isSkipping(buffer, offset) && !holds(buffer, offset, rows))
            {
                return false;
            }
            offset = OperationDescriptor.next(buffer, offset);
        }
        return true;
    }

    private static boolean holds(final DirectBuffer buffer, final int offset, final Map<byte[], Row> before)
    {
        final Row row = before.get(key(buffer, offset));
        return switch (OperationDescriptor.condition(buffer, offset))
        {
            case OperationDescriptor.CONDITION_NONE -> true;
            case OperationDescriptor.CONDITION_ABSENT -> row == null;
            case OperationDescriptor.CONDITION_PRESENT -> row != null;
            default -> row != null && row.sequence() == OperationDescriptor.expectedVersion(buffer, offset);
        };
    }

    private static byte[] key(final DirectBuffer buffer, final int offset)
    {
        return bytes(
            buffer, OperationDescriptor.userKeyOffset(offset),
            OperationDescriptor.keyLength(buffer, offset) - Keys.KEYSPACE_LENGTH);
    }

    @Override
    public boolean get(final DirectBuffer key, final int offset, final int length, final EntryView view)
    {
        gets++;
        final Row row = rows.get(bytes(key, offset, length));
        if (row == null)
        {
            return false;
        }
        view.wrapValue(new UnsafeBuffer(row.value()), 0, row.value().length, row.sequence(), row.expiryMs());
        return true;
    }

    @Override
    public EntryCursor cursor()
    {
        openCursors++;
        return new Cursor();
    }

    private static byte[] bytes(final DirectBuffer buffer, final int offset, final int length)
    {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return bytes;
    }

    private final class Cursor implements EntryCursor
    {
        private final UnsafeBuffer key = new UnsafeBuffer(0, 0);
        private final UnsafeBuffer value = new UnsafeBuffer(0, 0);
        private final CursorEntry shown = new CursorEntry();
        private Map.Entry<byte[], Row> entry;
        private boolean isClosed;

        @Override
        public boolean seekFirst()
        {
            return stand(rows.firstEntry());
        }

        @Override
        public boolean seekLast()
        {
            return stand(rows.lastEntry());
        }

        @Override
        public boolean seek(final DirectBuffer sought, final int offset, final int lengthBytes)
        {
            return stand(rows.ceilingEntry(bytes(sought, offset, lengthBytes)));
        }

        @Override
        public boolean seekBefore(final DirectBuffer sought, final int offset, final int lengthBytes)
        {
            return stand(rows.lowerEntry(bytes(sought, offset, lengthBytes)));
        }

        @Override
        public boolean next()
        {
            return stand(rows.higherEntry(entry.getKey()));
        }

        @Override
        public boolean previous()
        {
            return stand(rows.lowerEntry(entry.getKey()));
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
            assertEquals(false, isClosed);
            isClosed = true;
            openCursors--;
        }

        /**
         * Keys begin at offset 1, after a byte that is none of theirs.
         */
        private boolean stand(final Map.Entry<byte[], Row> found)
        {
            moves++;
            entry = found;
            if (found == null)
            {
                return false;
            }
            final byte[] shifted = new byte[found.getKey().length + 1];
            shifted[0] = 'k';
            System.arraycopy(found.getKey(), 0, shifted, 1, found.getKey().length);
            key.wrap(shifted);
            final boolean isTombstone = found.getValue().value() == null;
            value.wrap(isTombstone ? new byte[0] : found.getValue().value());
            shown.key(key, 1, found.getKey().length)
                .value(value, 0, value.capacity())
                .version(found.getValue().sequence(), found.getValue().expiryMs(), isTombstone);
            return true;
        }
    }
}
