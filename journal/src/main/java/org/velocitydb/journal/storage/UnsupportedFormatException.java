package org.velocitydb.journal.storage;

/**
 * A file was written by a newer version than this one. Nothing is wrong with it, and nothing of it has been touched.
 */
public final class UnsupportedFormatException extends StorageException
{
    private static final long serialVersionUID = 1L;

    /**
     * Tells what and where.
     *
     * @param message with the file's name, the version found and the newest known.
     */
    public UnsupportedFormatException(final String message)
    {
        super(message);
    }
}
