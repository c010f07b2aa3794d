package org.velocitydb.engine;

import com.lmax.disruptor.EventPoller;

import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.CommandRing;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.CompletionSink;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.compaction.CompactionOptions;
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
    /** On a full disk a memtable with deletes is flushed after so long, since only then can they free anything. */
    static final long FREEING_FLUSH_NS = 1_000_000_000L;

    private final StoreState state;
    private final StoreContext context;
    private final CommandRing ring;
    private final Journal journal;
    private final NanoClock clock;
    private final LogClock logClock;
    /** Time by which the command under way is judged. */
    private final LogClock.Reading time;
    private final KeyspaceCatalogue catalogue;
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
    private final EffectLength effectLength = new EffectLength();
    private final UnsafeBuffer numberText = new UnsafeBuffer(new byte[DecimalText.LENGTH_MAX]);
    private final UnsafeBuffer nextIdRecord = new UnsafeBuffer(
        new byte[KeyspaceRecordDescriptor.NEXT_ID_KEY_LENGTH + KeyspaceRecordDescriptor.VALUE_LENGTH]);
    private final UnsafeBuffer keyspaceValue = new UnsafeBuffer(new byte[KeyspaceRecordDescriptor.VALUE_LENGTH]);
    private final UnsafeBuffer answerRecord = new UnsafeBuffer(
        new byte[RequestRecordDescriptor.KEY_LENGTH + RequestRecordDescriptor.VALUE_LENGTH]);

    private final Backlog backlog;
    private final WriteThrottle throttle;
    private final CompactionOptions compactionOptions;

    private StoreView view;
    private long debtBytes;
    private long appliedSequence;
    private long nowNs;
    private boolean hasUnforced;
    private boolean isForceScheduled;
    private long forceDeadlineNs;
    private boolean wasStalled;
    private long stalledSinceNs;
    /** Deletes have been taken on a full disk, and are in the active memtable. */
    private boolean hasFreeingDeletes;
    private long freeingSinceNs;
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
        this.logClock = state.logClock();
        this.catalogue = state.catalogue();
        this.time = new LogClock.Reading(logClock);
        this.errorHandler = context.errorHandler();
        this.counters = state.counters();
        lookups = new WriterLookups(state);
        conditions = new Conditions(lookups, catalogue, time);
        this.defaultDurability = context.durability();
        this.backlog = new Backlog(context);
        this.throttle = new WriteThrottle(backlog, counters);
        this.compactionOptions = context.compactionOptions();
        this.view = initialView;
        this.debtBytes = compactionOptions.debtBytes(initialView.tables());
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
        int workCount = installTables() + flushDeletesToFreeRoom() + freezeIfAsked();
        noteStall();
        noteLoad();
        if (canTakeCommands())
        {
            ring.poll(onSlot);
            workCount += pendingCount;
            endGroup();
        }
        throttle.note(!throttle.isOpen() && !wasStalled && ring.backlog() > 0, nowNs);
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
     * While flushes or compactions are behind, commands stay in the ring, some or all of them. A writer that has failed
     * or is closing, that has no room on the disk or waits for what keeps failing, takes them in order to refuse them.
     */
    private boolean canTakeCommands()
    {
        if (isFailed || state.isDiskFull() || state.isClosing())
        {
            return true;
        }
        return isStalled() ? state.maintenanceFailure() != null : throttle.isOpen();
    }

    private void noteStall()
    {
        final boolean isStalled = isStalled();
        if (wasStalled && ring.backlog() > 0)
        {
            counters.stallNs.addOpaque(nowNs - stalledSinceNs);
        }
        if (isStalled && !wasStalled)
        {
            counters.stalls.addOpaque(1);
        }
        stalledSinceNs = nowNs;
        wasStalled = isStalled;
    }

    private void noteLoad()
    {
        final int frozenCount = view.frozenCount();
        double memtables = 0;
        if (frozenCount > 0)
        {
            final Memtable active = view.active().memtable();
            memtables = frozenCount - state.flushedPart() + (double) active.allocatedBytes() / active.capacityBytes();
        }
        final double load = backlog.load(
            view.tables().tableCount(0) - state.copiedLevel0Tables(), memtables, debtBytes);
        state.load(load);
        throttle.load(load, nowNs);
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
        throttle.onCommand(slot.payload().capacity());
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
        if (waitsInVain())
        {
            return CommandStatus.STORAGE_FAILED;
        }
        if (!makeRoom(slot))
        {
            counters.refusedDiskFull.addOpaque(1);
            return CommandStatus.DISK_FULL;
        }
        // Making room may have ended a group, whose force may have failed.
        return isFailed ? refusalAfterFailure(slot) : null;
    }

    /** Whether nothing more can be kept in memory, and the flushes or compactions that would change that fail. */
    private boolean waitsInVain()
    {
        final boolean isInVain = isStalled() && state.maintenanceFailure() != null;
        if (isInVain)
        {
            counters.refusedBacklog.addOpaque(1);
        }
        return isInVain;
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
        time.forget();
        final int kind = OperationDescriptor.kind(slot.payload(), 0);
        if (OperationDescriptor.isDefinition(kind))
        {
            define(slot, kind, completion);
        }
        else
        {
            change(slot, completion);
        }
        if (slot.hasRequestId())
        {
            remember(slot, completion);
        }
        askFor(OperationDescriptor.isDefinition(kind) ? Durability.GROUP : effective(slot.durability()), completion);
    }

    private void change(final CommandSlot slot, final Completion completion)
    {
        final int failed = conditions.judge(slot, view);
        if (failed == Conditions.ALL_HOLD)
        {
            completion.applied(apply(slot), appliedSequence);
            completion.counter(conditions.increments().lastSum());
        }
        else if (conditions.failure() == CommandStatus.CONDITION_FAILED)
        {
            completion.conditionFailed(failed, conditions.foundVersion(), appliedSequence);
            counters.conditionsFailed.addOpaque(1);
        }
        else
        {
            completion.refused(conditions.failure(), failed, appliedSequence);
        }
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
                put(
                    payload, keyOffset, keyLength, time.expiryMs(OperationDescriptor.ttlMs(payload, offset)), payload,
                    keyOffset + keyLength, OperationDescriptor.valueLength(payload, offset));
                break;
            case OperationDescriptor.KIND_INCREMENT :
                final Increments increments = conditions.increments();
                put(
                    payload, keyOffset, keyLength, increments.expiryMs(operation), numberText, 0,
                    DecimalText.put(numberText, 0, increments.sum(operation)));
                break;
            default :
                delete(payload, keyOffset, keyLength);
                break;
        }
    }

    private void put(
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final long expiryMs,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength)
    {
        appliedSequence++;
        groupEntryCount++;
        group.appendPut(key, keyOffset, keyLength, expiryMs, value, valueOffset, valueLength);
        view.active().memtable().put(
            key, keyOffset, keyLength, appliedSequence, expiryMs, value, valueOffset, valueLength);
    }

    private void delete(final DirectBuffer key, final int keyOffset, final int keyLength)
    {
        appliedSequence++;
        groupEntryCount++;
        group.appendTombstone(key, keyOffset, keyLength);
        view.active().memtable().delete(key, keyOffset, keyLength, appliedSequence);
    }

    // --- keyspaces ---

    private void define(final CommandSlot slot, final int kind, final Completion completion)
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
            delete(payload, keyOffset, keyLength);
            catalogue.dropped(name, appliedSequence);
            completion.applied(1, appliedSequence);
        }
        else if (catalogue.isFull())
        {
            completion.refused(CommandStatus.TOO_MANY_KEYSPACES, 0, appliedSequence);
        }
        else
        {
            final int id = catalogue.nextId();
            putNextId(id + 1);
            KeyspaceRecordDescriptor.putValue(keyspaceValue, 0, id);
            put(
                payload, keyOffset, keyLength, Expiry.NEVER_MS, keyspaceValue, 0,
                KeyspaceRecordDescriptor.VALUE_LENGTH);
            catalogue.created(name, appliedSequence);
            completion.applied(1, appliedSequence);
            completion.keyspace(id);
        }
    }

    private void leaveAsItIs(
        final CommandSlot slot, final boolean isCreation, final int found, final Completion completion)
    {
        if (OperationDescriptor.isSkipping(slot.payload(), 0))
        {
            completion.applied(0, appliedSequence);
            completion.keyspace(isCreation ? found : 0);
        }
        else
        {
            completion.refused(
                isCreation ? CommandStatus.KEYSPACE_EXISTS : CommandStatus.NO_SUCH_KEYSPACE, 0, appliedSequence);
        }
    }

    private void putNextId(final int nextId)
    {
        final int keyLength = KeyspaceRecordDescriptor.NEXT_ID_KEY_LENGTH;
        KeyspaceRecordDescriptor.putNextIdKey(nextIdRecord, 0);
        KeyspaceRecordDescriptor.putValue(nextIdRecord, keyLength, nextId);
        put(
            nextIdRecord, 0, keyLength, Expiry.NEVER_MS, nextIdRecord, keyLength,
            KeyspaceRecordDescriptor.VALUE_LENGTH);
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
            answerRecord, 0, RequestRecordDescriptor.KEY_LENGTH, Expiry.NEVER_MS, answerRecord,
            RequestRecordDescriptor.KEY_LENGTH, RequestRecordDescriptor.VALUE_LENGTH);
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
        effectLength.measure(slot);
        return makeRoom(
            effectLength.recordBytes(), effectLength.memtableBytes(), state.isDiskFull() && isFreeing(slot));
    }

    private boolean makeRoom(final int recordLength, final long footprintBytes, final boolean isFreeing)
    {
        if (groupEntryCount > 0 && group.lengthBytes() + recordLength > GROUP_LENGTH_MAX)
        {
            endGroup();
        }
        if (isFailed)
        {
            return true;
        }
        if (state.isDiskFull() && !takesOnFullDisk(isFreeing))
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

    /** Deletes may use the room that is kept in reserve, as long as there is memory: they lead out of it. */
    private boolean takesOnFullDisk(final boolean isFreeing)
    {
        if (isStalled() || !isFreeing)
        {
            return false;
        }
        if (!hasFreeingDeletes)
        {
            hasFreeingDeletes = true;
            freeingSinceNs = nowNs;
        }
        return true;
    }

    private static boolean isFreeing(final CommandSlot slot)
    {
        final DirectBuffer payload = slot.payload();
        boolean isFreeing = false;
        int offset = 0;
        for (int i = 0; i < slot.operationCount(); i++)
        {
            final int kind = OperationDescriptor.kind(payload, offset);
            final boolean isRemoval = kind == OperationDescriptor.KIND_DELETE ||
                kind == OperationDescriptor.KIND_DROP_KEYSPACE;
            if (!isRemoval && kind != OperationDescriptor.KIND_CHECK)
            {
                return false;
            }
            isFreeing |= isRemoval;
            offset = OperationDescriptor.next(payload, offset);
        }
        return isFreeing;
    }

    private int flushDeletesToFreeRoom()
    {
        if (!hasFreeingDeletes || isFailed || nowNs - freeingSinceNs < FREEING_FLUSH_NS)
        {
            return 0;
        }
        hasFreeingDeletes = false;
        endGroup();
        if (isFailed || !state.isDiskFull() || view.frozenCount() > 0 || view.active().memtable().entryCount() == 0)
        {
            return 0;
        }
        rotate(0);
        return 1;
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
            debtBytes = compactionOptions.debtBytes(install.tables());
            counters.debtBytes.setOpaque(debtBytes);
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
        final int keyspace,
        final DirectBuffer key,
        final int keyLength,
        final long ttlMs,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength)
    {
        final CommandStatus refusal = refusalNow(keyspace, keyLength, valueLength, false);
        if (refusal != null)
        {
            return refusal;
        }
        try
        {
            time.forget();
            put(key, 0, keyLength, time.expiryMs(ttlMs), value, valueOffset, valueLength);
            return doneNow(keyLength + valueLength);
        }
        catch (final RuntimeException | Error ex)
        {
            fail(ex);
            return CommandStatus.STORAGE_FAILED;
        }
    }

    /** Deletes at once, as {@link #putNow} puts. */
    CommandStatus deleteNow(final int keyspace, final DirectBuffer key, final int keyLength)
    {
        final CommandStatus refusal = refusalNow(keyspace, keyLength, 0, true);
        if (refusal != null)
        {
            return refusal;
        }
        try
        {
            delete(key, 0, keyLength);
            return doneNow(keyLength);
        }
        catch (final RuntimeException | Error ex)
        {
            fail(ex);
            return CommandStatus.STORAGE_FAILED;
        }
    }

    private CommandStatus doneNow(final int lengthBytes)
    {
        throttle.onCommand(lengthBytes);
        directCount++;
        counters.operationsApplied.addOpaque(1);
        return null;
    }

    private CommandStatus refusalNow(
        final int keyspace, final int keyLength, final int valueLength, final boolean isFreeing)
    {
        isFailed |= state.failure() != null;
        if (isFailed || waitsInVain())
        {
            return CommandStatus.STORAGE_FAILED;
        }
        if (!catalogue.isLive(keyspace))
        {
            return CommandStatus.NO_SUCH_KEYSPACE;
        }
        // As if it expired: that is the longest form.
        if (!makeRoom(
            LogEntryDescriptor.encodedLength(LogEntryDescriptor.KIND_EXPIRING_PUT, keyLength, valueLength),
            Memtable.footprintBytes(keyLength, valueLength), isFreeing))
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
        throttle.onCommand(slot.payload().capacity());
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
        nowNs = clock.nanoTime();
        installTables();
        noteStall();
        noteLoad();
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
                logClock.nowMs());
            onForced(startNs);
        }
        else
        {
            journal.append(
                group.buffer(), GroupBuffer.PAYLOAD_OFFSET, group.lengthBytes(), firstSequence, groupEntryCount,
                logClock.nowMs());
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
            if (status.isJudged())
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
