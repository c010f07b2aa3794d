package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.concurrent.ReferenceCount;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.memtable.Memtable;
import org.velocitydb.engine.entry.MergingCursor;
import org.velocitydb.engine.memtable.MemtableCursor;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.version.TableSet;
import org.velocitydb.engine.version.TableSetCursors;

/**
 * What the store consists of at one moment: the memtable that is written to, those that are frozen and not yet in
 * tables (newest first), and the tables. Immutable but for what the writer adds to the active memtable.
 *
 * <p>Reference-counted: the store holds one reference to the current view and gives it up, through the epochs, after it
 * has been replaced; a snapshot holds another. The last reference to go gives up the view's share in each memtable and
 * in the tables. Since a view keeps everything that it consists of, tables need only the newest entry of each key, and
 * a compaction need not know of snapshots.
 */
final class StoreView
{
    private final SharedMemtable active;
    private final SharedMemtable[] frozen;
    private final TableSet tables;
    private final long cacheFloorSequence;
    private final ReferenceCount references = new ReferenceCount("view of a store");

    StoreView(
        final SharedMemtable active,
        final SharedMemtable[] frozen,
        final TableSet tables,
        final long cacheFloorSequence)
    {
        this.active = active;
        this.cacheFloorSequence = cacheFloorSequence;
        this.frozen = frozen;
        this.tables = tables;
        active.retain();
        for (final SharedMemtable memtable : frozen)
        {
            memtable.retain();
        }
        tables.retain();
    }

    /**
     * Takes a further reference. The caller holds one already, or is inside an epoch in which the view was current.
     */
    void retain()
    {
        references.retain();
    }

    /**
     * Gives up a reference.
     */
    void release()
    {
        if (references.release())
        {
            active.release();
            for (final SharedMemtable memtable : frozen)
            {
                memtable.release();
            }
            tables.release();
        }
    }

    SharedMemtable active()
    {
        return active;
    }

    int frozenCount()
    {
        return frozen.length;
    }

    /**
     * A frozen memtable.
     *
     * @param index 0 for the newest.
     * @return the memtable.
     */
    SharedMemtable frozen(final int index)
    {
        return frozen[index];
    }

    TableSet tables()
    {
        return tables;
    }

    /**
     * What was found in tables up to a sequence before this one must be looked up again: a compaction has dropped
     * tombstones since, so that the tables no longer show that a key was deleted.
     *
     * @return the sequence.
     */
    long cacheFloorSequence()
    {
        return cacheFloorSequence;
    }

    /**
     * Finds the newest entry of a key, tombstones included. Allocation-free.
     *
     * @param key              buffer of the internal key.
     * @param offset           of the key.
     * @param lengthBytes      of the key.
     * @param snapshotSequence newest sequence to be seen.
     * @param view             filled in where there is an entry.
     * @param context          of the reading thread.
     * @return whether there is one.
     */
    boolean get(
        final DirectBuffer key,
        final int offset,
        final int lengthBytes,
        final long snapshotSequence,
        final EntryView view,
        final TableReadContext context)
    {
        final long keyHash = KeyHash.hash(key, offset, lengthBytes);
        return getInMemory(key, offset, lengthBytes, keyHash, snapshotSequence, view) ||
            tables.get(key, offset, lengthBytes, keyHash, view, context);
    }

    /**
     * Finds the newest entry of a key in the memtables alone. Allocation-free.
     *
     * @param key              buffer of the internal key.
     * @param offset           of the key.
     * @param lengthBytes      of the key.
     * @param keyHash          of the key.
     * @param snapshotSequence newest sequence to be seen.
     * @param view             filled in where there is an entry.
     * @return whether there is one.
     */
    boolean getInMemory(
        final DirectBuffer key,
        final int offset,
        final int lengthBytes,
        final long keyHash,
        final long snapshotSequence,
        final EntryView view)
    {
        if (isIn(active.memtable(), key, offset, lengthBytes, keyHash, snapshotSequence, view))
        {
            return true;
        }
        for (final SharedMemtable memtable : frozen)
        {
            if (isIn(memtable.memtable(), key, offset, lengthBytes, keyHash, snapshotSequence, view))
            {
                return true;
            }
        }
        return false;
    }

    private static boolean isIn(
        final Memtable memtable,
        final DirectBuffer key,
        final int offset,
        final int lengthBytes,
        final long keyHash,
        final long snapshotSequence,
        final EntryView view)
    {
        return memtable.mayContain(keyHash) && memtable.get(key, offset, lengthBytes, snapshotSequence, view);
    }

    /**
     * Walks everything, tombstones included. Allocates.
     *
     * @param snapshotSequence newest sequence to be seen.
     * @param context          of the reading thread.
     * @return a cursor over internal keys.
     */
    EntryCursor cursor(final long snapshotSequence, final TableReadContext context)
    {
        final MergingCursor merged = new MergingCursor(1 + frozen.length + tables.cursorCount());
        merged.add(new MemtableCursor().reset(active.memtable(), snapshotSequence));
        for (final SharedMemtable memtable : frozen)
        {
            merged.add(new MemtableCursor().reset(memtable.memtable(), snapshotSequence));
        }
        new TableSetCursors(context).addTo(tables, merged);
        return merged;
    }

    /**
     * The view after the active memtable has been frozen.
     *
     * @param fresh empty memtable to write to from now on.
     * @return a new view.
     */
    StoreView rotated(final SharedMemtable fresh)
    {
        final SharedMemtable[] nowFrozen = new SharedMemtable[frozen.length + 1];
        nowFrozen[0] = active;
        System.arraycopy(frozen, 0, nowFrozen, 1, frozen.length);
        return new StoreView(fresh, nowFrozen, tables, cacheFloorSequence);
    }

    /**
     * The view after a flush or a compaction.
     *
     * @param install the tables from now on, and what they are made of.
     * @return a new view.
     */
    StoreView withTables(final TableInstall install)
    {
        final SharedMemtable flushed = install.flushed();
        int kept = 0;
        final SharedMemtable[] stillFrozen = new SharedMemtable[frozen.length - (flushed == null ? 0 : 1)];
        for (final SharedMemtable memtable : frozen)
        {
            if (memtable != flushed)
            {
                stillFrozen[kept++] = memtable;
            }
        }
        return new StoreView(
            active, stillFrozen, install.tables(),
            install.hasDroppedTombstones() ? install.tables().flushedSequence() : cacheFloorSequence);
    }
}
