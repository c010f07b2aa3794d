package org.velocitydb.engine.compaction;

/**
 * How far a job has come.
 */
public enum JobOutcome
{
    /** There is more to do. */
    RUNNING,
    /** Its result is durable and current. */
    DONE,
    /** The disk is full. Nothing has changed, its files are gone; another job may try the same later. */
    STORAGE_FULL,
    /** It was given up. Nothing has changed, its files are gone. */
    ABANDONED
}
