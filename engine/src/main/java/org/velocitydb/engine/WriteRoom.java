package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.CachedNanoClock;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.memtable.Memtable;

/**
 * Sees to it that there is room for what is about to be written: in the group's record, in the memtable and on the
 * disk. It ends groups and changes to new memtables for that, and where a flush needs the memtable.
 *
 * <p>A command is refused <em>before</em> it touches the memtable where its record would not fit on the disk, so a full
 * disk leaves nothing half done. Deletes are taken even then, since only they lead out of it.
 *
 * <p>Owned by the writer; allocation-free but for the change to a new memtable.
 */
final class WriteRoom
{
    /** On a full disk a memtable with deletes is flushed after so long, since only then can they free anything. */
    static final long FREEING_FLUSH_NS = 1_000_000_000L;

    private final StoreState state;
    private final WriterView view;
    private final GroupJournal journal;
    private final OpenGroup group;
    private final CachedNanoClock cycleClock;
    private final int memtableEntryCountMax;
    private final EffectLength effectLength = new EffectLength();
    /** Deletes have been taken on a full disk, and are in the active memtable. */
    private boolean hasFreeingDeletes;
    private long freeingSinceNs;
    /** The freeze after which the journal was shrunk, or was found not to be left alone. */
    private long shrunkSequence;

    WriteRoom(
        final StoreState state,
        final StoreContext context,
        final WriterView view,
        final GroupJournal journal,
        final OpenGroup group,
        final CachedNanoClock cycleClock)
    {
        this.state = state;
        this.view = view;
        this.journal = journal;
        this.group = group;
        this.cycleClock = cycleClock;
        memtableEntryCountMax = context.memtableEntryCountMax();
    }

    /**
     * Makes sure that the command's effects fit into the group's record, the journal and the memtable, ending the group
     * and changing to a new memtable where they do not.
     *
     * @return false where the disk has no room for the record; true, and nothing was made, where the journal failed.
     */
    boolean make(final CommandSlot slot)
    {
        effectLength.measure(slot);
        return make(effectLength.recordBytes(), effectLength.memtableBytes(), state.isDiskFull() && isFreeing(slot));
    }

    /**
     * Makes room as {@link #make(CommandSlot)} does.
     *
     * @param recordLength   that the effects take in the group's record.
     * @param footprintBytes that they take in the memtable.
     * @param isFreeing      whether they lead to less being stored.
     */
    boolean make(final int recordLength, final long footprintBytes, final boolean isFreeing)
    {
        if (group.entryCount() > 0 && group.lengthBytes() + recordLength > OpenGroup.LENGTH_MAX)
        {
            group.end();
        }
        if (group.isFailed())
        {
            return true;
        }
        if (state.isDiskFull() && !takesOnFullDisk(isFreeing))
        {
            return false;
        }

        final Memtable active = view.active();
        final boolean hasRoom = active.allocatedBytes() + footprintBytes <= active.capacityBytes();
        if (!hasRoom || active.entryCount() >= memtableEntryCountMax)
        {
            group.end();
            if (group.isFailed())
            {
                // What the memtable holds may not be in the journal, so it must not be flushed.
                return true;
            }
            view.rotate(footprintBytes);
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
        if (view.isStalled() || !isFreeing)
        {
            return false;
        }
        if (!hasFreeingDeletes)
        {
            hasFreeingDeletes = true;
            freeingSinceNs = cycleClock.nanoTime();
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

    /** Freezes the active memtable where only its flush can free anything on a full disk. */
    int flushDeletesToFreeRoom()
    {
        if (!hasFreeingDeletes || group.isFailed() || cycleClock.nanoTime() - freeingSinceNs < FREEING_FLUSH_NS)
        {
            return 0;
        }
        hasFreeingDeletes = false;
        group.end();
        if (group.isFailed() || !state.isDiskFull() || view.current().frozenCount() > 0 ||
            view.active().entryCount() == 0)
        {
            return 0;
        }
        view.rotate(0);
        return 1;
    }

    /** Freezes the active memtable for a checkpoint, which needs what is visible in tables. */
    int freezeIfAsked()
    {
        final Memtable active = view.active();
        final boolean isAsked = active.entryCount() > 0 && active.firstSequence() <= state.freezeSequence();
        if (!isAsked || group.isFailed() || view.isStalled())
        {
            return 0;
        }
        group.end();
        if (!group.isFailed())
        {
            view.rotate(0);
        }
        return 1;
    }

    /**
     * Gives back the journal's space once all has been flushed that a freeze was asked for, unless more has been
     * written since.
     */
    int shrinkJournalIfLeftAlone()
    {
        final long asked = state.freezeSequence();
        if (asked == shrunkSequence || group.entryCount() > 0 || group.isFailed() || state.isDiskFull())
        {
            return 0;
        }
        final boolean isLeftAlone = journal.appendedSequence() <= asked;
        if (isLeftAlone && view.hasUnflushed())
        {
            return 0;
        }
        shrunkSequence = asked;
        return isLeftAlone && tryShrinkJournal() ? 1 : 0;
    }

    private boolean tryShrinkJournal()
    {
        try
        {
            return journal.shrink();
        }
        catch (final RuntimeException ex)
        {
            group.fail(ex);
            return true;
        }
    }

    /** Whether nothing more can be kept in memory, and the flushes or compactions that would change that fail. */
    boolean isWaitedForInVain()
    {
        final boolean isInVain = view.isStalled() && state.maintenanceFailure() != null;
        if (isInVain)
        {
            state.counters().refusedBacklog.addOpaque(1);
        }
        return isInVain;
    }
}
