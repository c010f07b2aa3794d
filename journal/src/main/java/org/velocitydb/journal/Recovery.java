package org.velocitydb.journal;

import java.nio.ByteBuffer;

import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFile;

/**
 * Opens a journal: reads it, decides by {@link RecoveryCase}, mends the torn tail, and makes durable what was replayed.
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
        try (SegmentReader reader = new SegmentReader(storage))
        {
            scan.run(reader, handler);
            if (scan.finding() != null)
            {
                throw scan.finding().toException();
            }
            // Names that we can see need not be durable yet, if it was not the machine that stopped.
            storage.forceDirectory(context.directory());
            spares.adopt();
            if (scan.segments().isEmpty())
            {
                final Segment first = Journal.firstSegment(factory, context, fromSequence);
                return new Journal(context, factory, spares, first, fromSequence - 1);
            }
            return goOn(scan, reader);
        }
    }

    private Journal goOn(final JournalScan scan, final SegmentReader reader)
    {
        final SegmentHeader last = scan.segments().get(scan.endIndex());
        final StorageFile file = storage.open(last.path());
        boolean isDone = false;
        try
        {
            mend(file, reader, scan.endCase().decision() == RecoveryCase.Decision.CUT_AND_APPEND);
            sealEarlier(scan);
            final Segment segment = new Segment(file, last.identity(), reader.position());
            final Journal journal = new Journal(context, factory, spares, segment, reader.nextSequence() - 1);
            if (reader.nextSequence() < fromSequence)
            {
                startOver(journal, last);
            }
            isDone = true;
            return journal;
        }
        finally
        {
            if (!isDone)
            {
                file.close();
            }
        }
    }

    /**
     * Writes afresh the records that are readable but not known to be durable, cuts what lies behind them, and forces.
     * A force alone would not do: if one failed before the restart, the operating system may show pages as clean that
     * never reached the disk.
     */
    private static void mend(final StorageFile file, final SegmentReader reader, final boolean isTailCut)
    {
        final int from = reader.firstUnclaimed();
        final int to = reader.position();
        if (from < to)
        {
            file.write(reader.bytes(from, to), from);
        }
        if (isTailCut)
        {
            zero(file, reader.position(), reader.length());
        }
        if (from < to || isTailCut)
        {
            file.force();
        }
    }

    /** To the end of the file, so that no piece of the torn tail is left to be read together with what comes next. */
    static void zero(final StorageFile file, final int from, final int to)
    {
        final ByteBuffer zeros = ByteBuffer.allocateDirect(ZERO_CHUNK_LENGTH);
        int position = from;
        while (position < to)
        {
            zeros.clear();
            zeros.limit(Math.min(ZERO_CHUNK_LENGTH, to - position));
            file.write(zeros, position);
            position += zeros.limit();
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

    /**
     * The owner has more than the journal: with a mode that does not force, the tail of the journal can be lost while
     * what was made from it is safe. The journal begins afresh where the owner stands.
     */
    private void startOver(final Journal journal, final SegmentHeader last)
    {
        if (!journal.roll(0, fromSequence))
        {
            throw new StorageException(
                "no room to begin a new segment: file=" + last.path() + ", from sequence=" + fromSequence);
        }
    }
}
