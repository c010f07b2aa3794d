package org.velocitydb.journal;

import java.nio.ByteBuffer;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageFile;

/**
 * Makes segments: the one place where a file of the journal gets its name. Used by the writer.
 */
final class SegmentFactory
{
    private final JournalContext context;
    private final Storage storage;
    private final Checksum checksum = new Checksum();
    private final ByteBuffer headerBytes = ByteBuffer.allocateDirect(SegmentHeaderDescriptor.HEADER_LENGTH);
    private final UnsafeBuffer header = new UnsafeBuffer(headerBytes);

    SegmentFactory(final JournalContext context)
    {
        this.context = context;
        this.storage = context.storage();
    }

    /**
     * Makes a file for a segment, without its name.
     *
     * @param id          of the segment.
     * @param lengthBytes of the file.
     * @return the open file.
     * @throws org.velocitydb.journal.storage.StorageFullException when there is no room; nothing is left behind.
     */
    StorageFile createTemporary(final long id, final long lengthBytes)
    {
        final String path = path(id, SegmentNames.TEMPORARY_SUFFIX);
        // What an attempt before this one could not remove.
        storage.delete(path);
        return storage.create(path, lengthBytes);
    }

    /**
     * Write, force, rename, force the directory: afterwards the segment is durable and empty.
     *
     * @param blank         a file of the right length under a passing name; closed here.
     * @param id            of the segment.
     * @param firstSequence of its first record.
     * @return the segment, open.
     */
    Segment publish(final StorageFile blank, final long id, final long firstSequence)
    {
        final String path = path(id, SegmentNames.SEGMENT_SUFFIX);
        final SegmentIdentity identity;
        try (blank)
        {
            identity = new SegmentIdentity(
                id, firstSequence, blank.lengthBytes(), context.tagSource().getAsLong());
            SegmentHeaderDescriptor.encode(header, identity, context.epochClockMs().getAsLong(), checksum);
            headerBytes.clear();
            blank.write(headerBytes, 0);
            blank.force();
        }
        storage.rename(blank.name(), path);
        storage.forceDirectory(context.directory());
        return new Segment(storage.open(path), identity, SegmentHeaderDescriptor.FIRST_RECORD_OFFSET);
    }

    private String path(final long id, final String suffix)
    {
        return context.directory() + "/" + SegmentNames.name(id, suffix);
    }
}
