package org.velocitydb.engine;

import java.util.BitSet;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.EntryView;

/**
 * Judges a command's conditions against everything applied before it, visible or not. Owned by the writer;
 * allocation-free once warm.
 */
final class Conditions
{
    /** No condition forbids the command. */
    static final int ALL_HOLD = -1;

    private final WriterLookups lookups;
    private final EntryView found = new EntryView();
    /** Operations of the command judged last whose own condition leaves them out. */
    private final BitSet leftOut = new BitSet();
    private long foundVersion;

    Conditions(final WriterLookups lookups)
    {
        this.lookups = lookups;
    }

    /**
     * Judges all conditions of a command.
     *
     * @param slot that carries it.
     * @param view that the writer has applied everything to.
     * @return index of the operation that forbids the whole command, or {@link #ALL_HOLD}.
     * @throws org.velocitydb.journal.storage.CorruptionException when a damaged block stands in the way.
     */
    int judge(final CommandSlot slot, final StoreView view)
    {
        final DirectBuffer payload = slot.payload();
        leftOut.clear();
        int offset = 0;
        for (int i = 0; i < slot.operationCount(); i++)
        {
            if (!holds(payload, offset, view))
            {
                if (!OperationDescriptor.isSkipping(payload, offset))
                {
                    return i;
                }
                leftOut.set(i);
            }
            offset = OperationDescriptor.next(payload, offset);
        }
        return ALL_HOLD;
    }

    /**
     * Whether an operation is left out of the command judged last.
     *
     * @param operation index, counted from 0.
     * @return true if it is.
     */
    boolean isLeftOut(final int operation)
    {
        return leftOut.get(operation);
    }

    /**
     * Version that the condition met which was judged last.
     *
     * @return the version, 0 where the key is absent.
     */
    long foundVersion()
    {
        return foundVersion;
    }

    private boolean holds(final DirectBuffer payload, final int offset, final StoreView view)
    {
        final int condition = OperationDescriptor.condition(payload, offset);
        if (condition == OperationDescriptor.CONDITION_NONE)
        {
            return true;
        }
        foundVersion = currentVersion(payload, offset, view);
        return switch (condition)
        {
            case OperationDescriptor.CONDITION_ABSENT -> foundVersion == 0;
            case OperationDescriptor.CONDITION_PRESENT -> foundVersion != 0;
            case OperationDescriptor.CONDITION_VERSION -> foundVersion != 0 &&
                foundVersion == OperationDescriptor.expectedVersion(payload, offset);
            default -> throw new IllegalArgumentException("unknown condition: condition=" + condition);
        };
    }

    private long currentVersion(final DirectBuffer payload, final int offset, final StoreView view)
    {
        lookups.begin();
        try
        {
            final boolean isFound = lookups.get(
                view, payload, OperationDescriptor.keyOffset(offset), OperationDescriptor.keyLength(payload, offset),
                found);
            return isFound && !found.isTombstone() ? found.sequence() : 0;
        }
        finally
        {
            lookups.end();
        }
    }
}
