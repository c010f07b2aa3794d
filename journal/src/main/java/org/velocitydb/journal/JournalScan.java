package org.velocitydb.journal;

import java.util.ArrayList;
import java.util.List;

import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.UnsupportedFormatException;

/**
 * Reads a journal from the first wanted sequence to its end, hands over the records, and says how it ends. Changes
 * nothing, so that a refusal leaves everything as it was, and recovery, repair and inspection see the same.
 */
final class JournalScan
{
    private final Storage storage;
    private final String directory;
    private final long fromSequence;

    private final List<SegmentHeader> segments = new ArrayList<>();
    private boolean hasStart;
    private int startIndex;
    private int endIndex;
    private RecoveryCase endCase;
    private Finding finding;

    /**
     * Why a journal cannot be used as it is.
     *
     * @param decision one of the two refusals.
     * @param path     of the file.
     * @param offset   in the file.
     * @param what     is wrong, in words with values.
     */
    record Finding(RecoveryCase.Decision decision, String path, long offset, String what)
    {
        StorageException toException()
        {
            final String message = what + ", file=" + path + ", offset=" + offset;
            return decision == RecoveryCase.Decision.REFUSE_AS_NEWER
                ? new UnsupportedFormatException(message)
                : new CorruptionException(message);
        }
    }

    JournalScan(final Storage storage, final String directory, final long fromSequence)
    {
        this.storage = storage;
        this.directory = directory;
        this.fromSequence = fromSequence;
    }

    /**
     * Reads.
     *
     * @param reader  stands at the end of the last segment afterwards, if there is one and nothing was found wrong.
     * @param handler receives each record that holds a wanted sequence.
     */
    void run(final SegmentReader reader, final RecordHandler handler)
    {
        readHeaders();
        if (segments.isEmpty() || hasNewer() || !findStart())
        {
            return;
        }
        boolean isGoingOn = true;
        endIndex = startIndex;
        while (isGoingOn)
        {
            isGoingOn = judge(reader, handler);
            if (isGoingOn)
            {
                endIndex++;
            }
        }
    }

    /** All segments by id. */
    List<SegmentHeader> segments()
    {
        return segments;
    }

    /** Whether there is a segment that begins at or before the first wanted sequence. */
    boolean hasStart()
    {
        return hasStart;
    }

    /** Index of the first segment that is needed. */
    int startIndex()
    {
        return startIndex;
    }

    /** Index of the segment at which the scan ended. */
    int endIndex()
    {
        return endIndex;
    }

    /** The row that applies to the last segment; null where there is none or something is wrong. */
    RecoveryCase endCase()
    {
        return endCase;
    }

    /** What is wrong, or null. */
    Finding finding()
    {
        return finding;
    }

    private void readHeaders()
    {
        for (final String name : storage.list(directory))
        {
            if (!name.endsWith(SegmentNames.SEGMENT_SUFFIX))
            {
                continue;
            }
            final String path = directory + "/" + name;
            final long id = SegmentNames.id(name, SegmentNames.SEGMENT_SUFFIX);
            if (id == SegmentNames.NULL_ID)
            {
                throw new CorruptionException("foreign file in the journal", path, 0, "");
            }
            segments.add(SegmentHeader.read(storage, path, id));
        }
    }

    private boolean hasNewer()
    {
        for (final SegmentHeader segment : segments)
        {
            if (segment.found() == RecoveryCase.Header.NEWER)
            {
                finding = refuseHeader(segment);
                return true;
            }
        }
        return false;
    }

    /**
     * Finds the last segment that begins at or before the first wanted sequence. What lies before it is not needed, and
     * not looked at: a purge that a crash interrupted may have left any part of it.
     */
    private boolean findStart()
    {
        for (int i = segments.size() - 1; i >= 0; i--)
        {
            final SegmentHeader segment = segments.get(i);
            if (segment.isIntact() && segment.identity().firstSequence() <= fromSequence)
            {
                startIndex = i;
                hasStart = true;
                return true;
            }
        }
        for (final SegmentHeader segment : segments)
        {
            if (!segment.isIntact())
            {
                finding = refuseHeader(segment);
                return false;
            }
        }
        final SegmentHeader first = segments.get(0);
        finding = new Finding(
            RecoveryCase.Decision.REFUSE_AS_DAMAGED, first.path(), 0, "journal begins too late: first sequence=" +
                first.identity().firstSequence() + ", wanted=" + fromSequence);
        return false;
    }

    private boolean judge(final SegmentReader reader, final RecordHandler handler)
    {
        final SegmentHeader segment = segments.get(endIndex);
        if (!segment.isIntact())
        {
            finding = refuseHeader(segment);
            return false;
        }
        reader.load(segment);
        replay(reader, handler);
        final RecoveryCase row = RecoveryCase.of(segment.found(), place(reader.nextSequence()), reader.rest());
        switch (row.decision())
        {
            case GO_ON :
                return true;

            case APPEND :
            case LEAVE_AND_ROLL :
                endCase = row;
                return false;

            case REFUSE_AS_DAMAGED :
            case REFUSE_AS_NEWER :
            default :
                finding = new Finding(
                    row.decision(), segment.path(), reader.position(), describe(row, reader.nextSequence()));
                return false;
        }
    }

    private void replay(final SegmentReader reader, final RecordHandler handler)
    {
        while (reader.next())
        {
            if (reader.nextSequence() > fromSequence)
            {
                handler.onRecord(
                    reader.buffer(), reader.payloadOffset(), reader.payloadLength(), reader.firstSequence(),
                    reader.entryCount(), reader.timeMs());
            }
        }
    }

    private RecoveryCase.Place place(final long nextSequence)
    {
        if (endIndex + 1 == segments.size())
        {
            return RecoveryCase.Place.LAST;
        }
        final SegmentHeader next = segments.get(endIndex + 1);
        final boolean isNextId = next.id() == segments.get(endIndex).id() + 1;
        // A next segment whose header is bad cannot say where it begins; it is refused when its turn comes.
        final boolean isNextSequence = !next.isIntact() || next.identity().firstSequence() == nextSequence;
        return isNextId && isNextSequence ? RecoveryCase.Place.JOINED : RecoveryCase.Place.GAP;
    }

    private String describe(final RecoveryCase row, final long nextSequence)
    {
        if (row != RecoveryCase.F)
        {
            return "damaged record: case=" + row + ", expected sequence=" + nextSequence;
        }
        final SegmentHeader next = segments.get(endIndex + 1);
        final long nextId = segments.get(endIndex).id() + 1;
        final String missing = SegmentNames.name(nextId, SegmentNames.SEGMENT_SUFFIX);
        return (next.id() == nextId ? "damaged record or gap in sequences" : "missing segment " + missing) +
            ": case=" + row + ", expected sequence=" + nextSequence + ", next segment=" + next.path() +
            (next.isIntact() ? ", its first sequence=" + next.identity().firstSequence() : "");
    }

    /** Rows A and B: neither place nor rest matters. */
    private static Finding refuseHeader(final SegmentHeader segment)
    {
        final RecoveryCase row = RecoveryCase.of(segment.found(), RecoveryCase.Place.LAST, RecoveryCase.Rest.NOTHING);
        return new Finding(row.decision(), segment.path(), 0, segment.problem() + ", case=" + row);
    }
}
