package org.velocitydb.engine;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.CompletionSink;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.entry.Keys;

/**
 * The writer's role, for a program that has a single writing thread of its own: writes are done on that thread, without
 * a hand-over to another. Get it from {@link Store#writer()} of a store whose context says
 * {@link StoreContext#isWriterOwned(boolean)}.
 *
 * <pre>{@code
 * final OwnedWriter writer = store.writer();
 * while (running)
 * {
 *     for (final Order order : orders.poll())
 *     {
 *         writer.put(ORDERS, order.key(), order.value());
 *     }
 *     writer.commit(Durability.GROUP);
 *     idle(writer.doWork());
 * }
 * }</pre>
 *
 * <p>What is put or deleted joins the group that is open. {@link #commit} ends the group: one write to the journal, one
 * force where asked for, and then readers see it, the whole group at once. A group that grows beyond
 * {@value #GROUP_LENGTH} bytes is ended by itself, unforced. Until its end a group is lost by a crash of the process;
 * afterwards it is as durable as the commit said.
 *
 * <p>Used by one thread, the owner: the first that calls, until it calls {@link #release()}. Other threads may still
 * write through the store; the owner serves them in
 * {@link #doWork()}, which it calls now and then also when it has nothing to write. Allocation-free once warm.
 */
public final class OwnedWriter
{
    /** Long enough that the system call of a write is shared by hundreds of small entries, and fits a core's cache. */
    private static final int GROUP_LENGTH = 64 * 1024;
    private static final long WAIT_NS = 50_000;

    private final StoreWriter writer;
    private final DirectWrites writes;
    private final InternalKey scratch = new InternalKey();
    private final UnsafeBuffer keyBytes = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer valueBytes = new UnsafeBuffer(0, 0);
    private final CommandSlot slot = CommandSlot.detached();
    private final Completion answer = new Completion();
    private final CompletionSink nobody = new NobodyWaits();
    /** Written by the owner; others may see an older one, the owner does not. */
    private Thread owner;

    OwnedWriter(final StoreWriter writer)
    {
        this.writer = writer;
        writes = writer.directWrites();
    }

    /**
     * Puts a value, into the group that is open.
     *
     * @param keyspace    id.
     * @param key         buffer of the user's key.
     * @param keyOffset   of the key.
     * @param keyLength   1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param value       buffer of the value.
     * @param valueOffset of the value.
     * @param valueLength 0 to {@link Keys#MAX_VALUE_LENGTH} bytes.
     * @return the entry's sequence, which is its version.
     * @throws StoreException           when it was refused, or the store has failed.
     * @throws IllegalArgumentException for a keyspace, a key or a value out of its limits.
     */
    public long put(
        final int keyspace,
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength)
    {
        return put(
            keyspace, key, keyOffset, keyLength, OperationDescriptor.NO_TTL, value, valueOffset, valueLength);
    }

    /**
     * Puts a value that expires, into the group that is open.
     *
     * @param keyspace    id.
     * @param key         buffer of the user's key.
     * @param keyOffset   of the key.
     * @param keyLength   1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param ttlMs       time to live in milliseconds, at least 1, or {@link OperationDescriptor#NO_TTL}.
     * @param value       buffer of the value.
     * @param valueOffset of the value.
     * @param valueLength 0 to {@link Keys#MAX_VALUE_LENGTH} bytes.
     * @return the entry's sequence, which is its version.
     * @throws StoreException           when it was refused, or the store has failed.
     * @throws IllegalArgumentException for a keyspace, a key, a time to live or a value out of its limits.
     */
    public long put(
        final int keyspace,
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final long ttlMs,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength)
    {
        Keys.checkKeyLength(keyLength);
        Keys.checkValueLength(valueLength);
        if (ttlMs < 0)
        {
            throw new IllegalArgumentException("time to live out of range: ttlMs=" + ttlMs + ", min=1");
        }
        // Before anything is changed: beyond this point a fault would be the store's.
        value.boundsCheck(valueOffset, valueLength);
        begin();
        scratch.set(keyspace, key, keyOffset, keyLength);
        require(writes.put(
            keyspace, scratch.buffer(), scratch.lengthBytes(), ttlMs, value, valueOffset, valueLength));
        return writes.appliedSequence();
    }

    /**
     * Puts a value, into the group that is open.
     *
     * @param keyspace id.
     * @param key      the user's key, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param value    0 to {@link Keys#MAX_VALUE_LENGTH} bytes.
     * @return the entry's sequence, which is its version.
     * @throws StoreException           when it was refused, or the store has failed.
     * @throws IllegalArgumentException for a keyspace, a key or a value out of its limits.
     */
    public long put(final int keyspace, final byte[] key, final byte[] value)
    {
        keyBytes.wrap(key);
        valueBytes.wrap(value);
        return put(keyspace, keyBytes, 0, key.length, valueBytes, 0, value.length);
    }

    /**
     * Puts a value, into the group that is open. The buffers' positions do not move.
     *
     * @param keyspace id.
     * @param key      the user's key from position to limit, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @param value    from position to limit, 0 to {@link Keys#MAX_VALUE_LENGTH} bytes.
     * @return the entry's sequence, which is its version.
     * @throws StoreException           when it was refused, or the store has failed.
     * @throws IllegalArgumentException for a keyspace, a key or a value out of its limits.
     */
    public long put(final int keyspace, final ByteBuffer key, final ByteBuffer value)
    {
        keyBytes.wrap(key);
        valueBytes.wrap(value);
        return put(
            keyspace, keyBytes, key.position(), key.remaining(), valueBytes, value.position(), value.remaining());
    }

    /**
     * Deletes a key, in the group that is open.
     *
     * @param keyspace  id.
     * @param key       buffer of the user's key.
     * @param keyOffset of the key.
     * @param keyLength 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @return the tombstone's sequence.
     * @throws StoreException           when it was refused, or the store has failed.
     * @throws IllegalArgumentException for a keyspace or a key out of its limits.
     */
    public long delete(final int keyspace, final DirectBuffer key, final int keyOffset, final int keyLength)
    {
        Keys.checkKeyLength(keyLength);
        begin();
        scratch.set(keyspace, key, keyOffset, keyLength);
        require(writes.delete(keyspace, scratch.buffer(), scratch.lengthBytes()));
        return writes.appliedSequence();
    }

    /**
     * Deletes a key, in the group that is open.
     *
     * @param keyspace id.
     * @param key      the user's key, 1 to {@link Keys#MAX_KEY_LENGTH} bytes.
     * @return the tombstone's sequence.
     * @throws StoreException           when it was refused, or the store has failed.
     * @throws IllegalArgumentException for a keyspace or a key out of its limits.
     */
    public long delete(final int keyspace, final byte[] key)
    {
        keyBytes.wrap(key);
        return delete(keyspace, keyBytes, 0, key.length);
    }

    /**
     * Does a batch as a whole, or nothing of it where a condition fails, in the group that is open. Conditions see all
     * that was done before, committed or not.
     *
     * @param batch at least one operation.
     * @return {@link CommandStatus#APPLIED} or {@link CommandStatus#CONDITION_FAILED}; valid until the next call.
     * @throws StoreException for every other status.
     */
    public Completion write(final WriteBatch batch)
    {
        WriteCalls.requireBatch(batch);
        begin();
        slot.wrap(batch.buffer(), batch.lengthBytes());
        slot.operations(batch.operationCount(), Durability.NONE).replyTo(nobody, 0, 0, 0);
        answer.copyFrom(writes.execute(slot));
        final CommandStatus status = answer.status();
        require(status == CommandStatus.APPLIED || status == CommandStatus.CONDITION_FAILED ? null : status);
        return answer;
    }

    /**
     * Ends the group: writes it to the journal, forces that if asked for, and shows it to readers.
     *
     * @param durability of the group and of all that was committed before. {@link Durability#INTERVAL} forces by itself
     *                   later, provided that {@link #doWork()} or this is called.
     * @throws StoreException when the store has failed: what was not durable before may be lost.
     */
    public void commit(final Durability durability)
    {
        requireOwner();
        if (!writer.endGroup(durability))
        {
            throw WriteCalls.failed(CommandStatus.STORAGE_FAILED);
        }
    }

    /**
     * Does what the writer has to do beside writing: takes over the tables that maintenance has finished, forces when
     * an interval has passed, and serves the threads that write through the store. Ends the group that is open.
     *
     * @return how much was done; 0 if the owner may idle.
     * @throws Exception as an agent may throw.
     */
    public int doWork() throws Exception
    {
        requireOwner();
        return writer.doWork();
    }

    private void begin()
    {
        requireOwner();
        if (writes.isGroupLongerThan(GROUP_LENGTH))
        {
            commit(Durability.NONE);
            while (writer.mustWait())
            {
                LockSupport.parkNanos(this, WAIT_NS);
            }
        }
    }

    /**
     * Gives the role up: the next thread that calls becomes the owner. What is in the open group stays there. The two
     * threads see to it that one has ended with the writer before the other begins, with whatever orders threads.
     */
    public void release()
    {
        requireOwner();
        owner = null;
    }

    boolean isOwnedBy(final Thread thread)
    {
        return owner == thread;
    }

    private void requireOwner()
    {
        final Thread current = Thread.currentThread();
        if (owner == null)
        {
            owner = current;
        }
        else if (owner != current)
        {
            throw new IllegalStateException(
                "the writer belongs to another thread: owner=" + owner.getName() + ", caller=" + current.getName());
        }
    }

    private static void require(final CommandStatus refusal)
    {
        if (refusal != null)
        {
            throw WriteCalls.failed(refusal);
        }
    }

    /** Takes the answers of the owner's own batches, which it has seen already. */
    private static final class NobodyWaits implements CompletionSink
    {
        @Override
        public void onCompletion(final Completion completion)
        {
            // A failure at the end of the group shows in commit().
        }

        @Override
        public void onGroupEnd()
        {
            // Nobody waits.
        }

        @Override
        public boolean wantsGroupEnd()
        {
            return false;
        }
    }
}
