package org.velocitydb.transport;

import java.util.concurrent.locks.LockSupport;

import javax.net.ssl.SSLEngine;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

/**
 * Computes what handshakes need: agreeing on keys, signing, judging certificates. One of these costs as much as
 * hundreds of reads, so none is done on an event loop, and all of them together get one thread: however many peers ask
 * for handshakes, those who have had theirs lose at most that share of the machine.
 *
 * <p>A connection has at most one step under way, so the queues are as long as there are connections, at most. Who owns
 * an {@link SSLEngine}: its event loop, until it offers the connection here; then this agent, until it hands the
 * connection back to the loop. A connection that is closed meanwhile is passed over.
 *
 * <p>{@link #submit(TlsConnection)} is for the event loops, everything else for the thread that runs the agent.
 */
final class TlsHandshakes implements Agent, IdleStrategy
{
    /** Steps in one duty cycle, so that closing does not wait for a flood. */
    private static final int STEP_LIMIT = 8;
    /** How long a park lasts at most. Whoever submits ends it; this bounds what a missed wake-up could cost. */
    private static final long PARK_NS = 100_000_000;

    private final Runnable onStart;
    private final ManyToOneConcurrentLinkedQueue<TlsConnection> waiting = new ManyToOneConcurrentLinkedQueue<>();
    /** Written by the thread that runs the agent, when it first idles. */
    private volatile Thread runner;

    TlsHandshakes(final Runnable onStart)
    {
        this.onStart = onStart;
    }

    @Override
    public void onStart()
    {
        onStart.run();
    }

    /** Hands a connection over whose engine asks for a task. */
    void submit(final TlsConnection connection)
    {
        waiting.offer(connection);
        // A permit that is given before the thread parks makes its park return at once, so none is missed.
        LockSupport.unpark(runner);
    }

    @Override
    public int doWork()
    {
        int count = 0;
        for (; count < STEP_LIMIT; count++)
        {
            final TlsConnection connection = waiting.poll();
            if (connection == null)
            {
                break;
            }
            run(connection);
        }
        return count;
    }

    private static void run(final TlsConnection connection)
    {
        if (connection.isAbandoned())
        {
            return;
        }
        final SSLEngine engine = connection.engine();
        try
        {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask())
            {
                task.run();
            }
        }
        finally
        {
            connection.handBack();
        }
    }

    @Override
    public String roleName()
    {
        return "tls-handshakes";
    }

    @Override
    public void idle(final int workCount)
    {
        if (workCount == 0)
        {
            idle();
        }
    }

    @Override
    public void idle()
    {
        if (runner == null)
        {
            // Whoever submitted before this could not wake us; the next duty cycle looks once more.
            runner = Thread.currentThread();
            return;
        }
        LockSupport.parkNanos(this, PARK_NS);
    }

    @Override
    public void reset()
    {
    }
}
