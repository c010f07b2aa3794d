package org.velocitydb.journal.storage;

/**
 * The simulated machine has stopped. Deliberately no {@link StorageException}: code that handles failures of the disk
 * must not go on after the power has gone.
 */
public final class SimulatedCrashException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    SimulatedCrashException(final String message)
    {
        super(message);
    }
}
