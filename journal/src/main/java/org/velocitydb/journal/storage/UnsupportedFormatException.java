package org.velocitydb.journal.storage;

/**
 * A file is whole and ours, but a newer release wrote it, in a format that this one does not know. Nothing of it has
 * been touched.
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
