package org.velocitydb.engine.version;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Layout of a manifest, the log of a store's table sets: a header, then records without gaps, then zeros up to the
 * file's length, which never changes. Little-endian, nothing aligned.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                            Magic                              |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                       Manifest Number                         |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                         File Length                           |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                       Format Version, 1                       |
 *  +---------------------------------------------------------------+
 *  |               CRC-32C of the 28 bytes above                   |
 *  +---------------------------------------------------------------+
 *
 *  +---------------------------------------------------------------+
 *  |                  Type: "EDIT" or "SEAL"                       |
 *  +---------------------------------------------------------------+
 *  |                       Payload Length                          |
 *  +---------------------------------------------------------------+
 *  |                          Checksum                             |
 *  +---------------------------------------------------------------+
 *  |  Payload; {@link EditDescriptor}; none for a seal            ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The checksum of a record is CRC-32C over its type, its payload's length and its payload, then over the manifest's
 * number and the record's offset, each as eight bytes, so that a record is valid nowhere but in its place.
 *
 * <p>The records are: an edit that leads from nothing to all there is, its seal, and then for each change an edit and
 * its seal. An edit is written and forced; then its seal is written, and not forced. A change counts from the force of
 * its edit. The seal is for telling rot from a torn write: an edit that is not valid and has a valid record somewhere
 * after it was once whole, so it is rotten; one without anything valid after it may be torn, and was then never
 * acknowledged.
 *
 * <p>The file is created at its full length, so that a change of the store never meets a full disk halfway, and a file
 * that was cut short is known by its length.
 */
final class ManifestDescriptor
{
    static final int VERSION = 1;
    /** "VELOCMAN" as bytes in the file. */
    static final long MAGIC = 0x4E41_4D43_4F4C_4556L;
    /** "EDIT" as bytes in the file. */
    static final int TYPE_EDIT = 0x5449_4445;
    /** "SEAL" as bytes in the file. */
    static final int TYPE_SEAL = 0x4C41_4553;

    static final int MAGIC_OFFSET = 0;
    static final int NUMBER_OFFSET = MAGIC_OFFSET + Long.BYTES;
    static final int FILE_LENGTH_OFFSET = NUMBER_OFFSET + Long.BYTES;
    static final int VERSION_OFFSET = FILE_LENGTH_OFFSET + Long.BYTES;
    static final int CHECKSUM_OFFSET = VERSION_OFFSET + Integer.BYTES;
    static final int HEADER_LENGTH = CHECKSUM_OFFSET + Integer.BYTES;

    static final int TYPE_OFFSET = 0;
    static final int PAYLOAD_LENGTH_OFFSET = TYPE_OFFSET + Integer.BYTES;
    static final int RECORD_CHECKSUM_OFFSET = PAYLOAD_LENGTH_OFFSET + Integer.BYTES;
    static final int RECORD_HEADER_LENGTH = RECORD_CHECKSUM_OFFSET + Integer.BYTES;

    private ManifestDescriptor()
    {
    }

    static void putHeader(final ByteBuffer buffer, final long manifestNumber, final long fileLength)
    {
        buffer.putLong(MAGIC_OFFSET, MAGIC).putLong(NUMBER_OFFSET, manifestNumber);
        buffer.putLong(FILE_LENGTH_OFFSET, fileLength).putInt(VERSION_OFFSET, VERSION);
        buffer.putInt(CHECKSUM_OFFSET, headerChecksum(buffer));
    }

    static int headerChecksum(final ByteBuffer buffer)
    {
        final CRC32C crc = new CRC32C();
        crc.update(buffer.array(), 0, CHECKSUM_OFFSET);
        return (int) crc.getValue();
    }

    /** Completes a record whose payload is in the buffer already. */
    static void putRecordHeader(
        final ByteBuffer buffer,
        final int recordOffset,
        final int type,
        final int payloadLength,
        final long manifestNumber,
        final long position)
    {
        buffer.putInt(recordOffset + TYPE_OFFSET, type);
        buffer.putInt(recordOffset + PAYLOAD_LENGTH_OFFSET, payloadLength);
        final int checksum = recordChecksum(buffer, recordOffset, payloadLength, manifestNumber, position);
        buffer.putInt(recordOffset + RECORD_CHECKSUM_OFFSET, checksum);
    }

    static int recordChecksum(
        final ByteBuffer buffer,
        final int recordOffset,
        final int payloadLength,
        final long manifestNumber,
        final long position)
    {
        final CRC32C crc = new CRC32C();
        crc.update(buffer.array(), recordOffset, RECORD_CHECKSUM_OFFSET);
        crc.update(buffer.array(), recordOffset + RECORD_HEADER_LENGTH, payloadLength);
        final ByteBuffer place = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        crc.update(place.putLong(manifestNumber).putLong(position).flip());
        return (int) crc.getValue();
    }
}
