package org.velocitydb.journal.storage;

/**
 * Bytes on disk are not what was written: a checksum, a magic number, a length or an order is wrong. The message names
 * file and offset.
 */
public final class CorruptionException extends StorageException
{
    private static final long serialVersionUID = 1L;

    /**
     * Tells what and where.
     *
     * @param message with the file's name and the values found.
     */
    public CorruptionException(final String message)
    {
        super(message);
    }
}
