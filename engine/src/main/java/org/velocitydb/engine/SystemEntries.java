package org.velocitydb.engine;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.Keys;

/**
 * Says whether the entries that the store keeps for itself are what it would write. A branch for each keyspace of the
 * store's own; what users keep is theirs.
 */
final class SystemEntries
{
    private SystemEntries()
    {
    }

    /**
     * Judges an entry, be it in a table or in the journal.
     *
     * @param key         buffer of the internal key.
     * @param keyOffset   of the key.
     * @param keyLength   in bytes, keyspace id included.
     * @param value       buffer of the value.
     * @param valueOffset of the value.
     * @param valueLength in bytes.
     * @param sequence    of the entry.
     * @param isTombstone whether it deletes its key.
     * @return what is wrong, or an empty text.
     */
    static String problem(
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength,
        final long sequence,
        final boolean isTombstone)
    {
        if (keyLength <= Keys.KEYSPACE_LENGTH || keyLength > Keys.MAX_INTERNAL_KEY_LENGTH)
        {
            return "key length out of range: length=" + keyLength;
        }
        if (isTombstone ? valueLength != 0 : valueLength < 0 || valueLength > Keys.MAX_VALUE_LENGTH)
        {
            return "value length out of range: length=" + valueLength + ", tombstone=" + isTombstone;
        }
        final int keyspace = key.getInt(keyOffset, ByteOrder.BIG_ENDIAN);
        if (keyspace >= 0 || isTombstone)
        {
            return "";
        }
        return switch (keyspace)
        {
            case RequestRecordDescriptor.SYSTEM_KEYSPACE ->
                RequestRecordDescriptor.problem(
                    key, keyOffset, keyLength, value, valueOffset, valueLength, sequence);
            case OperationDescriptor.CATALOGUE_KEYSPACE ->
                KeyspaceRecordDescriptor.problem(key, keyOffset, keyLength, value, valueOffset, valueLength);
            default -> "no such keyspace of the store's own: id=" + Integer.toUnsignedString(keyspace);
        };
    }
}
