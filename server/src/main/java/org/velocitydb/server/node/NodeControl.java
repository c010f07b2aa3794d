package org.velocitydb.server.node;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

import org.velocitydb.server.users.AuthenticationOutcome;

/**
 * What is done to a running node from outside its event loops: changed settings, operators' requests, and its end. Any
 * thread may call; each event loop looks in every duty cycle, through its {@link LoopOperator}.
 */
final class NodeControl
{
    /**
     * How far a node's end has come. It only ever goes forward.
     */
    enum Phase
    {
        /** It serves. */
        SERVING,
        /** New requests are refused; those under way are finished. */
        DRAINING,
        /** Every connection is told and closed. */
        CLOSING
    }

    private final LoopMailbox[] mailboxes;
    private final AtomicIntegerArray quietLoops;
    private final SlowLog slowLog = new SlowLog();
    private final LatencyHistogram[] writeLatencies;
    private final AtomicLongArray loginCounts = new AtomicLongArray(AuthenticationOutcome.values().length);
    private volatile NodeSettings settings;
    private volatile Phase phase = Phase.SERVING;

    NodeControl(final int loopCount, final NodeSettings settings)
    {
        mailboxes = new LoopMailbox[loopCount];
        quietLoops = new AtomicIntegerArray(loopCount);
        writeLatencies = new LatencyHistogram[loopCount];
        Arrays.setAll(writeLatencies, (loopIndex) -> new LatencyHistogram());
        this.settings = settings;
    }

    /** Gives a loop its mailbox. Called before the loops run. */
    LoopMailbox newMailbox(final int loopIndex, final Runnable wakeLoop)
    {
        mailboxes[loopIndex] = new LoopMailbox(wakeLoop);
        return mailboxes[loopIndex];
    }

    /** Where a loop records how long its writes took. */
    LatencyHistogram writeLatencies(final int loopIndex)
    {
        return writeLatencies[loopIndex];
    }

    /** Adds up what all loops have recorded; returns the sum of the times in microseconds. */
    long addWriteLatencies(final long[] counts)
    {
        long sumUs = 0;
        for (final LatencyHistogram latencies : writeLatencies)
        {
            sumUs += latencies.addTo(counts);
        }
        return sumUs;
    }

    void loginDecided(final AuthenticationOutcome outcome)
    {
        loginCounts.incrementAndGet(outcome.ordinal());
    }

    long loginCount(final AuthenticationOutcome outcome)
    {
        return loginCounts.get(outcome.ordinal());
    }

    SlowLog slowLog()
    {
        return slowLog;
    }

    NodeSettings settings()
    {
        return settings;
    }

    void settings(final NodeSettings changed)
    {
        settings = changed;
        wakeLoops();
    }

    Phase phase()
    {
        return phase;
    }

    void phase(final Phase next)
    {
        if (next.ordinal() > phase.ordinal())
        {
            phase = next;
            wakeLoops();
        }
    }

    /** Whether a loop owes nothing to anybody; said by the loop, while the node drains. */
    void quiet(final int loopIndex, final boolean isQuiet)
    {
        // Release: pairs with the acquire in areLoopsQuiet().
        quietLoops.setRelease(loopIndex, isQuiet ? 1 : 0);
    }

    boolean areLoopsQuiet()
    {
        for (int i = 0; i < quietLoops.length(); i++)
        {
            if (quietLoops.getAcquire(i) == 0)
            {
                return false;
            }
        }
        return true;
    }

    /**
     * Asks all loops for their connections.
     *
     * @param nowMs     since the epoch.
     * @param wakeAsker called when the last part has come.
     * @return the census, under way, or null where too many operators ask at once.
     */
    ConnectionCensus census(final long nowMs, final Runnable wakeAsker)
    {
        final ConnectionCensus census = new ConnectionCensus(mailboxes.length, nowMs, wakeAsker);
        for (final LoopMailbox mailbox : mailboxes)
        {
            if (!mailbox.offer(census))
            {
                return null;
            }
        }
        return census;
    }

    /**
     * Asks the loop of a connection to end it.
     *
     * @param connectionId as SHOW CONNECTIONS gives it.
     * @param loopIndex    of the connection.
     * @param wakeAsker    called when it is decided.
     * @return the request, or null where too many operators ask at once.
     */
    ConnectionKill kill(final long connectionId, final int loopIndex, final Runnable wakeAsker)
    {
        final ConnectionKill kill = new ConnectionKill(connectionId, wakeAsker);
        if (loopIndex >= mailboxes.length)
        {
            return kill.absent();
        }
        return mailboxes[loopIndex].offer(kill) ? kill : null;
    }

    private void wakeLoops()
    {
        for (final LoopMailbox mailbox : mailboxes)
        {
            mailbox.wake();
        }
    }
}
