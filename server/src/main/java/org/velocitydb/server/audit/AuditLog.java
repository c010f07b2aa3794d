package org.velocitydb.server.audit;

import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageLock;

/**
 * A node's audit log: its files, the agent that writes them and what the event loops speak to. Opened before the loops,
 * closed after them.
 *
 * <p>What is promised: an event is in the file, in the hands of the operating system, within milliseconds of its
 * answer, and on disk within the configured interval after that. So the death of the process loses the events of the
 * last milliseconds and a machine that stops those of the last interval; a node that is closed loses none.
 */
public final class AuditLog implements AutoCloseable
{
    /** How long an event waits at most for an idle agent. */
    private static final long POLL_MS = 1;

    private final AuditContext context;
    private final AuditWriter writer;
    private final AuditAgent agent;
    private final StorageLock lock;
    private AgentRunner runner;
    private boolean isClosed;

    private AuditLog(final AuditContext context, final StorageLock lock)
    {
        this.context = context;
        this.lock = lock;
        writer = new AuditWriter(context);
        agent = new AuditAgent(context, writer);
    }

    /**
     * Opens a log: checks where its last file ends, and goes on from there.
     *
     * @param context of it; not to be changed afterwards.
     * @return the log.
     * @throws StorageException where it cannot be read or written, or another process writes it.
     */
    public static AuditLog open(final AuditContext context)
    {
        context.requireComplete();
        final StorageLock lock = context.storage().lock(
            AuditFileNames.LOCK, "pid " + ProcessHandle.current().pid());
        final AuditLog log = new AuditLog(context, lock);
        try
        {
            log.writer.open();
            return log;
        }
        catch (final RuntimeException ex)
        {
            CloseHelper.closeAll(ignored -> ex.addSuppressed(ignored), log.writer, lock);
            throw ex;
        }
    }

    /**
     * Makes an event loop's side. Before the agent runs.
     *
     * @return to be used by that loop alone.
     */
    public LoopAudit newLoop()
    {
        return agent.addLoop();
    }

    /**
     * What is to be stepped where {@link #launch()} is not called.
     *
     * @return the agent.
     */
    public Agent agent()
    {
        return agent;
    }

    /**
     * Runs the agent on a thread of its own.
     */
    public void launch()
    {
        runner = new AgentRunner(
            new SleepingMillisIdleStrategy(POLL_MS), context.errorHandler(), null, agent);
        AgentRunner.startOnThread(runner);
    }

    /**
     * Why the log cannot be written at present.
     *
     * @return the last failure, or null while all is well.
     */
    public Throwable failure()
    {
        return agent.failure();
    }

    /**
     * Lines made since the log was opened.
     *
     * @return the count.
     */
    public long lineCount()
    {
        return agent.lineCount();
    }

    /**
     * Bytes written since the log was opened.
     *
     * @return the count.
     */
    public long byteCount()
    {
        return agent.byteCount();
    }

    /**
     * Events that were not logged.
     *
     * @return the count.
     */
    public long droppedCount()
    {
        return agent.droppedCount();
    }

    /**
     * How often a frame was not taken because the log had no room.
     *
     * @return the count; the same frame counts each time.
     */
    public long heldCount()
    {
        return agent.heldCount();
    }

    /**
     * How often the files could not be written.
     *
     * @return the count.
     */
    public long failureCount()
    {
        return agent.failureCount();
    }

    /**
     * Events that wait to be written.
     *
     * @return bytes in the rings.
     */
    public long backlogBytes()
    {
        return agent.backlogBytes();
    }

    /**
     * Writes what the loops have left, forces and closes. The loops have ended. A second call does nothing.
     */
    @Override
    public void close()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        CloseHelper.close(context.errorHandler(), runner);
        try
        {
            agent.finish();
        }
        catch (final RuntimeException ex)
        {
            context.errorHandler().onError(ex);
        }
        CloseHelper.closeAll(context.errorHandler(), writer, lock);
    }
}
