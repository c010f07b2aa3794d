package org.velocitydb.engine;

import org.velocitydb.engine.command.CommandStatus;

/**
 * A call on the store did not do what it was asked to. {@link #status()} says why, and whether it may have been done
 * all the same.
 */
public final class StoreException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    private final CommandStatus status;

    /**
     * A refusal or a failure.
     *
     * @param status  why.
     * @param message with the values involved.
     */
    public StoreException(final CommandStatus status, final String message)
    {
        super(message);
        this.status = status;
    }

    /**
     * Why.
     *
     * @return the status; {@link CommandStatus#isDefinite()} tells whether nothing was done for certain.
     */
    public CommandStatus status()
    {
        return status;
    }
}
