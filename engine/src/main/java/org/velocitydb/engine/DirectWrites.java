package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.memtable.Memtable;

/**
 * Writes into the open group without a command's way through the ring, for a program whose thread has the writer's role
 * ({@link OwnedWriter}). Owned by the writer; allocation-free.
 */
final class DirectWrites
{
    private final StoreWriter writer;
    private final OpenGroup group;
    private final WriteRoom room;
    private final CommandExecutor executor;
    private final WriteThrottle throttle;
    private final KeyspaceCatalogue catalogue;
    private final StoreCounters counters;
    /** Time by which the write under way is judged. */
    private final LogClock.Reading time;

    DirectWrites(
        final StoreWriter writer,
        final StoreState state,
        final OpenGroup group,
        final WriteRoom room,
        final CommandExecutor executor,
        final WriteThrottle throttle)
    {
        this.writer = writer;
        this.group = group;
        this.room = room;
        this.executor = executor;
        this.throttle = throttle;
        catalogue = state.catalogue();
        counters = state.counters();
        time = new LogClock.Reading(state.logClock());
    }

    /**
     * Puts at once, into the group that is open.
     *
     * @return null where it was done, and {@link #appliedSequence()} is its sequence; else why not.
     */
    CommandStatus put(
        final int keyspace,
        final DirectBuffer key,
        final int keyLength,
        final long ttlMs,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength)
    {
        final CommandStatus refusal = refusal(keyspace, keyLength, valueLength, false);
        if (refusal != null)
        {
            return refusal;
        }
        try
        {
            time.forget();
            group.put(key, 0, keyLength, time.expiryMs(ttlMs), value, valueOffset, valueLength);
            return done(keyLength + valueLength);
        }
        catch (final RuntimeException | Error ex)
        {
            group.fail(ex);
            return CommandStatus.STORAGE_FAILED;
        }
    }

    /** Deletes at once, as {@link #put} puts. */
    CommandStatus delete(final int keyspace, final DirectBuffer key, final int keyLength)
    {
        final CommandStatus refusal = refusal(keyspace, keyLength, 0, true);
        if (refusal != null)
        {
            return refusal;
        }
        try
        {
            group.delete(key, 0, keyLength);
            return done(keyLength);
        }
        catch (final RuntimeException | Error ex)
        {
            group.fail(ex);
            return CommandStatus.STORAGE_FAILED;
        }
    }

    private CommandStatus done(final int lengthBytes)
    {
        throttle.onCommand(lengthBytes);
        group.onDirectOperation();
        counters.operationsApplied.addOpaque(1);
        return null;
    }

    private CommandStatus refusal(
        final int keyspace, final int keyLength, final int valueLength, final boolean isFreeing)
    {
        group.noteFailure();
        if (group.isFailed() || room.isWaitedForInVain())
        {
            return CommandStatus.STORAGE_FAILED;
        }
        if (!catalogue.isLive(keyspace))
        {
            return CommandStatus.NO_SUCH_KEYSPACE;
        }
        // As if it expired: that is the longest form.
        if (!room.make(
            LogEntryDescriptor.encodedLength(LogEntryDescriptor.KIND_EXPIRING_PUT, keyLength, valueLength),
            Memtable.footprintBytes(keyLength, valueLength), isFreeing))
        {
            counters.refusedDiskFull.addOpaque(1);
            return CommandStatus.DISK_FULL;
        }
        return group.isFailed() ? CommandStatus.STORAGE_FAILED : null;
    }

    /**
     * Executes a command at once, in the group that is open; its answer goes to its sink when the group ends.
     *
     * @return what stands so far, before anything is durable.
     */
    Completion execute(final CommandSlot slot)
    {
        group.noteFailure();
        writer.readClock();
        if (group.isFull())
        {
            group.end();
        }
        executor.onCommand(slot);
        throttle.onCommand(slot.payload().capacity());
        return group.lastAnswer();
    }

    /** Whether the group that is open has reached a length at which a program that goes on and on ends it. */
    boolean isGroupLongerThan(final int lengthBytes)
    {
        return group.lengthBytes() > lengthBytes;
    }

    long appliedSequence()
    {
        return group.appliedSequence();
    }
}
