package org.velocitydb.engine.table;

import org.velocitydb.journal.storage.StorageException;

/**
 * A file is whole and ours, but a newer release wrote it in a format that this one does not know. The message names the
 * file, the version found and the newest version understood.
 */
public final class UnsupportedFormatException extends StorageException
{
    private static final long serialVersionUID = 1L;

    /**
     * Tells what and where.
     *
     * @param message with the file's name and both versions.
     */
    public UnsupportedFormatException(final String message)
    {
        super(message);
    }
}
