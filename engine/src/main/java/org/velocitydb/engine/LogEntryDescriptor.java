package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.velocitydb.engine.entry.Expiry;
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
 *  |          Expiry time in epoch milliseconds, Kind 3 alone      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                  Keyspace id (big-endian)                     |
 *  +---------------------------------------------------------------+
 *  |  Key                                                         ...
 *  +---------------------------------------------------------------+
 *  |  Value                                                       ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * Kind is 1 for a value that stays, 2 for a tombstone, whose value length is 0, and 3 for a value that expires. The
 * journal's checksum covers all of it.
 */
final class LogEntryDescriptor
{
    static final int KIND_PUT = 1;
    static final int KIND_TOMBSTONE = 2;
    static final int KIND_EXPIRING_PUT = 3;

    private static final int KIND_AND_KEY_LENGTH_OFFSET = 0;
    private static final int VALUE_LENGTH_OFFSET = KIND_AND_KEY_LENGTH_OFFSET + Integer.BYTES;
    private static final int EXPIRY_OFFSET = VALUE_LENGTH_OFFSET + Integer.BYTES;
    private static final int SHORT_HEADER_LENGTH = EXPIRY_OFFSET;
    private static final int LONG_HEADER_LENGTH = EXPIRY_OFFSET + Long.BYTES;

    private static final int KIND_MASK = 0xFF;
    private static final int KEY_LENGTH_SHIFT = 8;

    private LogEntryDescriptor()
    {
    }

    static int encodedLength(final int kind, final int keyLength, final int valueLength)
    {
        return headerLength(kind) + keyLength + valueLength;
    }

    private static int headerLength(final int kind)
    {
        return kind == KIND_EXPIRING_PUT ? LONG_HEADER_LENGTH : SHORT_HEADER_LENGTH;
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

    static void putExpiry(final MutableDirectBuffer buffer, final int offset, final long expiryMs)
    {
        buffer.putLong(offset + EXPIRY_OFFSET, expiryMs);
    }

    static long expiryMs(final DirectBuffer buffer, final int offset)
    {
        return kind(buffer, offset) == KIND_EXPIRING_PUT ? buffer.getLong(offset + EXPIRY_OFFSET) : Expiry.NEVER_MS;
    }

    static int keyOffset(final int kind, final int offset)
    {
        return offset + headerLength(kind);
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
        if (limit - offset >= SHORT_HEADER_LENGTH)
        {
            final int kind = kind(buffer, offset);
            final int headerLength = headerLength(kind);
            final int keyLength = keyLength(buffer, offset);
            final int valueLength = valueLength(buffer, offset);
            final int room = limit - offset - headerLength;
            final boolean isKnownKind = kind >= KIND_PUT && kind <= KIND_EXPIRING_PUT;
            if (isKnownKind && keyLength > Keys.KEYSPACE_LENGTH && keyLength <= room && valueLength >= 0 &&
                valueLength <= room - keyLength)
            {
                return offset + headerLength + keyLength + valueLength;
            }
        }
        throw new CorruptionException(
            "journal entry does not fit its record: sequence=" + sequence + ", offset=" + offset + ", limit=" + limit);
    }
}
