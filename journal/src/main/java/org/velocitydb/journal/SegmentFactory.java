package org.velocitydb.journal;

import java.nio.ByteBuffer;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.journal.storage.DirectFile;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFile;

/**
 * Makes and opens segments: the one place where a file of the journal gets its name. Used by the writer. Owns the
 * memory that direct writes go through, and frees it when closed.
 */
final class SegmentFactory implements AutoCloseable
{
    private final JournalContext context;
    private final Storage storage;
    private final Checksum checksum = new Checksum();
    private final ByteBuffer headerBytes = ByteBuffer.allocateDirect(SegmentHeaderDescriptor.HEADER_LENGTH);
    private final UnsafeBuffer header = new UnsafeBuffer(headerBytes);

    private SyncChoice syncChoice;
    /** Null unless the choice was direct. */
    private DirectTail tail;

    SegmentFactory(final JournalContext context)
    {
        this.context = context;
        this.storage = context.storage();
    }

    /**
     * Settles how records are made durable. Called once, before the first segment.
     */
    void chooseSyncMethod()
    {
        syncChoice = new SyncProbe(context).choose();
        if (syncChoice.method() == SyncMethod.DIRECT)
        {
            tail = new DirectTail(storage.directAlignment());
        }
    }

    SyncChoice syncChoice()
    {
        return syncChoice;
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
        return open(storage.open(path), identity, header, SegmentHeaderDescriptor.FIRST_RECORD_OFFSET);
    }

    /**
     * Makes a segment of a file that is one already.
     *
     * @param file     open.
     * @param identity that its header says.
     * @param bytes    of the segment; not read where {@code position} is a multiple of 4096.
     * @param position where the next record goes.
     * @return the segment, which owns the file.
     */
    Segment open(
        final StorageFile file, final SegmentIdentity identity, final DirectBuffer bytes, final long position)
    {
        final DirectFile direct = openDirect(file.name());
        if (direct != null)
        {
            tail.load(bytes, position);
        }
        return new Segment(file, direct, tail, identity, position);
    }

    @Override
    public void close()
    {
        if (tail != null)
        {
            tail.close();
            tail = null;
        }
    }

    /** One refusal is enough: the journal goes on through the page cache, as it can everywhere. */
    private DirectFile openDirect(final String path)
    {
        if (syncChoice.method() != SyncMethod.DIRECT)
        {
            return null;
        }
        try
        {
            return storage.openDirect(path);
        }
        catch (final StorageException ex)
        {
            syncChoice = new SyncChoice(SyncMethod.BUFFERED, "direct writes are refused: " + ex.getMessage());
            return null;
        }
    }

    private String path(final long id, final String suffix)
    {
        return context.directory() + "/" + SegmentNames.name(id, suffix);
    }
}
