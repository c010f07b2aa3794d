package org.velocitydb.engine;

import com.lmax.disruptor.EventPoller;

import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.CommandRing;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.CompletionSink;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.memtable.Memtable;
import org.velocitydb.journal.Journal;
import org.velocitydb.journal.storage.CorruptionException;

/**
 * The one thread that changes the store. It owns the sequence numbers, the active memtable and the journal's writing
 * end, and it alone publishes views and the visible sequence.
 *
 * <p>One duty cycle is at most one group, unless a group has to end early:
 * <ol>
 * <li>take what has gathered in the ring; for each command judge its conditions against everything applied so far,
 * visible or not, add its effects to the group's record and insert them in the memtable, where no reader sees them yet;
 * <li>write the record, force it if any command of the group asks for that;
 * <li>publish the last sequence, which makes the group visible as a whole;
 * <li>answer.
 * </ol>
 * Whatever gathers while the force runs is the next group: one command when idle, hundreds under load, without a timer.
 *
 * <p>A command is refused <em>before</em> it touches the memtable where its record would not fit on the disk, so a full
 * disk leaves nothing half done. A failed write or force of the journal is final: what reached the disk is unknown,
 * every command of the group is answered so, and the writer refuses all that follows.
 *
 * <p>Allocation-free once warm, but for the change to a new memtable.
 */
final class StoreWriter implements Agent
{
    /** Most commands in one group: bounds the answers that are held back, and the time until the first of them. */
    static final int GROUP_COMMAND_COUNT_MAX = 1024;
    /** A group is ended when its record reaches this length; one larger command makes a group of its own. */
    static final int GROUP_LENGTH_MAX = 4 * 1024 * 1024;

    private static final int ANSWER_FOOTPRINT_KEY = RequestRecordDescriptor.KEY_LENGTH;
    private static final int ANSWER_FOOTPRINT_VALUE = RequestRecordDescriptor.VALUE_LENGTH;

    private final StoreState state;
    private final StoreContext context;
    private final CommandRing ring;
    private final Journal journal;
    private final NanoClock clock;
    private final EpochClock epochClock;
    private final ErrorHandler errorHandler;
    private final StoreCounters counters;
    private final EventPoller.Handler<CommandSlot> onSlot = this::onSlot;
    private final Durability defaultDurability;

    private final GroupBuffer group = new GroupBuffer();
    private final Completion[] pending = new Completion[GROUP_COMMAND_COUNT_MAX];
    private final CompletionSink[] sinks = new CompletionSink[GROUP_COMMAND_COUNT_MAX];
    private final CompletionSink[] sinksToWake = new CompletionSink[GROUP_COMMAND_COUNT_MAX];
    private int pendingCount;
    private int groupEntryCount;
    /** Operations of the open group that did not come as commands. */
    private int directCount;
    private boolean groupWantsForce;

    private final EntryView found = new EntryView();
    private final WriterLookups lookups;
    private final Conditions conditions;
    private final UnsafeBuffer answerRecord = new UnsafeBuffer(
        new byte[RequestRecordDescriptor.KEY_LENGTH + RequestRecordDescriptor.VALUE_LENGTH]);

    private StoreView view;
    private long appliedSequence;
    private long nowNs;
    private boolean hasUnforced;
    private boolean isForceScheduled;
    private long forceDeadlineNs;
    private boolean wasStalled;
    private boolean isAnswered;
    private boolean isFailed;

    StoreWriter(
        final StoreState state, final StoreContext context, final Journal journal, final StoreView initialView)
    {
        this.state = state;
        this.context = context;
        this.ring = state.ring();
        this.journal = journal;
        this.clock = context.nanoClock();
        this.epochClock = context.epochClock();
        this.errorHandler = context.errorHandler();
        this.counters = state.counters();
        lookups = new WriterLookups(state);
        conditions = new Conditions(lookups);
        this.defaultDurability = context.durability();
        this.view = initialView;
        this.appliedSequence = state.visibleSequence();
        for (int i = 0; i < GROUP_COMMAND_COUNT_MAX; i++)
        {
            pending[i] = new Completion();
        }
    }

    @Override
    public String roleName()
    {
        return "velocity-writer";
    }

    @Override
    public int doWork() throws Exception
    {
        nowNs = clock.nanoTime();
        isFailed |= state.failure() != null;
        int workCount = installTables() + freezeIfAsked();
        noteStall();
        if (canTakeCommands())
        {
            ring.poll(onSlot);
            workCount += pendingCount;
            endGroup();
        }
        return workCount + forceWhenDue();
    }

    /**
     * Ends what can be ended: the journal is forced and closed. The last call on this agent.
     */
    @Override
    public void onClose()
    {
        try
        {
            do
            {
                ring.poll(onSlot);
                endGroup();
            }
            while (ring.backlog() > 0);
            if (!isFailed && hasUnforced)
            {
                journal.force();
            }
        }
        catch (final Exception ex)
        {
            errorHandler.onError(ex);
        }
        finally
        {
            group.close();
            lookups.close();
        }
    }

    /**
     * While flushes or compactions are behind, commands stay in the ring. A writer that has failed or is closing, or
     * that has no room on the disk, takes them in order to refuse them.
     */
    private boolean canTakeCommands()
    {
        return isFailed || !isStalled() || state.isDiskFull() || state.isClosing();
    }

    private void noteStall()
    {
        final boolean isStalled = isStalled();
        if (isStalled && !wasStalled)
        {
            counters.stalls.addOpaque(1);
        }
        wasStalled = isStalled;
    }

    private boolean isStalled()
    {
        return view.frozenCount() >= context.frozenMemtableCountMax() ||
            view.tables().tableCount(0) >= context.level0TableCountMax();
    }

    // --- one command ---

    private boolean onSlot(final CommandSlot slot, final long ringSequence, final boolean isLast)
    {
        if (slot.sink() != null)
        {
            isAnswered = false;
            try
            {
                onCommand(slot);
            }
            catch (final RuntimeException | Error ex)
            {
                // The journal failed, memory ran out or an invariant is broken: what the memtable holds is no longer
                // what is logged. An Error too, since the ring would otherwise show the half applied command again.
                if (!isAnswered)
                {
                    answer(slot).outcome(CommandStatus.STORAGE_FAILED);
                }
                fail(ex);
            }
        }
        ring.releasePayload(slot);
        return pendingCount < GROUP_COMMAND_COUNT_MAX && canTakeCommands();
    }

    private void onCommand(final CommandSlot slot)
    {
        try
        {
            // Before any refusal: what was done when it was first sent must not be called "not done" now.
            if (!isFailed && slot.hasRequestId() && isRetry(slot, pending[pendingCount]))
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
            // Raised by a look-up, before anything was changed.
            (isAnswered ? pending[pendingCount - 1] : answer(slot)).outcome(CommandStatus.CORRUPTION);
            errorHandler.onError(ex);
        }
    }

    private CommandStatus refusal(final CommandSlot slot)
    {
        if (isFailed)
        {
            return refusalAfterFailure(slot);
        }
        if (state.isClosing())
        {
            return CommandStatus.CLOSED;
        }
        if (slot.isLate(nowNs))
        {
            counters.refusedLate.addOpaque(1);
            return CommandStatus.DEADLINE_EXCEEDED;
        }
        if (!makeRoom(slot))
        {
            counters.refusedDiskFull.addOpaque(1);
            return CommandStatus.DISK_FULL;
        }
        // Making room may have ended a group, whose force may have failed.
        return isFailed ? refusalAfterFailure(slot) : null;
    }

    private static CommandStatus refusalAfterFailure(final CommandSlot slot)
    {
        // Where it may be a retry, the first one may be in the part of the journal of which nobody knows.
        return slot.hasRequestId() ? CommandStatus.STORAGE_FAILED : CommandStatus.CLOSED;
    }

    private Completion answer(final CommandSlot slot)
    {
        final Completion completion = pending[pendingCount];
        completion.address(slot);
        sinks[pendingCount] = slot.sink();
        pendingCount++;
        isAnswered = true;
        return completion;
    }

    private void execute(final CommandSlot slot, final Completion completion)
    {
        final int failed = conditions.judge(slot, view);
        if (failed == Conditions.ALL_HOLD)
        {
            completion.applied(apply(slot), appliedSequence);
        }
        else
        {
            completion.conditionFailed(failed, conditions.foundVersion(), appliedSequence);
            counters.conditionsFailed.addOpaque(1);
        }
        if (slot.hasRequestId())
        {
            remember(slot, completion);
        }
        askFor(effective(slot.durability()), completion);
    }

    private void askFor(final Durability asked, final Completion completion)
    {
        completion.durability(asked);
        groupWantsForce |= asked == Durability.GROUP;
        scheduleForce(asked);
    }

    private void scheduleForce(final Durability asked)
    {
        if (asked == Durability.INTERVAL && !isForceScheduled)
        {
            isForceScheduled = true;
            forceDeadlineNs = nowNs + context.forceIntervalNs();
        }
    }

    private Durability effective(final Durability asked)
    {
        return asked == Durability.STORE_DEFAULT ? defaultDurability : asked;
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
                final int keyOffset = OperationDescriptor.keyOffset(offset);
                final int keyLength = OperationDescriptor.keyLength(payload, offset);
                if (kind == OperationDescriptor.KIND_PUT)
                {
                    put(
                        payload, keyOffset, keyLength, payload, keyOffset + keyLength,
                        OperationDescriptor.valueLength(payload, offset));
                }
                else
                {
                    delete(payload, keyOffset, keyLength);
                }
                applied++;
            }
            offset = OperationDescriptor.next(payload, offset);
        }
        counters.operationsApplied.addOpaque(applied);
        return applied;
    }

    private void put(
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength)
    {
        appliedSequence++;
        groupEntryCount++;
        group.appendPut(key, keyOffset, keyLength, value, valueOffset, valueLength);
        view.active().memtable().put(
            key, keyOffset, keyLength, appliedSequence, Expiry.NEVER_MS, value, valueOffset, valueLength);
    }

    private void delete(final DirectBuffer key, final int keyOffset, final int keyLength)
    {
        appliedSequence++;
        groupEntryCount++;
        group.appendTombstone(key, keyOffset, keyLength);
        view.active().memtable().delete(key, keyOffset, keyLength, appliedSequence);
    }

    // --- requests that may be sent again ---

    private boolean isRetry(final CommandSlot slot, final Completion completion)
    {
        RequestRecordDescriptor.putKey(answerRecord, 0, slot.clientId(), slot.requestNumber());
        lookups.begin();
        try
        {
            return lookups.get(view, answerRecord, 0, RequestRecordDescriptor.KEY_LENGTH, found) &&
                answerAsRemembered(slot, completion);
        }
        finally
        {
            lookups.end();
        }
    }

    /** Answers as the record says that was found for the slot's client. */
    private boolean answerAsRemembered(final CommandSlot slot, final Completion completion)
    {
        final long remembered = RequestRecordDescriptor.requestNumber(found.value());
        if (remembered == slot.requestNumber())
        {
            RequestRecordDescriptor.readAnswer(found.value(), completion);
            // The first answer's group may be this one or one that was not forced: this answer must be no less durable.
            askFor(effective(slot.durability()), completion);
            counters.requestsReplayed.addOpaque(1);
            return true;
        }
        if (Long.compareUnsigned(remembered, slot.requestNumber()) > 0)
        {
            completion.outcome(CommandStatus.REQUEST_TOO_OLD);
            return true;
        }
        return false;
    }

    private void remember(final CommandSlot slot, final Completion completion)
    {
        RequestRecordDescriptor.putKey(answerRecord, 0, slot.clientId(), slot.requestNumber());
        RequestRecordDescriptor.putValue(
            answerRecord, RequestRecordDescriptor.KEY_LENGTH, slot.requestNumber(), completion);
        put(
            answerRecord, 0, RequestRecordDescriptor.KEY_LENGTH, answerRecord, RequestRecordDescriptor.KEY_LENGTH,
            RequestRecordDescriptor.VALUE_LENGTH);
    }

    // --- room ---

    /**
     * Makes sure that the command's effects fit into the group's record, the journal and the memtable, ending the group
     * and changing to a new memtable where they do not.
     *
     * @return false where the disk has no room for the record; true, and nothing was made, where the journal failed.
     */
    private boolean makeRoom(final CommandSlot slot)
    {
        // The operations' own headers are longer than those of the entries, so the payload's length is enough.
        return makeRoom(
            slot.payload().capacity() + LogEntryDescriptor.encodedLength(
                ANSWER_FOOTPRINT_KEY, ANSWER_FOOTPRINT_VALUE),
            footprintBytes(slot));
    }

    private boolean makeRoom(final int recordLength, final long footprintBytes)
    {
        if (groupEntryCount > 0 && group.lengthBytes() + recordLength > GROUP_LENGTH_MAX)
        {
            endGroup();
        }
        if (isFailed)
        {
            return true;
        }
        if (state.isDiskFull())
        {
            return false;
        }

        final Memtable active = view.active().memtable();
        final boolean hasRoom = active.allocatedBytes() + footprintBytes <= active.capacityBytes();
        if (!hasRoom || active.entryCount() >= context.memtableEntryCountMax())
        {
            endGroup();
            if (isFailed)
            {
                // What the memtable holds may not be in the journal, so it must not be flushed.
                return true;
            }
            rotate(footprintBytes);
        }
        if (!journal.tryReserve(group.lengthBytes() + recordLength))
        {
            state.diskFull(true);
            return false;
        }
        return true;
    }

    private static long footprintBytes(final CommandSlot slot)
    {
        final DirectBuffer payload = slot.payload();
        long bytes = Memtable.footprintBytes(ANSWER_FOOTPRINT_KEY, ANSWER_FOOTPRINT_VALUE);
        int offset = 0;
        for (int i = 0; i < slot.operationCount(); i++)
        {
            bytes += Memtable.footprintBytes(
                OperationDescriptor.keyLength(payload, offset), OperationDescriptor.valueLength(payload, offset));
            offset = OperationDescriptor.next(payload, offset);
        }
        return bytes;
    }

    private void rotate(final long footprintBytes)
    {
        publish(view.rotated(state.newMemtable(footprintBytes)));
        counters.memtablesFrozen.addOpaque(1);
        state.signalMaintenance();
    }

    /** A checkpoint needs what is visible in tables. */
    private int freezeIfAsked()
    {
        final Memtable active = view.active().memtable();
        final boolean isAsked = active.entryCount() > 0 && active.firstSequence() <= state.freezeSequence();
        if (!isAsked || isFailed || isStalled())
        {
            return 0;
        }
        endGroup();
        if (!isFailed)
        {
            rotate(0);
        }
        return 1;
    }

    private void publish(final StoreView next)
    {
        final StoreView previous = view;
        view = next;
        state.publishView(next);
        state.retire(previous);
    }

    private int installTables()
    {
        int installed = 0;
        for (TableInstall install = state.pollInstall(); install != null; install = state.pollInstall())
        {
            publish(view.withTables(install));
            install.tables().release();
            if (install.flushed() != null && !isFailed)
            {
                journal.purge(install.tables().flushedSequence() + 1);
            }
            installed++;
        }
        return installed;
    }

    // --- the writer's role on a thread of the program; see OwnedWriter ---

    /**
     * Puts at once, into the group that is open.
     *
     * @return null where it was done, and {@link #appliedSequence()} is its sequence; else why not.
     */
    CommandStatus putNow(
        final DirectBuffer key,
        final int keyLength,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength)
    {
        final CommandStatus refusal = refusalNow(keyLength, valueLength);
        if (refusal != null)
        {
            return refusal;
        }
        try
        {
            put(key, 0, keyLength, value, valueOffset, valueLength);
            return doneNow();
        }
        catch (final RuntimeException | Error ex)
        {
            fail(ex);
            return CommandStatus.STORAGE_FAILED;
        }
    }

    /** Deletes at once, as {@link #putNow} puts. */
    CommandStatus deleteNow(final DirectBuffer key, final int keyLength)
    {
        final CommandStatus refusal = refusalNow(keyLength, 0);
        if (refusal != null)
        {
            return refusal;
        }
        try
        {
            delete(key, 0, keyLength);
            return doneNow();
        }
        catch (final RuntimeException | Error ex)
        {
            fail(ex);
            return CommandStatus.STORAGE_FAILED;
        }
    }

    private CommandStatus doneNow()
    {
        directCount++;
        counters.operationsApplied.addOpaque(1);
        return null;
    }

    private CommandStatus refusalNow(final int keyLength, final int valueLength)
    {
        isFailed |= state.failure() != null;
        if (!isFailed && !makeRoom(
            LogEntryDescriptor.encodedLength(keyLength, valueLength),
            Memtable.footprintBytes(keyLength, valueLength)))
        {
            counters.refusedDiskFull.addOpaque(1);
            return CommandStatus.DISK_FULL;
        }
        return isFailed ? CommandStatus.STORAGE_FAILED : null;
    }

    /**
     * Executes a command at once, in the group that is open; its answer goes to its sink when the group ends.
     *
     * @return what stands so far, before anything is durable.
     */
    Completion executeNow(final CommandSlot slot)
    {
        isFailed |= state.failure() != null;
        nowNs = clock.nanoTime();
        if (pendingCount == GROUP_COMMAND_COUNT_MAX)
        {
            endGroup();
        }
        isAnswered = false;
        try
        {
            onCommand(slot);
        }
        catch (final RuntimeException | Error ex)
        {
            if (!isAnswered)
            {
                answer(slot).outcome(CommandStatus.STORAGE_FAILED);
            }
            fail(ex);
        }
        return pending[pendingCount - 1];
    }

    /**
     * Ends the open group.
     *
     * @param asked how durable it is to be.
     * @return false where the store has failed.
     */
    boolean endGroupNow(final Durability asked)
    {
        nowNs = clock.nanoTime();
        final Durability effective = effective(asked);
        groupWantsForce |= effective == Durability.GROUP;
        scheduleForce(effective);
        if (groupEntryCount == 0 && groupWantsForce && hasUnforced && !isFailed)
        {
            forceNow();
        }
        endGroup();
        forceWhenDue();
        installTables();
        freezeIfAsked();
        return !isFailed;
    }

    /** Whether the group that is open has reached a length at which a program that goes on and on ends it. */
    boolean isGroupLongerThan(final int lengthBytes)
    {
        return group.lengthBytes() > lengthBytes;
    }

    /**
     * Installs what maintenance has finished.
     *
     * @return whether writes have to wait for more of it.
     */
    boolean mustWait()
    {
        installTables();
        noteStall();
        return !canTakeCommands();
    }

    long appliedSequence()
    {
        return appliedSequence;
    }

    // --- the end of a group ---

    private void endGroup()
    {
        if (pendingCount == 0 && groupEntryCount == 0)
        {
            return;
        }
        if (!isFailed)
        {
            try
            {
                commitGroup();
            }
            catch (final RuntimeException | Error ex)
            {
                fail(ex);
            }
        }
        deliver();
    }

    private void commitGroup()
    {
        if (groupEntryCount > 0)
        {
            writeGroup();
            counters.groups.record(Math.min(pendingCount + directCount, GROUP_COMMAND_COUNT_MAX));
        }
        else if (groupWantsForce && hasUnforced)
        {
            force();
        }
        // Release: pairs with the acquire of the readers. Whoever sees the new sequence sees the group's entries, and
        // by now they are as durable as the group was asked to be.
        state.publishSequence(appliedSequence);
    }

    private void writeGroup()
    {
        final long firstSequence = appliedSequence - groupEntryCount + 1;
        if (groupWantsForce)
        {
            final long startNs = clock.nanoTime();
            journal.commit(
                group.buffer(), GroupBuffer.PAYLOAD_OFFSET, group.lengthBytes(), firstSequence, groupEntryCount,
                epochClock.time());
            onForced(startNs);
        }
        else
        {
            journal.append(
                group.buffer(), GroupBuffer.PAYLOAD_OFFSET, group.lengthBytes(), firstSequence, groupEntryCount,
                epochClock.time());
            hasUnforced = true;
        }
    }

    private void force()
    {
        final long startNs = clock.nanoTime();
        journal.force();
        onForced(startNs);
    }

    private void onForced(final long startNs)
    {
        hasUnforced = false;
        isForceScheduled = false;
        counters.forces.addOpaque(1);
        counters.forceNs.addOpaque(clock.nanoTime() - startNs);
    }

    private int forceWhenDue()
    {
        if (isForceScheduled && !isFailed && forceDeadlineNs - nowNs < 0)
        {
            forceNow();
            return 1;
        }
        return 0;
    }

    private void forceNow()
    {
        try
        {
            force();
        }
        catch (final RuntimeException ex)
        {
            fail(ex);
        }
    }

    private void fail(final Throwable cause)
    {
        isFailed = true;
        for (int i = 0; i < pendingCount; i++)
        {
            final CommandStatus status = pending[i].status();
            if (status == CommandStatus.APPLIED || status == CommandStatus.CONDITION_FAILED)
            {
                pending[i].outcome(CommandStatus.STORAGE_FAILED);
            }
        }
        state.failed(cause);
        errorHandler.onError(cause);
    }

    private void deliver()
    {
        final boolean isForced = groupWantsForce;
        int wakeCount = 0;
        for (int i = 0; i < pendingCount; i++)
        {
            final Completion completion = pending[i];
            if (isForced && completion.status() == CommandStatus.APPLIED)
            {
                completion.durability(Durability.GROUP);
            }
            final CompletionSink sink = sinks[i];
            sinks[i] = null;
            sink.onCompletion(completion);
            wakeCount = noteSink(sink, wakeCount);
        }
        for (int i = 0; i < wakeCount; i++)
        {
            sinksToWake[i].onGroupEnd();
            sinksToWake[i] = null;
        }
        counters.commands.addOpaque(pendingCount);
        pendingCount = 0;
        groupEntryCount = 0;
        directCount = 0;
        groupWantsForce = false;
        group.clear();
    }

    private int noteSink(final CompletionSink sink, final int wakeCount)
    {
        // Searched from the back: there are a handful of event loops, and neighbours in a group often share one.
        for (int i = wakeCount - 1; i >= 0; i--)
        {
            if (sinksToWake[i] == sink)
            {
                return wakeCount;
            }
        }
        sinksToWake[wakeCount] = sink;
        return wakeCount + 1;
    }
}
