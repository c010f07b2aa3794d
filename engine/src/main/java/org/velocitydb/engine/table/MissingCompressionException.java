package org.velocitydb.engine.table;

import org.velocitydb.journal.storage.StorageException;

/**
 * A compression was asked for, by options or by a table, whose library is not on the class path or does not load. The
 * table is not damaged: it can be read once the library is there.
 */
public final class MissingCompressionException extends StorageException
{
    private static final long serialVersionUID = 1L;

    /**
     * Tells which library is missing.
     *
     * @param message that names the library.
     * @param cause   what the virtual machine said.
     */
    public MissingCompressionException(final String message, final Throwable cause)
    {
        super(message, cause);
    }
}
