package org.velocitydb.journal;

import org.velocitydb.journal.storage.StorageException;

/**
 * A write or a force of the journal has failed, and with it the journal. Whether the last records are on disk is
 * unknown; nobody may write behind them, so the owner stops and opens the journal afresh.
 */
public final class JournalFailedException extends StorageException
{
    private static final long serialVersionUID = 1L;

    JournalFailedException(final String message, final Throwable cause)
    {
        super(message, cause);
    }
}
