package org.velocitydb.journal;

import java.nio.ByteBuffer;

import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFile;

/**
 * Reads one segment after another into memory, and walks its records. Reads rather than maps, so that a bad disk is an
 * exception and not a fault of the virtual machine. Used by one thread; {@link #close()} frees the memory.
 */
final class SegmentReader implements AutoCloseable
{
    private final Storage storage;
    private final Checksum checksum = new Checksum();
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private ByteBuffer memory;

    private int length;
    private long tag;
    private int recordOffset;
    private int position;
    private long nextSequence;
    private long claimedSequence;

    SegmentReader(final Storage storage)
    {
        this.storage = storage;
    }

    /**
     * Reads a whole segment and stands before its first record.
     *
     * @param header that was found intact.
     */
    void load(final SegmentHeader header)
    {
        length = (int) header.identity().lengthBytes();
        if (memory == null || memory.capacity() < length)
        {
            close();
            memory = ByteBuffer.allocateDirect(length);
            buffer.wrap(memory);
        }
        memory.clear().limit(length);
        try (StorageFile file = storage.open(header.path()))
        {
            final int count = file.read(memory, 0);
            if (count != length)
            {
                throw new StorageException(
                    "file ended early: file=" + header.path() + ", length=" + length + ", read=" + count);
            }
        }
        tag = header.identity().tag();
        recordOffset = SegmentHeaderDescriptor.FIRST_RECORD_OFFSET;
        position = SegmentHeaderDescriptor.FIRST_RECORD_OFFSET;
        nextSequence = header.identity().firstSequence();
        claimedSequence = nextSequence - 1;
    }

    /**
     * Moves to the next record that checks out and continues the sequence.
     *
     * @return whether there is one; if not, {@link #position()} is where it should have been.
     */
    boolean next()
    {
        if (!isIntact(position) || RecordDescriptor.firstSequence(buffer, position) != nextSequence)
        {
            return false;
        }
        recordOffset = position;
        position += RecordDescriptor.alignedLength(payloadLength());
        nextSequence += entryCount();
        claimedSequence = Math.max(claimedSequence, RecordDescriptor.durableSequence(buffer, recordOffset));
        return true;
    }

    /**
     * Looks at everything behind {@link #position()}, after {@link #next()} found no more.
     *
     * @return what is there.
     */
    RecoveryCase.Rest rest()
    {
        RecoveryCase.Rest rest = RecoveryCase.Rest.NOTHING;
        for (int offset = nextTrace(position); offset < length; offset = nextTrace(offset + RecordDescriptor.ALIGNMENT))
        {
            if (isIntact(offset) && contradictsCrash(offset))
            {
                return RecoveryCase.Rest.CLAIMED;
            }
            rest = RecoveryCase.Rest.REMAINS;
        }
        return rest;
    }

    /**
     * Finds the next place that bears this segment's tag where a record would.
     *
     * @param from first offset to look at, aligned.
     * @return its offset, or {@link #length()} where there is none.
     */
    int nextTrace(final int from)
    {
        final int limit = length - RecordDescriptor.HEADER_LENGTH;
        for (int offset = from; offset <= limit; offset += RecordDescriptor.ALIGNMENT)
        {
            if (RecordDescriptor.tag(buffer, offset) == tag)
            {
                return offset;
            }
        }
        return length;
    }

    boolean isIntact(final int offset)
    {
        if (offset > length - RecordDescriptor.HEADER_LENGTH || RecordDescriptor.tag(buffer, offset) != tag)
        {
            return false;
        }
        final int payloadLength = RecordDescriptor.payloadLength(buffer, offset);
        if (payloadLength < 0 || payloadLength > length - RecordDescriptor.HEADER_LENGTH - offset)
        {
            return false;
        }
        final int checked = RecordDescriptor.HEADER_LENGTH - RecordDescriptor.CHECKED_OFFSET + payloadLength;
        return RecordDescriptor.entryCount(buffer, offset) > 0 && RecordDescriptor.checksum(buffer, offset) == checksum
            .of(buffer, offset + RecordDescriptor.CHECKED_OFFSET, checked);
    }

    /**
     * The first record that no other record of this segment calls durable, after {@link #next()} found no more.
     *
     * @return its offset, or {@link #position()} where there is none.
     */
    int firstUnclaimed()
    {
        int offset = SegmentHeaderDescriptor.FIRST_RECORD_OFFSET;
        while (offset < position && RecordDescriptor.firstSequence(buffer, offset) +
            RecordDescriptor.entryCount(buffer, offset) - 1 <= claimedSequence)
        {
            offset += RecordDescriptor.alignedLength(RecordDescriptor.payloadLength(buffer, offset));
        }
        return offset;
    }

    DirectBuffer buffer()
    {
        return buffer;
    }

    ByteBuffer bytes(final int from, final int to)
    {
        return checksum.view(buffer, from, to - from);
    }

    int length()
    {
        return length;
    }

    int recordOffset()
    {
        return recordOffset;
    }

    int payloadOffset()
    {
        return recordOffset + RecordDescriptor.HEADER_LENGTH;
    }

    int payloadLength()
    {
        return RecordDescriptor.payloadLength(buffer, recordOffset);
    }

    long firstSequence()
    {
        return RecordDescriptor.firstSequence(buffer, recordOffset);
    }

    int entryCount()
    {
        return RecordDescriptor.entryCount(buffer, recordOffset);
    }

    long timeMs()
    {
        return RecordDescriptor.timeMs(buffer, recordOffset);
    }

    int position()
    {
        return position;
    }

    long nextSequence()
    {
        return nextSequence;
    }

    @Override
    public void close()
    {
        buffer.wrap(0, 0);
        BufferUtil.free(memory);
        memory = null;
    }

    /**
     * Whether no crash can have put this intact record behind a damaged one: it knew the damaged one's sequence to be
     * durable, or it does not come after it.
     */
    private boolean contradictsCrash(final int offset)
    {
        return offset == position || RecordDescriptor.firstSequence(buffer, offset) <= nextSequence ||
            RecordDescriptor.durableSequence(buffer, offset) >= nextSequence;
    }
}
