package org.velocitydb.server.node;

import java.util.concurrent.locks.LockSupport;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.velocitydb.server.node.HandshakeDesk.Signing;
import org.velocitydb.server.users.LowPriority;

/**
 * Signs the handshakes of all event loops, on one thread that the system is asked to prefer all others to. A signature
 * costs as much as a dozen reads and anybody may ask for one: on an event loop each would hold up everybody there.
 *
 * <p>Each {@link HandshakeDesk} has at most one signature under way, so the queue is as long as there are loops, at
 * most, and connections that are gone by the time it would be their turn cost nothing. {@link #submit} is for the event
 * loops, everything else for the thread that runs the agent.
 */
final class HandshakeSigner implements Agent, IdleStrategy
{
    /** How long a park lasts at most. Whoever submits ends it; this bounds what a missed wake-up could cost. */
    private static final long PARK_NS = 100_000_000;

    private final HostIdentity identity;
    private final ErrorHandler errorHandler;
    private final ManyToOneConcurrentLinkedQueue<Signing> waiting = new ManyToOneConcurrentLinkedQueue<>();
    /** Written by the thread that runs the agent, when it first idles. */
    private volatile Thread runner;

    HandshakeSigner(final HostIdentity identity, final ErrorHandler errorHandler)
    {
        this.identity = identity;
        this.errorHandler = errorHandler;
    }

    byte[] publicKey()
    {
        return identity.publicKey();
    }

    void submit(final Signing signing)
    {
        waiting.offer(signing);
        // A permit that is given before the thread parks makes its park return at once, so none is missed.
        LockSupport.unpark(runner);
    }

    @Override
    public void onStart()
    {
        LowPriority.LOGINS.take();
    }

    @Override
    public int doWork()
    {
        final Signing signing = waiting.poll();
        if (signing == null)
        {
            return 0;
        }
        byte[] signature = null;
        try
        {
            signature = identity.sign(signing.message());
        }
        catch (final RuntimeException ex)
        {
            errorHandler.onError(ex);
        }
        signing.done(signature);
        return 1;
    }

    @Override
    public String roleName()
    {
        return "handshake-signer";
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
