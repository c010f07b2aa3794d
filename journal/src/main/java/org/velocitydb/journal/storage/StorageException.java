package org.velocitydb.journal.storage;

/**
 * A file operation failed. The message names the operation, the file and the values involved.
 */
public class StorageException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    /**
     * A failure with a cause.
     *
     * @param message what failed, with the file's name.
     * @param cause   what the operating system said, or null.
     */
    public StorageException(final String message, final Throwable cause)
    {
        super(message, cause);
    }

    /**
     * A failure that we found ourselves.
     *
     * @param message what failed, with the file's name.
     */
    public StorageException(final String message)
    {
        super(message);
    }
}
