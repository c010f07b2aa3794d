package org.velocitydb.engine.table;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;

/**
 * Layout of what a table says about itself. Little-endian; begins at a multiple of 8.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                         Entry Count                           |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                       Tombstone Count                         |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |              Expiring Count: values with an expiry            |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                      Smallest Sequence                        |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                       Largest Sequence                        |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |     Earliest Expiry, in milliseconds; 2^63 - 1 if none        |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |      Latest Expiry, in milliseconds; 2^63 - 1 if none         |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |          Raw Length: all whole keys and all values            |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |        Creation Time, as the log has it, in milliseconds      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Code of the {@link Compression}                   |
 *  +---------------------------------------------------------------+
 *  |                            (zero)                             |
 *  +---------------------------------------------------------------+
 *  |                     Smallest Key Length                       |
 *  +---------------------------------------------------------------+
 *  |                     Largest Key Length                        |
 *  +---------------------------------------------------------------+
 *  |  Smallest key                                                ...
 *  +---------------------------------------------------------------+
 *  |  Largest key                                                 ...
 *  +---------------------------------------------------------------+
 *  |  Checksum of all above; see {@link TableChecksum}             |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Keys begin with their keyspace's id, so that the smallest and the largest key also say which keyspaces the table
 * reaches from and to.
 */
final class PropertiesDescriptor
{
    static final int ENTRY_COUNT_OFFSET = 0;
    static final int TOMBSTONE_COUNT_OFFSET = ENTRY_COUNT_OFFSET + Long.BYTES;
    static final int EXPIRING_COUNT_OFFSET = TOMBSTONE_COUNT_OFFSET + Long.BYTES;
    static final int MIN_SEQUENCE_OFFSET = EXPIRING_COUNT_OFFSET + Long.BYTES;
    static final int MAX_SEQUENCE_OFFSET = MIN_SEQUENCE_OFFSET + Long.BYTES;
    static final int MIN_EXPIRY_OFFSET = MAX_SEQUENCE_OFFSET + Long.BYTES;
    static final int MAX_EXPIRY_OFFSET = MIN_EXPIRY_OFFSET + Long.BYTES;
    static final int RAW_LENGTH_OFFSET = MAX_EXPIRY_OFFSET + Long.BYTES;
    static final int CREATION_TIME_OFFSET = RAW_LENGTH_OFFSET + Long.BYTES;
    static final int COMPRESSION_OFFSET = CREATION_TIME_OFFSET + Long.BYTES;
    static final int SMALLEST_KEY_LENGTH_OFFSET = COMPRESSION_OFFSET + 2 * Integer.BYTES;
    static final int LARGEST_KEY_LENGTH_OFFSET = SMALLEST_KEY_LENGTH_OFFSET + Integer.BYTES;
    static final int KEYS_OFFSET = LARGEST_KEY_LENGTH_OFFSET + Integer.BYTES;
    static final int MIN_LENGTH = KEYS_OFFSET + TableChecksum.LENGTH;

    private PropertiesDescriptor()
    {
    }

    static long getLong(final DirectBuffer file, final int propertiesOffset, final int fieldOffset)
    {
        return file.getLong(propertiesOffset + fieldOffset, ByteOrder.LITTLE_ENDIAN);
    }

    static int getInt(final DirectBuffer file, final int propertiesOffset, final int fieldOffset)
    {
        return file.getInt(propertiesOffset + fieldOffset, ByteOrder.LITTLE_ENDIAN);
    }

    /** All but the keys. */
    static TableInfo read(final TableFile file)
    {
        final DirectBuffer buffer = file.buffer();
        final int offset = file.propertiesOffset();
        return new TableInfo(
            file.tableNumber(),
            buffer.capacity(),
            getLong(buffer, offset, ENTRY_COUNT_OFFSET),
            getLong(buffer, offset, TOMBSTONE_COUNT_OFFSET),
            getLong(buffer, offset, EXPIRING_COUNT_OFFSET),
            getLong(buffer, offset, MIN_SEQUENCE_OFFSET),
            getLong(buffer, offset, MAX_SEQUENCE_OFFSET),
            getLong(buffer, offset, MIN_EXPIRY_OFFSET),
            getLong(buffer, offset, MAX_EXPIRY_OFFSET),
            getLong(buffer, offset, RAW_LENGTH_OFFSET),
            getLong(buffer, offset, CREATION_TIME_OFFSET),
            Compression.ofCode(getInt(buffer, offset, COMPRESSION_OFFSET), file.name(), offset));
    }
}
