package org.velocitydb.server.node;

/**
 * One event loop's side of {@link NodeControl}: in each duty cycle it looks whether an operator wants something. On a
 * loop that nobody wants anything of, that is three loads. Used on the loop's thread alone.
 */
final class LoopOperator
{
    private final NodeControl control;
    private final int loopIndex;
    private final LoopMailbox mailbox;
    private final LatencyHistogram writeLatencies;
    private NodeSettings settings;
    private NodeControl.Phase phase = NodeControl.Phase.SERVING;

    /**
     * What a loop does about changes.
     */
    interface Handler extends LoopClients
    {
        /**
         * The settings have changed.
         *
         * @param changed now in force.
         * @param nowNs   the present.
         */
        void onSettings(NodeSettings changed, long nowNs);

        /**
         * Whether nothing is owed to any client.
         *
         * @return true if all that was taken has been answered.
         */
        boolean isQuiet();

        /** The node goes down: every client is to be told, and its connection closed. */
        void onClosing();
    }

    LoopOperator(final NodeControl control, final int loopIndex, final Runnable wakeLoop)
    {
        this.control = control;
        this.loopIndex = loopIndex;
        mailbox = control.newMailbox(loopIndex, wakeLoop);
        writeLatencies = control.writeLatencies(loopIndex);
        settings = control.settings();
    }

    /** Where the loop records how long its writes took. */
    LatencyHistogram writeLatencies()
    {
        return writeLatencies;
    }

    NodeControl control()
    {
        return control;
    }

    NodeSettings settings()
    {
        return settings;
    }

    /** Whether new requests are to be refused since the node goes down. */
    boolean isEnding()
    {
        return phase != NodeControl.Phase.SERVING;
    }

    /**
     * Does what is asked for.
     *
     * @param handler of the loop.
     * @param nowNs   the present.
     * @return how much that was.
     */
    int doWork(final Handler handler, final long nowNs)
    {
        int workCount = 0;
        final NodeSettings current = control.settings();
        if (current != settings)
        {
            settings = current;
            handler.onSettings(current, nowNs);
            workCount++;
        }
        for (LoopRequest request = mailbox.poll(); request != null; request = mailbox.poll())
        {
            request.runOn(handler, nowNs);
            workCount++;
        }
        return workCount + followPhase(handler);
    }

    private int followPhase(final Handler handler)
    {
        final NodeControl.Phase current = control.phase();
        if (current == NodeControl.Phase.DRAINING)
        {
            phase = current;
            control.quiet(loopIndex, handler.isQuiet());
        }
        else if (current != phase)
        {
            phase = current;
            handler.onClosing();
            return 1;
        }
        return 0;
    }
}
