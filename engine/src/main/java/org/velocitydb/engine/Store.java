package org.velocitydb.engine;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.velocitydb.engine.cache.CacheSize;
import org.velocitydb.engine.command.CommandRing;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.KeyspaceName;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.journal.storage.FileStorage;

/**
 * A durable, ordered map from bytes to bytes, embedded in a program.
 *
 * <pre>{@code
 * try (Store store = Store.open(Path.of("data")))
 * {
 *     store.put("user:1".getBytes(UTF_8), "alice".getBytes(UTF_8));
 *     final byte[] value = store.get("user:1".getBytes(UTF_8));
 * }
 * }</pre>
 *
 * <p>The program is run with {@code --add-opens java.base/jdk.internal.misc=ALL-UNNAMED}, which Agrona needs.
 *
 * <p>Any thread may call. The methods that take keys and values are the convenient way, {@link #snapshot()} for walks
 * included; a thread that reads much holds a {@link #newReader()}, one that writes without waiting sends through {@link
 * #commands()}, and a program that writes from a single thread takes the {@link #writer()}.
 */
public final class Store implements AutoCloseable
{
    /** The keyspace that is always there. */
    public static final int DEFAULT_KEYSPACE = 0;

    /** What stands for the id of a keyspace that is not there. */
    public static final int NULL_KEYSPACE = -1;

    /** What stands for the length of a value that is not there. */
    public static final int NULL_LENGTH = -1;

    /** Longest batch, as {@link WriteBatch#lengthBytes()} counts it: a group is one record of the journal. */
    public static final int BATCH_LENGTH_MAX = 72 * 1024 * 1024;

    private final StoreContext context;
    private final StoreResources resources;
    private final StoreState state;
    private final StoreAgents agents;
    private final OwnedWriter ownedWriter;
    private final CallGate gate = new CallGate();
    private final WriteCalls writes;
    private final CheckpointCalls checkpoints;
    private final OpenReaders readers;
    private final ReadCalls reads;

    private Store(final StoreContext context, final StoreResources resources)
    {
        this.context = context;
        this.resources = resources;
        state = resources.state();
        agents = new StoreAgents(context, resources);
        ownedWriter = context.isWriterOwned() ? new OwnedWriter(agents.writer()) : null;
        writes = new WriteCalls(state.ring(), gate);
        checkpoints = new CheckpointCalls(state, gate, context.nanoClock());
        readers = new OpenReaders(state, context.memory());
        reads = new ReadCalls(gate, readers);
    }

    /**
     * Opens a store with the default settings, making it where there is none.
     *
     * @param directory of the store's files.
     * @return the open store.
     * @throws org.velocitydb.journal.storage.StorageException when it cannot be opened; see
     *                                                         {@link #open(StoreContext)}.
     */
    public static Store open(final Path directory)
    {
        final System.Logger logger = System.getLogger(Store.class.getName());
        return open(new StoreContext()
            .storage(new FileStorage(directory))
            .errorHandler(ex -> logger.log(System.Logger.Level.ERROR, "store " + directory, ex)));
    }

    /**
     * Opens a store, making it where there is none: takes the lock, reads the manifest, replays the journal.
     *
     * @param context concluded here; serves one store.
     * @return the open store.
     * @throws org.velocitydb.journal.storage.StorageLockedException when another process has it open.
     * @throws org.velocitydb.journal.storage.CorruptionException    when a file is damaged, named with the offset.
     * @throws org.velocitydb.journal.storage.StorageException       when a file cannot be read or written.
     */
    public static Store open(final StoreContext context)
    {
        context.conclude();
        final StoreResources resources = StoreResources.open(context);
        boolean isOpen = false;
        try
        {
            final Store store = new Store(context, resources);
            store.agents.start();
            isOpen = true;
            return store;
        }
        finally
        {
            if (!isOpen)
            {
                resources.close();
            }
        }
    }

    // --- writing ---

    /**
     * Stores a value in the default keyspace and waits until it is as durable as the store is configured.
     *
     * @param key   1 byte to 64 KiB.
     * @param value up to 64 MiB.
     * @return the entry's sequence, which is its version.
     * @throws StoreException when it was refused or its fate is unknown.
     */
    public long put(final byte[] key, final byte[] value)
    {
        return put(DEFAULT_KEYSPACE, key, value);
    }

    /**
     * Stores a value and waits until it is as durable as the store is configured.
     *
     * @param keyspace id.
     * @param key      1 byte to 64 KiB.
     * @param value    up to 64 MiB.
     * @return the entry's sequence, which is its version.
     * @throws StoreException when it was refused or its fate is unknown.
     */
    public long put(final int keyspace, final byte[] key, final byte[] value)
    {
        return put(keyspace, key, value, Durability.STORE_DEFAULT);
    }

    /**
     * Stores a value and waits until it is as durable as asked for. Whatever else is to be of another durability than
     * the store's goes by a batch.
     *
     * @param keyspace   id.
     * @param key        1 byte to 64 KiB.
     * @param value      up to 64 MiB.
     * @param durability to wait for.
     * @return the entry's sequence, which is its version.
     * @throws StoreException when it was refused or its fate is unknown.
     */
    public long put(final int keyspace, final byte[] key, final byte[] value, final Durability durability)
    {
        return write(new WriteBatch().put(keyspace, key, value), durability).sequence();
    }

    /**
     * Stores a value and waits until it is as durable as the store is configured. The buffers' positions do not move.
     *
     * @param keyspace id.
     * @param key      from position to limit, 1 byte to 64 KiB.
     * @param value    from position to limit, up to 64 MiB.
     * @return the entry's sequence, which is its version.
     * @throws StoreException when it was refused or its fate is unknown.
     */
    public long put(final int keyspace, final ByteBuffer key, final ByteBuffer value)
    {
        return write(new WriteBatch().put(keyspace, key, value), Durability.STORE_DEFAULT).sequence();
    }

    /**
     * Stores a value and waits until it is as durable as the store is configured.
     *
     * @param keyspace    id.
     * @param key         buffer of the key.
     * @param keyOffset   of the key.
     * @param keyLength   1 byte to 64 KiB.
     * @param value       buffer of the value.
     * @param valueOffset of the value.
     * @param valueLength up to 64 MiB.
     * @return the entry's sequence, which is its version.
     * @throws StoreException when it was refused or its fate is unknown.
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
        return write(
            new WriteBatch().put(keyspace, key, keyOffset, keyLength, value, valueOffset, valueLength),
            Durability.STORE_DEFAULT).sequence();
    }

    /**
     * Deletes a key of the default keyspace and waits until that is as durable as the store is configured.
     *
     * @param key 1 byte to 64 KiB.
     * @return the tombstone's sequence.
     * @throws StoreException when it was refused or its fate is unknown.
     */
    public long delete(final byte[] key)
    {
        return delete(DEFAULT_KEYSPACE, key);
    }

    /**
     * Deletes a key and waits until that is as durable as the store is configured.
     *
     * @param keyspace id.
     * @param key      1 byte to 64 KiB.
     * @return the tombstone's sequence.
     * @throws StoreException when it was refused or its fate is unknown.
     */
    public long delete(final int keyspace, final byte[] key)
    {
        return write(new WriteBatch().delete(keyspace, key), Durability.STORE_DEFAULT).sequence();
    }

    /**
     * Deletes a key and waits until that is as durable as the store is configured. The buffer's position does not move.
     *
     * @param keyspace id.
     * @param key      from position to limit, 1 byte to 64 KiB.
     * @return the tombstone's sequence.
     * @throws StoreException when it was refused or its fate is unknown.
     */
    public long delete(final int keyspace, final ByteBuffer key)
    {
        return write(new WriteBatch().delete(keyspace, key), Durability.STORE_DEFAULT).sequence();
    }

    /**
     * Deletes a key and waits until that is as durable as the store is configured.
     *
     * @param keyspace  id.
     * @param key       buffer of the key.
     * @param keyOffset of the key.
     * @param keyLength 1 byte to 64 KiB.
     * @return the tombstone's sequence.
     * @throws StoreException when it was refused or its fate is unknown.
     */
    public long delete(final int keyspace, final DirectBuffer key, final int keyOffset, final int keyLength)
    {
        return write(new WriteBatch().delete(keyspace, key, keyOffset, keyLength), Durability.STORE_DEFAULT)
            .sequence();
    }

    /**
     * Adds to a number that is kept as decimal text, and waits until that is as durable as the store is configured; see
     * {@link WriteBatch#increment}.
     *
     * @param keyspace id.
     * @param key      1 byte to 64 KiB; where it is absent the number begins at 0.
     * @param delta    to add; may be negative.
     * @return the sum.
     * @throws StoreException when the value is no number, the sum leaves 64 bits, or the write's fate is unknown.
     */
    public long increment(final int keyspace, final byte[] key, final long delta)
    {
        return write(new WriteBatch().increment(keyspace, key, delta), Durability.STORE_DEFAULT).counterValue();
    }

    /**
     * Does a batch as a whole and waits until it is as durable as asked for.
     *
     * @param batch      at least one operation.
     * @param durability to wait for.
     * @return {@link CommandStatus#APPLIED} or {@link CommandStatus#CONDITION_FAILED}; valid until the calling thread's
     *         next write.
     * @throws StoreException for every other status.
     */
    public Completion write(final WriteBatch batch, final Durability durability)
    {
        WriteCalls.requireBatch(batch);
        if (ownedWriter != null && ownedWriter.isOwnedBy(Thread.currentThread()))
        {
            throw new IllegalStateException("the thread that owns the writer would wait for itself: use writer()");
        }
        return writes.write(batch, durability);
    }

    // --- keyspaces ---

    /**
     * Makes a keyspace and waits until it is durable.
     *
     * @param name see {@link KeyspaceName}.
     * @return its id, which no other keyspace will ever have.
     * @throws StoreException with {@link CommandStatus#KEYSPACE_EXISTS} where there is one of that name.
     */
    public int createKeyspace(final String name)
    {
        return write(new WriteBatch().createKeyspace(name, false), Durability.GROUP).keyspace();
    }

    /**
     * Makes a keyspace where there is none of that name, and waits until it is durable.
     *
     * @param name see {@link KeyspaceName}.
     * @return the id of the one that was made or was there.
     * @throws StoreException when it was refused or its fate is unknown.
     */
    public int createKeyspaceIfAbsent(final String name)
    {
        return write(new WriteBatch().createKeyspace(name, true), Durability.GROUP).keyspace();
    }

    /**
     * Drops a keyspace with all that it holds, at once, and waits until that is durable. Writes to it that come after
     * are refused; snapshots that are open go on; what it took on the disk is given back by compaction.
     *
     * @param name of a keyspace other than the default one.
     * @throws StoreException with {@link CommandStatus#NO_SUCH_KEYSPACE} where there is none of that name.
     */
    public void dropKeyspace(final String name)
    {
        write(new WriteBatch().dropKeyspace(name, false), Durability.GROUP);
    }

    /**
     * Drops a keyspace where there is one of that name; see {@link #dropKeyspace}.
     *
     * @param name of a keyspace other than the default one.
     * @return whether there was one.
     * @throws StoreException when it was refused or its fate is unknown.
     */
    public boolean dropKeyspaceIfPresent(final String name)
    {
        return write(new WriteBatch().dropKeyspace(name, true), Durability.GROUP).appliedCount() > 0;
    }

    /**
     * The keyspaces there are.
     *
     * @return ids by names, in the order of names.
     */
    public SortedMap<String, Integer> keyspaces()
    {
        return state.keyspaces().byName();
    }

    /**
     * Finds a keyspace.
     *
     * @param name in any case.
     * @return its id, or {@link #NULL_KEYSPACE} where there is none.
     */
    public int keyspace(final String name)
    {
        return state.keyspaces().id(name);
    }

    /**
     * The writer's role, for the one thread of the program that takes it.
     *
     * @return the same writer always.
     * @throws IllegalStateException unless the context says {@link StoreContext#isWriterOwned(boolean)}.
     */
    public OwnedWriter writer()
    {
        if (ownedWriter == null)
        {
            throw new IllegalStateException("the writer is a thread of the store's own: isWriterOwned=false");
        }
        return ownedWriter;
    }

    /**
     * The way to the writer for whoever does not want to wait. Producers stop before the store is closed.
     *
     * @return the ring.
     */
    public CommandRing commands()
    {
        return state.ring();
    }

    // --- reading ---

    /**
     * Finds a value in the default keyspace.
     *
     * @param key 1 byte to 64 KiB.
     * @return a copy of the value, or null where there is none.
     */
    public byte[] get(final byte[] key)
    {
        return get(DEFAULT_KEYSPACE, key);
    }

    /**
     * Finds a value.
     *
     * @param keyspace id.
     * @param key      1 byte to 64 KiB.
     * @return a copy of the value, or null where there is none.
     */
    public byte[] get(final int keyspace, final byte[] key)
    {
        try (ReadCall call = reads.begin())
        {
            return call.get(keyspace, key);
        }
    }

    /**
     * Finds a value and copies it. No position moves: what is found is in the target from its position on.
     *
     * @param keyspace id.
     * @param key      from position to limit, 1 byte to 64 KiB.
     * @param target   with room between position and limit.
     * @return length of the value in bytes, or {@link #NULL_LENGTH} where there is none.
     * @throws TargetTooSmallException     when the value is longer than the target's room.
     * @throws java.nio.ReadOnlyBufferException when the target is.
     */
    public int get(final int keyspace, final ByteBuffer key, final ByteBuffer target)
    {
        try (ReadCall call = reads.begin())
        {
            return call.get(keyspace, key, target);
        }
    }

    /**
     * Finds a value and copies it.
     *
     * @param keyspace     id.
     * @param key          buffer of the key.
     * @param keyOffset    of the key.
     * @param keyLength    1 byte to 64 KiB.
     * @param target       with room from the offset to its end.
     * @param targetOffset where the value is to begin.
     * @return length of the value in bytes, or {@link #NULL_LENGTH} where there is none.
     * @throws TargetTooSmallException when the value is longer than the target's room.
     */
    public int get(
        final int keyspace,
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final MutableDirectBuffer target,
        final int targetOffset)
    {
        try (ReadCall call = reads.begin())
        {
            return call.get(keyspace, key, keyOffset, keyLength, target, targetOffset);
        }
    }

    /**
     * The store as of now, for reads that belong together and for walks; what is written later does not show. Used by
     * one thread at a time, closed before the store.
     *
     * @return a snapshot, to be closed.
     */
    public StoreSnapshot snapshot()
    {
        try (ReadCall call = reads.begin())
        {
            return call.snapshot();
        }
    }

    /**
     * A reader for the calling thread, with a cache of the configured size.
     *
     * @return the reader, to be closed before the store.
     */
    public StoreReader newReader()
    {
        return newReader(context.cacheSize());
    }

    /**
     * A reader for the calling thread.
     *
     * @param cacheSize how much it keeps at hand of what it found in tables; less where the memory budget has not as
     *                  much left.
     * @return the reader, to be closed before the store.
     */
    public StoreReader newReader(final CacheSize cacheSize)
    {
        return readers.open(cacheSize);
    }

    /**
     * Reads that readers' caches answered, over all open readers.
     *
     * @return the count.
     */
    public long cacheHits()
    {
        return readers.cacheHits();
    }

    /**
     * Reads that had to look into tables, over all open readers.
     *
     * @return the count.
     */
    public long cacheMisses()
    {
        return readers.cacheMisses();
    }

    /**
     * Memory that the readers' caches have reserved.
     *
     * @return bytes.
     */
    public long cacheBytes()
    {
        return readers.cacheBytes();
    }

    // --- checkpoints ---

    /**
     * Makes a consistent copy of the store, by hard links, while reading and writing go on: the directory
     * {@code checkpoints/name} in the store's own, which can be opened as a store, copied elsewhere, and dropped when
     * it is not needed any more. It shares the disk space of the tables with the store until these are replaced.
     *
     * <p>The copy holds all that was visible when this was called. In a store whose writer is owned, the owner goes on
     * to call {@link OwnedWriter#commit} or {@link OwnedWriter#doWork()}, so this is for another thread.
     *
     * @param name of the checkpoint: letters, digits, hyphens, underscores and dots, not a dot first.
     * @return the sequence up to which the copy holds everything.
     * @throws IllegalArgumentException for a name that is none.
     * @throws CheckpointException      when there is a checkpoint of this name, or files cannot be linked or written.
     * @throws StoreException           when the store is closed, or too many requests about checkpoints wait.
     */
    public long checkpoint(final String name)
    {
        return checkpoints.call(CheckpointRequest.Action.CREATE, name).get(0).sequence();
    }

    /**
     * Removes a checkpoint, and gives the disk space back that it does not share.
     *
     * @param name of the checkpoint.
     * @throws IllegalArgumentException for a name that is none.
     * @throws CheckpointException      when there is none of this name, it is open as a store, or a file cannot be
     *                                  removed.
     * @throws StoreException           when the store is closed, or too many requests about checkpoints wait.
     */
    public void dropCheckpoint(final String name)
    {
        checkpoints.call(CheckpointRequest.Action.DROP, name);
    }

    /**
     * The checkpoints there are.
     *
     * @return in the order of their names.
     * @throws CheckpointException when a file cannot be read.
     * @throws StoreException      when the store is closed, or too many requests about checkpoints wait.
     */
    public List<CheckpointInfo> checkpoints()
    {
        return checkpoints.call(CheckpointRequest.Action.LIST, "");
    }

    /**
     * Asks for something to be done with checkpoints, and does not wait. Whoever asks so has stopped before the store
     * is closed.
     *
     * @param request to be done.
     * @return false where too many wait already: nothing was done, and nobody will be told.
     */
    public boolean offer(final CheckpointRequest request)
    {
        return state.offerCheckpoint(request);
    }

    // --- how it is ---

    /**
     * Why the store has stopped, if it has: the journal could not be written or forced.
     *
     * @return the cause, or null while all is well.
     */
    public Throwable failure()
    {
        return state.failure();
    }

    /**
     * Why flushes or compactions have failed several times in a row, if they have: writes go on as long as there is
     * memory, and are then refused as {@link CommandStatus#STORAGE_FAILED} until one succeeds.
     *
     * @return the last failure, or null while they succeed.
     */
    public Throwable maintenanceFailure()
    {
        return state.maintenanceFailure();
    }

    /**
     * Whether writes are refused since the disk has no room.
     *
     * @return true until there is room again.
     */
    public boolean isDiskFull()
    {
        return state.isDiskFull();
    }

    /**
     * Has completions tell where the time went ({@link Completion#isTimed()}), or no longer. It costs the writer up to
     * two looks at the clock for each group.
     *
     * @param areTimed from one of the next groups on.
     */
    public void timeGroups(final boolean areTimed)
    {
        state.areGroupsTimed(areTimed);
    }

    /**
     * What the store has counted.
     *
     * @return the counters.
     */
    public StoreCounters counters()
    {
        return state.counters();
    }

    /**
     * What the store consists of now.
     *
     * @return a consistent picture.
     */
    public StoreStatistics statistics()
    {
        try (ReadCall call = reads.begin())
        {
            return call.statistics();
        }
    }

    /**
     * The memory that the store takes now, by part.
     *
     * @return a consistent picture of what is in memory; the figures of caches may be a moment apart.
     */
    public StoreMemory memory()
    {
        try (ReadCall call = reads.begin())
        {
            return call.memory(context.memory(), readers.cacheUsedBytes());
        }
    }

    // --- lifetime ---

    /**
     * The agents to step, in a store whose context says {@link StoreContext#isInvoked()}.
     *
     * @return the writer, maintenance and compaction.
     */
    public Agent[] agents()
    {
        return agents.all();
    }

    /**
     * Answers what has been sent, forces the journal and closes. Calls that come later, or that are under way and not
     * yet sent, are refused as {@link CommandStatus#CLOSED}; readers, snapshots and whoever sends through
     * {@link #commands()} have ended before. A second call does nothing. An interrupt does not cut it short.
     */
    @Override
    public void close()
    {
        if (!gate.close())
        {
            return;
        }
        state.closing();
        if (!context.isInvoked())
        {
            // Whoever waits in a store that is invoked waits for the agents' steps, which nobody takes any more.
            gate.awaitCalls(agents::workInPlaceOfOwner);
        }
        agents.close();
        reads.close();
        resources.close();
    }
}
