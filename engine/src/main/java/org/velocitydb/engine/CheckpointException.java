package org.velocitydb.engine;

import org.velocitydb.journal.storage.StorageException;

/**
 * A checkpoint was not made, dropped or listed. {@link #status()} says why.
 */
public final class CheckpointException extends StorageException
{
    private static final long serialVersionUID = 1L;

    private final CheckpointStatus status;

    CheckpointException(final CheckpointStatus status, final String message)
    {
        super(message);
        this.status = status;
    }

    /**
     * Why.
     *
     * @return the status; {@link CheckpointStatus#isDefinite()} tells whether nothing was done for certain.
     */
    public CheckpointStatus status()
    {
        return status;
    }
}
