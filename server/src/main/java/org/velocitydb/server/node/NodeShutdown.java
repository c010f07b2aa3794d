package org.velocitydb.server.node;

import org.agrona.concurrent.NanoClock;
import org.velocitydb.transport.Transport;

/**
 * The orderly end of a node, step by step; each step is one look, none waits.
 *
 * <pre>
 *   BEGIN     no more connections; new requests are answered SHUTTING_DOWN, certainly not done
 *   DRAINING  until every write and result under way has been answered, or the time is over
 *   CLOSING   every client is told, and disconnected once it has taken its answers, or the time is over
 *   DONE      the node may be closed
 * </pre>
 *
 * Used by one thread, whichever ends the node.
 */
final class NodeShutdown
{
    private enum State
    {
        /** Nothing has been done. */
        BEGIN,
        /** Loops finish what they have. */
        DRAINING,
        /** Connections are flushed and closed. */
        CLOSING,
        /** There is nothing more to wait for. */
        DONE
    }

    private final NodeControl control;
    private final Transport transport;
    private final NanoClock clock;
    private final long timeoutNs;
    private long deadlineNs;
    private State state = State.BEGIN;

    NodeShutdown(
        final NodeControl control, final Transport transport, final NanoClock clock, final long timeoutNs)
    {
        this.control = control;
        this.transport = transport;
        this.clock = clock;
        this.timeoutNs = timeoutNs;
    }

    /**
     * Looks whether the next step can be taken, and takes it.
     *
     * @return whether all is done, or the time is over.
     */
    boolean doWork()
    {
        final long nowNs = clock.nanoTime();
        switch (state)
        {
            case BEGIN :
                deadlineNs = nowNs + timeoutNs;
                transport.stopAccepting();
                control.phase(NodeControl.Phase.DRAINING);
                state = State.DRAINING;
                break;
            case DRAINING :
                if (control.areLoopsQuiet() || isOver(nowNs))
                {
                    control.phase(NodeControl.Phase.CLOSING);
                    // For connections that have no client yet: those over the limit.
                    transport.closeSessions();
                    state = State.CLOSING;
                }
                break;
            case CLOSING :
                if (transport.openCount() == 0 || isOver(nowNs))
                {
                    state = State.DONE;
                }
                break;
            default :
                break;
        }
        return state == State.DONE;
    }

    private boolean isOver(final long nowNs)
    {
        return deadlineNs - nowNs <= 0;
    }
}
