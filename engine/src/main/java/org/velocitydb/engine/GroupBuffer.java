package org.velocitydb.engine;

import java.nio.ByteBuffer;

import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.journal.Journal;

/**
 * The record of the group that is being built: room for the journal's header, then entries as
 * {@link LogEntryDescriptor} draws them, in direct memory so that the journal writes it as it is. Owned by the writer.
 * Grows for a large command and shrinks again afterwards.
 */
final class GroupBuffer implements AutoCloseable
{
    /** Where the entries begin. */
    static final int PAYLOAD_OFFSET = Journal.RECORD_HEADER_LENGTH;

    private static final int INITIAL_LENGTH = 256 * 1024;
    /** A group that is not one large command stays within this. */
    private static final int KEPT_LENGTH = 2 * OpenGroup.LENGTH_MAX;

    private ByteBuffer memory = ByteBuffer.allocateDirect(INITIAL_LENGTH);
    private final UnsafeBuffer buffer = new UnsafeBuffer(memory);
    private int lengthBytes;

    void clear()
    {
        lengthBytes = 0;
        if (buffer.capacity() > KEPT_LENGTH)
        {
            replaceMemory(KEPT_LENGTH);
        }
    }

    void appendPut(
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final long expiryMs,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength)
    {
        final int kind = expiryMs == Expiry.NEVER_MS
            ? LogEntryDescriptor.KIND_PUT
            : LogEntryDescriptor.KIND_EXPIRING_PUT;
        final int offset = append(kind, key, keyOffset, keyLength, valueLength);
        if (kind == LogEntryDescriptor.KIND_EXPIRING_PUT)
        {
            LogEntryDescriptor.putExpiry(buffer, offset, expiryMs);
        }
        buffer.putBytes(LogEntryDescriptor.keyOffset(kind, offset) + keyLength, value, valueOffset, valueLength);
    }

    void appendTombstone(final DirectBuffer key, final int keyOffset, final int keyLength)
    {
        append(LogEntryDescriptor.KIND_TOMBSTONE, key, keyOffset, keyLength, 0);
    }

    MutableDirectBuffer buffer()
    {
        return buffer;
    }

    /**
     * Extent of the entries.
     *
     * @return bytes from {@link #PAYLOAD_OFFSET} on.
     */
    int lengthBytes()
    {
        return lengthBytes;
    }

    private int append(
        final int kind, final DirectBuffer key, final int keyOffset, final int keyLength, final int valueLength)
    {
        final int offset = PAYLOAD_OFFSET + lengthBytes;
        final int end = offset + LogEntryDescriptor.encodedLength(kind, keyLength, valueLength);
        if (end > buffer.capacity())
        {
            grow(end);
        }
        LogEntryDescriptor.putHeader(buffer, offset, kind, keyLength, valueLength);
        buffer.putBytes(LogEntryDescriptor.keyOffset(kind, offset), key, keyOffset, keyLength);
        lengthBytes = end - PAYLOAD_OFFSET;
        return offset;
    }

    private void grow(final int neededLength)
    {
        final ByteBuffer larger = ByteBuffer.allocateDirect((int) Math.min(2L * neededLength, Integer.MAX_VALUE - 8));
        larger.put(0, memory, 0, PAYLOAD_OFFSET + lengthBytes);
        BufferUtil.free(memory);
        memory = larger;
        buffer.wrap(larger);
    }

    private void replaceMemory(final int length)
    {
        BufferUtil.free(memory);
        memory = ByteBuffer.allocateDirect(length);
        buffer.wrap(memory);
    }

    @Override
    public void close()
    {
        buffer.wrap(0, 0);
        BufferUtil.free(memory);
    }
}
