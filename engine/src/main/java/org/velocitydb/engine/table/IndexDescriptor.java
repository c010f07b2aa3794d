package org.velocitydb.engine.table;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;

/**
 * Layout of a table's index, which is searched in place. Little-endian, but for the prefixes, whose order as unsigned
 * numbers must be the keys' order; begins at a multiple of 8.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                     Number of blocks, n                       |
 *  +---------------------------------------------------------------+
 *  |         Common Length: bytes that all keys begin with         |
 *  +---------------------------------------------------------------+
 *  |  Prefixes, n of 8 bytes, big-endian                          ...
 *  +---------------------------------------------------------------+
 *  |  Block offsets in the file, n + 1 of 4 bytes                 ...
 *  +---------------------------------------------------------------+
 *  |  Separator offsets, n + 1 of 4 bytes                         ...
 *  +---------------------------------------------------------------+
 *  |  Separators, one after the other                             ...
 *  +---------------------------------------------------------------+
 *  |  Checksum of all above; see {@link TableChecksum}             |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Separator i is at or before every key of block i and after every key of block i - 1: it is the shortest beginning
 * of block i's first key that comes after block i - 1's last key. Separator 0 is empty. Separators are addressed from
 * the first separator's first byte. Block i reaches to the offset of block i + 1; the last offsets say where the data
 * and the separators end.
 *
 * <p>Prefix i is the eight bytes of separator i that follow the common length, filled with zeros. Keys of one table
 * often begin alike; leaving out what they share lets the prefixes alone decide nearly every comparison.
 */
final class IndexDescriptor
{
    static final int BLOCK_COUNT_OFFSET = 0;
    static final int COMMON_LENGTH_OFFSET = BLOCK_COUNT_OFFSET + Integer.BYTES;
    static final int PREFIXES_OFFSET = COMMON_LENGTH_OFFSET + Integer.BYTES;
    static final int MIN_LENGTH = prefixesEnd(1) + 4 * Integer.BYTES + TableChecksum.LENGTH;

    private IndexDescriptor()
    {
    }

    static int prefixesEnd(final int blockCount)
    {
        return PREFIXES_OFFSET + blockCount * Long.BYTES;
    }

    static long prefix(final DirectBuffer file, final int indexOffset, final int block)
    {
        return file.getLong(indexOffset + PREFIXES_OFFSET + block * Long.BYTES, ByteOrder.BIG_ENDIAN);
    }

    static int offset(final DirectBuffer file, final int offsetsOffset, final int index)
    {
        return file.getInt(offsetsOffset + index * Integer.BYTES, ByteOrder.LITTLE_ENDIAN);
    }
}
