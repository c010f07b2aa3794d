package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.Expiry;

/**
 * Creates and drops keyspaces: by entries of the open group, and in the catalogue, which shows them when the group
 * becomes visible. Owned by the writer.
 */
final class KeyspaceDefinitions
{
    private final KeyspaceCatalogue catalogue;
    private final OpenGroup group;
    private final UnsafeBuffer nextIdRecord = new UnsafeBuffer(
        new byte[KeyspaceRecordDescriptor.NEXT_ID_KEY_LENGTH + KeyspaceRecordDescriptor.VALUE_LENGTH]);
    private final UnsafeBuffer keyspaceValue = new UnsafeBuffer(new byte[KeyspaceRecordDescriptor.VALUE_LENGTH]);

    KeyspaceDefinitions(final KeyspaceCatalogue catalogue, final OpenGroup group)
    {
        this.catalogue = catalogue;
        this.group = group;
    }

    void define(final CommandSlot slot, final int kind, final Completion completion)
    {
        final DirectBuffer payload = slot.payload();
        final int keyOffset = OperationDescriptor.keyOffset(0);
        final int keyLength = OperationDescriptor.keyLength(payload, 0);
        final String name = KeyspaceRecordDescriptor.name(payload, keyOffset, keyLength);
        final int found = catalogue.id(name);
        final boolean isCreation = kind == OperationDescriptor.KIND_CREATE_KEYSPACE;
        if (isCreation == (found != Store.NULL_KEYSPACE))
        {
            leaveAsItIs(slot, isCreation, found, completion);
        }
        else if (!isCreation)
        {
            group.delete(payload, keyOffset, keyLength);
            catalogue.dropped(name, group.appliedSequence());
            completion.applied(1, group.appliedSequence());
        }
        else if (catalogue.isFull())
        {
            completion.refused(CommandStatus.TOO_MANY_KEYSPACES, 0, group.appliedSequence());
        }
        else
        {
            final int id = catalogue.nextId();
            putNextId(id + 1);
            KeyspaceRecordDescriptor.putValue(keyspaceValue, 0, id);
            group.put(
                payload, keyOffset, keyLength, Expiry.NEVER_MS, keyspaceValue, 0,
                KeyspaceRecordDescriptor.VALUE_LENGTH);
            catalogue.created(name, group.appliedSequence());
            completion.applied(1, group.appliedSequence());
            completion.keyspace(id);
        }
    }

    private void leaveAsItIs(
        final CommandSlot slot, final boolean isCreation, final int found, final Completion completion)
    {
        if (OperationDescriptor.isSkipping(slot.payload(), 0))
        {
            completion.applied(0, group.appliedSequence());
            completion.keyspace(isCreation ? found : 0);
        }
        else
        {
            completion.refused(
                isCreation ? CommandStatus.KEYSPACE_EXISTS : CommandStatus.NO_SUCH_KEYSPACE, 0,
                group.appliedSequence());
        }
    }

    private void putNextId(final int nextId)
    {
        final int keyLength = KeyspaceRecordDescriptor.NEXT_ID_KEY_LENGTH;
        KeyspaceRecordDescriptor.putNextIdKey(nextIdRecord, 0);
        KeyspaceRecordDescriptor.putValue(nextIdRecord, keyLength, nextId);
        group.put(
            nextIdRecord, 0, keyLength, Expiry.NEVER_MS, nextIdRecord, keyLength,
            KeyspaceRecordDescriptor.VALUE_LENGTH);
    }
}
