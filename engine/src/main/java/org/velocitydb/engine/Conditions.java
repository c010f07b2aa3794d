package org.velocitydb.engine;

import java.util.BitSet;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.EntryView;

/**
 * Judges whether a command may be done, against everything applied before it, visible or not: its keyspaces, its
 * conditions and its increments, in the order of its operations; the first that fails is the one that is told. Owned by
 * the writer; allocation-free once warm.
 */
final class Conditions
{
    /** Nothing forbids the command. */
    static final int ALL_HOLD = -1;

    private final WriterLookups lookups;
    private final KeyspaceCatalogue keyspaces;
    private final LogClock.Reading time;
    private final Increments increments;
    private final EntryView found = new EntryView();
    /** Operations of the command judged last whose own condition leaves them out. */
    private final BitSet leftOut = new BitSet();
    private long foundVersion;
    private CommandStatus failure;

    Conditions(final WriterLookups lookups, final KeyspaceCatalogue keyspaces, final LogClock.Reading time)
    {
        this.time = time;
        this.lookups = lookups;
        this.keyspaces = keyspaces;
        increments = new Increments(lookups, time);
    }

    /**
     * Judges a command.
     *
     * @param slot  that carries it.
     * @param view  that the writer has applied everything to.
     * @return index of the operation that forbids the whole command, or {@link #ALL_HOLD}.
     * @throws org.velocitydb.journal.storage.CorruptionException when a damaged block stands in the way.
     */
    int judge(final CommandSlot slot, final StoreView view)
    {
        final DirectBuffer payload = slot.payload();
        leftOut.clear();
        increments.begin(slot);
        int offset = 0;
        for (int i = 0; i < slot.operationCount(); i++)
        {
            failure = judge(payload, offset, i, view);
            if (failure != null)
            {
                return i;
            }
            offset = OperationDescriptor.next(payload, offset);
        }
        return ALL_HOLD;
    }

    private CommandStatus judge(
        final DirectBuffer payload, final int offset, final int operation, final StoreView view)
    {
        if (!keyspaces.isLive(OperationDescriptor.keyspace(payload, offset)))
        {
            return CommandStatus.NO_SUCH_KEYSPACE;
        }
        if (holds(payload, offset, view))
        {
            return increments.add(payload, offset, operation, view);
        }
        if (!OperationDescriptor.isSkipping(payload, offset))
        {
            return CommandStatus.CONDITION_FAILED;
        }
        leftOut.set(operation);
        return null;
    }

    /**
     * Why the command judged last may not be done.
     *
     * @return a judged status, or null where it may.
     */
    CommandStatus failure()
    {
        return failure;
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

    /**
     * What the increments of the command judged last come to.
     *
     * @return valid until the next command is judged.
     */
    Increments increments()
    {
        return increments;
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

    private long currentVersion(
        final DirectBuffer payload, final int offset, final StoreView view)
    {
        lookups.begin();
        try
        {
            final boolean isFound = lookups.get(
                view, payload, OperationDescriptor.keyOffset(offset), OperationDescriptor.keyLength(payload, offset),
                found);
            return isFound && time.isLive(found) ? found.sequence() : 0;
        }
        finally
        {
            lookups.end();
        }
    }
}
