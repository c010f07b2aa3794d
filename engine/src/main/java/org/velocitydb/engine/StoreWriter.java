package org.velocitydb.engine;

import com.lmax.disruptor.EventPoller;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.CachedNanoClock;
import org.agrona.concurrent.NanoClock;
import org.velocitydb.engine.command.CommandRing;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.memtable.Memtable;
import org.velocitydb.journal.Journal;

/**
 * The one thread that changes the store. It owns the sequence numbers, the active memtable and the journal's writing
 * end, and it alone publishes views and the visible sequence.
 *
 * <p>One duty cycle is at most one {@linkplain OpenGroup group}, unless a group has to end early: it takes what has
 * gathered in the ring, has {@link CommandExecutor} judge and apply each command, and ends the group, which makes it
 * durable, shows it and answers. Whatever gathers while the force runs is the next group: one command when idle,
 * hundreds under load, without a timer.
 *
 * <pre>
 *   ring --> CommandExecutor --+--> OpenGroup --> GroupJournal
 *                              |        |
 *   OwnedWriter --> DirectWrites        v
 *                       |           WriterView: active memtable, tables
 *                       v               ^
 *                   WriteRoom ----------+  ends groups and changes memtables where there is no room
 * </pre>
 *
 * <p>All of these are this agent's own: no other thread touches them.
 *
 * <p>Allocation-free once warm, but for the change to a new memtable.
 */
final class StoreWriter implements Agent
{
    private final StoreState state;
    private final CommandRing ring;
    private final NanoClock clock;
    /** The time when the duty cycle began. */
    private final CachedNanoClock cycleClock = new CachedNanoClock();
    private final ErrorHandler errorHandler;
    private final StoreCounters counters;
    private final EventPoller.Handler<CommandSlot> onSlot = this::onSlot;

    private final WriterView view;
    private final GroupJournal journal;
    private final OpenGroup group;
    private final WriteRoom room;
    private final CommandExecutor executor;

    private final Backlog backlog;
    private final WriteThrottle throttle;
    private boolean wasStalled;
    private long stalledSinceNs;

    StoreWriter(
        final StoreState state, final StoreContext context, final Journal journal, final StoreView initialView)
    {
        this.state = state;
        this.ring = state.ring();
        this.clock = context.nanoClock();
        this.errorHandler = context.errorHandler();
        this.counters = state.counters();
        this.view = new WriterView(state, context, initialView);
        this.journal = new GroupJournal(state, context, journal, cycleClock);
        this.group = new OpenGroup(state, context, view, this.journal);
        this.room = new WriteRoom(state, context, view, this.journal, group, cycleClock);
        this.executor = new CommandExecutor(state, context, view, group, room, cycleClock);
        this.backlog = new Backlog(context);
        this.throttle = new WriteThrottle(backlog, counters);
    }

    @Override
    public String roleName()
    {
        return "velocity-writer";
    }

    @Override
    public int doWork() throws Exception
    {
        readClock();
        group.noteFailure();
        int workCount = installTables() + room.flushDeletesToFreeRoom() + room.freezeIfAsked() +
            room.shrinkJournalIfLeftAlone();
        noteStall();
        noteLoad();
        if (canTakeCommands())
        {
            ring.poll(onSlot);
            workCount += group.commandCount();
            group.end();
        }
        throttle.note(!throttle.isOpen() && !wasStalled && ring.backlog() > 0, cycleClock.nanoTime());
        return workCount + group.forceWhenDue();
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
                group.end();
            }
            while (ring.backlog() > 0);
            if (!group.isFailed() && journal.hasUnforced())
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
            executor.close();
        }
    }

    void readClock()
    {
        cycleClock.update(clock.nanoTime());
    }

    private boolean onSlot(final CommandSlot slot, final long ringSequence, final boolean isLast)
    {
        if (slot.sink() != null)
        {
            executor.onCommand(slot);
        }
        throttle.onCommand(slot.payload().capacity());
        ring.releasePayload(slot);
        return !group.isFull() && canTakeCommands();
    }

    // --- what flushes and compactions have done, and how far they are behind ---

    private int installTables()
    {
        int installed = 0;
        for (TableInstall install = state.pollInstall(); install != null; install = state.pollInstall())
        {
            view.install(install);
            install.tables().release();
            if (install.flushed() != null && !group.isFailed())
            {
                journal.purge(install.tables().flushedSequence() + 1);
            }
            installed++;
        }
        return installed;
    }

    /**
     * While flushes or compactions are behind, commands stay in the ring, some or all of them. A writer that has failed
     * or is closing, that has no room on the disk or waits for what keeps failing, takes them in order to refuse them.
     */
    private boolean canTakeCommands()
    {
        if (group.isFailed() || state.isDiskFull() || state.isClosing())
        {
            return true;
        }
        return view.isStalled() ? state.maintenanceFailure() != null : throttle.isOpen();
    }

    private void noteStall()
    {
        final long nowNs = cycleClock.nanoTime();
        final boolean isStalled = view.isStalled();
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
        final StoreView current = view.current();
        final int frozenCount = current.frozenCount();
        double memtables = 0;
        if (frozenCount > 0)
        {
            final Memtable active = view.active();
            memtables = frozenCount - state.flushedPart() + (double) active.allocatedBytes() / active.capacityBytes();
        }
        final double load = backlog.load(
            current.tables().tableCount(0) - state.copiedLevel0Tables(), memtables, view.debtBytes());
        state.load(load);
        throttle.load(load, cycleClock.nanoTime());
    }

    // --- the writer's role on a thread of the program; see OwnedWriter ---

    /** A way past the ring, for the thread that does this agent's work. */
    DirectWrites directWrites()
    {
        return new DirectWrites(this, state, group, room, executor, throttle);
    }

    /**
     * Ends the open group, and does what is due between groups.
     *
     * @param asked how durable it is to be.
     * @return false where the store has failed.
     */
    boolean endGroup(final Durability asked)
    {
        readClock();
        group.end(asked);
        group.forceWhenDue();
        installTables();
        room.freezeIfAsked();
        return !group.isFailed();
    }

    /**
     * Installs what maintenance has finished.
     *
     * @return whether writes have to wait for more of it.
     */
    boolean mustWait()
    {
        readClock();
        // Without a look at it, the wait for flushes would never end once maintenance has failed.
        group.noteFailure();
        installTables();
        noteStall();
        noteLoad();
        return !canTakeCommands();
    }
}
