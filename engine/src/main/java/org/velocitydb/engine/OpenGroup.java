package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.CompletionSink;
import org.velocitydb.engine.command.Durability;

/**
 * The group that is being built: its entries, in its record and in the memtable, where no reader sees them yet, and the
 * answers that are held back. At its {@linkplain #end() end}
 * <ol>
 * <li>the record is written, and forced if any command of the group asks for that;
 * <li>the last sequence is published, which makes the group visible as a whole;
 * <li>the answers are delivered.
 * </ol>
 * Then it is empty and the next group.
 *
 * <p>A failed write or force is final: what reached the disk is unknown, and what the memtable holds may not be logged.
 * Every command of the group is answered so, and nothing may be added to any later one.
 *
 * <p>Owned by the writer; allocation-free once warm.
 */
final class OpenGroup implements AutoCloseable
{
    /** Most commands in one group: bounds the answers that are held back, and the time until the first of them. */
    static final int COMMAND_COUNT_MAX = 1024;
    /** A group is ended when its record reaches this length; one larger command makes a group of its own. */
    static final int LENGTH_MAX = 4 * 1024 * 1024;

    private final StoreState state;
    private final WriterView view;
    private final GroupJournal journal;
    private final ErrorHandler errorHandler;
    private final StoreCounters counters;
    private final Durability defaultDurability;

    private final GroupBuffer record = new GroupBuffer();
    private final Completion[] pending = new Completion[COMMAND_COUNT_MAX];
    private final CompletionSink[] sinks = new CompletionSink[COMMAND_COUNT_MAX];
    private final CompletionSink[] sinksToWake = new CompletionSink[COMMAND_COUNT_MAX];
    private int pendingCount;
    private int entryCount;
    /** Operations that did not come as commands. */
    private int directCount;
    private boolean wantsForce;
    private long appliedSequence;
    private boolean isFailed;

    OpenGroup(
        final StoreState state, final StoreContext context, final WriterView view, final GroupJournal journal)
    {
        this.state = state;
        this.view = view;
        this.journal = journal;
        errorHandler = context.errorHandler();
        counters = state.counters();
        defaultDurability = context.durability();
        appliedSequence = state.visibleSequence();
        for (int i = 0; i < COMMAND_COUNT_MAX; i++)
        {
            pending[i] = new Completion();
        }
    }

    // --- entries ---

    void put(
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final long expiryMs,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength)
    {
        appliedSequence++;
        entryCount++;
        record.appendPut(key, keyOffset, keyLength, expiryMs, value, valueOffset, valueLength);
        view.active().put(key, keyOffset, keyLength, appliedSequence, expiryMs, value, valueOffset, valueLength);
    }

    void delete(final DirectBuffer key, final int keyOffset, final int keyLength)
    {
        appliedSequence++;
        entryCount++;
        record.appendTombstone(key, keyOffset, keyLength);
        view.active().delete(key, keyOffset, keyLength, appliedSequence);
    }

    /** Counts an operation that did not come as a command, and which nobody waits for. */
    void onDirectOperation()
    {
        directCount++;
    }

    /** Sequence of the last entry, visible or not. */
    long appliedSequence()
    {
        return appliedSequence;
    }

    int entryCount()
    {
        return entryCount;
    }

    /** Extent of the entries in the record. */
    int lengthBytes()
    {
        return record.lengthBytes();
    }

    // --- answers ---

    /**
     * Takes a command up, to be answered at the group's end.
     *
     * @return its answer, which is still to be filled in.
     */
    Completion answer(final CommandSlot slot)
    {
        final Completion completion = pending[pendingCount];
        completion.address(slot);
        sinks[pendingCount] = slot.sink();
        pendingCount++;
        return completion;
    }

    /** The answer to the command that was taken up last. */
    Completion lastAnswer()
    {
        return pending[pendingCount - 1];
    }

    /** What the next command taken up will be answered, and may be filled in beforehand. */
    Completion nextAnswer()
    {
        return pending[pendingCount];
    }

    /** Commands that wait for the group's end. */
    int commandCount()
    {
        return pendingCount;
    }

    /** Whether no further command may be taken up before the group's end. */
    boolean isFull()
    {
        return pendingCount == COMMAND_COUNT_MAX;
    }

    // --- durability ---

    /** Makes the group, or the answer alone where nothing was changed, as durable as a command asks for. */
    void askFor(final Durability asked, final Completion completion)
    {
        final Durability effective = effective(asked);
        completion.durability(effective);
        askFor(effective);
    }

    private void askFor(final Durability effective)
    {
        wantsForce |= effective == Durability.GROUP;
        if (effective == Durability.INTERVAL)
        {
            journal.scheduleForce();
        }
    }

    private Durability effective(final Durability asked)
    {
        return asked == Durability.STORE_DEFAULT ? defaultDurability : asked;
    }

    // --- the end ---

    /** Ends the group, and makes it and all that went before as durable as asked, also where it is empty. */
    void end(final Durability asked)
    {
        askFor(effective(asked));
        if (entryCount == 0 && wantsForce && journal.hasUnforced() && !isFailed)
        {
            force();
        }
        end();
    }

    void end()
    {
        if (pendingCount == 0 && entryCount == 0)
        {
            // Whoever asked for a force of nothing does not mean the next group.
            wantsForce = false;
            return;
        }
        journal.begin();
        if (!isFailed)
        {
            try
            {
                commit();
            }
            catch (final RuntimeException | Error ex)
            {
                fail(ex);
            }
        }
        deliver();
    }

    private void commit()
    {
        if (entryCount > 0)
        {
            journal.write(record, appliedSequence - entryCount + 1, entryCount, wantsForce);
            counters.groups.record(Math.min(pendingCount + directCount, COMMAND_COUNT_MAX));
        }
        else if (wantsForce && journal.hasUnforced())
        {
            journal.force();
        }
        // Release: pairs with the acquire of the readers. Whoever sees the new sequence sees the group's entries, and
        // by now they are as durable as the group was asked to be.
        state.publishSequence(appliedSequence);
    }

    private void deliver()
    {
        final boolean isForced = wantsForce;
        final GroupStages stages = journal.stages();
        int wakeCount = 0;
        for (int i = 0; i < pendingCount; i++)
        {
            final Completion completion = pending[i];
            if (isForced && completion.status() == CommandStatus.APPLIED)
            {
                completion.durability(Durability.GROUP);
            }
            stages.fill(completion);
            final CompletionSink sink = sinks[i];
            sinks[i] = null;
            sink.onCompletion(completion);
            if (sink.wantsGroupEnd())
            {
                wakeCount = noteSink(sink, wakeCount);
            }
        }
        for (int i = 0; i < wakeCount; i++)
        {
            sinksToWake[i].onGroupEnd();
            sinksToWake[i] = null;
        }
        counters.commands.addOpaque(pendingCount);
        pendingCount = 0;
        entryCount = 0;
        directCount = 0;
        wantsForce = false;
        record.clear();
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

    // --- the journal's force, and failure ---

    /** Forces earlier groups whose interval has passed. */
    int forceWhenDue()
    {
        if (isFailed || !journal.isForceDue())
        {
            return 0;
        }
        force();
        return 1;
    }

    private void force()
    {
        try
        {
            journal.force();
        }
        catch (final RuntimeException | Error ex)
        {
            fail(ex);
        }
    }

    void fail(final Throwable cause)
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

    /** Looks whether another thread has met a failure that ends the store. */
    void noteFailure()
    {
        isFailed |= state.failure() != null;
    }

    /** Whether the store has failed for good, so that nothing may be added. */
    boolean isFailed()
    {
        return isFailed;
    }

    @Override
    public void close()
    {
        record.close();
    }
}
