package org.velocitydb.engine;

import java.util.EnumMap;
import java.util.Map;

import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.velocitydb.engine.compaction.CompactionJob;
import org.velocitydb.engine.table.Compression;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.journal.storage.StorageException;

/**
 * Copies what compactions copy, a slice at a time, so that a long one never holds up a flush. It decides nothing and
 * owns neither the manifest nor the tables: maintenance passes it one job at a time, and gets the job back with the
 * tables that were written, which belong to nothing yet. How fast it copies is paced ({@link CompactionPacer}).
 *
 * <p>A job that fails goes back with its failure, having removed its files; maintenance decides whether it is tried
 * again.
 */
final class StoreCompaction implements Agent
{
    private final StoreState state;
    private final ErrorHandler errorHandler;
    private final TableReadContext tableContext = new TableReadContext();
    private final NanoClock clock;
    private final CompactionPacer pacer;
    private final StoreContext context;
    /** One for each compression that a level asks for, made when it first does. */
    private final Map<Compression, TableWriter> writers = new EnumMap<>(Compression.class);
    private CompactionJob job;
    private long copiedBytes;

    StoreCompaction(final StoreState state, final StoreContext context)
    {
        this.state = state;
        this.context = context;
        errorHandler = context.errorHandler();
        clock = context.nanoClock();
        pacer = new CompactionPacer(context.compactionBytesPerSecondMax());
    }

    @Override
    public String roleName()
    {
        return "velocity-compaction";
    }

    @Override
    public int doWork()
    {
        if (state.failure() != null)
        {
            return 0;
        }
        try
        {
            return job == null ? begin() : copy();
        }
        catch (final StorageException ex)
        {
            handBack(ex);
            return 1;
        }
        catch (final RuntimeException | Error ex)
        {
            // Nothing would be compacted any more, and the writer would wait for it without a word.
            state.failed(ex);
            state.writerSignal().signal();
            throw ex;
        }
    }

    private int begin()
    {
        job = state.pollCompaction();
        if (job == null)
        {
            return 0;
        }
        copiedBytes = 0;
        state.copiedLevel0Tables(0);
        job.begin(writer(job.plan().outputLevel()), tableContext);
        return 1;
    }

    private TableWriter writer(final int level)
    {
        return writers.computeIfAbsent(
            context.compression(level), unused -> new TableWriter(context.storage(), context.tableOptions(level)));
    }

    private int copy()
    {
        if (!pacer.mayCopy(state.load(), clock.nanoTime()))
        {
            return 0;
        }
        final int workCount = job.doWork();
        pacer.onCopied(job.sliceBytes());
        copiedBytes += job.sliceBytes();
        state.copiedLevel0Tables(job.plan().level0TablesRemoved() * job.copiedPart(copiedBytes));
        if (job.isCopied())
        {
            handBack(null);
        }
        return workCount;
    }

    private void handBack(final StorageException failure)
    {
        final CompactionJob copied = job;
        job = null;
        state.compactionCopied(new CopiedCompaction(copied, failure));
    }

    /**
     * Gives up what is under way. The last call on this agent, before maintenance's.
     */
    @Override
    public void onClose()
    {
        try
        {
            if (job != null)
            {
                job.abandon();
            }
        }
        catch (final RuntimeException ex)
        {
            errorHandler.onError(ex);
        }
        CloseHelper.closeAll(errorHandler, writers.values());
        CloseHelper.close(errorHandler, tableContext);
    }
}
