package org.velocitydb.server.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.MessageHandler;
import org.velocitydb.journal.storage.StorageException;

/**
 * Takes events out of the event loops' rings and writes them as lines. The only one who touches the files, and the only
 * one who waits for the disk: it has a thread of its own, or is stepped.
 *
 * <p>Where the files cannot be written, what has been made lines is kept and tried again once in a while. Meanwhile,
 * with {@link AuditFullPolicy#BLOCK}, events stay in the rings until those are full and the loops hold their
 * connections; with {@link AuditFullPolicy#DROP} they are thrown away and counted.
 */
final class AuditAgent implements Agent
{
    private static final long RETRY_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    /** Events taken from one loop before the others have their turn. */
    private static final int EVENT_LIMIT = 512;

    private final AuditContext context;
    private final AuditWriter writer;
    private final List<LoopAudit> loops = new ArrayList<>();
    private final ControlledMessageHandler onEvent = this::onEvent;
    private final MessageHandler onDiscarded = this::onDiscarded;
    private long droppedTold;
    private long failuresTold;
    private boolean isForceDue;
    private long forceDeadlineNs;
    private long retryDeadlineNs;
    /** Written by this agent, read by whoever asks. */
    private volatile StorageException failure;
    private final AtomicLong discardedCount = new AtomicLong();
    private final AtomicLong failureCount = new AtomicLong();
    private final AtomicLong lineCount = new AtomicLong();
    private final AtomicLong byteCount = new AtomicLong();

    AuditAgent(final AuditContext context, final AuditWriter writer)
    {
        this.context = context;
        this.writer = writer;
    }

    /** Before the agent runs. */
    LoopAudit addLoop()
    {
        final LoopAudit loop = new LoopAudit(context);
        loops.add(loop);
        return loop;
    }

    @Override
    public String roleName()
    {
        return "velocity-audit";
    }

    @Override
    public int doWork()
    {
        final long nowNs = context.nanoClock().nanoTime();
        if (failure != null && retryDeadlineNs - nowNs > 0)
        {
            return discard();
        }
        try
        {
            if (failure != null)
            {
                resume();
            }
            final int workCount = takeAndWrite();
            forceIfDue(nowNs);
            return workCount;
        }
        catch (final StorageException ex)
        {
            onFailure(ex, nowNs);
            return 1;
        }
        finally
        {
            lineCount.lazySet(writer.lineCount());
            byteCount.lazySet(writer.byteCount());
        }
    }

    private int discard()
    {
        if (context.whenFull() == AuditFullPolicy.BLOCK)
        {
            return 0;
        }
        int workCount = 0;
        for (int i = 0; i < loops.size(); i++)
        {
            workCount += loops.get(i).ring().read(onDiscarded, EVENT_LIMIT);
        }
        return workCount;
    }

    private void onDiscarded(final int type, final MutableDirectBuffer buffer, final int index, final int length)
    {
        discardedCount.lazySet(discardedCount.getPlain() + 1);
    }

    private void resume()
    {
        writer.write();
        writer.counted(AuditEvents.FAILURE, failureCount.get() - failuresTold);
        failuresTold = failureCount.get();
        writer.write();
        failure = null;
    }

    private int takeAndWrite()
    {
        int workCount = 0;
        for (int i = 0; i < loops.size(); i++)
        {
            workCount += loops.get(i).ring().controlledRead(onEvent, EVENT_LIMIT);
            if (!writer.hasRoom())
            {
                writer.write();
            }
        }
        tellDropped();
        return workCount + writer.write();
    }

    private ControlledMessageHandler.Action onEvent(
        final int type, final MutableDirectBuffer buffer, final int index, final int length)
    {
        if (!writer.hasRoom())
        {
            return ControlledMessageHandler.Action.ABORT;
        }
        writer.event(buffer, index);
        return ControlledMessageHandler.Action.CONTINUE;
    }

    private void tellDropped()
    {
        final long dropped = droppedCount();
        if (dropped != droppedTold && writer.hasRoom())
        {
            writer.counted(AuditEvents.DROPPED, dropped - droppedTold);
            droppedTold = dropped;
        }
    }

    /** From the first line that is written until the interval is over. */
    private void forceIfDue(final long nowNs)
    {
        if (!writer.isDirty())
        {
            isForceDue = false;
        }
        else if (!isForceDue)
        {
            isForceDue = true;
            forceDeadlineNs = nowNs + context.syncIntervalNs();
        }
        else if (forceDeadlineNs - nowNs <= 0)
        {
            isForceDue = false;
            writer.force();
        }
    }

    private void onFailure(final StorageException ex, final long nowNs)
    {
        failureCount.incrementAndGet();
        retryDeadlineNs = nowNs + RETRY_INTERVAL_NS;
        if (failure == null)
        {
            context.errorHandler().onError(ex);
        }
        failure = ex;
    }

    /** Writes all that is left. The loops and this agent's thread have ended. */
    void finish()
    {
        writer.write();
        for (final LoopAudit loop : loops)
        {
            while (loop.takeRemaining(writer::event))
            {
                if (!writer.hasRoom())
                {
                    writer.write();
                }
            }
        }
        writer.write();
        tellDropped();
        writer.stopped();
        writer.write();
        lineCount.lazySet(writer.lineCount());
    }

    StorageException failure()
    {
        return failure;
    }

    long failureCount()
    {
        return failureCount.get();
    }

    long lineCount()
    {
        return lineCount.get();
    }

    long byteCount()
    {
        return byteCount.get();
    }

    /** Any thread: as of about now. */
    long droppedCount()
    {
        long count = discardedCount.get();
        for (int i = 0; i < loops.size(); i++)
        {
            count += loops.get(i).droppedCount();
        }
        return count;
    }

    long heldCount()
    {
        long count = 0;
        for (int i = 0; i < loops.size(); i++)
        {
            count += loops.get(i).heldCount();
        }
        return count;
    }

    long backlogBytes()
    {
        long bytes = 0;
        for (int i = 0; i < loops.size(); i++)
        {
            bytes += loops.get(i).ring().size();
        }
        return bytes;
    }
}
