package org.velocitydb.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import org.velocitydb.journal.storage.Storage;

/**
 * A look at all checkpoints, one a step.
 */
final class CheckpointListing implements CheckpointJob
{
    private final Storage storage;
    private final List<CheckpointInfo> found = new ArrayList<>();
    private Iterator<String> names;
    private CheckpointResult result;

    CheckpointListing(final Storage storage)
    {
        this.storage = storage;
    }

    @Override
    public int doWork()
    {
        if (names == null)
        {
            names = Checkpoints.names(storage).iterator();
        }
        if (names.hasNext())
        {
            found.add(CheckpointFile.read(storage, names.next()));
        }
        else
        {
            result = CheckpointResult.done(List.copyOf(found));
        }
        return 1;
    }

    @Override
    public CheckpointResult result()
    {
        return result;
    }

    @Override
    public void close()
    {
        // Nothing is held.
    }
}
