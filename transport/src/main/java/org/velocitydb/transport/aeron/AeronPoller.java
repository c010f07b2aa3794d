package org.velocitydb.transport.aeron;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import org.agrona.concurrent.NanoClock;
import org.velocitydb.transport.network.Connection;
import org.velocitydb.transport.network.Listener;
import org.velocitydb.transport.network.Poller;
import org.velocitydb.transport.network.ReadyHandler;

/**
 * Looks at every connection in each duty cycle, which costs a few loads for each; nothing tells us of bytes in shared
 * memory. So {@link #await(long)} gives the processor away instead of waiting for something: for a while it only yields
 * to whoever else wants to run, then it naps, longer and longer, as {@link Naps} says.
 *
 * <p>A nap ends early when {@link #wakeup()} is called, as with any poller, and when an embedded media driver has found
 * work after a nap of its own.
 */
final class AeronPoller implements Poller
{
    private final AeronLink link;
    private final NanoClock clock;
    private final Naps naps;
    private final List<AeronConnection> connections = new ArrayList<>();
    private AeronListener listener;
    private boolean hasClosed;
    /** Whom to wake; set before the loop first naps. */
    private volatile Thread sleeper;
    private volatile boolean isWoken;

    AeronPoller(final AeronLink link, final NanoClock clock)
    {
        this.link = link;
        this.clock = clock;
        naps = new Naps(clock.nanoTime());
    }

    @Override
    public void register(final Connection connection, final Object attachment)
    {
        final AeronConnection accepted = (AeronConnection) connection;
        accepted.register(attachment);
        connections.add(accepted);
    }

    @Override
    public void register(final Listener newListener, final Object attachment)
    {
        listener = (AeronListener) newListener;
        listener.register(attachment);
    }

    @Override
    public void interest(final Connection connection, final int interestOps)
    {
        ((AeronConnection) connection).interest(interestOps);
    }

    @Override
    public int poll(final ReadyHandler handler)
    {
        final int choreCount = link.poll();
        int count = choreCount;
        if (listener.isReady())
        {
            handler.onReady(listener.attachment(), READ);
            count++;
        }
        for (int i = connections.size() - 1; i >= 0; i--)
        {
            final AeronConnection connection = connections.get(i);
            final int readyOps = connection.isClosed() ? NONE : connection.readyOps();
            if (readyOps != NONE)
            {
                handler.onReady(connection.attachment(), readyOps);
                count++;
            }
            // Any connection may have been closed since: by its handler, by a time-out, by an operator.
            hasClosed |= connection.isClosed();
        }
        if (hasClosed)
        {
            hasClosed = false;
            connections.removeIf(AeronConnection::isClosed);
        }
        if (count > choreCount)
        {
            naps.endSilence();
        }
        else if (count > 0)
        {
            naps.reset();
        }
        return count;
    }

    @Override
    public void await(final long timeoutNs)
    {
        if (naps.isYield())
        {
            Thread.yield();
            return;
        }
        sleeper = Thread.currentThread();
        if (!isWoken)
        {
            LockSupport.parkNanos(this, Math.min(naps.nextNs(clock.nanoTime()), timeoutNs));
        }
        if (isWoken)
        {
            isWoken = false;
            naps.reset();
        }
    }

    @Override
    public void wakeup()
    {
        isWoken = true;
        // No harm before there is one: the flag is looked at before a nap.
        LockSupport.unpark(sleeper);
    }

    /**
     * Ends a nap, after which the next is as long as it would have been: there may be something, and there may not. Any
     * thread may call.
     */
    void endNap()
    {
        LockSupport.unpark(sleeper);
    }

    @Override
    public void close()
    {
        link.close();
    }
}
