package org.velocitydb.journal;

import java.nio.ByteOrder;

import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * One record: what one group commit wrote. Little-endian; records begin at multiples of 8 and follow each other without
 * gaps.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |        CRC-32C of all that follows, payload included          |
 *  +---------------------------------------------------------------+
 *  |                        Payload Length                         |
 *  +---------------------------------------------------------------+
 *  |                          Segment Tag                          |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                        First Sequence                         |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                          Entry Count                          |
 *  +---------------------------------------------------------------+
 *  |                        Reserved, zero                         |
 *  +---------------------------------------------------------------+
 *  |                 Log time, epoch milliseconds                  |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                       Durable Sequence                        |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Payload                                                     ...
 *  +---------------------------------------------------------------+
 *  |  anything, up to a multiple of 8                             ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * Records share blocks of the disk; {@link DirectTail} says why that is safe, and what it would cost if they did not.
 *
 * The record takes the sequences from First Sequence on, as many as Entry Count says. Durable Sequence is the last one
 * that was known to be on disk when this record was written: a reader who finds a damaged record, and behind it an
 * intact one that calls the damaged one durable, knows that no crash did this.
 */
final class RecordDescriptor
{
    /** Records begin at multiples of this. */
    static final int ALIGNMENT = Long.BYTES;

    static final int CHECKSUM_OFFSET = 0;
    static final int PAYLOAD_LENGTH_OFFSET = CHECKSUM_OFFSET + Integer.BYTES;
    static final int TAG_OFFSET = PAYLOAD_LENGTH_OFFSET + Integer.BYTES;
    static final int FIRST_SEQUENCE_OFFSET = TAG_OFFSET + Long.BYTES;
    static final int ENTRY_COUNT_OFFSET = FIRST_SEQUENCE_OFFSET + Long.BYTES;
    static final int RESERVED_OFFSET = ENTRY_COUNT_OFFSET + Integer.BYTES;
    static final int TIME_OFFSET = RESERVED_OFFSET + Integer.BYTES;
    static final int DURABLE_SEQUENCE_OFFSET = TIME_OFFSET + Long.BYTES;
    static final int HEADER_LENGTH = DURABLE_SEQUENCE_OFFSET + Long.BYTES;
    /** Where the checksum begins to cover. */
    static final int CHECKED_OFFSET = PAYLOAD_LENGTH_OFFSET;

    private RecordDescriptor()
    {
    }

    /**
     * Bytes from a record to the next.
     *
     * @param payloadLength in bytes.
     * @return a multiple of {@link #ALIGNMENT}.
     */
    static int alignedLength(final int payloadLength)
    {
        return BitUtil.align(HEADER_LENGTH + payloadLength, ALIGNMENT);
    }

    static void encode(
        final MutableDirectBuffer buffer,
        final int offset,
        final int payloadLength,
        final long tag,
        final long firstSequence,
        final int entryCount,
        final long timeMs,
        final long durableSequence)
    {
        buffer.putInt(offset + PAYLOAD_LENGTH_OFFSET, payloadLength, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + TAG_OFFSET, tag, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + FIRST_SEQUENCE_OFFSET, firstSequence, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(offset + ENTRY_COUNT_OFFSET, entryCount, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(offset + RESERVED_OFFSET, 0, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + TIME_OFFSET, timeMs, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + DURABLE_SEQUENCE_OFFSET, durableSequence, ByteOrder.LITTLE_ENDIAN);
    }

    static void checksum(final MutableDirectBuffer buffer, final int offset, final int checksum)
    {
        buffer.putInt(offset + CHECKSUM_OFFSET, checksum, ByteOrder.LITTLE_ENDIAN);
    }

    static int checksum(final DirectBuffer buffer, final int offset)
    {
        return buffer.getInt(offset + CHECKSUM_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static int payloadLength(final DirectBuffer buffer, final int offset)
    {
        return buffer.getInt(offset + PAYLOAD_LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static long tag(final DirectBuffer buffer, final int offset)
    {
        return buffer.getLong(offset + TAG_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static long firstSequence(final DirectBuffer buffer, final int offset)
    {
        return buffer.getLong(offset + FIRST_SEQUENCE_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static int entryCount(final DirectBuffer buffer, final int offset)
    {
        return buffer.getInt(offset + ENTRY_COUNT_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static long timeMs(final DirectBuffer buffer, final int offset)
    {
        return buffer.getLong(offset + TIME_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static long durableSequence(final DirectBuffer buffer, final int offset)
    {
        return buffer.getLong(offset + DURABLE_SEQUENCE_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }
}
