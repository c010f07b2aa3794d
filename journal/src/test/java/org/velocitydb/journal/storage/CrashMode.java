package org.velocitydb.journal.storage;

/**
 * What a simulated crash does with bytes and names that were not forced.
 */
public enum CrashMode
{
    /** They reached the disk in the order they were made, up to a random point; the last write may be torn. */
    IN_ORDER,
    /** Each sector and each change of a name reached the disk or did not, at random. */
    ANY_ORDER,
    /** None of them reached the disk. */
    ALL_LOST,
    /**
     * The process died and the machine did not: everything can still be read, and what was not forced still may be lost
     * by the next crash.
     */
    PROCESS_ONLY
}
