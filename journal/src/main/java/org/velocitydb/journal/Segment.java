package org.velocitydb.journal;

import java.nio.ByteBuffer;

import org.velocitydb.journal.storage.StorageFile;

/**
 * The segment that is being written. Owned by the writer.
 */
final class Segment
{
    private final StorageFile file;
    private final SegmentIdentity identity;
    private long position;

    Segment(final StorageFile file, final SegmentIdentity identity, final long position)
    {
        this.file = file;
        this.identity = identity;
        this.position = position;
    }

    long id()
    {
        return identity.id();
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

    boolean hasRoomFor(final int payloadLength)
    {
        return position + RecordDescriptor.HEADER_LENGTH + payloadLength <= identity.lengthBytes();
    }

    void append(final ByteBuffer record, final int payloadLength)
    {
        file.write(record, position);
        position += RecordDescriptor.alignedLength(payloadLength);
    }
}
