package org.velocitydb.engine.table;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.UnsupportedFormatException;

/**
 * Layout of a table file and of the footer that ends it. Little-endian.
 *
 * <pre>
 *  +---------------------------------------------------------------+  0
 *  |  Data blocks, one after the other; {@link BlockDescriptor}   ...
 *  +---------------------------------------------------------------+  data length, then zeros to a multiple of 64
 *  |  Filter; {@link FilterDescriptor}                            ...
 *  +---------------------------------------------------------------+  zeros to a multiple of 64
 *  |  Index; {@link IndexDescriptor}                              ...
 *  +---------------------------------------------------------------+  zeros to a multiple of 8
 *  |  Properties; {@link PropertiesDescriptor}                    ...
 *  +---------------------------------------------------------------+  zeros to a multiple of 8
 *  |  Footer, 64 bytes                                             |
 *  +---------------------------------------------------------------+  file length
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                          Data Length                          |
 *  +---------------------------------------------------------------+
 *  |                         Filter Offset                         |
 *  +---------------------------------------------------------------+
 *  |              Filter Length, its checksum included             |
 *  +---------------------------------------------------------------+
 *  |                          Index Offset                         |
 *  +---------------------------------------------------------------+
 *  |              Index Length, its checksum included              |
 *  +---------------------------------------------------------------+
 *  |                       Properties Offset                       |
 *  +---------------------------------------------------------------+
 *  |            Properties Length, their checksum included         |
 *  +---------------------------------------------------------------+
 *  |                            (zero)                             |
 *  +---------------------------------------------------------------+
 *  |                         Table Number                          |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                          File Length                          |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                       Format Version, 2                       |
 *  +---------------------------------------------------------------+
 *  |    Checksum of all above; see {@link TableChecksum}           |
 *  +---------------------------------------------------------------+
 *  |                            Magic                              |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The footer is written last. Every version keeps the table's number, the last four fields and the extent of the
 * checksum, so that an older reader can tell a newer file from a damaged one. A table that is not whole is never torn:
 * nothing names it before it was forced, so it is either unknown, and deleted, or damaged.
 */
final class FooterDescriptor
{
    static final int VERSION = 2;
    /** "VELOCSST" as bytes in the file. */
    static final long MAGIC = 0x5453_5343_4F4C_4556L;

    static final int DATA_LENGTH_OFFSET = 0;
    static final int FILTER_OFFSET_OFFSET = DATA_LENGTH_OFFSET + Integer.BYTES;
    static final int FILTER_LENGTH_OFFSET = FILTER_OFFSET_OFFSET + Integer.BYTES;
    static final int INDEX_OFFSET_OFFSET = FILTER_LENGTH_OFFSET + Integer.BYTES;
    static final int INDEX_LENGTH_OFFSET = INDEX_OFFSET_OFFSET + Integer.BYTES;
    static final int PROPERTIES_OFFSET_OFFSET = INDEX_LENGTH_OFFSET + Integer.BYTES;
    static final int PROPERTIES_LENGTH_OFFSET = PROPERTIES_OFFSET_OFFSET + Integer.BYTES;
    static final int TABLE_NUMBER_OFFSET = PROPERTIES_LENGTH_OFFSET + 2 * Integer.BYTES;
    static final int FILE_LENGTH_OFFSET = TABLE_NUMBER_OFFSET + Long.BYTES;
    static final int VERSION_OFFSET = FILE_LENGTH_OFFSET + Long.BYTES;
    static final int CHECKSUM_OFFSET = VERSION_OFFSET + Integer.BYTES;
    static final int MAGIC_OFFSET = CHECKSUM_OFFSET + TableChecksum.LENGTH;
    static final int LENGTH = MAGIC_OFFSET + Long.BYTES;

    /** Multiples at which the properties and the footer begin. */
    static final int SECTION_ALIGNMENT = Long.BYTES;

    private FooterDescriptor()
    {
    }

    static int getInt(final DirectBuffer file, final int footerOffset, final int fieldOffset)
    {
        return file.getInt(footerOffset + fieldOffset, ByteOrder.LITTLE_ENDIAN);
    }

    static long getLong(final DirectBuffer file, final int footerOffset, final int fieldOffset)
    {
        return file.getLong(footerOffset + fieldOffset, ByteOrder.LITTLE_ENDIAN);
    }

    static void putInt(final MutableDirectBuffer footer, final int fieldOffset, final int value)
    {
        footer.putInt(fieldOffset, value, ByteOrder.LITTLE_ENDIAN);
    }

    static void putLong(final MutableDirectBuffer footer, final int fieldOffset, final long value)
    {
        footer.putLong(fieldOffset, value, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Checks that a file is a table of this number, whole, and of a version that we read, in this order.
     *
     * @return offset of the footer.
     */
    static int verify(
        final DirectBuffer file, final String name, final long tableNumber, final TableReadContext context)
    {
        final int lengthBytes = file.capacity();
        final int offset = lengthBytes - LENGTH;
        if (offset < 0)
        {
            throw new CorruptionException(
                "table too short: file=" + name + ", length=" + lengthBytes + ", min=" + LENGTH);
        }
        final long magic = getLong(file, offset, MAGIC_OFFSET);
        if (magic != MAGIC)
        {
            throw new CorruptionException("not a table: file=" + name + ", offset=" + (offset + MAGIC_OFFSET) +
                ", magic=" + Long.toHexString(magic) + ", expected=" + Long.toHexString(MAGIC));
        }
        final int stored = getInt(file, offset, CHECKSUM_OFFSET);
        final int computed = context.checksum(file, tableNumber, offset, CHECKSUM_OFFSET);
        if (stored != computed)
        {
            throw new CorruptionException("table footer checksum differs: file=" + name + ", offset=" + offset +
                ", stored=" + Integer.toHexString(stored) + ", computed=" + Integer.toHexString(computed));
        }
        final int version = getInt(file, offset, VERSION_OFFSET);
        if (version != VERSION)
        {
            throw new UnsupportedFormatException(
                "table of another format: file=" + name + ", version=" + version + ", known=" + VERSION);
        }
        final long storedLength = getLong(file, offset, FILE_LENGTH_OFFSET);
        if (storedLength != lengthBytes || getLong(file, offset, TABLE_NUMBER_OFFSET) != tableNumber)
        {
            throw new CorruptionException("table footer contradicts the file: file=" + name + ", offset=" + offset +
                ", length=" + lengthBytes + ", stored=" + storedLength + ", number=" + tableNumber);
        }
        return offset;
    }
}
