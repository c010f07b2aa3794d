package org.velocitydb.engine.command;

/**
 * What became of a command.
 */
public enum CommandStatus
{
    /** All operations were done but those left out by a skipped condition. */
    APPLIED(true),
    /** A condition did not hold; nothing was done. */
    CONDITION_FAILED(true),
    /** The deadline had passed before the writer came to the command; nothing was done. */
    DEADLINE_EXCEEDED(true),
    /** The disk has no room for it; nothing was done, and reads go on. */
    DISK_FULL(true),
    /** The request number lies further back than the store remembers, so whether it was once done is not known. */
    REQUEST_TOO_OLD(false),
    /** A condition had to look at a damaged table; nothing was done. */
    CORRUPTION(true),
    /** The journal could not be written or forced: the change may or may not be on disk, and the store has stopped. */
    STORAGE_FAILED(false),
    /** The store is closed or closing; nothing was done. */
    CLOSED(true);

    private final boolean isDefinite;

    CommandStatus(final boolean isDefinite)
    {
        this.isDefinite = isDefinite;
    }

    /**
     * Whether the status tells for certain what was done.
     *
     * @return false where the change may or may not survive.
     */
    public boolean isDefinite()
    {
        return isDefinite;
    }
}
