package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.MergingCursor;
import org.velocitydb.engine.memtable.MemtableCursor;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.version.TableSetCursors;

/**
 * The store as of one sequence, for as long as it is open: flushes, compactions and writes do not disturb it. It keeps
 * the memory and the files that it needs from being freed, so close it.
 *
 * <p>Used by the thread of the reader that gave it; close its cursors first.
 */
public final class StoreSnapshot implements AutoCloseable
{
    private final StoreView view;
    private final long sequence;
    private final TableReadContext tableContext;
    private final InternalKey scratch = new InternalKey();
    private boolean isClosed;

    StoreSnapshot(final StoreView view, final long sequence, final TableReadContext tableContext)
    {
        this.view = view;
        this.sequence = sequence;
        this.tableContext = tableContext;
    }

    /**
     * The newest sequence that the snapshot sees.
     *
     * @return the sequence.
     */
    public long sequence()
    {
        return sequence;
    }

    /**
     * Finds the value of a key.
     *
     * @param keyspace  id.
     * @param key       buffer of the user's key.
     * @param offset    of the key.
     * @param keyLength in bytes.
     * @param value     points at the value where there is one; valid until the next read or until the snapshot is
     *                  closed.
     * @return whether there is a value.
     */
    public boolean get(
        final int keyspace, final DirectBuffer key, final int offset, final int keyLength, final EntryView value)
    {
        requireOpen();
        scratch.set(keyspace, key, offset, keyLength);
        return view.get(scratch.buffer(), 0, scratch.lengthBytes(), sequence, value, tableContext) &&
            !value.isTombstone();
    }

    /**
     * Walks a keyspace.
     *
     * @param keyspace id.
     * @return a cursor over user keys without tombstones, to be closed before the snapshot.
     */
    public EntryCursor cursor(final int keyspace)
    {
        requireOpen();
        OperationDescriptor.checkKeyspace(keyspace);
        final MergingCursor merged = new MergingCursor(1 + view.frozenCount() + view.tables().cursorCount());
        merged.add(new MemtableCursor().reset(view.active().memtable(), sequence));
        for (int i = 0; i < view.frozenCount(); i++)
        {
            merged.add(new MemtableCursor().reset(view.frozen(i).memtable(), sequence));
        }
        new TableSetCursors(tableContext).addTo(view.tables(), merged);
        return new KeyspaceCursor(merged, keyspace);
    }

    private void requireOpen()
    {
        if (isClosed)
        {
            throw new IllegalStateException("the snapshot is closed: sequence=" + sequence);
        }
    }

    /**
     * Lets go of what the snapshot held.
     */
    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            view.release();
        }
    }
}
