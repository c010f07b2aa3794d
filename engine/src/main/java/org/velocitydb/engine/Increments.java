package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.EntryView;

/**
 * Works out what a command's increments come to, before anything of it is applied: each from everything applied before
 * the command, visible or not, and from what the operations before it in the same batch will leave. Owned by the
 * writer; allocation-free once warm.
 */
final class Increments
{
    private static final int INITIAL_CAPACITY = 16;

    private final WriterLookups lookups;
    private final LogClock.Reading time;
    private final EntryView found = new EntryView();
    private final DecimalText text = new DecimalText();
    private final BatchIndex earlier = new BatchIndex();
    /** By operation: what the increment comes to, and when its entry expires. */
    private long[] sums = new long[INITIAL_CAPACITY];
    private long[] expiriesMs = new long[INITIAL_CAPACITY];
    /** Whether a key may have been changed by an earlier operation of the same batch. */
    private boolean isIndexed;
    private boolean hasAny;
    private long lastSum;
    /** What the increment under way begins from. */
    private long startValue;
    private long startExpiryMs;

    Increments(final WriterLookups lookups, final LogClock.Reading time)
    {
        this.lookups = lookups;
        this.time = time;
    }

    /**
     * Begins with a command.
     *
     * @param slot that carries it.
     */
    void begin(final CommandSlot slot)
    {
        final int operationCount = slot.operationCount();
        hasAny = hasIncrement(slot);
        isIndexed = hasAny && operationCount > 1;
        lastSum = 0;
        if (isIndexed)
        {
            earlier.reset(operationCount);
        }
        if (hasAny && operationCount > sums.length)
        {
            sums = new long[operationCount];
            expiriesMs = new long[operationCount];
        }
    }

    private static boolean hasIncrement(final CommandSlot slot)
    {
        final DirectBuffer payload = slot.payload();
        int offset = 0;
        for (int i = 0; i < slot.operationCount(); i++)
        {
            if (OperationDescriptor.kind(payload, offset) == OperationDescriptor.KIND_INCREMENT)
            {
                return true;
            }
            offset = OperationDescriptor.next(payload, offset);
        }
        return false;
    }

    /**
     * Takes the next operation that will be applied.
     *
     * @param payload   that holds the batch.
     * @param offset    of the operation.
     * @param operation its index.
     * @param view      that the writer has applied everything to.
     * @return null, or why the whole command is to be refused.
     */
    CommandStatus add(
        final DirectBuffer payload, final int offset, final int operation, final StoreView view)
    {
        if (!hasAny)
        {
            return null;
        }
        final int kind = OperationDescriptor.kind(payload, offset);
        if (kind == OperationDescriptor.KIND_INCREMENT)
        {
            final CommandStatus refusal = sumUp(payload, offset, operation, view);
            if (refusal != null)
            {
                return refusal;
            }
        }
        if (isIndexed && kind != OperationDescriptor.KIND_CHECK)
        {
            earlier.put(payload, offset, operation);
        }
        return null;
    }

    private CommandStatus sumUp(
        final DirectBuffer payload, final int offset, final int operation, final StoreView view)
    {
        final long ttlMs = OperationDescriptor.ttlMs(payload, offset);
        startValue = 0;
        startExpiryMs = time.expiryMs(ttlMs);
        final int before = isIndexed ? earlier.find(payload, offset) : BatchIndex.NULL_OPERATION;
        final boolean isNumber = before == BatchIndex.NULL_OPERATION
            ? startFromStore(payload, offset, view)
            : startFromBatch(payload, earlier.findOffset(payload, offset), before);
        if (!isNumber)
        {
            return CommandStatus.NOT_A_NUMBER;
        }
        final long delta = OperationDescriptor.delta(payload, offset);
        final long sum = startValue + delta;
        if (((startValue ^ sum) & (delta ^ sum)) < 0)
        {
            return CommandStatus.NUMBER_OVERFLOW;
        }
        sums[operation] = sum;
        expiriesMs[operation] = startExpiryMs;
        lastSum = sum;
        return null;
    }

    private boolean startFromStore(
        final DirectBuffer payload, final int offset, final StoreView view)
    {
        lookups.begin();
        try
        {
            final boolean isThere = lookups.get(
                view, payload, OperationDescriptor.keyOffset(offset), OperationDescriptor.keyLength(payload, offset),
                found) && time.isLive(found);
            return !isThere || startFrom(found.value(), 0, found.value().capacity(), found.expiryMs());
        }
        finally
        {
            lookups.end();
        }
    }

    private boolean startFromBatch(
        final DirectBuffer payload, final int beforeOffset, final int before)
    {
        final int kind = OperationDescriptor.kind(payload, beforeOffset);
        if (kind == OperationDescriptor.KIND_INCREMENT)
        {
            startValue = sums[before];
            startExpiryMs = expiriesMs[before];
            return true;
        }
        if (kind == OperationDescriptor.KIND_DELETE)
        {
            return true;
        }
        final long ttlMs = OperationDescriptor.ttlMs(payload, beforeOffset);
        return startFrom(
            payload, OperationDescriptor.keyOffset(beforeOffset) + OperationDescriptor.keyLength(payload, beforeOffset),
            OperationDescriptor.valueLength(payload, beforeOffset),
            time.expiryMs(ttlMs));
    }

    private boolean startFrom(final DirectBuffer value, final int offset, final int length, final long expiryMs)
    {
        if (!text.tryParse(value, offset, length))
        {
            return false;
        }
        startValue = text.value();
        startExpiryMs = expiryMs;
        return true;
    }

    /**
     * What an increment comes to.
     *
     * @param operation its index.
     * @return the sum.
     */
    long sum(final int operation)
    {
        return sums[operation];
    }

    /**
     * When an increment's entry expires.
     *
     * @param operation its index.
     * @return epoch milliseconds of log time.
     */
    long expiryMs(final int operation)
    {
        return expiriesMs[operation];
    }

    /**
     * What the command's last increment comes to.
     *
     * @return the sum, 0 where there is none.
     */
    long lastSum()
    {
        return lastSum;
    }
}
