package org.velocitydb.journal.storage;

/**
 * The disk has no room for what was to be written.
 */
public final class StorageFullException extends StorageException
{
    private static final long serialVersionUID = 1L;

    /**
     * Tells what and where.
     *
     * @param message with the file's name and the values found.
     */
    public StorageFullException(final String message)
    {
        super(message);
    }
}
