package org.velocitydb.journal;

import java.nio.ByteBuffer;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageFile;

/**
 * What the header of a segment file says, and whether it may be believed.
 *
 * @param path           of the file in its storage.
 * @param id             that its name says; {@link SegmentNames#NULL_ID} where it says none, and none is asked for.
 * @param found          the verdict.
 * @param identity       what it says of itself; null where it is bad.
 * @param formatVersion  that it says; 0 where it is bad.
 * @param creationTimeMs that it says; 0 where it is bad.
 * @param fileLength     of the file, in bytes.
 * @param problem        why it is not intact, in words; empty where it is.
 */
record SegmentHeader(
    String path,
    long id,
    RecoveryCase.Header found,
    SegmentIdentity identity,
    int formatVersion,
    long creationTimeMs,
    long fileLength,
    String problem)
{
    static SegmentHeader read(final Storage storage, final String path, final long id)
    {
        try (StorageFile file = storage.open(path))
        {
            final ByteBuffer bytes = ByteBuffer.allocateDirect(SegmentHeaderDescriptor.HEADER_LENGTH);
            final int count = file.read(bytes, 0);
            return judge(path, id, file.lengthBytes(), count, new UnsafeBuffer(bytes));
        }
    }

    boolean isIntact()
    {
        return found == RecoveryCase.Header.INTACT;
    }

    private static SegmentHeader judge(
        final String path,
        final long id,
        final long fileLength,
        final int headerLength,
        final UnsafeBuffer header)
    {
        if (headerLength < SegmentHeaderDescriptor.HEADER_LENGTH)
        {
            return bad(path, id, fileLength, "file too short for a header: length=" + fileLength);
        }
        final long magic = SegmentHeaderDescriptor.magic(header);
        if (magic != SegmentHeaderDescriptor.MAGIC)
        {
            return bad(path, id, fileLength, "not a journal segment: magic=" + Long.toHexString(magic));
        }
        final int computed = new Checksum().of(header, 0, SegmentHeaderDescriptor.CHECKSUM_OFFSET);
        final int stored = SegmentHeaderDescriptor.checksum(header);
        if (computed != stored)
        {
            return bad(
                path, id, fileLength, "header checksum is wrong: stored=" + Integer.toHexString(stored) +
                    ", computed=" + Integer.toHexString(computed));
        }
        final SegmentIdentity identity = SegmentHeaderDescriptor.identity(header);
        final int formatVersion = SegmentHeaderDescriptor.formatVersion(header);
        final long creationTimeMs = SegmentHeaderDescriptor.creationTimeMs(header);
        if (formatVersion > SegmentHeaderDescriptor.FORMAT_VERSION)
        {
            final String problem = "written by a newer version: format=" + formatVersion + ", newest known=" +
                SegmentHeaderDescriptor.FORMAT_VERSION;
            return new SegmentHeader(
                path, id, RecoveryCase.Header.NEWER, identity, formatVersion, creationTimeMs, fileLength, problem);
        }
        final String problem = contradiction(id, fileLength, identity, formatVersion);
        return problem.isEmpty()
            ? new SegmentHeader(
                path, id, RecoveryCase.Header.INTACT, identity, formatVersion, creationTimeMs, fileLength, problem)
            : bad(
                path, id, fileLength, problem);
    }

    private static String contradiction(
        final long id,
        final long fileLength,
        final SegmentIdentity identity,
        final int formatVersion)
    {
        if (formatVersion < 1)
        {
            return "no such format: format=" + formatVersion;
        }
        if (id != SegmentNames.NULL_ID && identity.id() != id)
        {
            return "file of another segment: id in header=" + identity.id() + ", id in name=" + id;
        }
        if (identity.lengthBytes() != fileLength)
        {
            return "file length is wrong: length=" + fileLength + ", length in header=" + identity.lengthBytes();
        }
        if (fileLength > JournalContext.Configuration.MAX_SEGMENT_LENGTH)
        {
            return "file too long: length=" + fileLength + ", max=" + JournalContext.Configuration.MAX_SEGMENT_LENGTH;
        }
        return "";
    }

    private static SegmentHeader bad(final String path, final long id, final long fileLength, final String problem)
    {
        return new SegmentHeader(path, id, RecoveryCase.Header.BAD, null, 0, 0, fileLength, problem);
    }
}
