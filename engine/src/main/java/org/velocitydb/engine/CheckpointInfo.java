package org.velocitydb.engine;

/**
 * A checkpoint, as it was when it was made.
 *
 * @param name       of the checkpoint.
 * @param path       of its directory, relative to the store's.
 * @param isFinished whether it is a store; false for what a crash has left of one that was being made or dropped, or
 *                   where the file that says what it is is damaged: then nothing but the name is known.
 * @param createdMs  since the epoch.
 * @param sequence   up to which it holds everything.
 * @param tableBytes of its tables, which it shares with the store as long as that has them too.
 */
public record CheckpointInfo(
    String name,
    String path,
    boolean isFinished,
    long createdMs,
    long sequence,
    long tableBytes)
{
}
