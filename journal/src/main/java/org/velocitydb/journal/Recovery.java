package org.velocitydb.journal;

import java.nio.ByteBuffer;

import org.agrona.BufferUtil;
import org.agrona.CloseHelper;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageFile;
import org.velocitydb.journal.storage.StorageFullException;

/**
 * Opens a journal: reads it, decides by {@link RecoveryCase}, makes durable what was replayed, and leaves a torn tail
 * behind.
 * Each step may be cut short by a crash; the next recovery decides the same and does it again.
 */
final class Recovery
{
    private static final int ZERO_CHUNK_LENGTH = 64 * 1024;

    private final JournalContext context;
    private final Storage storage;
    private final long fromSequence;
    private final SegmentFactory factory;
    private final SpareSegments spares;

    Recovery(final JournalContext context, final long fromSequence)
    {
        this.context = context;
        this.storage = context.storage();
        this.fromSequence = fromSequence;
        factory = new SegmentFactory(context);
        spares = new SpareSegments(context, fromSequence);
    }

    Journal open(final RecordHandler handler)
    {
        storage.makeDirectory(context.directory());
        final JournalScan scan = new JournalScan(storage, context.directory(), fromSequence);
        boolean isDone = false;
        try (SegmentReader reader = new SegmentReader(storage))
        {
            scan.run(reader, handler);
            if (scan.finding() != null)
            {
                throw scan.finding().toException();
            }
            // Names that we can see need not be durable yet, if it was not the machine that stopped.
            storage.forceDirectory(context.directory());
            spares.clean();
            factory.chooseSyncMethod();
            final Journal journal = scan.segments().isEmpty() ? begin() : goOn(scan, reader);
            isDone = true;
            return journal;
        }
        finally
        {
            if (!isDone)
            {
                CloseHelper.closeAll(spares, factory);
            }
        }
    }

    private Journal begin()
    {
        final Segment first = Journal.firstSegment(factory, context, fromSequence);
        return new Journal(context, factory, spares, first, fromSequence - 1);
    }

    private Journal goOn(final JournalScan scan, final SegmentReader reader)
    {
        final SegmentHeader last = scan.segments().get(scan.endIndex());
        final Segment segment = factory.open(
            storage.open(last.path()), last.identity(), reader.buffer(), reader.position());
        final StorageFile file = segment.file();
        boolean isDone = false;
        try
        {
            writeAfresh(file, reader);
            sealEarlier(scan);
            final Journal journal = new Journal(context, factory, spares, segment, reader.nextSequence() - 1);
            leaveIfNeeded(journal, file, reader, scan.endCase());
            isDone = true;
            return journal;
        }
        finally
        {
            if (!isDone)
            {
                segment.close();
            }
        }
    }

    /**
     * Rolls to a new segment in two cases. Behind the last record there is a torn tail. Or the owner has more than the
     * journal: with a mode that does not force, the tail of the journal can be lost while what was made from it is
     * safe, and the journal begins afresh where the owner stands.
     */
    private void leaveIfNeeded(
        final Journal journal,
        final StorageFile file,
        final SegmentReader reader,
        final RecoveryCase endCase)
    {
        final boolean isTorn = endCase.decision() == RecoveryCase.Decision.LEAVE_AND_ROLL;
        final boolean isBehind = reader.nextSequence() < fromSequence;
        if (!isTorn && !isBehind || journal.roll(0, Math.max(reader.nextSequence(), fromSequence)))
        {
            return;
        }
        if (isBehind)
        {
            throw new StorageFullException(
                "no room for a new segment: file=" + file.name() + ", from sequence=" + fromSequence);
        }
        // A server on a full disk must start, so that somebody can delete. Second best, for the reason that
        // RecoveryCase gives; it takes a force that fails just here to do harm.
        zero(file, reader.position(), reader.length());
        file.force();
    }

    /**
     * Writes afresh the records that are readable but not known to be durable, and forces. A force alone would not do:
     * if one failed before the restart, the operating system may show pages as clean that never reached the disk.
     */
    private static void writeAfresh(final StorageFile file, final SegmentReader reader)
    {
        final int from = reader.firstUnclaimed();
        if (from < reader.position())
        {
            file.write(reader.bytes(from, reader.position()), from);
            file.force();
        }
    }

    static void zero(final StorageFile file, final int from, final int to)
    {
        final ByteBuffer zeros = ByteBuffer.allocateDirect(ZERO_CHUNK_LENGTH);
        try
        {
            for (int position = from; position < to; position += zeros.limit())
            {
                zeros.clear().limit(Math.min(ZERO_CHUNK_LENGTH, to - position));
                file.write(zeros, position);
            }
        }
        finally
        {
            BufferUtil.free(zeros);
        }
    }

    private void sealEarlier(final JournalScan scan)
    {
        for (int i = 0; i < scan.endIndex(); i++)
        {
            // What lies before the start may be in any state; that nothing of it is needed is all we know.
            final long lastSequence = i < scan.startIndex()
                ? fromSequence - 1
                : scan.segments().get(i + 1).identity().firstSequence() - 1;
            final SegmentHeader segment = scan.segments().get(i);
            spares.seal(new SealedSegment(segment.path(), segment.fileLength(), lastSequence));
        }
    }
}
