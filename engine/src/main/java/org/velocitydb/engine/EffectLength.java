package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.memtable.Memtable;

/**
 * How much room a command's effects take at most, in the journal and in the memtable, known before any of it is judged.
 * Owned by the writer.
 */
final class EffectLength
{
    private long recordBytes;
    private long memtableBytes;

    /**
     * Adds up a command's effects and the answer that may be remembered with them.
     *
     * @param slot that carries it.
     */
    void measure(final CommandSlot slot)
    {
        recordBytes = 0;
        memtableBytes = 0;
        add(RequestRecordDescriptor.KEY_LENGTH, RequestRecordDescriptor.VALUE_LENGTH);
        final DirectBuffer payload = slot.payload();
        int offset = 0;
        for (int i = 0; i < slot.operationCount(); i++)
        {
            final int kind = OperationDescriptor.kind(payload, offset);
            final int keyLength = OperationDescriptor.keyLength(payload, offset);
            if (kind == OperationDescriptor.KIND_INCREMENT)
            {
                add(keyLength, DecimalText.LENGTH_MAX);
            }
            else if (OperationDescriptor.isDefinition(kind))
            {
                add(keyLength, KeyspaceRecordDescriptor.VALUE_LENGTH);
                add(KeyspaceRecordDescriptor.NEXT_ID_KEY_LENGTH, KeyspaceRecordDescriptor.VALUE_LENGTH);
            }
            else
            {
                add(keyLength, OperationDescriptor.valueLength(payload, offset));
            }
            offset = OperationDescriptor.next(payload, offset);
        }
    }

    private void add(final int keyLength, final int valueLength)
    {
        // As if all of them expired: that is the longest form.
        recordBytes += LogEntryDescriptor.encodedLength(LogEntryDescriptor.KIND_EXPIRING_PUT, keyLength, valueLength);
        memtableBytes += Memtable.footprintBytes(keyLength, valueLength);
    }

    /**
     * Extent of the entries in the group's record.
     *
     * @return bytes.
     */
    int recordBytes()
    {
        return Math.toIntExact(recordBytes);
    }

    /**
     * Room that the entries take in a memtable.
     *
     * @return bytes.
     */
    long memtableBytes()
    {
        return memtableBytes;
    }
}
