package org.velocitydb.engine;

import java.util.List;

import org.velocitydb.engine.version.VersionCopy;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageLock;
import org.velocitydb.journal.storage.StorageLockedException;

/**
 * The removal of one checkpoint. Its manifest is the first to go, so what a crash leaves is not taken for a store; it
 * can be dropped again. While it goes its lock is held, so that nobody opens it.
 */
final class CheckpointDrop implements CheckpointJob
{
    private final Storage storage;
    private final CheckpointRequest request;
    private final String directory;
    private StorageLock lock;
    private DirectoryRemoval removal;
    private CheckpointResult result;

    CheckpointDrop(final Storage storage, final CheckpointRequest request)
    {
        this.storage = storage;
        this.request = request;
        directory = Checkpoints.path(request.name());
    }

    @Override
    public int doWork()
    {
        if (removal == null)
        {
            begin();
        }
        else if (removal.doWork())
        {
            result = CheckpointResult.done(List.of());
        }
        return 1;
    }

    private void begin()
    {
        if (!Checkpoints.names(storage).contains(request.name()))
        {
            throw new CheckpointException(
                CheckpointStatus.NOT_FOUND, "there is no such checkpoint: name=" + request.name());
        }
        try
        {
            lock = StoreResources.lock(storage.within(directory));
        }
        catch (final StorageLockedException ex)
        {
            throw new CheckpointException(
                CheckpointStatus.IN_USE, "the checkpoint is open as a store: name=" + request.name());
        }
        VersionCopy.revoke(storage, directory);
        removal = new DirectoryRemoval(storage, directory);
    }

    @Override
    public CheckpointResult result()
    {
        return result;
    }

    @Override
    public void close()
    {
        if (lock != null)
        {
            lock.close();
            lock = null;
        }
    }
}
