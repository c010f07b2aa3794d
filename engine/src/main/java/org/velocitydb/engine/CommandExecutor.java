package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.CachedNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.journal.storage.CorruptionException;

/**
 * Takes commands into the open group: refuses each, or judges its conditions against everything applied so far, visible
 * or not, and adds its effects to the group. Owned by the writer; allocation-free once warm.
 */
final class CommandExecutor implements AutoCloseable
{
    private final StoreState state;
    private final WriterView view;
    private final OpenGroup group;
    private final WriteRoom room;
    private final CachedNanoClock cycleClock;
    private final StoreCounters counters;
    private final ErrorHandler errorHandler;
    /** Time by which the command under way is judged. */
    private final LogClock.Reading time;
    private final WriterLookups lookups;
    private final Conditions conditions;
    private final Evaluation evaluation;
    private final KeyspaceDefinitions definitions;
    private final RequestMemory requests;
    private final UnsafeBuffer numberText = new UnsafeBuffer(new byte[DecimalText.LENGTH_MAX]);
    /** Whether the group has taken the command under way up. */
    private boolean isAnswered;

    CommandExecutor(
        final StoreState state,
        final StoreContext context,
        final WriterView view,
        final OpenGroup group,
        final WriteRoom room,
        final CachedNanoClock cycleClock)
    {
        this.state = state;
        this.view = view;
        this.group = group;
        this.room = room;
        this.cycleClock = cycleClock;
        counters = state.counters();
        errorHandler = context.errorHandler();
        time = new LogClock.Reading(state.logClock());
        lookups = new WriterLookups(state);
        conditions = new Conditions(lookups, state.catalogue(), time);
        evaluation = new Evaluation(lookups, state.catalogue(), time);
        definitions = new KeyspaceDefinitions(state.catalogue(), group);
        requests = new RequestMemory(view, lookups, time, group, counters);
    }

    /**
     * Executes a command, whose answer the group holds back afterwards. Throws nothing: what goes wrong is the answer.
     */
    void onCommand(final CommandSlot slot)
    {
        isAnswered = false;
        try
        {
            answerOrExecute(slot);
        }
        catch (final RuntimeException | Error ex)
        {
            // The journal failed, memory ran out or an invariant is broken: what the memtable holds is no longer what
            // is logged. An Error too, since the ring would otherwise show the half applied command again.
            if (!isAnswered)
            {
                answer(slot).outcome(CommandStatus.STORAGE_FAILED);
            }
            group.fail(ex);
        }
    }

    private void answerOrExecute(final CommandSlot slot)
    {
        try
        {
            // Before any refusal: what was done when it was first sent must not be called "not done" now.
            if (!group.isFailed() && slot.hasRequestId() && requests.isRetry(slot, group.nextAnswer()))
            {
                answer(slot);
                return;
            }
            final CommandStatus refusal = refusal(slot);
            if (refusal != null)
            {
                answer(slot).outcome(refusal);
                return;
            }
            final Completion completion = answer(slot);
            // What stands if something unforeseen is thrown below.
            completion.outcome(CommandStatus.STORAGE_FAILED);
            execute(slot, completion);
        }
        catch (final CorruptionException ex)
        {
            // Raised by a look-up, before anything was changed. Where it is the first one of a request that may be a
            // retry, what was done when it was first sent is not known.
            final boolean isUnknown = !isAnswered && slot.hasRequestId();
            (isAnswered ? group.lastAnswer() : answer(slot)).outcome(
                isUnknown ? CommandStatus.REQUEST_TOO_OLD : CommandStatus.CORRUPTION);
            errorHandler.onError(ex);
        }
    }

    private Completion answer(final CommandSlot slot)
    {
        isAnswered = true;
        return group.answer(slot);
    }

    // --- refusals ---

    private CommandStatus refusal(final CommandSlot slot)
    {
        if (group.isFailed())
        {
            return refusalAfterFailure(slot);
        }
        if (state.isClosing())
        {
            return CommandStatus.CLOSED;
        }
        if (slot.isLate(cycleClock.nanoTime()))
        {
            counters.refusedLate.addOpaque(1);
            return CommandStatus.DEADLINE_EXCEEDED;
        }
        if (room.isWaitedForInVain())
        {
            return CommandStatus.STORAGE_FAILED;
        }
        if (slot.isEvaluated())
        {
            time.forget();
            final CommandStatus impossible = evaluation.evaluate(slot, view.current());
            if (impossible != null)
            {
                return impossible;
            }
        }
        if (!makeRoom(slot))
        {
            counters.refusedDiskFull.addOpaque(1);
            return CommandStatus.DISK_FULL;
        }
        // Making room may have ended a group, whose force may have failed.
        return group.isFailed() ? refusalAfterFailure(slot) : null;
    }

    private boolean makeRoom(final CommandSlot slot)
    {
        if (!slot.isEvaluated())
        {
            return room.make(slot);
        }
        return !evaluation.hasEffects() || room.make(
            evaluation.recordBytes(), evaluation.memtableBytes(), state.isDiskFull() && evaluation.isFreeing());
    }

    private static CommandStatus refusalAfterFailure(final CommandSlot slot)
    {
        // Where it may be a retry, the first one may be in the part of the journal of which nobody knows.
        return slot.hasRequestId() ? CommandStatus.STORAGE_FAILED : CommandStatus.CLOSED;
    }

    // --- effects ---

    private void execute(final CommandSlot slot, final Completion completion)
    {
        if (slot.isEvaluated())
        {
            applyEvaluated(slot, completion);
            return;
        }
        time.forget();
        final int kind = OperationDescriptor.kind(slot.payload(), 0);
        if (OperationDescriptor.isDefinition(kind))
        {
            definitions.define(slot, kind, completion);
        }
        else
        {
            change(slot, completion);
        }
        if (slot.hasRequestId())
        {
            requests.remember(slot, completion);
        }
        group.askFor(OperationDescriptor.isDefinition(kind) ? Durability.GROUP : slot.durability(), completion);
    }

    private void applyEvaluated(final CommandSlot slot, final Completion completion)
    {
        final boolean hasEffects = evaluation.hasEffects();
        evaluation.apply(slot.payload(), group);
        completion.applied(evaluation.appliedCount(), group.appliedSequence());
        completion.counter(evaluation.lastNumber());
        completion.results(evaluation.takeResults());
        counters.operationsApplied.addOpaque(evaluation.appliedCount());
        // What changes nothing is as durable as what it has seen.
        group.askFor(hasEffects ? slot.durability() : Durability.NONE, completion);
    }

    private void change(final CommandSlot slot, final Completion completion)
    {
        final int failed = conditions.judge(slot, view.current());
        if (failed == Conditions.ALL_HOLD)
        {
            completion.applied(apply(slot), group.appliedSequence());
            completion.counter(conditions.increments().lastSum());
        }
        else if (conditions.failure() == CommandStatus.CONDITION_FAILED)
        {
            completion.conditionFailed(failed, conditions.foundVersion(), group.appliedSequence());
            counters.conditionsFailed.addOpaque(1);
        }
        else
        {
            completion.refused(conditions.failure(), failed, group.appliedSequence());
        }
    }

    private int apply(final CommandSlot slot)
    {
        final DirectBuffer payload = slot.payload();
        int applied = 0;
        int offset = 0;
        for (int i = 0; i < slot.operationCount(); i++)
        {
            final int kind = OperationDescriptor.kind(payload, offset);
            if (kind != OperationDescriptor.KIND_CHECK && !conditions.isLeftOut(i))
            {
                apply(payload, offset, kind, i);
                applied++;
            }
            offset = OperationDescriptor.next(payload, offset);
        }
        counters.operationsApplied.addOpaque(applied);
        return applied;
    }

    private void apply(final DirectBuffer payload, final int offset, final int kind, final int operation)
    {
        final int keyOffset = OperationDescriptor.keyOffset(offset);
        final int keyLength = OperationDescriptor.keyLength(payload, offset);
        switch (kind)
        {
            case OperationDescriptor.KIND_PUT :
                group.put(
                    payload, keyOffset, keyLength, time.expiryMs(OperationDescriptor.ttlMs(payload, offset)), payload,
                    keyOffset + keyLength, OperationDescriptor.valueLength(payload, offset));
                break;
            case OperationDescriptor.KIND_INCREMENT :
                final Increments increments = conditions.increments();
                group.put(
                    payload, keyOffset, keyLength, increments.expiryMs(operation), numberText, 0,
                    DecimalText.put(numberText, 0, increments.sum(operation)));
                break;
            default :
                group.delete(payload, keyOffset, keyLength);
                break;
        }
    }

    @Override
    public void close()
    {
        lookups.close();
    }
}
