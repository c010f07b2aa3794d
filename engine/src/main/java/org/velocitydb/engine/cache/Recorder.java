package org.velocitydb.engine.cache;

import org.velocitydb.engine.concurrent.PaddedLong;

/**
 * Tells the cache's owner which blocks one reader asked for: a bounded ring of keys with one producer, the reader, and
 * one consumer, the owner. Hits and misses look the same; the owner knows best what is cached by now.
 *
 * <p>It loses what does not fit: a policy that has seen most accesses decides as well, and a reader never waits.
 * Allocation-free.
 */
final class Recorder
{
    /** Keys that fit: at a million reads a second, what comes in half of the owner's longest sleep. */
    static final int CAPACITY = 512;
    private static final int MASK = CAPACITY - 1;

    private final long[] keys = new long[CAPACITY];
    /** Written by the reader. */
    private final PaddedLong tail = new PaddedLong(0);
    /** Written by the owner. */
    private final PaddedLong head = new PaddedLong(0);
    /** Owned by the reader: a head that it has seen. */
    private long seenHead;

    /** Memory of a recorder, two padded counters of its reader included. */
    static long bytes()
    {
        return (long) CAPACITY * Long.BYTES + 4 * PaddedLong.BYTES;
    }

    /** Records an access, or does not where there is no room. Reader only. */
    void record(final long key)
    {
        final long position = tail.getPlain();
        if (position - seenHead == CAPACITY)
        {
            // Acquire: pairs with the release in poll(). The owner is done with the cells before this head.
            seenHead = head.getAcquire();
            if (position - seenHead == CAPACITY)
            {
                return;
            }
        }
        keys[(int) position & MASK] = key;
        // Release: pairs with the acquire in poll(); the key travels with the position.
        tail.setRelease(position + 1);
    }

    /** The oldest recorded key, or {@link BlockKey#NULL_KEY}. Owner only. */
    long poll()
    {
        final long position = head.getPlain();
        // Acquire: pairs with the release in record().
        if (position == tail.getAcquire())
        {
            return BlockKey.NULL_KEY;
        }
        final long key = keys[(int) position & MASK];
        // Release: pairs with the acquire in record(); the cell is the reader's again.
        head.setRelease(position + 1);
        return key;
    }
}
