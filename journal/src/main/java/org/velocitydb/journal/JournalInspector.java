package org.velocitydb.journal;

import java.util.List;
import java.util.Locale;

import org.velocitydb.journal.storage.Storage;

/**
 * Says in words what a segment file holds. Changes nothing; the journal may be closed, damaged, or of a newer version.
 */
public final class JournalInspector
{
    private final Storage storage;

    /**
     * Inspects files of a storage.
     *
     * @param storage to read.
     */
    public JournalInspector(final Storage storage)
    {
        this.storage = storage;
    }

    /**
     * Describes a segment: its header, each record, and what lies behind the last good one.
     *
     * @param path  of the file in its storage.
     * @param lines that the description is added to.
     */
    public void inspect(final String path, final List<String> lines)
    {
        final String name = path.substring(path.lastIndexOf('/') + 1);
        final SegmentHeader header = SegmentHeader.read(storage, path,
            SegmentNames.id(name, SegmentNames.SEGMENT_SUFFIX));
        lines.add("segment " + path + ": " + describe(header));
        if (header.isIntact())
        {
            try (SegmentReader reader = new SegmentReader(storage))
            {
                reader.load(header);
                inspectRecords(reader, lines);
            }
        }
    }

    private static void inspectRecords(final SegmentReader reader, final List<String> lines)
    {
        while (reader.next())
        {
            lines.add("  " + describe(reader, reader.recordOffset()));
        }
        lines.add(
            "  end: offset=" + reader.position() + ", next sequence=" + reader.nextSequence() + ", behind it=" +
                reader.rest().name().toLowerCase(Locale.ROOT));
        int offset = reader.nextTrace(reader.position());
        while (offset < reader.length())
        {
            lines.add("  behind the end: " + describe(reader, offset));
            offset = reader.nextTrace(offset + RecordDescriptor.ALIGNMENT);
        }
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
