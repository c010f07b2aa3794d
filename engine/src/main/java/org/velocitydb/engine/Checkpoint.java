package org.velocitydb.engine;

import java.util.concurrent.CompletableFuture;

import org.agrona.CloseHelper;
import org.velocitydb.engine.version.VersionCopy;
import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.Journal;
import org.velocitydb.journal.JournalContext;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;

/**
 * The making of one checkpoint: a directory with hard links to the store's tables that is a store of its own, while
 * writing goes on. Maintenance drives it.
 *
 * <p>It holds everything that was visible when it was asked for, and perhaps more: the writer is asked to freeze its
 * memtable, and when all that was visible has been flushed, the tables of that moment are linked. So it needs no
 * journal
 * of its own but an empty one, with which a store that has been used is told from one that has lost its journal.
 */
final class Checkpoint implements AutoCloseable
{
    /** Where checkpoints are, in the store's directory. */
    static final String DIRECTORY = "checkpoints";

    private final StoreState state;
    private final VersionSet versions;
    private final Request request;
    private final String directory;
    private final long sequence;
    private VersionCopy copy;

    /**
     * What somebody waits for.
     *
     * @param name   of the checkpoint.
     * @param result the sequence up to which it holds everything, or why there is none.
     */
    record Request(String name, CompletableFuture<Long> result)
    {
    }

    Checkpoint(final StoreState state, final VersionSet versions, final Request request)
    {
        this.state = state;
        this.versions = versions;
        this.request = request;
        directory = DIRECTORY + '/' + request.name();
        // Acquire: whoever asked has seen this sequence or an earlier one.
        sequence = state.visibleSequence();
    }

    /**
     * Does a step.
     *
     * @return whether it has ended, one way or the other.
     */
    boolean doWork()
    {
        try
        {
            if (copy == null && !begin())
            {
                return false;
            }
            if (!copy.doWork())
            {
                return false;
            }
            request.result().complete(copy.flushedSequence());
        }
        catch (final StorageException ex)
        {
            request.result().completeExceptionally(ex);
        }
        return true;
    }

    private boolean begin()
    {
        if (versions.current().flushedSequence() < sequence)
        {
            state.freezeUpTo(sequence);
            return false;
        }
        final Storage storage = versions.storage();
        if (storage.exists(directory))
        {
            throw new StorageException("checkpoint exists: directory=" + directory);
        }
        storage.makeDirectory(directory);
        copy = versions.beginCopy(directory);
        makeJournal(storage.within(directory), copy.flushedSequence() + 1);
        return true;
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

    @Override
    public void close()
    {
        CloseHelper.close(copy);
        request.result().completeExceptionally(new StorageException("store closed: checkpoint=" + request.name()));
    }
}
