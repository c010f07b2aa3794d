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

    /** Through the page cache; durable after the file's next force. */
    void append(final ByteBuffer record, final int payloadLength)
    {
        final long nextPosition = position + RecordDescriptor.alignedLength(payloadLength);
        if (direct == null)
        {
            file.write(record, position);
        }
        else
        {
            tail.write(file, record, position, nextPosition);
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
