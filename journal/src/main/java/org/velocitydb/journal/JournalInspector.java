package org.velocitydb.journal;

import java.io.PrintStream;
import java.util.Locale;

import org.agrona.DirectBuffer;
import org.velocitydb.journal.storage.Storage;

/**
 * Prints in words what a segment file holds. Changes nothing; the journal may be closed, damaged, or of a newer
 * version.
 */
public final class JournalInspector
{
    private static final RecordHandler NO_ENTRIES = (buffer, offset, length, firstSequence, entryCount, timeMs) ->
    {
    };

    private final Storage storage;
    private final PrintStream out;

    /**
     * Inspects files of a storage.
     *
     * @param storage to read.
     * @param out     where the words go.
     */
    public JournalInspector(final Storage storage, final PrintStream out)
    {
        this.storage = storage;
        this.out = out;
    }

    /**
     * Whether a file begins as a segment does, whatever it is called.
     *
     * @param beginning of the file, at least 8 bytes.
     * @return true if it is one of ours, whole or not.
     */
    public static boolean isSegment(final DirectBuffer beginning)
    {
        return SegmentHeaderDescriptor.magic(beginning) == SegmentHeaderDescriptor.MAGIC;
    }

    /**
     * Whether a file is called as a segment is.
     *
     * @param name without directory.
     * @return true if it is.
     */
    public static boolean isSegmentName(final String name)
    {
        return SegmentNames.id(name, SegmentNames.SEGMENT_SUFFIX) != SegmentNames.NULL_ID;
    }

    /**
     * Describes a segment: its header, each record, and what lies behind the last good one.
     *
     * @param path of the file in its storage.
     * @return whether its header is intact and nothing in it contradicts a crash.
     */
    public boolean inspect(final String path)
    {
        return inspect(path, NO_ENTRIES);
    }

    /**
     * Describes a segment: its header, each record, and what lies behind the last good one.
     *
     * @param path    of the file in its storage.
     * @param entries receives each intact record after the line about it, to print what is in it.
     * @return whether its header is intact and nothing in it contradicts a crash.
     */
    public boolean inspect(final String path, final RecordHandler entries)
    {
        final SegmentHeader header = header(path);
        out.println("segment " + path + ": " + describe(header));
        if (!header.isIntact())
        {
            return false;
        }
        try (SegmentReader reader = new SegmentReader(storage))
        {
            reader.load(header);
            return inspectRecords(reader, entries);
        }
    }

    /**
     * Describes the headers of all segments of a journal, a line each.
     *
     * @param directory of the journal.
     */
    public void list(final String directory)
    {
        for (final String name : storage.list(directory))
        {
            if (isSegmentName(name))
            {
                final String path = directory + "/" + name;
                out.println("segment " + path + ": " + describe(header(path)));
            }
        }
    }

    private SegmentHeader header(final String path)
    {
        final String name = path.substring(path.lastIndexOf('/') + 1);
        return SegmentHeader.read(storage, path, SegmentNames.id(name, SegmentNames.SEGMENT_SUFFIX));
    }

    private boolean inspectRecords(final SegmentReader reader, final RecordHandler entries)
    {
        while (reader.next())
        {
            out.println("  " + describe(reader, reader.recordOffset()));
            entries.onRecord(
                reader.buffer(), reader.payloadOffset(), reader.payloadLength(), reader.firstSequence(),
                reader.entryCount(), reader.timeMs());
        }
        final RecoveryCase.Rest rest = reader.rest();
        out.println(
            "  end: offset=" + reader.position() + ", next sequence=" + reader.nextSequence() + ", behind it=" +
                rest.name().toLowerCase(Locale.ROOT));
        int offset = reader.nextTrace(reader.position());
        while (offset < reader.length())
        {
            out.println("  behind the end: " + describe(reader, offset));
            offset = reader.nextTrace(offset + RecordDescriptor.ALIGNMENT);
        }
        return rest != RecoveryCase.Rest.CLAIMED;
    }

    private static String describe(final SegmentHeader header)
    {
        if (header.identity() == null)
        {
            return header.problem() + ", length=" + header.fileLength();
        }
        return "id=" + header.identity().id() + ", format=" + header.formatVersion() + ", first sequence=" +
            header.identity().firstSequence() + ", length=" + header.identity().lengthBytes() + ", created ms=" +
            header.creationTimeMs() + ", tag=" + Long.toHexString(header.identity().tag()) +
            (header.problem().isEmpty() ? "" : ", " + header.problem());
    }

    private static String describe(final SegmentReader reader, final int offset)
    {
        final long firstSequence = RecordDescriptor.firstSequence(reader.buffer(), offset);
        final int entryCount = RecordDescriptor.entryCount(reader.buffer(), offset);
        return "record: offset=" + offset + ", sequences=" + firstSequence + ".." + (firstSequence + entryCount - 1) +
            ", length=" + RecordDescriptor.payloadLength(reader.buffer(), offset) + ", time ms=" +
            RecordDescriptor.timeMs(reader.buffer(), offset) + ", durable sequence=" +
            RecordDescriptor.durableSequence(reader.buffer(), offset) + ", checksum=" +
            (reader.isIntact(offset) ? "ok" : "wrong");
    }
}
