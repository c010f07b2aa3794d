package org.velocitydb.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.cache.BlockCacheReader;
import org.velocitydb.engine.cache.EntryCache;
import org.velocitydb.engine.concurrent.Epochs;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.version.TableSet;

/**
 * One thread's way to read the store: no lock, no wait, and, once warm, no allocation.
 *
 * <p>Reads happen inside a read section, from {@link #begin()} to {@link #end()}, in which the memory that they point
 * at stays. All reads of a section see the store as of one sequence, until {@link #refresh()} moves on to the newest.
 * Keep sections short, such as one duty cycle of an event loop: what was replaced meanwhile cannot be freed. For
 * anything longer take a {@link #snapshot()}.
 *
 * <p>What expires is judged by the store's time, which the section takes when it first meets an entry that can expire.
 * Keyspaces are those of the section's sequence or newer ones: what a section shows as dropped is dropped for good, and
 * no section that sees a drop's sequence reads what the keyspace held.
 *
 * <p>How a section finds a view and a sequence that belong together: it loads the view, then the sequence, then the
 * view again, until both views are the same. A view that was current when the sequence was loaded holds everything up
 * to that sequence, since the writer changes the view before it publishes anything that only the new one holds.
 */
public final class StoreReader implements AutoCloseable
{
    private final StoreState state;
    private final Epochs.Slot slot;
    private final EntryCache cache;
    private final Consumer<StoreReader> onClose;
    private final BlockCacheReader blocks;
    private final TableReadContext tableContext;
    /** For snapshots, which outlive the epoch that keeps cached blocks. */
    private final TableReadContext snapshotContext = new TableReadContext();
    private final InternalKey scratch = new InternalKey();
    private final LogClock.Reading time;
    private StoreView view;
    private long sequence;
    private Keyspaces keyspaces;
    private boolean isClosed;

    StoreReader(final StoreState state, final EntryCache cache, final Consumer<StoreReader> onClose)
    {
        this.state = state;
        this.cache = cache;
        this.onClose = onClose;
        time = new LogClock.Reading(state.logClock());
        slot = state.epochs().register();
        blocks = state.blocks().newReader();
        tableContext = new TableReadContext(blocks);
    }

    /**
     * Begins a read section.
     */
    public void begin()
    {
        slot.enter();
        refresh();
    }

    /**
     * Moves the section to the newest visible state. What earlier reads of the section point at stays valid.
     */
    public void refresh()
    {
        time.forget();
        StoreView loaded = state.currentView();
        while (true)
        {
            // Acquire: pairs with the writer's release after a group. Whoever sees the sequence sees its entries.
            final long visible = state.visibleSequence();
            final StoreView current = state.currentView();
            if (current == loaded)
            {
                view = loaded;
                sequence = visible;
                // After the sequence: the writer shows keyspaces first.
                keyspaces = state.keyspaces();
                return;
            }
            loaded = current;
        }
    }

    /**
     * Ends the section; nothing that it returned may be touched any more.
     */
    public void end()
    {
        view = null;
        slot.exit();
    }

    /**
     * The sequence as of which the section reads.
     *
     * @return the newest sequence it sees.
     */
    public long sequence()
    {
        return sequence;
    }

    /**
     * Finds a keyspace.
     *
     * @param name in any case.
     * @return its id, or {@link Store#NULL_KEYSPACE} where there is none.
     */
    public int keyspace(final String name)
    {
        return keyspaces.id(name);
    }

    /**
     * Whether there is a keyspace.
     *
     * @param keyspace id.
     * @return true if it can be read.
     */
    public boolean hasKeyspace(final int keyspace)
    {
        return keyspace >= Store.DEFAULT_KEYSPACE && keyspaces.isLive(keyspace);
    }

    /**
     * All keyspaces.
     *
     * @return ids by names, in the order of names.
     */
    public SortedMap<String, Integer> keyspaces()
    {
        return keyspaces.byName();
    }

    /**
     * Finds the value of a key. In a keyspace that is not there no key has one.
     *
     * @param keyspace  id.
     * @param key       buffer of the user's key.
     * @param offset    of the key.
     * @param keyLength in bytes.
     * @param value     points at the value where there is one; valid until the section ends or the next read.
     * @return whether there is a value.
     * @throws org.velocitydb.journal.storage.CorruptionException when a damaged block stands in the way.
     */
    public boolean get(
        final int keyspace, final DirectBuffer key, final int offset, final int keyLength, final EntryView value)
    {
        scratch.set(keyspace, key, offset, keyLength);
        if (!keyspaces.isLive(keyspace))
        {
            return false;
        }
        final DirectBuffer internalKey = scratch.buffer();
        final int internalLength = scratch.lengthBytes();
        final long keyHash = KeyHash.hash(internalKey, 0, internalLength);
        if (view.getInMemory(internalKey, 0, internalLength, keyHash, sequence, value))
        {
            return time.isLive(value);
        }
        return getInTables(internalKey, internalLength, keyHash, value);
    }

    /**
     * How long a value that {@link #get} found will live, by the section's time.
     *
     * @param value that was found.
     * @return milliseconds, or {@link org.velocitydb.engine.command.OperationDescriptor#NO_TTL} where it stays.
     */
    public long ttlMs(final EntryView value)
    {
        return time.ttlMs(value);
    }

    private boolean getInTables(
        final DirectBuffer key, final int keyLength, final long keyHash, final EntryView value)
    {
        final TableSet tables = view.tables();
        if (tables.isEmpty())
        {
            return false;
        }
        final long flushedSequence = tables.flushedSequence();
        if (cache.get(key, 0, keyLength, keyHash, value))
        {
            final long asOfSequence = cache.asOfSequence();
            if (asOfSequence == flushedSequence)
            {
                return true;
            }
            if (asOfSequence >= view.cacheFloorSequence() &&
                !tables.mayContainNewer(key, 0, keyLength, keyHash, asOfSequence))
            {
                cache.refresh(flushedSequence);
                return true;
            }
        }
        if (!tables.get(key, 0, keyLength, keyHash, value, tableContext))
        {
            return false;
        }
        if (value.expiryMs() == Expiry.NEVER_MS && !value.isTombstone())
        {
            // What expires is not kept: few of those live long enough to be worth it.
            cache.put(key, 0, keyLength, keyHash, value, flushedSequence);
        }
        return time.isLive(value);
    }

    /**
     * Begins to add up what reads would touch.
     *
     * @return of the tables that the section sees; valid until it ends.
     */
    public ReadPlanner planner()
    {
        return new ReadPlanner(view);
    }

    /**
     * Pins what the section sees for longer than the section. Allocates; the snapshot may be used by one thread at a
     * time.
     *
     * @return a snapshot, to be closed.
     */
    public StoreSnapshot snapshot()
    {
        view.retain();
        return new StoreSnapshot(view, sequence, keyspaces, time.nowMs(), snapshotContext, false);
    }

    /**
     * Pins what the section sees, for any thread: the snapshot shares nothing with the reader.
     *
     * @return a snapshot, to be closed.
     */
    StoreSnapshot detachedSnapshot()
    {
        view.retain();
        return new StoreSnapshot(view, sequence, keyspaces, time.nowMs(), new TableReadContext(), true);
    }

    /**
     * What the store consists of as the section sees it.
     *
     * @return a consistent picture.
     */
    StoreStatistics statistics()
    {
        final List<Integer> levelTableCounts = new ArrayList<>();
        final List<Long> levelBytes = new ArrayList<>();
        long tableBytes = 0;
        long tableEntries = 0;
        for (int level = 0; level < TableSet.LEVEL_COUNT; level++)
        {
            final int tableCount = view.tables().tableCount(level);
            levelTableCounts.add(tableCount);
            levelBytes.add(view.tables().lengthBytes(level));
            tableBytes += view.tables().lengthBytes(level);
            for (int i = 0; i < tableCount; i++)
            {
                tableEntries += view.tables().table(level, i).info().entryCount();
            }
        }
        long frozenBytes = 0;
        for (int i = 0; i < view.frozenCount(); i++)
        {
            frozenBytes += view.frozen(i).memtable().allocatedBytes();
        }
        return new StoreStatistics(
            sequence, view.tables().flushedSequence(), view.active().memtable().entryCount(),
            view.active().memtable().allocatedBytes(), view.frozenCount(), frozenBytes, levelTableCounts, levelBytes,
            tableBytes, tableEntries, state.blocks().cache().statistics());
    }

    /**
     * The store's memory as the section sees it.
     *
     * @param memory            account of the store.
     * @param rowCacheUsedBytes of all readers.
     * @return the parts.
     */
    StoreMemory memory(final MemoryBudget memory, final long rowCacheUsedBytes)
    {
        long memtableBytes = view.active().memtable().allocatedBytes();
        for (int i = 0; i < view.frozenCount(); i++)
        {
            memtableBytes += view.frozen(i).memtable().allocatedBytes();
        }
        long tableBytes = 0;
        long indexBytes = 0;
        long filterBytes = 0;
        for (int level = 0; level < TableSet.LEVEL_COUNT; level++)
        {
            tableBytes += view.tables().lengthBytes(level);
            for (int i = 0; i < view.tables().tableCount(level); i++)
            {
                indexBytes += view.tables().table(level, i).indexLengthBytes();
                filterBytes += view.tables().table(level, i).filterLengthBytes();
            }
        }
        final MemoryPlan plan = memory.plan();
        return new StoreMemory(
            plan.budgetBytes(), memtableBytes, memory.memtableBytes(), plan.memtablesBytes(),
            state.ring().allocatedBytes(), rowCacheUsedBytes, memory.rowCacheBytes(), plan.rowCacheBytes(),
            state.blocks().cache().statistics().allocatedBytes(), plan.blockCacheBytes(), plan.buildersBytes(),
            tableBytes, indexBytes, filterBytes);
    }

    /**
     * Reads that the cache of rows answered.
     *
     * @return the count; any thread.
     */
    public long cacheHits()
    {
        return cache.hits();
    }

    /**
     * Reads that had to look into tables.
     *
     * @return the count; any thread.
     */
    public long cacheMisses()
    {
        return cache.misses();
    }

    /**
     * Memory that the cache of rows has reserved.
     *
     * @return bytes.
     */
    public long cacheBytes()
    {
        return cache.allocatedBytes();
    }

    /** What of it is of use now; any thread. */
    long cacheUsedBytes()
    {
        return cache.usedBytes();
    }

    /**
     * Gives the reader's place and its cache back. A second call does nothing: the place may be another reader's.
     */
    @Override
    public void close()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        onClose.accept(this);
        blocks.close();
        slot.unregister();
        cache.close();
        tableContext.close();
        snapshotContext.close();
    }
}
