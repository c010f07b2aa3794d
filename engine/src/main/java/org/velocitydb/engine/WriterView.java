package org.velocitydb.engine;

import org.velocitydb.engine.compaction.CompactionOptions;
import org.velocitydb.engine.memtable.Memtable;

/**
 * The view that the writer works in. Every change of it, to a new memtable or to tables that maintenance has finished,
 * is published here, and the view that it replaces handed to maintenance, which frees it. Owned by the writer.
 */
final class WriterView
{
    private final StoreState state;
    private final StoreContext context;
    private final CompactionOptions compactionOptions;
    private StoreView current;
    /** The current view's, at hand for each entry. */
    private Memtable active;
    private long debtBytes;

    WriterView(final StoreState state, final StoreContext context, final StoreView initialView)
    {
        this.state = state;
        this.context = context;
        compactionOptions = context.compactionOptions();
        current = initialView;
        active = initialView.active().memtable();
        debtBytes = compactionOptions.debtBytes(initialView.tables());
    }

    StoreView current()
    {
        return current;
    }

    Memtable active()
    {
        return active;
    }

    /** What compactions are behind; see {@link CompactionOptions#debtBytes}. */
    long debtBytes()
    {
        return debtBytes;
    }

    /** Whether so much waits to be flushed or compacted that no more may be added to it. */
    boolean isStalled()
    {
        return current.frozenCount() >= context.frozenMemtableCountMax() ||
            current.tables().tableCount(0) >= context.level0TableCountMax();
    }

    /** Whether a memtable holds anything that the journal must keep. */
    boolean hasUnflushed()
    {
        return active.entryCount() > 0 || current.frozenCount() > 0;
    }

    /**
     * Freezes the active memtable and goes on with a new one.
     *
     * @param footprintBytes that the new one has room for at least.
     */
    void rotate(final long footprintBytes)
    {
        publish(current.rotated(state.newMemtable(footprintBytes)));
        state.counters().memtablesFrozen.addOpaque(1);
        state.signalMaintenance();
    }

    void install(final TableInstall install)
    {
        publish(current.withTables(install));
        debtBytes = compactionOptions.debtBytes(install.tables());
        state.counters().debtBytes.setOpaque(debtBytes);
    }

    private void publish(final StoreView next)
    {
        final StoreView previous = current;
        current = next;
        active = next.active().memtable();
        state.publishView(next);
        state.retire(previous);
    }
}
