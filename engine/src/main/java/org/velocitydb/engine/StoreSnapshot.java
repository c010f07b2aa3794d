package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.LiveCursor;
import org.velocitydb.engine.entry.MergingCursor;
import org.velocitydb.engine.table.TableReadContext;

/**
 * The store as of one sequence, for as long as it is open: flushes, compactions and writes do not disturb it. It keeps
 * the memory and the files that it needs from being freed, so close it. What had expired when it was made is not there,
 * what expires later stays; a keyspace that is dropped later stays too.
 *
 * <p>Used by the thread of the reader that gave it, or where {@link Store#snapshot()} gave it by one thread at a time;
 * close its cursors first.
 */
public final class StoreSnapshot implements AutoCloseable
{
    private static final byte[] NO_PREFIX = {};

    private final StoreView view;
    private final long sequence;
    private final Keyspaces keyspaces;
    private final long nowMs;
    private final TableReadContext tableContext;
    private final boolean isContextOwned;
    private final InternalKey scratch = new InternalKey();
    private boolean isClosed;

    StoreSnapshot(
        final StoreView view,
        final long sequence,
        final Keyspaces keyspaces,
        final long nowMs,
        final TableReadContext tableContext,
        final boolean isContextOwned)
    {
        this.isContextOwned = isContextOwned;
        this.view = view;
        this.sequence = sequence;
        this.keyspaces = keyspaces;
        this.nowMs = nowMs;
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
     * Log time of the snapshot, by which it judges what has expired.
     *
     * @return epoch milliseconds.
     */
    public long nowMs()
    {
        return nowMs;
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
     * Finds the value of a key. In a keyspace that is not there no key has one.
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
        return keyspaces.isLive(keyspace) &&
            view.get(scratch.buffer(), 0, scratch.lengthBytes(), sequence, value, tableContext) && value.isLive(nowMs);
    }

    /**
     * How long a value that {@link #get} found will live, by the snapshot's time.
     *
     * @param value that was found.
     * @return milliseconds, or {@link org.velocitydb.engine.command.OperationDescriptor#NO_TTL} where it stays.
     */
    public long ttlMs(final EntryView value)
    {
        return value.expiryMs() == Expiry.NEVER_MS ? OperationDescriptor.NO_TTL : value.expiryMs() - nowMs;
    }

    /**
     * Finds the value of a key.
     *
     * @param keyspace id.
     * @param key      1 byte to 64 KiB.
     * @return a copy of the value, or null where there is none.
     */
    public byte[] get(final int keyspace, final byte[] key)
    {
        final EntryView value = new EntryView();
        return get(keyspace, new UnsafeBuffer(key), 0, key.length, value) ? ReadCall.copyOf(value) : null;
    }

    /**
     * Walks a keyspace; one that is not there is empty.
     *
     * @param keyspace id.
     * @return a cursor over user keys that have a value, to be closed before the snapshot.
     */
    public EntryCursor cursor(final int keyspace)
    {
        return cursor(keyspace, NO_PREFIX);
    }

    /**
     * Walks the keys of a keyspace that begin with a prefix.
     *
     * @param keyspace id.
     * @param prefix   of the user keys.
     * @return a cursor over those of them that have a value, whole keys, to be closed before the snapshot.
     */
    public EntryCursor cursor(final int keyspace, final byte[] prefix)
    {
        return cursor(keyspace, prefix, LiveCursor.UNLIMITED);
    }

    /**
     * Walks a keyspace like {@link #cursor(int)}, for those who may not be held up by a long run of deleted or expired
     * entries: the cursor stands on each of these too and says so by {@link EntryCursor#isTombstone()}, so that they
     * can be counted, and passed over some at a time.
     *
     * @param keyspace id.
     * @return a cursor over user keys, to be closed before the snapshot.
     */
    public EntryCursor slicedCursor(final int keyspace)
    {
        return cursor(keyspace, NO_PREFIX, 0);
    }

    private EntryCursor cursor(final int keyspace, final byte[] prefix, final int skipLimit)
    {
        requireOpen();
        scratch.set(keyspace, new UnsafeBuffer(prefix), 0, prefix.length);
        final EntryCursor source = keyspaces.isLive(keyspace)
            ? view.cursor(sequence, tableContext)
            : new MergingCursor(0);
        return new KeyspaceCursor(source, keyspace, scratch, skipLimit, nowMs);
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
            if (isContextOwned)
            {
                tableContext.close();
            }
            view.release();
        }
    }
}
