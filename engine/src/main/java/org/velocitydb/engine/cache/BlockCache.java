package org.velocitydb.engine.cache;

import static org.velocitydb.engine.cache.BlockQueues.NULL_ENTRY;

import java.util.Arrays;
import java.util.function.LongPredicate;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.concurrent.Epochs;
import org.velocitydb.engine.concurrent.PaddedLong;

/**
 * Decompressed blocks of compressed tables, off the heap, shared by all readers of a store and bounded in bytes.
 *
 * <p><b>One writer.</b> Readers look blocks up without a lock ({@link BlockCacheReader}, {@link BlockTable}) and leave
 * a note of each access in a ring of their own ({@link Recorder}). One thread, the owner, reads the notes in {@link
 * #doWork()} and does all the rest: counts ({@link FrequencySketch}), orders ({@link BlockQueues}), decides ({@link
 * BlockPolicy}), decompresses what is worth it ({@link BlockLoader}), and gives blocks up. So there is no lock to
 * contend for and nothing to undo: a reader that misses decompresses into memory of its own and is done.
 *
 * <p><b>Lifetime of a block.</b> The owner fills a frame that nobody knows, then publishes its address in the table.
 * Evicting removes the address from the table, then retires the frame; it is freed when no reader is left that may have
 * found it. Evicted frames wait together, one retirement for each duty cycle.
 *
 * <p><b>The bound</b> holds for everything: frames that are found, frames that wait to be freed, table, queues, sketch
 * and rings. The capacity within it follows the hit rate ({@link CapacityTuner}). What is evicted is free one cycle
 * later at best, so a thirty-second of the capacity is kept free for loading meanwhile; a block longer than that is not
 * cached. Where frames cannot be freed, since a reader stays in its epoch, nothing is loaded until they can. When the
 * bound is lowered, blocks leave in the next cycles. It is not kept when the rings of readers alone exceed it.
 *
 * <p><b>Tables that are gone</b> leave at once by {@link #retainTables}: their blocks would never be asked for again,
 * yet hot ones would hold their place against the sketch for long. It is one pass through arrays for a compaction.
 *
 * <p>Thread safety is told with each method; methods without it are the owner's.
 */
public final class BlockCache implements AutoCloseable
{
    /** Least bound: below it the cache would hold tens of blocks. */
    public static final long MAX_BYTES_MIN = 256 * 1024;
    /** Of the bound, what the capacity begins with and does not go below. */
    private static final int MIN_CAPACITY_DIVISOR = 16;
    private static final int HEADROOM_DIVISOR = 32;
    private static final int ENTRY_CAPACITY_MIN = 64;
    /** Entries are halved when fewer than this part of them is used. */
    private static final int SPARSE_DIVISOR = 8;
    /** Records taken from one reader in one cycle: a tenth of a millisecond's work. */
    private static final int RECORD_LIMIT = Recorder.CAPACITY;
    /** Blocks loaded in one cycle: as many take about half a millisecond to decompress. */
    private static final int LOAD_LIMIT = 16;
    private static final int EVICTION_LIMIT = 1024;

    private final Epochs epochs;
    private final BlockLoader loader;
    private final CapacityTuner tuner;
    private final BlockTable table = new BlockTable(ENTRY_CAPACITY_MIN);
    private final BlockPolicy policy = new BlockPolicy(ENTRY_CAPACITY_MIN);
    private final UnsafeBuffer loading = new UnsafeBuffer(0, 0);

    /** Guarded by this for changes; whoever reads it sees readers that were once registered. */
    private volatile BlockCacheReader[] readers = new BlockCacheReader[0];
    /** Guarded by this: as many of the last readers as are not in use, moved to the end. */
    private int idleReaderCount;
    private volatile long maxBytes;

    private int entryCapacity = ENTRY_CAPACITY_MIN;
    private int firstReader;
    private int loadsOfCycle;
    private boolean isClosed;
    /** Frames evicted in this cycle. */
    private long[] evicted = new long[ENTRY_CAPACITY_MIN];
    private int evictedCount;
    private long evictedBytes;
    /** Of frames that wait for readers. */
    private long retiredBytes;

    /** Written by the owner. */
    private final PaddedLong allocatedBytes = new PaddedLong(0);
    private final PaddedLong capacityBytes = new PaddedLong(0);
    private final PaddedLong admissions = new PaddedLong(0);
    private final PaddedLong rejections = new PaddedLong(0);
    private final PaddedLong evictions = new PaddedLong(0);

    /**
     * An empty cache.
     *
     * @param maxBytes      bound on all its memory, no less than {@link #MAX_BYTES_MIN}.
     * @param targetHitRate above 0, at most 1: the capacity is as large as this needs, within the bound.
     * @param epochs        of its readers; the owner is their reclaimer.
     * @param loader        called by the owner.
     * @throws IllegalArgumentException for a bound or a rate out of range.
     */
    public BlockCache(final long maxBytes, final double targetHitRate, final Epochs epochs, final BlockLoader loader)
    {
        this(maxBytes, tuner(maxBytes, targetHitRate), epochs, loader);
    }

    BlockCache(final long maxBytes, final CapacityTuner tuner, final Epochs epochs, final BlockLoader loader)
    {
        this.maxBytes = maxBytes;
        this.tuner = tuner;
        this.epochs = epochs;
        this.loader = loader;
        onCapacity();
        count();
    }

    private static CapacityTuner tuner(final long maxBytes, final double targetHitRate)
    {
        checkMaxBytes(maxBytes);
        if (!(targetHitRate > 0 && targetHitRate <= 1))
        {
            throw new IllegalArgumentException("target hit rate out of range: rate=" + targetHitRate);
        }
        return new CapacityTuner(
            Math.max(MAX_BYTES_MIN, maxBytes / MIN_CAPACITY_DIVISOR), maxBytes, targetHitRate);
    }

    private static void checkMaxBytes(final long maxBytes)
    {
        if (maxBytes < MAX_BYTES_MIN)
        {
            throw new IllegalArgumentException(
                "block cache too small: maxBytes=" + maxBytes + ", min=" + MAX_BYTES_MIN);
        }
    }

    // --- any thread ---

    /**
     * A place for a reading thread; any thread.
     *
     * @return a reader, to be closed when the thread has left its last epoch.
     */
    public synchronized BlockCacheReader newReader()
    {
        if (idleReaderCount > 0)
        {
            return readers[readers.length - idleReaderCount--];
        }
        final BlockCacheReader reader = new BlockCacheReader(this, table);
        final BlockCacheReader[] more = Arrays.copyOf(readers, readers.length + 1);
        more[readers.length] = reader;
        readers = more;
        return reader;
    }

    synchronized void giveBack(final BlockCacheReader reader)
    {
        final BlockCacheReader[] reordered = readers.clone();
        final int usedCount = reordered.length - idleReaderCount;
        for (int i = 0; i < usedCount; i++)
        {
            if (reordered[i] == reader)
            {
                reordered[i] = reordered[usedCount - 1];
                reordered[usedCount - 1] = reader;
                readers = reordered;
                idleReaderCount++;
                return;
            }
        }
    }

    /**
     * Changes the bound, from the next duty cycle on; any thread.
     *
     * @param newMaxBytes no less than {@link #MAX_BYTES_MIN}.
     * @throws IllegalArgumentException for less.
     */
    public void maxBytes(final long newMaxBytes)
    {
        checkMaxBytes(newMaxBytes);
        maxBytes = newMaxBytes;
    }

    /**
     * The bound; any thread.
     *
     * @return bytes.
     */
    public long maxBytes()
    {
        return maxBytes;
    }

    /**
     * What the cache may grow to at present; any thread.
     *
     * @return bytes.
     */
    public long capacityBytes()
    {
        return capacityBytes.getOpaque();
    }

    /**
     * What it takes, as of the last duty cycle; any thread.
     *
     * @return bytes.
     */
    public long allocatedBytes()
    {
        return allocatedBytes.getOpaque();
    }

    /**
     * Lookups that found their block; any thread.
     *
     * @return the count.
     */
    public long hits()
    {
        long sum = 0;
        for (final BlockCacheReader reader : readers)
        {
            sum += reader.hits();
        }
        return sum;
    }

    /**
     * Lookups that did not; any thread.
     *
     * @return the count.
     */
    public long misses()
    {
        long sum = 0;
        for (final BlockCacheReader reader : readers)
        {
            sum += reader.misses();
        }
        return sum;
    }

    /**
     * Blocks taken in; any thread.
     *
     * @return the count.
     */
    public long admissions()
    {
        return admissions.getOpaque();
    }

    /**
     * Misses that were noticed without the block being taken in; any thread.
     *
     * @return the count.
     */
    public long rejections()
    {
        return rejections.getOpaque();
    }

    /**
     * Blocks that had to leave, for lack of room or with their table; any thread.
     *
     * @return the count.
     */
    public long evictions()
    {
        return evictions.getOpaque();
    }

    /**
     * All of the counters; any thread.
     *
     * @return as they are, one after the other.
     */
    public BlockCacheStatistics statistics()
    {
        return new BlockCacheStatistics(
            hits(), misses(), admissions(), rejections(), evictions(), allocatedBytes(), capacityBytes());
    }

    // --- the owner ---

    /**
     * One duty cycle: takes in what readers have recorded, loads, evicts.
     *
     * @return how much was done if there is more to do; 0 although records came, for they can wait, and an owner that
     *         did not rest while anybody reads would have a core to itself.
     */
    public int doWork()
    {
        tuner.maxBytes(maxBytes);
        if (tuner.capacityBytes() != capacityBytes.getPlain())
        {
            onCapacity();
        }
        loadsOfCycle = 0;
        int workCount;
        try
        {
            drain();
            workCount = loadsOfCycle == LOAD_LIMIT ? LOAD_LIMIT : 0;
            if (tuner.update(hits(), misses(), policy.queues().count(), isFull()))
            {
                onCapacity();
            }
            workCount += evictToCapacity();
            resizeIfSparse();
        }
        finally
        {
            retireEvicted();
            count();
        }
        return workCount;
    }

    /**
     * Gives up the blocks of tables that are gone.
     *
     * @param isThere tells, by number, whether a table is still read.
     */
    public void retainTables(final LongPredicate isThere)
    {
        final BlockQueues queues = policy.queues();
        for (int entry = 0; entry < queues.capacity(); entry++)
        {
            final long frame = queues.frame(entry);
            if (frame != BlockTable.NULL_FRAME && !isThere.test(BlockKey.tableNumber(BlockFrame.key(frame))))
            {
                evict(entry);
            }
        }
        retireEvicted();
        count();
    }

    /**
     * Frees all blocks. No reader is left, and the epochs have nothing more to free after {@link Epochs#reclaim()}.
     */
    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            retainTables((tableNumber) -> false);
            epochs.reclaim();
        }
    }

    private void drain()
    {
        final BlockCacheReader[] all = readers;
        for (int i = 0; i < all.length && loadsOfCycle < LOAD_LIMIT; i++)
        {
            drain(all[(firstReader + i) % all.length].recorder());
        }
        // Another one begins the next cycle, so that none has all the loads.
        firstReader = all.length == 0 ? 0 : (firstReader + 1) % all.length;
    }

    private void drain(final Recorder recorder)
    {
        for (int i = 0; i < RECORD_LIMIT && loadsOfCycle < LOAD_LIMIT; i++)
        {
            final long key = recorder.poll();
            if (key == BlockKey.NULL_KEY)
            {
                return;
            }
            onAccess(key);
        }
    }

    private void onAccess(final long key)
    {
        policy.count(key);
        final long frame = table.find(key);
        if (frame != BlockTable.NULL_FRAME)
        {
            policy.onHit(BlockFrame.entry(frame));
        }
        else if (isFull() && !policy.isWorthLoading(key) || !tryLoad(key))
        {
            rejections.addOpaque(1);
        }
    }

    private boolean tryLoad(final long key)
    {
        final int lengthBytes = loader.lengthBytes(BlockKey.tableNumber(key), BlockKey.blockOffset(key));
        if (lengthBytes == BlockLoader.NULL_LENGTH || BlockFrame.charge(lengthBytes) > headroomBytes())
        {
            return false;
        }
        final long charge = BlockFrame.charge(lengthBytes);
        if (!hasRoom(charge))
        {
            // Frames wait for a reader, or the bound was lowered. Who is asked for again is missed again.
            return false;
        }
        loadsOfCycle++;
        final long frame = load(key, lengthBytes);
        if (frame == BlockTable.NULL_FRAME)
        {
            return false;
        }
        policy.add(frame, charge);
        table.put(frame);
        admissions.addOpaque(1);
        evictToCapacity();
        return true;
    }

    private long load(final long key, final int lengthBytes)
    {
        final long frame = BlockFrame.allocate(key, lengthBytes);
        boolean isLoaded = false;
        try
        {
            loading.wrap(BlockFrame.blockAddress(frame), lengthBytes);
            isLoaded = loader.load(BlockKey.tableNumber(key), BlockKey.blockOffset(key), loading);
        }
        finally
        {
            loading.wrap(0, 0);
            if (!isLoaded)
            {
                BlockFrame.free(frame);
            }
        }
        return isLoaded ? frame : BlockTable.NULL_FRAME;
    }

    /** Whether a frame fits below the capacity, with an entry for it; grows the metadata where that fits. */
    private boolean hasRoom(final long charge)
    {
        final long free = tuner.capacityBytes() - usedBytes() - evictedBytes - retiredBytes - charge;
        if (policy.queues().count() < entryCapacity)
        {
            return free >= 0;
        }
        final long growth = metadataBytes(2 * entryCapacity) - metadataBytes(entryCapacity);
        if (free >= growth)
        {
            resize(2 * entryCapacity);
            return true;
        }
        // No room to grow: an entry is had from a block.
        evictNext();
        return free >= 0 && policy.queues().count() < entryCapacity;
    }

    private int evictToCapacity()
    {
        int evictionCount = 0;
        while (usedBytes() > usedBytesMax() && evictionCount < EVICTION_LIMIT && evictNext())
        {
            evictionCount++;
        }
        if (usedBytes() <= usedBytesMax())
        {
            policy.passWindow();
        }
        return evictionCount;
    }

    private boolean evictNext()
    {
        final int victim = policy.victim();
        if (victim == NULL_ENTRY)
        {
            return false;
        }
        evict(victim);
        return true;
    }

    private void evict(final int entry)
    {
        final BlockQueues queues = policy.queues();
        final long frame = queues.frame(entry);
        table.remove(frame);
        if (evictedCount == evicted.length)
        {
            evicted = Arrays.copyOf(evicted, 2 * evicted.length);
        }
        evicted[evictedCount++] = frame;
        evictedBytes += queues.charge(entry);
        queues.remove(entry);
        evictions.addOpaque(1);
    }

    private void retireEvicted()
    {
        if (evictedCount == 0)
        {
            return;
        }
        final long[] frames = Arrays.copyOf(evicted, evictedCount);
        final long bytes = evictedBytes;
        retiredBytes += bytes;
        evictedBytes = 0;
        evictedCount = 0;
        epochs.retire(() -> free(frames, bytes));
    }

    private void free(final long[] frames, final long bytes)
    {
        for (final long frame : frames)
        {
            BlockFrame.free(frame);
        }
        retiredBytes -= bytes;
        count();
    }

    private void resizeIfSparse()
    {
        if (entryCapacity > ENTRY_CAPACITY_MIN && policy.queues().count() < entryCapacity / SPARSE_DIVISOR)
        {
            resize(entryCapacity / 2);
        }
    }

    private void resize(final int newEntryCapacity)
    {
        policy.resize(newEntryCapacity);
        table.resize(newEntryCapacity);
        entryCapacity = newEntryCapacity;
        onCapacity();
    }

    private void onCapacity()
    {
        policy.roomBytes(Math.max(0, tuner.capacityBytes() - headroomBytes() - overheadBytes()));
    }

    private void count()
    {
        capacityBytes.setOpaque(tuner.capacityBytes());
        allocatedBytes.setOpaque(usedBytes() + evictedBytes + retiredBytes);
    }

    /** Whether a block more is a block less. The margin is for blocks that leave with their table or are large. */
    private boolean isFull()
    {
        return usedBytes() > usedBytesMax() - headroomBytes();
    }

    private long usedBytesMax()
    {
        return tuner.capacityBytes() - headroomBytes();
    }

    private long headroomBytes()
    {
        return tuner.capacityBytes() / HEADROOM_DIVISOR;
    }

    /** All but frames that have left. */
    private long usedBytes()
    {
        return policy.queues().totalBytes() + overheadBytes();
    }

    private long overheadBytes()
    {
        return metadataBytes(entryCapacity) + readers.length * Recorder.bytes();
    }

    private static long metadataBytes(final int entryCapacity)
    {
        return BlockTable.bytes(entryCapacity) + BlockPolicy.bytes(entryCapacity);
    }
}
