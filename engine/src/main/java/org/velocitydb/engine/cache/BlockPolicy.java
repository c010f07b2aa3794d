package org.velocitydb.engine.cache;

import static org.velocitydb.engine.cache.BlockQueues.NULL_ENTRY;
import static org.velocitydb.engine.cache.BlockQueues.PROBATION;
import static org.velocitydb.engine.cache.BlockQueues.PROTECTED;
import static org.velocitydb.engine.cache.BlockQueues.WINDOW;

/**
 * Decides who stays: W-TinyLFU (Einziger, Friedman, Manes, ACM Transactions on Storage 13(4), 2017, section 4), with
 * bytes for entries. One thread uses it.
 *
 * <p>A block begins in the window, an LRU queue of a hundredth of the room. Who falls out of it must have been asked
 * for more often than the block that the main queues would give up, else it goes itself. The main queues are a
 * segmented LRU: who is used on probation becomes protected, four fifths of the main room, and who falls out of there
 * is on probation again.
 *
 * <p><b>A block is loaded when it is missed the second time</b>, unless there is free room. In a cache that is filled
 * by its readers a newcomer is there already and the window costs nothing; here maintenance decompresses it once more,
 * and for a block that is asked for once within the sketch's memory that work is for nothing. On the traces of
 * BlockCacheTraceTest loading at the second miss halves the blocks decompressed, and the hit rate is higher by half a
 * point to four, since the window is spared what would only pass.
 */
final class BlockPolicy
{
    private static final int WINDOW_DIVISOR = 100;
    private static final int PROTECTED_NUMERATOR = 4;
    private static final int PROTECTED_DENOMINATOR = 5;
    /** Estimated accesses, the one at hand included, from which a block is worth decompressing. */
    private static final int LOAD_FREQUENCY_MIN = 2;

    private final FrequencySketch sketch;
    private BlockQueues queues;
    private long windowBytesMax;
    private long protectedBytesMax;

    BlockPolicy(final int entryCapacity)
    {
        sketch = new FrequencySketch(entryCapacity);
        queues = new BlockQueues(entryCapacity);
    }

    /** Memory for a number of entries, a power of two. */
    static long bytes(final int entryCapacity)
    {
        return FrequencySketch.bytes(entryCapacity) + BlockQueues.bytes(entryCapacity);
    }

    /** Divides the room for blocks among the queues. */
    void roomBytes(final long roomBytes)
    {
        windowBytesMax = roomBytes / WINDOW_DIVISOR;
        protectedBytesMax = (roomBytes - windowBytesMax) / PROTECTED_DENOMINATOR * PROTECTED_NUMERATOR;
    }

    BlockQueues queues()
    {
        return queues;
    }

    void resize(final int entryCapacity)
    {
        queues = queues.resized(entryCapacity);
        sketch.resize(entryCapacity);
    }

    /** Counts an access, of a block that is cached or not. */
    void count(final long key)
    {
        sketch.increment(BlockKey.hash(key));
    }

    /** Whether a block that was missed, and counted, is worth loading where there is no free room. */
    boolean isWorthLoading(final long key)
    {
        return sketch.frequency(BlockKey.hash(key)) >= LOAD_FREQUENCY_MIN;
    }

    void onHit(final int entry)
    {
        if (queues.queue(entry) == WINDOW)
        {
            queues.move(entry, WINDOW);
            return;
        }
        queues.move(entry, PROTECTED);
        while (queues.queueBytes(PROTECTED) > protectedBytesMax)
        {
            queues.move(queues.oldest(PROTECTED), PROBATION);
        }
    }

    /** Takes a block in; there is a free entry. */
    void add(final long frame, final long charge)
    {
        queues.add(WINDOW, frame, charge);
    }

    /** Who has fallen out of the window stays, since there is room. */
    void passWindow()
    {
        while (queues.queueBytes(WINDOW) > windowBytesMax)
        {
            queues.move(queues.oldest(WINDOW), PROBATION);
        }
    }

    /** The entry that goes next, or {@link BlockQueues#NULL_ENTRY} when there is none; the caller removes it. */
    int victim()
    {
        final int mainVictim = mainVictim();
        if (queues.queueBytes(WINDOW) <= windowBytesMax)
        {
            return mainVictim == NULL_ENTRY ? queues.oldest(WINDOW) : mainVictim;
        }
        final int candidate = queues.oldest(WINDOW);
        // Equal counts keep who is there: exchanging them gains nothing and costs the loading.
        if (mainVictim == NULL_ENTRY || frequency(candidate) <= frequency(mainVictim))
        {
            return candidate;
        }
        queues.move(candidate, PROBATION);
        return mainVictim;
    }

    private int mainVictim()
    {
        final int onProbation = queues.oldest(PROBATION);
        return onProbation == NULL_ENTRY ? queues.oldest(PROTECTED) : onProbation;
    }

    private int frequency(final int entry)
    {
        return sketch.frequency(BlockKey.hash(BlockFrame.key(queues.frame(entry))));
    }
}
