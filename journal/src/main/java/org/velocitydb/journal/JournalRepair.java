package org.velocitydb.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageFile;

/**
 * Makes a journal usable again that {@link Journal#open} refuses as damaged: everything before the first damage stays,
 * everything from there on is taken out. First {@link #plan} says what would be lost, and changes nothing; then, if
 * somebody wants that, {@link #apply} does it. No byte is destroyed: a file that is cut is copied first, and other
 * files are only renamed, to names that end in {@code .damaged}.
 *
 * <p>The journal is closed, and its owner's lock is held by whoever repairs.
 */
public final class JournalRepair
{
    static final String DAMAGED_SUFFIX = ".damaged";
    private static final int COPY_CHUNK_LENGTH = 64 * 1024;

    private final Storage storage;

    /**
     * Repairs journals of a storage.
     *
     * @param storage that holds them.
     */
    public JournalRepair(final Storage storage)
    {
        this.storage = storage;
    }

    /**
     * Finds out what a repair would do. Changes nothing.
     *
     * @param directory    of the journal.
     * @param fromSequence first sequence that the owner does not have.
     * @return the plan.
     */
    public RepairPlan plan(final String directory, final long fromSequence)
    {
        final JournalScan scan = new JournalScan(storage, directory, fromSequence);
        try (SegmentReader reader = new SegmentReader(storage))
        {
            scan.run(reader, (buffer, offset, length, firstSequence, entryCount, timeMs) ->
            {
            });
            if (scan.finding() == null)
            {
                return unchanged(directory, fromSequence, false, List.of("nothing to repair: directory=" + directory));
            }
            return planFor(scan, reader, directory, fromSequence);
        }
    }

    /**
     * Does what a plan says. A crash in between leaves a journal that is still refused, or that opens as planned.
     *
     * @param plan that {@link #plan} made.
     * @throws IllegalStateException when it is not possible, or the journal has changed since.
     */
    public void apply(final RepairPlan plan)
    {
        if (!plan.isPossible() || !plan.equals(plan(plan.directory(), plan.fromSequence())))
        {
            throw new IllegalStateException("plan does not fit the journal: directory=" + plan.directory());
        }
        if (!plan.cutPath().isEmpty())
        {
            copy(plan.cutPath(), freeName(plan.cutPath()));
            storage.forceDirectory(plan.directory());
        }
        for (int i = plan.setAside().size() - 1; i >= 0; i--)
        {
            storage.rename(plan.setAside().get(i), freeName(plan.setAside().get(i)));
        }
        storage.forceDirectory(plan.directory());
        if (!plan.cutPath().isEmpty())
        {
            try (StorageFile file = storage.open(plan.cutPath()))
            {
                Recovery.zero(file, (int) plan.cutOffset(), (int) file.lengthBytes());
                file.force();
            }
        }
    }

    private static RepairPlan planFor(
        final JournalScan scan,
        final SegmentReader reader,
        final String directory,
        final long fromSequence)
    {
        final JournalScan.Finding finding = scan.finding();
        final List<String> words = new ArrayList<>();
        words.add("found: " + finding.toException().getMessage());
        if (finding.decision() == RecoveryCase.Decision.REFUSE_AS_NEWER)
        {
            words.add("not damaged: use the version that wrote it");
            return unchanged(directory, fromSequence, true, words);
        }
        final boolean isCut = finding.offset() > 0;
        final List<String> setAside = new ArrayList<>();
        for (final SegmentHeader segment : lostSegments(scan))
        {
            final boolean isThisCut = isCut && segment.path().equals(finding.path());
            final long from = isThisCut ? finding.offset() : 0;
            words.add(
                (isThisCut ? "would be cut: file=" : "would be set aside: file=") + segment.path() + ", from offset=" +
                    from + ", bytes=" + (segment.fileLength() - from) + ", " + describeLoss(reader, segment, from));
            if (!isThisCut)
            {
                setAside.add(segment.path());
            }
        }
        words.add(
            isCut || scan.hasStart() ? "would be kept: all records before that" : "would be kept: no record at all");
        return new RepairPlan(
            directory, fromSequence, true, true, isCut ? finding.path() : "", finding.offset(), List.copyOf(setAside),
            List.copyOf(words));
    }

    private static List<SegmentHeader> lostSegments(final JournalScan scan)
    {
        return scan.hasStart() ? scan.segments().subList(scan.endIndex(), scan.segments().size()) : scan.segments();
    }

    private static String describeLoss(final SegmentReader reader, final SegmentHeader segment, final long from)
    {
        if (!segment.isIntact())
        {
            return "its records cannot be told";
        }
        reader.load(segment);
        final int start = (int) Math.max(from, SegmentHeaderDescriptor.FIRST_RECORD_OFFSET);
        int count = 0;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (int offset = reader.nextTrace(start); offset < reader.length(); offset = reader
            .nextTrace(offset + RecordDescriptor.ALIGNMENT))
        {
            if (reader.isIntact(offset))
            {
                final long sequence = RecordDescriptor.firstSequence(reader.buffer(), offset);
                count++;
                first = Math.min(first, sequence);
                last = Math.max(last, sequence + RecordDescriptor.entryCount(reader.buffer(), offset) - 1);
            }
        }
        return "intact records in it=" + count + (count == 0 ? "" : ", sequences=" + first + ".." + last);
    }

    private static RepairPlan unchanged(
        final String directory,
        final long fromSequence,
        final boolean isNeeded,
        final List<String> words)
    {
        return new RepairPlan(directory, fromSequence, isNeeded, false, "", 0, List.of(), List.copyOf(words));
    }

    private void copy(final String from, final String to)
    {
        final ByteBuffer chunk = ByteBuffer.allocateDirect(COPY_CHUNK_LENGTH);
        try (StorageFile source = storage.open(from);
            StorageFile target = storage.create(to, source.lengthBytes()))
        {
            long position = 0;
            while (source.read(chunk.clear(), position) > 0)
            {
                chunk.flip();
                position += chunk.remaining();
                target.write(chunk, position - chunk.remaining());
            }
            target.force();
        }
    }

    private String freeName(final String path)
    {
        String name = path + DAMAGED_SUFFIX;
        for (int i = 1; storage.exists(name); i++)
        {
            name = path + "." + i + DAMAGED_SUFFIX;
        }
        return name;
    }
}
