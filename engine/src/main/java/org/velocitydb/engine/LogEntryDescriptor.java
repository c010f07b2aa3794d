package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.journal.storage.CorruptionException;

/**
 * Layout of one entry in a journal record's payload: an effect, not the command that caused it. The payload of a group
 * is its entries one after the other, unaligned; the first has the record's first sequence, each further one the next.
 * Little-endian but for the keyspace id.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+-----------------------------------------------+
 *  |     Kind      |     Key Length, keyspace id included          |
 *  +---------------+-----------------------------------------------+
 *  |                         Value Length                          |
 *  +---------------------------------------------------------------+
 *  |                  Keyspace id (big-endian)                     |
 *  +---------------------------------------------------------------+
 *  |  Key                                                         ...
 *  +---------------------------------------------------------------+
 *  |  Value                                                       ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * Kind is 1 for a value and 2 for a tombstone, whose value length is 0. The journal's checksum covers all of it.
 */
final class LogEntryDescriptor
{
    static final int KIND_PUT = 1;
    static final int KIND_TOMBSTONE = 2;

    private static final int KIND_AND_KEY_LENGTH_OFFSET = 0;
    private static final int VALUE_LENGTH_OFFSET = KIND_AND_KEY_LENGTH_OFFSET + Integer.BYTES;
    static final int HEADER_LENGTH = VALUE_LENGTH_OFFSET + Integer.BYTES;

    private static final int KIND_MASK = 0xFF;
    private static final int KEY_LENGTH_SHIFT = 8;

    private LogEntryDescriptor()
    {
    }

    static int encodedLength(final int keyLength, final int valueLength)
    {
        return HEADER_LENGTH + keyLength + valueLength;
    }

    static void putHeader(
        final MutableDirectBuffer buffer, final int offset, final int kind, final int keyLength, final int valueLength)
    {
        buffer.putInt(offset + KIND_AND_KEY_LENGTH_OFFSET, kind | keyLength << KEY_LENGTH_SHIFT);
        buffer.putInt(offset + VALUE_LENGTH_OFFSET, valueLength);
    }

    static int kind(final DirectBuffer buffer, final int offset)
    {
        return buffer.getInt(offset + KIND_AND_KEY_LENGTH_OFFSET) & KIND_MASK;
    }

    static int keyLength(final DirectBuffer buffer, final int offset)
    {
        return buffer.getInt(offset + KIND_AND_KEY_LENGTH_OFFSET) >>> KEY_LENGTH_SHIFT;
    }

    static int valueLength(final DirectBuffer buffer, final int offset)
    {
        return buffer.getInt(offset + VALUE_LENGTH_OFFSET);
    }

    static int keyOffset(final int offset)
    {
        return offset + HEADER_LENGTH;
    }

    /**
     * Checks that an entry read back lies within its record: behind a correct checksum a violation is a fault of ours.
     *
     * @param buffer   that holds the record.
     * @param offset   of the entry.
     * @param limit    end of the payload.
     * @param sequence of the entry, for the message.
     * @return offset of what follows the entry.
     */
    static int checkedEnd(final DirectBuffer buffer, final int offset, final int limit, final long sequence)
    {
        if (limit - offset >= HEADER_LENGTH)
        {
            final int kind = kind(buffer, offset);
            final int keyLength = keyLength(buffer, offset);
            final int valueLength = valueLength(buffer, offset);
            final int room = limit - offset - HEADER_LENGTH;
            final boolean isKnownKind = kind == KIND_PUT || kind == KIND_TOMBSTONE;
            if (isKnownKind && keyLength > Keys.KEYSPACE_LENGTH && keyLength <= room && valueLength >= 0 &&
                valueLength <= room - keyLength)
            {
                return offset + HEADER_LENGTH + keyLength + valueLength;
            }
        }
        throw new CorruptionException(
            "journal entry does not fit its record: sequence=" + sequence + ", offset=" + offset + ", limit=" + limit);
    }
}
