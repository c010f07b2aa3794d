package org.velocitydb.engine;

import java.util.List;

import org.agrona.CloseHelper;
import org.velocitydb.engine.version.VersionCopy;
import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.Journal;
import org.velocitydb.journal.JournalContext;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;

/**
 * The making of one checkpoint: a directory with hard links to the store's tables that is a store of its own, while
 * writing goes on.
 *
 * <p>It holds everything that was visible when it was begun, and perhaps more: the writer is asked to freeze its
 * memtable, and when all that was visible has been flushed, the tables of that moment are linked. So it needs no
 * journal of its own but an empty one, with which a store that has been used is told from one that has lost its
 * journal.
 *
 * <p>The manifest comes last, so what a crash leaves is not taken for a store. What a failure leaves is removed again
 * before it is answered.
 */
final class Checkpoint implements CheckpointJob
{
    private final StoreState state;
    private final StoreContext context;
    private final VersionSet versions;
    private final Storage storage;
    private final CheckpointRequest request;
    private final String directory;
    private final long sequence;
    private boolean hasPlace;
    private VersionCopy copy;
    private CheckpointInfo info;
    private DirectoryRemoval removal;
    private StorageException failure;
    private CheckpointResult result;

    Checkpoint(
        final StoreState state,
        final StoreContext context,
        final VersionSet versions,
        final CheckpointRequest request)
    {
        this.state = state;
        this.context = context;
        this.versions = versions;
        this.request = request;
        storage = versions.storage();
        directory = Checkpoints.path(request.name());
        // Acquire: whoever asked has seen this sequence or an earlier one.
        sequence = state.visibleSequence();
    }

    @Override
    public int doWork()
    {
        if (removal != null)
        {
            remove();
            return 1;
        }
        if (copy == null && !isReady())
        {
            // The steps of a flush are counted where they are taken.
            return 0;
        }
        try
        {
            if (copy == null)
            {
                begin();
            }
            else if (copy.doWork())
            {
                result = CheckpointResult.done(List.of(info));
            }
        }
        catch (final StorageException ex)
        {
            failure = ex;
            removal = new DirectoryRemoval(storage, directory);
        }
        return 1;
    }

    private boolean isReady()
    {
        requireHealth();
        if (!hasPlace)
        {
            requirePlace();
            hasPlace = true;
        }
        if (versions.current().flushedSequence() >= sequence)
        {
            return true;
        }
        state.freezeUpTo(sequence);
        return false;
    }

    private void requireHealth()
    {
        if (state.isDiskFull())
        {
            throw new CheckpointException(
                CheckpointStatus.DISK_FULL, "the disk is full: checkpoint=" + request.name());
        }
        if (state.maintenanceFailure() != null)
        {
            throw new CheckpointException(
                CheckpointStatus.STORAGE_FAILED,
                "flushes or compactions fail: checkpoint=" + request.name() + ", error=" + state.maintenanceFailure());
        }
    }

    private void begin()
    {
        storage.makeDirectory(directory);
        copy = versions.beginCopy(directory);
        info = new CheckpointInfo(
            request.name(), directory, true, context.epochClock().time(), copy.flushedSequence(), copy.lengthBytes());
        makeJournal(storage.within(directory), copy.flushedSequence() + 1);
        CheckpointFile.write(storage, info);
    }

    private void requirePlace()
    {
        if (storage.exists(directory))
        {
            throw new CheckpointException(
                CheckpointStatus.EXISTS, "there is a checkpoint of that name already: name=" + request.name());
        }
        final int count = Checkpoints.names(storage).size();
        if (count >= Checkpoints.COUNT_MAX)
        {
            throw new CheckpointException(
                CheckpointStatus.TOO_MANY,
                "there are as many checkpoints as there may be: count=" + count + ", max=" + Checkpoints.COUNT_MAX);
        }
    }

    private static void makeJournal(final Storage storage, final long firstSequence)
    {
        final JournalContext context = new JournalContext()
            .storage(storage)
            .segmentLength(JournalContext.Configuration.MIN_SEGMENT_LENGTH)
            // The only segment of its directory: there is no earlier life that its tag must differ from.
            .tagSource(() -> firstSequence);
        storage.makeDirectory(JournalContext.Configuration.DIRECTORY_DEFAULT);
        Journal.open(
            context, firstSequence, (buffer, offset, length, sequence, entryCount, timeMs) ->
            {
                throw new IllegalStateException("a new journal has no records: sequence=" + sequence);
            }).close();
    }

    private void remove()
    {
        try
        {
            if (!removal.doWork())
            {
                return;
            }
        }
        catch (final StorageException ex)
        {
            failure.addSuppressed(ex);
            throw failure;
        }
        throw failure;
    }

    @Override
    public CheckpointResult result()
    {
        return result;
    }

    @Override
    public void close()
    {
        CloseHelper.close(copy);
    }
}
