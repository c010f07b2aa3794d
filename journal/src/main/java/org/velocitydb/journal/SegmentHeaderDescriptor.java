package org.velocitydb.journal;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The first bytes of a segment file. Little-endian.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                  Magic: the text "VELOJRNL"                   |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                        Format Version                         |
 *  +---------------------------------------------------------------+
 *  |                     Offset of first record                    |
 *  +---------------------------------------------------------------+
 *  |                          Segment Id                           |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                        First Sequence                         |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                     Length of the file                        |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |               Creation time, epoch milliseconds               |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                          Segment Tag                          |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                        Reserved, zero                         |
 *  +---------------------------------------------------------------+
 *  |                 CRC-32C of the 60 bytes above                 |
 *  +---------------------------------------------------------------+
 *  |  nothing, up to the first record at 4096                     ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * The header is written once per life of the file, and forced before the file gets its name; a file with a segment's
 * name and without an intact header is therefore damaged, never merely unfinished. It has a block of 4096 bytes to
 * itself, so that writing records never rewrites it. The 64 bytes, their magic, version and checksum stay where they
 * are in every later version, so that a newer file can be told from a damaged one.
 *
 * <p>The tag is random. Records repeat it; it tells them from whatever else lies in a recycled file, and nobody who
 * merely stores values can guess it and so plant a record in one.
 */
final class SegmentHeaderDescriptor
{
    /** "VELOJRNL" read as a little-endian number. */
    static final long MAGIC = 0x4C4E_524A_4F4C_4556L;
    /** What this code writes, and the newest that it reads. */
    static final int FORMAT_VERSION = 1;
    /** Records begin here: a block of every disk that we know of. */
    static final int FIRST_RECORD_OFFSET = 4096;

    static final int MAGIC_OFFSET = 0;
    static final int FORMAT_VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    static final int FIRST_RECORD_OFFSET_OFFSET = FORMAT_VERSION_OFFSET + Integer.BYTES;
    static final int SEGMENT_ID_OFFSET = FIRST_RECORD_OFFSET_OFFSET + Integer.BYTES;
    static final int FIRST_SEQUENCE_OFFSET = SEGMENT_ID_OFFSET + Long.BYTES;
    static final int FILE_LENGTH_OFFSET = FIRST_SEQUENCE_OFFSET + Long.BYTES;
    static final int CREATION_TIME_OFFSET = FILE_LENGTH_OFFSET + Long.BYTES;
    static final int TAG_OFFSET = CREATION_TIME_OFFSET + Long.BYTES;
    static final int RESERVED_OFFSET = TAG_OFFSET + Long.BYTES;
    static final int CHECKSUM_OFFSET = RESERVED_OFFSET + Integer.BYTES;
    static final int HEADER_LENGTH = CHECKSUM_OFFSET + Integer.BYTES;

    private SegmentHeaderDescriptor()
    {
    }

    static void encode(
        final MutableDirectBuffer buffer,
        final SegmentIdentity identity,
        final long creationTimeMs,
        final Checksum checksum)
    {
        buffer.putLong(MAGIC_OFFSET, MAGIC, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(FORMAT_VERSION_OFFSET, FORMAT_VERSION, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(FIRST_RECORD_OFFSET_OFFSET, FIRST_RECORD_OFFSET, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(SEGMENT_ID_OFFSET, identity.id(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(FIRST_SEQUENCE_OFFSET, identity.firstSequence(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(FILE_LENGTH_OFFSET, identity.lengthBytes(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(CREATION_TIME_OFFSET, creationTimeMs, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(TAG_OFFSET, identity.tag(), ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(RESERVED_OFFSET, 0, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(CHECKSUM_OFFSET, checksum.of(buffer, 0, CHECKSUM_OFFSET), ByteOrder.LITTLE_ENDIAN);
    }

    static long magic(final DirectBuffer buffer)
    {
        return buffer.getLong(MAGIC_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static int formatVersion(final DirectBuffer buffer)
    {
        return buffer.getInt(FORMAT_VERSION_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static long creationTimeMs(final DirectBuffer buffer)
    {
        return buffer.getLong(CREATION_TIME_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static int checksum(final DirectBuffer buffer)
    {
        return buffer.getInt(CHECKSUM_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static SegmentIdentity identity(final DirectBuffer buffer)
    {
        return new SegmentIdentity(
            buffer.getLong(SEGMENT_ID_OFFSET, ByteOrder.LITTLE_ENDIAN),
            buffer.getLong(FIRST_SEQUENCE_OFFSET, ByteOrder.LITTLE_ENDIAN),
            buffer.getLong(FILE_LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN),
            buffer.getLong(TAG_OFFSET, ByteOrder.LITTLE_ENDIAN));
    }
}
