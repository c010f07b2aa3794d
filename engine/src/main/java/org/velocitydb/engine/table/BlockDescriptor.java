package org.velocitydb.engine.table;

/**
 * Layout of a data block: entries in ascending order of their keys, then the restart points, then the checksum. All
 * numbers little-endian, nothing aligned.
 *
 * <pre>
 *  +---------------------------------------------------------------+
 *  |  Entry 0                                                     ...
 *  +---------------------------------------------------------------+
 *  |  Entry 1 ...                                                 ...
 *  +---------------------------------------------------------------+
 *  |  Offset of restart entry 0 in the block, always 0             |
 *  +---------------------------------------------------------------+
 *  |  Offset of restart entry 1 ...                               ...
 *  +---------------------------------------------------------------+
 *  |  Number of restart offsets, at least 1                        |
 *  +---------------------------------------------------------------+
 *  |  Checksum of all above; see {@link TableChecksum}             |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>An entry keeps only that part of its key in which it differs from the key before it. Every sixteenth entry of a
 * block is a restart entry: it shares nothing, so that a search can begin at it.
 *
 * <pre>
 *  +--------+--------+--------+-----------------+---------+---------+
 *  | Shared |Unshared| Value  |       Tag       | Unshared|  Value  |
 *  | Length | Length | Length | (8 bytes)       |   Key   |         |
 *  +--------+--------+--------+-----------------+---------+---------+
 *   varint   varint   varint    sequence * 2 + 1 if a tombstone
 * </pre>
 *
 * <p>A varint has seven bits to the byte, the lowest first; the top bit of a byte says that another one follows. A
 * tombstone's value length is 0.
 *
 * <p>Example: the keys {@code 00 01 'a' 'b'} = {@code "x"} with sequence 5 and {@code 00 01 'a' 'c'} deleted by
 * sequence 6, as a block of 40 bytes:
 *
 * <pre>
 *  00  00 04 01  0A 00 00 00 00 00 00 00  00 01 61 62  78    shares 0, has 4, value 1; sequence 5; key; value
 *  10  03 01 00  0D 00 00 00 00 00 00 00  63                 shares 3, has 1, no value; tombstone of sequence 6; key
 *  1C  00 00 00 00                                           restart entry 0 begins at offset 0
 *  20  01 00 00 00                                           one restart offset
 *  24  xx xx xx xx                                           checksum
 * </pre>
 */
final class BlockDescriptor
{
    /** Entries from one restart entry to the next: half of them are decoded by a search, on average. */
    static final int RESTART_INTERVAL = 16;

    static final int TAG_LENGTH = Long.BYTES;
    static final int MAX_VARINT_LENGTH = 5;
    static final int MIN_ENTRY_LENGTH = 3 + TAG_LENGTH;
    static final int MAX_ENTRY_HEADER_LENGTH = 3 * MAX_VARINT_LENGTH + TAG_LENGTH;

    static final int RESTART_LENGTH = Integer.BYTES;
    static final int RESTART_COUNT_LENGTH = Integer.BYTES;
    /** What follows the restart offsets. */
    static final int TRAILER_LENGTH = RESTART_COUNT_LENGTH + TableChecksum.LENGTH;
    static final int MIN_BLOCK_LENGTH = MIN_ENTRY_LENGTH + RESTART_LENGTH + TRAILER_LENGTH;

    /** Largest sequence that a tag can hold. */
    static final long MAX_SEQUENCE = Long.MAX_VALUE;

    private BlockDescriptor()
    {
    }

    static long tag(final long sequence, final boolean isTombstone)
    {
        return (sequence << 1) | (isTombstone ? 1 : 0);
    }

    static long sequence(final long tag)
    {
        return tag >>> 1;
    }

    static boolean isTombstone(final long tag)
    {
        return (tag & 1) != 0;
    }
}
