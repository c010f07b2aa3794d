package org.velocitydb.perf.peers;

import java.util.Locale;

/**
 * Works that share a process and a store.
 */
enum WorkSet
{
    /** A store is filled with batches and left to settle; then it is read, at last beside a writer. */
    FILLED,
    /** A new store is filled in random order, one put at a time, closed and opened again. */
    PUT_RANDOM,
    /** A new store is filled in the order of keys, one put at a time. */
    PUT_SEQUENTIAL,
    /** A new store is filled in random order, in batches. */
    PUT_BATCH,
    /** New records are put durably. */
    DURABLE,
    /** A store of few records. */
    SMALL,
    /** The disk, without a store. */
    DISK;

    @Override
    public String toString()
    {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
