package org.velocitydb.transport;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.velocitydb.transport.network.Connection;
import org.velocitydb.transport.network.Listener;

/**
 * Accepts the connections of one network and gives them to its loops in turn. It runs on the first of these loops.
 */
final class ConnectionIntake
{
    /** How long peers wait after the system refused an accept; without it the loop would try all the time. */
    private static final long RETRY_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final LoopState loop;
    private final Listener listener;
    private final EventLoop[] loops;
    private final AtomicInteger openCount;
    private final AddressCounts addressCounts;
    /** Whether the frames of its sessions are found by a scanner. */
    private final boolean isScanned;
    private volatile boolean isStopRequested;
    private boolean isClosed;
    private boolean isReady;
    private boolean isPaused;
    private long resumeNs;
    private int nextLoop;

    ConnectionIntake(
        final LoopState loop,
        final Listener listener,
        final EventLoop[] loops,
        final AtomicInteger openCount,
        final AddressCounts addressCounts,
        final boolean isScanned)
    {
        this.isScanned = isScanned;
        this.loop = loop;
        this.listener = listener;
        this.loops = loops;
        this.openCount = openCount;
        this.addressCounts = addressCounts;
    }

    /** Any thread may call; the loop closes the listener in its next cycle. */
    void requestStop()
    {
        isStopRequested = true;
    }

    /** The poller found connections waiting. */
    void onAcceptable()
    {
        isReady = true;
    }

    /**
     * Accepts a bounded number of connections.
     *
     * @return how many.
     */
    int accept(final long nowNs)
    {
        if (isStopRequested && !isClosed)
        {
            close();
        }
        if (isPaused && resumeNs - nowNs <= 0)
        {
            isPaused = false;
            listener.resume();
        }
        if (!isReady || isClosed || isPaused)
        {
            return 0;
        }
        int accepted = 0;
        try
        {
            accepted = acceptSome();
        }
        catch (final IOException ex)
        {
            pause(nowNs, ex);
        }
        return accepted;
    }

    void close()
    {
        isClosed = true;
        listener.close();
    }

    private int acceptSome() throws IOException
    {
        final int limit = loop.context().acceptLimit();
        for (int i = 0; i < limit; i++)
        {
            final Connection connection = listener.accept();
            if (connection == null)
            {
                isReady = false;
                return i;
            }
            loop.counters().add(TransportCounter.ACCEPTED, 1);
            // Counted before it is judged, so the limit holds although the loop of another network does the same.
            if (openCount.incrementAndGet() > loop.context().maxConnections())
            {
                openCount.decrementAndGet();
                refuse(connection, CloseReason.REFUSED);
            }
            else if (!addressCounts.tryAdd(connection.remoteAddress().getAddress()))
            {
                openCount.decrementAndGet();
                refuse(connection, CloseReason.ADDRESS_REFUSED);
            }
            else
            {
                assign(connection);
            }
        }
        return limit;
    }

    private void refuse(final Connection connection, final CloseReason reason)
    {
        loop.counters().add(TransportCounter.REFUSED, 1);
        if (loop.refusedCount() < loop.context().maxRefusedConnections())
        {
            loops[0].adopt(connection, reason, isScanned);
        }
        else
        {
            connection.close();
            loop.counters().onClosed(reason);
        }
    }

    private void assign(final Connection connection)
    {
        final EventLoop target = loops[nextLoop];
        nextLoop = nextLoop + 1 == loops.length ? 0 : nextLoop + 1;
        // A loop that is too busy to take its connections from the queue does not get more of them.
        if (target == loops[0] || !target.offer(connection, isScanned))
        {
            loops[0].adopt(connection, null, isScanned);
        }
    }

    private void pause(final long nowNs, final IOException failure)
    {
        loop.counters().add(TransportCounter.ACCEPT_FAILURES, 1);
        loop.context().errorHandler().onError(failure);
        listener.pause();
        isPaused = true;
        resumeNs = nowNs + RETRY_DELAY_NS;
    }
}
