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
 *  |                      Smallest Sequence                        |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                       Largest Sequence                        |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |          Raw Length: all whole keys and all values            |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |        Creation Time, as the log has it, in milliseconds      |
 *  |                                                               |
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
 */
final class PropertiesDescriptor
{
    static final int ENTRY_COUNT_OFFSET = 0;
    static final int TOMBSTONE_COUNT_OFFSET = ENTRY_COUNT_OFFSET + Long.BYTES;
    static final int MIN_SEQUENCE_OFFSET = TOMBSTONE_COUNT_OFFSET + Long.BYTES;
    static final int MAX_SEQUENCE_OFFSET = MIN_SEQUENCE_OFFSET + Long.BYTES;
    static final int RAW_LENGTH_OFFSET = MAX_SEQUENCE_OFFSET + Long.BYTES;
    static final int CREATION_TIME_OFFSET = RAW_LENGTH_OFFSET + Long.BYTES;
    static final int SMALLEST_KEY_LENGTH_OFFSET = CREATION_TIME_OFFSET + Long.BYTES;
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
}
