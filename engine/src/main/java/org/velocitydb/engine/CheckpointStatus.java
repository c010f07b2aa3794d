package org.velocitydb.engine;

/**
 * What became of a {@link CheckpointRequest}.
 */
public enum CheckpointStatus
{
    /** It was done, and is durable. */
    DONE(true),
    /** There is a checkpoint of that name already, or what a crash has left of one; nothing was done. */
    EXISTS(true),
    /** There is no checkpoint of that name; nothing was done. */
    NOT_FOUND(true),
    /** Somebody has the checkpoint open as a store; nothing was done. */
    IN_USE(true),
    /** There are as many checkpoints as there may be; nothing was done. */
    TOO_MANY(true),
    /** The deadline had passed before it was begun; nothing was done. */
    DEADLINE_EXCEEDED(true),
    /** The disk has no room for it; what had been made of it was removed again. */
    DISK_FULL(true),
    /** A file could not be linked, written or removed: a part may be left, which can be dropped. */
    STORAGE_FAILED(false),
    /** The store was closed before the answer: a part may be left, which can be dropped. */
    CLOSED(false);

    private final boolean isDefinite;

    CheckpointStatus(final boolean isDefinite)
    {
        this.isDefinite = isDefinite;
    }

    /**
     * Whether the status tells for certain what was done.
     *
     * @return false where a part may be left.
     */
    public boolean isDefinite()
    {
        return isDefinite;
    }
}
