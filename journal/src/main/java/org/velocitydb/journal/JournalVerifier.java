package org.velocitydb.journal;

import java.util.List;
import java.util.function.Consumer;

import org.agrona.DirectBuffer;
import org.velocitydb.journal.storage.Finding;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;

/**
 * Checks a journal as recovery would read it, and tells all that it finds instead of refusing at the first. Changes
 * nothing. What {@link Journal#open} refuses is an error here, and what it accepts is none.
 *
 * <p>The journal is closed, and its owner's lock is held by whoever verifies.
 */
public final class JournalVerifier
{
    private final Storage storage;
    private final String directory;
    private final RecordCheck check;
    private final Consumer<Finding> findings;
    private long recordCount;
    private long lastSequence;

    /** Looks at what the owner has put into records; the journal itself only knows their checksums. */
    @FunctionalInterface
    public interface RecordCheck
    {
        /**
         * One intact record.
         *
         * @param file          that it is in.
         * @param buffer        that holds the file; valid until this call returns.
         * @param offset        of the payload, in the buffer as in the file.
         * @param length        of the payload in bytes.
         * @param firstSequence of the record's entries.
         * @param entryCount    how many sequences it takes.
         */
        void onRecord(String file, DirectBuffer buffer, int offset, int length, long firstSequence, int entryCount);
    }

    /**
     * Verifies one journal.
     *
     * @param storage   that holds it.
     * @param directory of the journal.
     * @param check     of what is in the records.
     * @param findings  receives what is found.
     */
    public JournalVerifier(
        final Storage storage,
        final String directory,
        final RecordCheck check,
        final Consumer<Finding> findings)
    {
        this.storage = storage;
        this.directory = directory;
        this.check = check;
        this.findings = findings;
    }

    /**
     * Reads the journal.
     *
     * @param fromSequence first sequence that the owner does not have.
     * @return what was read.
     */
    public JournalSummary verify(final long fromSequence)
    {
        recordCount = 0;
        lastSequence = fromSequence - 1;
        final JournalScan scan = new JournalScan(storage, directory, fromSequence);
        try (SegmentReader reader = new SegmentReader(storage))
        {
            scan.run(reader, (buffer, offset, length, firstSequence, entryCount, timeMs) ->
            {
                recordCount++;
                lastSequence = Math.max(lastSequence, firstSequence + entryCount - 1);
                final String file = scan.segments().get(scan.endIndex()).path();
                check.onRecord(file, buffer, offset, length, firstSequence, entryCount);
            });
            tellEnd(scan, reader, fromSequence);
            tellOthers(scan);
        }
        catch (final StorageException ex)
        {
            findings.accept(Finding.of(directory, ex));
        }
        final long lengthBytes = scan.segments().stream().mapToLong(SegmentHeader::fileLength).sum();
        return new JournalSummary(scan.segments().size(), lengthBytes, recordCount, fromSequence, lastSequence);
    }

    private void tellEnd(final JournalScan scan, final SegmentReader reader, final long fromSequence)
    {
        if (scan.finding() != null)
        {
            final JournalScan.Finding found = scan.finding();
            findings.accept(Finding.error(found.path(), found.offset(), found.what()));
            verifyRest(scan, reader);
        }
        else if (scan.hasStart())
        {
            final String last = scan.segments().get(scan.endIndex()).path();
            tellTornTail(last, reader, scan.endCase() == RecoveryCase.H);
            if (reader.nextSequence() < fromSequence)
            {
                findings.accept(
                    Finding.note(
                        last, reader.position(), "journal ends before what is in tables: next sequence=" +
                            reader.nextSequence() + ", first not in tables=" + fromSequence));
            }
        }
    }

    private void tellTornTail(final String file, final SegmentReader reader, final boolean isTorn)
    {
        if (isTorn)
        {
            findings.accept(
                Finding.note(
                    file, reader.position(), "torn tail: pieces of records behind the last whole one, as a crash " +
                        "leaves them: next sequence=" + reader.nextSequence()));
        }
    }

    /**
     * What lies behind the place of a refusal is read by nobody, but whoever repairs wants to know in which state it
     * is.
     */
    private void verifyRest(final JournalScan scan, final SegmentReader reader)
    {
        final List<SegmentHeader> segments = scan.segments();
        for (int i = scan.hasStart() ? scan.endIndex() + 1 : 0; i < segments.size(); i++)
        {
            if (!segments.get(i).path().equals(scan.finding().path()))
            {
                verifyAlone(segments.get(i), i == segments.size() - 1, reader);
            }
        }
    }

    private void verifyAlone(final SegmentHeader segment, final boolean isLast, final SegmentReader reader)
    {
        if (!segment.isIntact())
        {
            findings.accept(Finding.error(segment.path(), 0, segment.problem()));
            return;
        }
        reader.load(segment);
        boolean isGoingOn = true;
        while (isGoingOn)
        {
            isGoingOn = reader.next();
        }
        final RecoveryCase.Rest rest = reader.rest();
        if (rest == RecoveryCase.Rest.CLAIMED)
        {
            findings.accept(
                Finding.error(
                    segment.path(), reader.position(), "damaged record: expected sequence=" + reader.nextSequence()));
        }
        tellTornTail(segment.path(), reader, isLast && rest == RecoveryCase.Rest.REMAINS);
    }

    private void tellOthers(final JournalScan scan)
    {
        for (int i = 0; scan.hasStart() && i < scan.startIndex(); i++)
        {
            findings.accept(
                Finding.note(
                    scan.segments().get(i).path(), Finding.NULL_OFFSET,
                    "not needed any more and not read: all of it is in tables"));
        }
        for (final String name : storage.list(directory))
        {
            final String text = describeOther(name);
            if (!text.isEmpty())
            {
                findings.accept(Finding.note(directory + "/" + name, Finding.NULL_OFFSET, text));
            }
        }
    }

    private static String describeOther(final String name)
    {
        // A journal that is closed while it makes a spare leaves it blank: nothing that is worth a word.
        if (name.endsWith(SegmentNames.SEGMENT_SUFFIX) ||
            SegmentNames.id(name, SegmentNames.SPARE_SUFFIX) != SegmentNames.NULL_ID ||
            SegmentNames.id(name, SegmentNames.BLANK_SUFFIX) != SegmentNames.NULL_ID)
        {
            return "";
        }
        if (SegmentNames.id(name, SegmentNames.TEMPORARY_SUFFIX) != SegmentNames.NULL_ID)
        {
            return "unfinished file that a crash left; the next start deletes it";
        }
        return name.endsWith(JournalRepair.DAMAGED_SUFFIX) ? "put aside by a repair" : "no file of a journal";
    }
}
