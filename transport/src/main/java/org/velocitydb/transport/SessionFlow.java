package org.velocitydb.transport;

import org.velocitydb.transport.network.Connection;
import org.velocitydb.transport.network.Poller;

/**
 * What keeps a session from being read, and what the poller is to watch for it.
 *
 * <p>Reading stops for one or more reasons, each a bit of {@code stops}; frames are read only while there is none. The
 * poller's interest in reading follows lazily: it ends when the poller reports bytes that nobody may read, and begins
 * again with the last reason gone. So a handler that answers one request at a time costs no system call, as long as the
 * peer waits for its answers.
 *
 * <p>Used on the loop's thread alone.
 */
final class SessionFlow
{
    /** The handler asked for it. */
    static final int STOP_SUSPENDED = 1;
    /** Too many answers wait. */
    static final int STOP_OUTPUT = 1 << 1;
    /** No buffer for what would be read. */
    static final int STOP_POOL = 1 << 2;
    /** Received bytes wait to be handed over first. */
    static final int STOP_UNDELIVERED = 1 << 3;
    /** The peer's stream ended. */
    static final int STOP_ENDED = 1 << 4;
    /** No frame is taken any more. */
    static final int STOP_CLOSING = 1 << 5;
    /** A TLS handshake waits for a step to be computed, or for the socket. */
    static final int STOP_TLS = 1 << 6;

    private static final int STOPS_DELIVERY = STOP_SUSPENDED | STOP_OUTPUT | STOP_CLOSING;

    private final TransportSession session;
    private final Connection wire;
    private final LoopState loop;
    private int stops;
    private int interestOps = Poller.READ;
    private boolean isWriteBlocked;

    /** The poller watches {@code wire} for something to read from the beginning. */
    SessionFlow(final TransportSession session, final Connection wire, final LoopState loop)
    {
        this.session = session;
        this.wire = wire;
        this.loop = loop;
    }

    boolean mayRead()
    {
        return stops == 0;
    }

    boolean mayDeliver()
    {
        return (stops & STOPS_DELIVERY) == 0;
    }

    boolean isStopped(final int reason)
    {
        return (stops & reason) != 0;
    }

    void stop(final int reason)
    {
        stops |= reason;
    }

    /** Takes a reason away; what waited for that goes on in the next duty cycle. */
    void resume(final int reason)
    {
        stops &= ~reason;
        if (isStopped(STOP_UNDELIVERED) && mayDeliver())
        {
            loop.needsDelivery(session);
        }
        else if (mayRead())
        {
            // While nobody listened, no answer could be heard.
            session.activity().awaitFrom(loop.nowNs());
            interest(interestOps | Poller.READ);
            if (session.link().hasHeldInput())
            {
                loop.needsDelivery(session);
            }
        }
    }

    /** The peer's stream ended: the rest of the session has an end, too. */
    void endInput()
    {
        stop(STOP_ENDED);
        session.activity().awaitFrom(loop.nowNs());
    }

    /** The poller need not report bytes that nobody may read; the interest comes back in {@link #resume}. */
    void endReadInterest()
    {
        interest(interestOps & ~Poller.READ);
    }

    void interest(final int ops)
    {
        if (ops != interestOps)
        {
            interestOps = ops;
            loop.poller().interest(wire, ops);
        }
    }

    boolean isWriteBlocked()
    {
        return isWriteBlocked;
    }

    void isWriteBlocked(final boolean isBlocked)
    {
        isWriteBlocked = isBlocked;
        interest(isBlocked ? interestOps | Poller.WRITE : interestOps & ~Poller.WRITE);
    }
}
