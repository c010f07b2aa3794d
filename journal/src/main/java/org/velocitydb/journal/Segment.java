package org.velocitydb.journal;

import java.nio.ByteBuffer;

import org.agrona.CloseHelper;
import org.velocitydb.journal.storage.DirectFile;
import org.velocitydb.journal.storage.StorageFile;

/**
 * The segment that is being written. Owned by the writer.
 */
final class Segment implements AutoCloseable
{
    /**
     * Longest record that is written in place. A page of a mapping costs a fault before it can be written, a call to
     * write costs about as much at each record: short records share a page, long ones take many.
     */
    static final int IN_PLACE_LENGTH_MAX = 4096;

    private final StorageFile file;
    /** Null where writes go through the page cache alone; the tail is then null as well. */
    private final DirectFile direct;
    private final DirectTail tail;
    private final SegmentIdentity identity;
    private long position;

    Segment(
        final StorageFile file,
        final DirectFile direct,
        final DirectTail tail,
        final SegmentIdentity identity,
        final long position)
    {
        this.file = file;
        this.direct = direct;
        this.tail = tail;
        this.identity = identity;
        this.position = position;
    }

    long id()
    {
        return identity.id();
    }

    long lengthBytes()
    {
        return identity.lengthBytes();
    }

    long tag()
    {
        return identity.tag();
    }

    long position()
    {
        return position;
    }

    StorageFile file()
    {
        return file;
    }

    boolean isDirect()
    {
        return direct != null;
    }

    boolean hasRoomFor(final int payloadLength)
    {
        return position + RecordDescriptor.HEADER_LENGTH + payloadLength <= identity.lengthBytes();
    }

    /**
     * Through the page cache; durable after the file's next force.
     *
     * @param record        whole, with its header.
     * @param payloadLength of it.
     * @param isForcedNext  whether that force comes at once. Then the record is not written in place: what a force
     *                      writes is whole blocks after a write, but what a mapping has changed is written in the units
     *                      that the operating system caches, which on Linux may be 64 times as long.
     */
    void append(final ByteBuffer record, final int payloadLength, final boolean isForcedNext)
    {
        final long nextPosition = position + RecordDescriptor.alignedLength(payloadLength);
        final boolean isInPlace = !isForcedNext && record.remaining() <= IN_PLACE_LENGTH_MAX;
        if (direct != null)
        {
            tail.prepareCache(file);
        }
        final int start = record.position();
        if (isInPlace)
        {
            file.writeInPlace(record, position);
        }
        else
        {
            file.write(record, position);
        }
        if (direct != null)
        {
            tail.follow(record.position(start), position, nextPosition);
        }
        position = nextPosition;
    }

    /** Past the page cache, where the segment {@link #isDirect()}; durable at once. */
    void appendDurably(final ByteBuffer record, final int payloadLength)
    {
        final long nextPosition = position + RecordDescriptor.alignedLength(payloadLength);
        tail.writeDurably(direct, record, nextPosition);
        position = nextPosition;
    }

    @Override
    public void close()
    {
        CloseHelper.closeAll(direct, file);
    }
}
