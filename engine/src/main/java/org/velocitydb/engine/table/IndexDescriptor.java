package org.velocitydb.engine.table;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;

/**
 * Layout of a table's index, which is searched in place. Little-endian; begins at a multiple of 64.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |  Level k, the highest: one node of 16 prefixes of 8 bytes    ...
 *  +---------------------------------------------------------------+
 *  |  Level k - 1 ...                                             ...
 *  +---------------------------------------------------------------+
 *  |  Level 0: the prefixes of all separators, in nodes of 16     ...
 *  +---------------------------------------------------------------+
 *  |  Block offsets in the file, n + 1 of 4 bytes                 ...
 *  +---------------------------------------------------------------+
 *  |  Separator offsets, n + 1 of 4 bytes                         ...
 *  +---------------------------------------------------------------+
 *  |  Separators, one after the other                             ...
 *  +---------------------------------------------------------------+
 *  |                     Number of blocks, n                       |
 *  +---------------------------------------------------------------+
 *  |         Common Length: bytes that all keys begin with         |
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
 * <p>Prefix i of level 0 is the eight bytes of separator i that follow the common length, filled with zeros, as a
 * number whose first byte is the highest: unsigned, prefixes compare as the keys do. Keys of one table often begin
 * alike; leaving out what they share lets the prefixes alone decide nearly every search. Where prefixes are equal to
 * the wanted key's, the separators decide.
 *
 * <p>Prefix j of level i + 1 is the first of node j of level i. The highest level is the first that has 16 prefixes or
 * fewer. Nodes are filled up with the greatest number. A node is two cache lines, so that a search among 65,536 blocks
 * costs four steps of neighbouring lines, where bisection would touch a dozen.
 */
final class IndexDescriptor
{
    static final int NODE_COUNT = 16;
    static final int NODE_LENGTH = NODE_COUNT * Long.BYTES;
    static final int NODE_COUNT_SHIFT = 4;
    /** More than there can be blocks need. */
    static final int MAX_LEVEL_COUNT = 8;
    static final int ALIGNMENT = 64;

    static final int TRAILER_LENGTH = 2 * Integer.BYTES + TableChecksum.LENGTH;
    static final int MIN_LENGTH = NODE_LENGTH + 4 * Integer.BYTES + TRAILER_LENGTH;

    private IndexDescriptor()
    {
    }

    /** Prefixes of the level above one of so many. */
    static int countAbove(final int count)
    {
        return (count + NODE_COUNT - 1) >>> NODE_COUNT_SHIFT;
    }

    /** Bytes of a level of so many prefixes. */
    static int levelLength(final int count)
    {
        return countAbove(count) * NODE_LENGTH;
    }

    static long prefix(final DirectBuffer file, final int levelOffset, final int index)
    {
        return file.getLong(levelOffset + index * Long.BYTES, ByteOrder.LITTLE_ENDIAN);
    }

    static int offset(final DirectBuffer file, final int offsetsOffset, final int index)
    {
        return file.getInt(offsetsOffset + index * Integer.BYTES, ByteOrder.LITTLE_ENDIAN);
    }
}
