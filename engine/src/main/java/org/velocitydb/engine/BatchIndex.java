package org.velocitydb.engine;

import java.util.Arrays;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.entry.Keys;

/**
 * Finds the operation of a batch that was the last to store or delete a key. Open addressing over arrays that grow to
 * the largest batch and stay; owned by the writer, allocation-free once warm.
 */
final class BatchIndex
{
    static final int NULL_OPERATION = -1;

    private static final int INITIAL_CAPACITY = 64;
    private static final int SLOTS_PER_OPERATION = 2;

    /** Operation index in each slot, or {@link #NULL_OPERATION}. */
    private int[] operations = new int[INITIAL_CAPACITY];
    /** Where the operation of a slot begins. */
    private int[] offsets = new int[INITIAL_CAPACITY];
    private int mask;

    /**
     * Forgets the batch before and makes room for another.
     *
     * @param operationCount of the batch.
     */
    void reset(final int operationCount)
    {
        final int capacity = Math.max(
            INITIAL_CAPACITY, Integer.highestOneBit(operationCount * SLOTS_PER_OPERATION - 1) << 1);
        if (capacity > operations.length)
        {
            operations = new int[capacity];
            offsets = new int[capacity];
        }
        mask = capacity - 1;
        Arrays.fill(operations, 0, capacity, NULL_OPERATION);
    }

    /**
     * Finds the last operation on a key so far.
     *
     * @param payload that holds the batch.
     * @param offset  of an operation on the same key.
     * @return index of the operation, or {@link #NULL_OPERATION}.
     */
    int find(final DirectBuffer payload, final int offset)
    {
        return operations[slot(payload, offset)];
    }

    /**
     * Where the operation begins that {@link #find} names.
     *
     * @param payload that holds the batch.
     * @param offset  of an operation on the same key.
     * @return offset in the payload.
     */
    int findOffset(final DirectBuffer payload, final int offset)
    {
        return offsets[slot(payload, offset)];
    }

    /**
     * Notes that an operation is now the last on its key.
     *
     * @param payload   that holds the batch.
     * @param offset    of the operation.
     * @param operation its index.
     */
    void put(final DirectBuffer payload, final int offset, final int operation)
    {
        final int slot = slot(payload, offset);
        operations[slot] = operation;
        offsets[slot] = offset;
    }

    private int slot(final DirectBuffer payload, final int offset)
    {
        final int keyOffset = OperationDescriptor.keyOffset(offset);
        final int keyLength = OperationDescriptor.keyLength(payload, offset);
        final long hash = KeyHash.hash(payload, keyOffset, keyLength);
        int slot = (int) (hash ^ hash >>> Integer.SIZE) & mask;
        while (operations[slot] != NULL_OPERATION && !hasKey(slot, payload, keyOffset, keyLength))
        {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private boolean hasKey(final int slot, final DirectBuffer payload, final int keyOffset, final int keyLength)
    {
        final int otherLength = OperationDescriptor.keyLength(payload, offsets[slot]);
        return otherLength == keyLength && Keys.compare(
            payload, OperationDescriptor.keyOffset(offsets[slot]), otherLength, payload, keyOffset, keyLength) == 0;
    }
}
