package org.velocitydb.engine;

import java.util.ArrayList;
import java.util.List;

import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.velocitydb.engine.command.CheckpointName;
import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFullException;

/**
 * Takes what is asked about checkpoints, one request after the other, and answers it. Driven by maintenance, in steps,
 * so that flushes go on meanwhile. Every request that was taken is answered once: at the latest when the store has
 * failed, or is closed.
 */
final class Checkpoints implements AutoCloseable
{
    /** Where checkpoints are, in the store's directory. */
    static final String DIRECTORY = "checkpoints";
    /** Most checkpoints there may be, since each is looked at for a list: years of daily ones. */
    static final int COUNT_MAX = 1024;

    private final StoreState state;
    private final StoreContext context;
    private final VersionSet versions;
    private final ErrorHandler errorHandler;
    private CheckpointRequest request;
    private CheckpointJob job;

    Checkpoints(final StoreState state, final StoreContext context, final VersionSet versions)
    {
        this.state = state;
        this.context = context;
        this.versions = versions;
        errorHandler = context.errorHandler();
    }

    static String path(final String name)
    {
        return DIRECTORY + '/' + name;
    }

    /** The names of all checkpoints, in ascending order; other directories that lie there are left out. */
    static List<String> names(final Storage storage)
    {
        final List<String> names = new ArrayList<>();
        if (storage.exists(DIRECTORY))
        {
            names.addAll(storage.directories(DIRECTORY));
            names.removeIf(name -> CheckpointName.fault(name) != null);
        }
        return names;
    }

    int doWork(final long nowNs)
    {
        if (job == null && !begin(nowNs))
        {
            return 0;
        }
        int workCount = 1;
        try
        {
            workCount = job.doWork();
            if (job.result() != null)
            {
                end(job.result());
            }
        }
        catch (final CheckpointException ex)
        {
            end(CheckpointResult.refused(ex.status(), ex.getMessage()));
        }
        catch (final StorageFullException ex)
        {
            end(CheckpointResult.refused(CheckpointStatus.DISK_FULL, ex.getMessage()));
        }
        catch (final StorageException ex)
        {
            errorHandler.onError(ex);
            end(CheckpointResult.refused(CheckpointStatus.STORAGE_FAILED, ex.getMessage()));
        }
        return workCount;
    }

    private boolean begin(final long nowNs)
    {
        request = state.pollCheckpoint();
        if (request == null)
        {
            return false;
        }
        if (request.deadlineNs() - nowNs < 0)
        {
            end(CheckpointResult.refused(
                CheckpointStatus.DEADLINE_EXCEEDED, "the time allowed for the request was over before it was begun"));
            return false;
        }
        job = switch (request.action())
        {
            case CREATE -> new Checkpoint(state, context, versions, request);
            case DROP -> new CheckpointDrop(versions.storage(), request);
            case LIST -> new CheckpointListing(versions.storage());
        };
        return true;
    }

    private void end(final CheckpointResult result)
    {
        final CheckpointRequest ended = request;
        CloseHelper.close(errorHandler, job);
        job = null;
        request = null;
        ended.reply(result);
    }

    /**
     * Refuses what is under way and what waits.
     *
     * @param status  of the answers.
     * @param message for people.
     * @return how many were refused.
     */
    int refuseAll(final CheckpointStatus status, final String message)
    {
        int count = 0;
        request = request == null ? state.pollCheckpoint() : request;
        while (request != null)
        {
            end(CheckpointResult.refused(status, message));
            request = state.pollCheckpoint();
            count++;
        }
        return count;
    }

    @Override
    public void close()
    {
        refuseAll(CheckpointStatus.CLOSED, "the store is closed");
    }
}
