package org.velocitydb.transport;

/**
 * Ends sessions whose time is over. Every {@link SessionTimeouts#sweepIntervalNs()} it begins a walk over all
 * sessions, of which each duty cycle does a part, so that ten thousand idle connections do not delay a frame. Used on
 * the loop's thread alone; allocation-free.
 */
final class SessionSweeper
{
    /** Sessions looked at in one cycle: a few microseconds where none of them is in the cache. */
    private static final int SWEEP_LIMIT = 64;

    private final LoopState loop;
    private final SessionTimeouts timeouts;
    private long nextSweepNs;
    private int remaining;

    SessionSweeper(final LoopState loop)
    {
        this.loop = loop;
        timeouts = loop.context().timeouts();
    }

    void begin(final long nowNs)
    {
        nextSweepNs = nowNs + timeouts.sweepIntervalNs();
    }

    /**
     * Does this cycle's part.
     *
     * @return sessions looked at.
     */
    int sweep(final long nowNs)
    {
        if (remaining == 0)
        {
            if (nextSweepNs - nowNs > 0)
            {
                return 0;
            }
            nextSweepNs = nowNs + timeouts.sweepIntervalNs();
            remaining = loop.sessions().count();
        }
        // Sessions may have gone since the last part.
        remaining = Math.min(remaining, loop.sessions().count());
        final int count = Math.min(remaining, SWEEP_LIMIT);
        for (int i = 0; i < count; i++)
        {
            remaining--;
            check(loop.sessions().at(remaining), nowNs);
        }
        return count;
    }

    /** Time until the next walk begins, from {@code nowNs}; may be less than 0. */
    long untilNextSweepNs(final long nowNs)
    {
        return nextSweepNs - nowNs;
    }

    private void check(final TransportSession session, final long nowNs)
    {
        if (isClosingOverdue(session, nowNs))
        {
            loop.close(session, session.closeReason());
        }
        else if (isOutputStalled(session, nowNs))
        {
            loop.close(session, CloseReason.OUTPUT_STALLED);
        }
        else if (session.isRefused())
        {
            if (isOver(session.openedNs(), timeouts.closeTimeoutNs(), nowNs))
            {
                loop.close(session, session.refusal());
            }
        }
        else if (!session.hasHadFrame())
        {
            if (isOver(session.openedNs(), firstFrameTimeoutNs(session), nowNs))
            {
                loop.close(session, CloseReason.HANDSHAKE_TIMEOUT);
            }
        }
        else if (!session.isAdmitted() && isOver(session.openedNs(), timeouts.loginTimeoutNs(), nowNs))
        {
            loop.closeLate(session);
        }
        else if (isFrameOverdue(session, nowNs))
        {
            loop.close(session, CloseReason.FRAME_TIMEOUT);
        }
        else if (isGone(session, nowNs))
        {
            loop.close(session, CloseReason.PING_TIMEOUT);
        }
        else if (isIdle(session, nowNs))
        {
            loop.closeIdle(session);
        }
        else if (isSilent(session, nowNs))
        {
            loop.ask(session);
        }
    }

    /**
     * A peer whose TLS handshake is under way has as long as a login may take: where many connect at once, after a
     * restart say, it waits for its turn here, and both sides may be slow.
     */
    private long firstFrameTimeoutNs(final TransportSession session)
    {
        final long loginTimeoutNs = timeouts.loginTimeoutNs();
        if (loginTimeoutNs == 0)
        {
            return timeouts.handshakeTimeoutNs();
        }
        return session.link().isShakingHands()
            ? loginTimeoutNs
            : Math.min(timeouts.handshakeTimeoutNs(), loginTimeoutNs);
    }

    private boolean isClosingOverdue(final TransportSession session, final long nowNs)
    {
        final boolean isEnding = !session.isOpen() || session.flow().isStopped(SessionFlow.STOP_ENDED);
        return isEnding && isOver(session.activity().awaitedSinceNs(), timeouts.closeTimeoutNs(), nowNs);
    }

    private boolean isOutputStalled(final TransportSession session, final long nowNs)
    {
        return !session.isOutputEmpty() &&
            isOver(session.activity().lastOutputNs(), timeouts.outputStallTimeoutNs(), nowNs);
    }

    /** A part of a frame is here, and we are not the ones who keep the rest from coming. */
    private boolean isFrameOverdue(final TransportSession session, final long nowNs)
    {
        final boolean isAwaited = session.flow().mayRead() || session.flow().isStopped(SessionFlow.STOP_POOL);
        return isAwaited && session.input().lengthBytes() > 0 &&
            isOver(session.activity().inputProgressNs(), timeouts.frameTimeoutNs(), nowNs);
    }

    private boolean isIdle(final TransportSession session, final long nowNs)
    {
        return timeouts.idleTimeoutNs() > 0 && session.flow().mayRead() && session.isOutputEmpty() &&
            isOver(session.lastActivityNs(), timeouts.idleTimeoutNs(), nowNs);
    }

    /** Nothing came since the peer was asked, and we were there to hear it. */
    private boolean isGone(final TransportSession session, final long nowNs)
    {
        return session.activity().isAsked() && timeouts.pingIntervalNs() > 0 && session.flow().mayRead() &&
            isOver(session.activity().awaitedSinceNs(), timeouts.pingIntervalNs(), nowNs);
    }

    /** A peer that has answers to take shows whether it is there by taking them. */
    private boolean isSilent(final TransportSession session, final long nowNs)
    {
        final SessionActivity activity = session.activity();
        return activity.isWatched() && !activity.isAsked() && timeouts.pingIntervalNs() > 0 &&
            session.flow().mayRead() && session.isOutputEmpty() &&
            isOver(activity.lastInputNs(), timeouts.pingIntervalNs(), nowNs);
    }

    private static boolean isOver(final long sinceNs, final long timeoutNs, final long nowNs)
    {
        return nowNs - sinceNs >= timeoutNs;
    }
}
