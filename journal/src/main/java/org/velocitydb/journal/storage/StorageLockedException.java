package org.velocitydb.journal.storage;

/**
 * Another process or instance holds the lock; the message quotes what it wrote about itself.
 */
public final class StorageLockedException extends StorageException
{
    private static final long serialVersionUID = 1L;

    /**
     * Tells what and where.
     *
     * @param message with the file's name and the values found.
     */
    public StorageLockedException(final String message)
    {
        super(message);
    }
}
