package org.velocitydb.engine;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;
import org.velocitydb.engine.cache.CacheSize;
import org.velocitydb.engine.cache.EntryCache;
import org.velocitydb.engine.command.CommandRing;
import org.velocitydb.engine.command.CommandSlot;
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

    private static final int IDLE_READ_COUNT_MAX = 64;
    private static final long BACK_PRESSURE_PAUSE_NS = 50_000;
    /** How often a thread that waits for a checkpoint sees whether the store has failed. */
    private static final long CHECKPOINT_POLL_MS = 100;

    private final StoreContext context;
    private final StoreResources resources;
    private final StoreState state;
    private final StoreWriter writer;
    private final OwnedWriter ownedWriter;
    private final StoreMaintenance maintenance;
    private final StoreCompaction compaction;
    private final AgentRunner writerRunner;
    private final AgentRunner maintenanceRunner;
    private final AgentRunner compactionRunner;
    private final ThreadLocal<WriteCall> writeCalls = ThreadLocal.withInitial(WriteCall::new);
    private final ManyToManyConcurrentArrayQueue<ReadCall> idleReads = new ManyToManyConcurrentArrayQueue<>(
        IDLE_READ_COUNT_MAX);
    private final List<StoreReader> readers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    /** Calls of the convenient kind that have passed the test of {@link #isClosed}. */
    private final AtomicInteger callsUnderWay = new AtomicInteger();

    private Store(final StoreContext context, final StoreResources resources)
    {
        this.context = context;
        this.resources = resources;
        state = resources.state();
        writer = new StoreWriter(state, context, resources.journal(), state.currentView());
        ownedWriter = context.isWriterOwned() ? new OwnedWriter(writer) : null;
        maintenance = new StoreMaintenance(state, context, resources.journal(), resources.versions());
        compaction = new StoreCompaction(state, context);
        if (context.isInvoked())
        {
            writerRunner = null;
            maintenanceRunner = null;
            compactionRunner = null;
        }
        else
        {
            final ErrorHandler errorHandler = context.errorHandler();
            maintenanceRunner = new AgentRunner(state.maintenanceSignal(), errorHandler, null, maintenance);
            compactionRunner = new AgentRunner(state.compactionSignal(), errorHandler, null, compaction);
            AgentRunner.startOnThread(maintenanceRunner);
            AgentRunner.startOnThread(compactionRunner);
            if (context.isWriterOwned())
            {
                writerRunner = null;
            }
            else
            {
                writerRunner = new AgentRunner(state.writerSignal(), errorHandler, null, writer);
                AgentRunner.startOnThread(writerRunner);
            }
        }
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
        return new Store(context, StoreResources.open(context));
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
        requireBatch(batch);
        if (ownedWriter != null && ownedWriter.isOwnedBy(Thread.currentThread()))
        {
            throw new IllegalStateException("the thread that owns the writer would wait for itself: use writer()");
        }
        beginCall();
        try
        {
            return send(batch, durability);
        }
        finally
        {
            callsUnderWay.decrementAndGet();
        }
    }

    static void requireBatch(final WriteBatch batch)
    {
        if (batch.operationCount() == 0)
        {
            throw new IllegalArgumentException("a batch needs at least one operation");
        }
        if (batch.lengthBytes() > BATCH_LENGTH_MAX)
        {
            throw new IllegalArgumentException(
                "batch too large: length=" + batch.lengthBytes() + ", max=" + BATCH_LENGTH_MAX);
        }
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

    private Completion send(final WriteBatch batch, final Durability durability)
    {
        final CommandSlot slot = claim(batch.lengthBytes());
        final WriteCall call = writeCalls.get();
        call.begin();
        slot.payload().putBytes(0, batch.buffer(), 0, batch.lengthBytes());
        slot.operations(batch.operationCount(), durability).replyTo(call, 0, 0, 0);
        state.ring().publish(slot);
        final Completion completion = call.await();
        if (completion.status() != CommandStatus.APPLIED && completion.status() != CommandStatus.CONDITION_FAILED)
        {
            throw new StoreException(completion.status(), "write failed: status=" + completion.status());
        }
        return completion;
    }

    private CommandSlot claim(final int payloadLength)
    {
        while (true)
        {
            final CommandSlot slot = state.ring().tryClaim(payloadLength);
            if (slot != null)
            {
                return slot;
            }
            if (isClosed.get())
            {
                throw closed();
            }
            LockSupport.parkNanos(BACK_PRESSURE_PAUSE_NS);
        }
    }

    /**
     * Keeps the store's memory and files until the call has ended: either the call sees that the store is closed, or
     * the closing thread sees the call.
     */
    private void beginCall()
    {
        callsUnderWay.incrementAndGet();
        if (isClosed.get())
        {
            callsUnderWay.decrementAndGet();
            throw closed();
        }
    }

    private static StoreException closed()
    {
        return new StoreException(CommandStatus.CLOSED, "the store is closed");
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
        final ReadCall call = beginRead();
        try
        {
            return call.get(keyspace, key);
        }
        finally
        {
            endRead(call);
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
        final ReadCall call = beginRead();
        try
        {
            return call.get(keyspace, key, target);
        }
        finally
        {
            endRead(call);
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
        final ReadCall call = beginRead();
        try
        {
            return call.get(keyspace, key, keyOffset, keyLength, target, targetOffset);
        }
        finally
        {
            endRead(call);
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
        final ReadCall call = beginRead();
        try
        {
            return call.snapshot();
        }
        finally
        {
            endRead(call);
        }
    }

    private ReadCall beginRead()
    {
        beginCall();
        final ReadCall idle = idleReads.poll();
        return idle != null ? idle : new ReadCall(newReader(CacheSize.ofEntries(0)));
    }

    private void endRead(final ReadCall call)
    {
        if (!idleReads.offer(call))
        {
            call.close();
        }
        callsUnderWay.decrementAndGet();
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
        final MemoryBudget memory = context.memory();
        final long wantedBytes = EntryCache.lengthBytes(cacheSize);
        final long grantedBytes = memory.reserveRowCache(wantedBytes);
        final EntryCache cache = new EntryCache(
            grantedBytes == wantedBytes ? cacheSize : CacheSize.ofBytes(grantedBytes));
        // A cache consists of whole sets, so it may take less than was granted.
        memory.releaseRowCache(grantedBytes - cache.allocatedBytes());
        final StoreReader reader = new StoreReader(state, cache, this::onReaderClosed);
        readers.add(reader);
        return reader;
    }

    private void onReaderClosed(final StoreReader reader)
    {
        if (readers.remove(reader))
        {
            context.memory().releaseRowCache(reader.cacheBytes());
        }
    }

    /**
     * Reads that readers' caches answered, over all open readers.
     *
     * @return the count.
     */
    public long cacheHits()
    {
        return readers.stream().mapToLong(StoreReader::cacheHits).sum();
    }

    /**
     * Reads that had to look into tables, over all open readers.
     *
     * @return the count.
     */
    public long cacheMisses()
    {
        return readers.stream().mapToLong(StoreReader::cacheMisses).sum();
    }

    /**
     * Memory of the readers' caches.
     *
     * @return bytes.
     */
    public long cacheBytes()
    {
        return readers.stream().mapToLong(StoreReader::cacheBytes).sum();
    }

    // --- the rest ---

    /**
     * Makes a consistent copy of the store, by hard links, while reading and writing go on: the directory
     * {@code checkpoints/name} in the store's own, which can be opened as a store, copied elsewhere, and removed when
     * it
     * is not needed any more. It shares the disk space of the tables with the store until these are replaced.
     *
     * <p>The copy holds all that was visible when this was called. In a store whose writer is owned, the owner goes on
     * to call {@link OwnedWriter#commit} or {@link OwnedWriter#doWork()}, so this is for another thread.
     *
     * @param name of the checkpoint: letters, digits, hyphens, underscores and dots, not a dot first.
     * @return the sequence up to which the copy holds everything.
     * @throws IllegalArgumentException                             for a name that is none.
     * @throws org.velocitydb.journal.storage.StorageException      when there is a checkpoint of this name, or files
     *                                                              cannot be linked or written.
     * @throws StoreException                                       when the store is closed, or too many checkpoints
     * are
     *                                                              being made.
     */
    public long checkpoint(final String name)
    {
        if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}"))
        {
            throw new IllegalArgumentException("name of a checkpoint cannot be used: name=" + name);
        }
        final CompletableFuture<Long> result = new CompletableFuture<>();
        if (isClosed.get() || !state.offerCheckpoint(new Checkpoint.Request(name, result)))
        {
            throw isClosed.get()
                ? closed()
                : new StoreException(CommandStatus.CLOSED, "too many checkpoints at once: name=" + name);
        }
        return await(result);
    }

    private long await(final CompletableFuture<Long> result)
    {
        while (true)
        {
            try
            {
                return result.get(CHECKPOINT_POLL_MS, TimeUnit.MILLISECONDS);
            }
            catch (final TimeoutException ex)
            {
                if (state.failure() != null)
                {
                    throw new StoreException(CommandStatus.STORAGE_FAILED, "the store has failed: " + state.failure());
                }
                if (isClosed.get())
                {
                    throw closed();
                }
            }
            catch (final ExecutionException ex)
            {
                throw ex.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(ex);
            }
            catch (final InterruptedException ex)
            {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a checkpoint is made", ex);
            }
        }
    }

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
        return look(StoreReader::statistics);
    }

    /**
     * The memory that the store takes now, by part.
     *
     * @return a consistent picture of what is in memory; the figures of caches may be a moment apart.
     */
    public StoreMemory memory()
    {
        return look(reader -> reader.memory(context.memory()));
    }

    private <T> T look(final Function<StoreReader, T> at)
    {
        beginCall();
        try (StoreReader reader = newReader(CacheSize.ofEntries(0)))
        {
            reader.begin();
            try
            {
                return at.apply(reader);
            }
            finally
            {
                reader.end();
            }
        }
        finally
        {
            callsUnderWay.decrementAndGet();
        }
    }

    /**
     * The agents to step, in a store whose context says {@link StoreContext#isInvoked()}.
     *
     * @return the writer, maintenance and compaction.
     */
    public Agent[] agents()
    {
        return new Agent[]{ writer, maintenance, compaction };
    }

    /**
     * Answers what has been sent, forces the journal and closes. Calls that come later, or that are under way and not
     * yet sent, are refused as {@link CommandStatus#CLOSED}; readers, snapshots and whoever sends through
     * {@link #commands()} have ended before. A second call does nothing. An interrupt does not cut it short.
     */
    @Override
    public void close()
    {
        if (!isClosed.compareAndSet(false, true))
        {
            return;
        }
        state.closing();
        if (context.isInvoked())
        {
            writer.onClose();
            compaction.onClose();
            maintenance.onClose();
        }
        else
        {
            awaitCalls();
            closeRunners();
        }
        for (ReadCall call = idleReads.poll(); call != null; call = idleReads.poll())
        {
            call.close();
        }
        resources.close();
    }

    private void awaitCalls()
    {
        while (callsUnderWay.get() > 0)
        {
            LockSupport.parkNanos(BACK_PRESSURE_PAUSE_NS);
        }
    }

    private void closeRunners()
    {
        // A runner passes the interrupt of whoever closes it on to the agent's thread, and interrupts that thread when
        // it takes long; an interrupt would close the journal's channel under the last force.
        final boolean wasInterrupted = Thread.interrupted();
        if (writerRunner == null)
        {
            writer.onClose();
        }
        else
        {
            writerRunner.close(Integer.MAX_VALUE, null);
        }
        compactionRunner.close(Integer.MAX_VALUE, null);
        maintenanceRunner.close(Integer.MAX_VALUE, null);
        if (wasInterrupted)
        {
            Thread.currentThread().interrupt();
        }
    }
}
