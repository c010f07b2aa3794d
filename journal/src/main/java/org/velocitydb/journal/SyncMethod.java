package org.velocitydb.journal;

/**
 * How a {@link Journal} makes a record durable. The bytes on disk are the same in each case, so it may change from one
 * opening to the next.
 */
public enum SyncMethod
{
    /** As a setting: {@link #DIRECT} where that is to be had and a trial at the opening finds it faster. */
    AUTO,
    /** A write into the page cache and a force (fdatasync). */
    BUFFERED,
    /**
     * One synchronous write past the page cache (O_DIRECT with O_DSYNC) by {@link Journal#commit}. As a setting: where
     * the storage refuses it, {@link #BUFFERED} takes its place.
     */
    DIRECT
}
