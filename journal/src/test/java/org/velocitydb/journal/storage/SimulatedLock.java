package org.velocitydb.journal.storage;

/**
 * A lock of a {@link SimulatedStorage}; a crash ends it.
 */
final class SimulatedLock implements StorageLock
{
    private final SimulatedStorage storage;
    private final String name;
    private final long boot;
    private boolean isClosed;

    SimulatedLock(final SimulatedStorage storage, final String name, final long boot)
    {
        this.storage = storage;
        this.name = name;
        this.boot = boot;
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            storage.onLockClosed(name, boot);
        }
    }
}
