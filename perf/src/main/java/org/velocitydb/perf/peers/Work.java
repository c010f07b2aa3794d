package org.velocitydb.perf.peers;

import java.util.Locale;

/**
 * What is measured. The names in lower case, with hyphens, are those of the command line and of the JSON.
 */
enum Work
{
    /** Random reads of records that are there. */
    GET_FOUND(WorkSet.FILLED, "random get, all found"),
    /** Random reads of records that are not there. */
    GET_MISSING(WorkSet.FILLED, "random get, none found"),
    /** Seeks to a random record and walks on. */
    SCAN(WorkSet.FILLED, "seek and scan, counted in scans"),
    /** The reads of one thread while another writes at full speed. */
    GET_BESIDE_PUT(WorkSet.FILLED, "random get beside a full-speed writer: the reads"),
    /** The writes of that other thread, not synced. */
    PUT_BESIDE_GET(WorkSet.FILLED, "random get beside a full-speed writer: the writes"),
    /** Fills a store in random order, one put after the other, not synced. */
    PUT_RANDOM(WorkSet.PUT_RANDOM, "random put one at a time, not synced"),
    /** The filled store's disk space once it is closed. */
    DISK_SPACE(WorkSet.PUT_RANDOM, "disk space after the random fill, settled and closed"),
    /** Opens the filled store and reads a record. */
    REOPEN(WorkSet.PUT_RANDOM, "opening after the random fill, up to the first record"),
    /** Fills a store in the order of keys, one put after the other, not synced. */
    PUT_SEQUENTIAL(WorkSet.PUT_SEQUENTIAL, "sequential put one at a time, not synced"),
    /** Fills a store in random order with batches, not synced. */
    PUT_BATCH(WorkSet.PUT_BATCH, "random put in batches, not synced: operations are records, latencies are batches"),
    /** One thread whose puts are on disk one by one. */
    DURABLE_1(WorkSet.DURABLE, "durable put, 1 thread"),
    /** Many such threads. */
    DURABLE_64(WorkSet.DURABLE, "durable put, many threads (--threads)"),
    /** One thread that does not wait for each put. */
    DURABLE_ASYNC(WorkSet.DURABLE, "durable put, 1 thread, many outstanding (--outstanding)"),
    /** What a store of few records takes of memory, above the empty store, and of disk. */
    SMALL_SPACE(WorkSet.SMALL, "small store: resident memory above that of the empty store, and disk space"),
    /** Puts into the store of few records, not synced. */
    SMALL_PUT(WorkSet.SMALL, "small store: random put one at a time, not synced"),
    /** Reads of the store of few records. */
    SMALL_GET(WorkSet.SMALL, "small store: random get, all found"),
    /** The ceiling of durable puts: an append of a record and fdatasync. */
    APPEND_FDATASYNC(WorkSet.DISK, "single append of a record's length and fdatasync, file allocated before"),
    /** The ceiling of durable puts: an append of a block past the page cache. */
    APPEND_DIRECT(WorkSet.DISK, "single append of 4 KiB by O_DIRECT and O_DSYNC, file allocated before");

    private final WorkSet set;
    private final String title;

    Work(final WorkSet set, final String title)
    {
        this.set = set;
        this.title = title;
    }

    WorkSet set()
    {
        return set;
    }

    String title()
    {
        return title;
    }

    static Work ofName(final String name)
    {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    @Override
    public String toString()
    {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
