package org.velocitydb.client;

/**
 * How long nothing has come from a server, and what is to be done about it: once it has been silent for a while it is
 * asked with a PING, and where nothing comes after that, it is gone. Any byte that comes will do.
 *
 * <p>Only the reader's waiting for bytes is judged: a reader that is held up by whoever takes a scan's entries says
 * nothing about the server. The reader tells when it waits, the timer alone judges.
 */
final class ServerSilence
{
    private static final long NULL_TIME = Long.MIN_VALUE;

    private final long pingIntervalNs;
    private final long pingTimeoutNs;
    /** Since when the reader has waited for bytes, or {@link #NULL_TIME}. Written by the reader, read by the timer. */
    private volatile long awaitingSinceNs = NULL_TIME;
    private volatile boolean isWatched;
    /** When the server was asked, or {@link #NULL_TIME}. Used by the timer alone. */
    private long pingSentNs = NULL_TIME;

    /** What the timer is to do. */
    enum Verdict
    {
        /** Nothing. */
        WAIT,
        /** Ask the server. */
        ASK,
        /** Give the server up. */
        GONE
    }

    ServerSilence(final long pingIntervalNs, final long pingTimeoutNs)
    {
        this.pingIntervalNs = pingIntervalNs;
        this.pingTimeoutNs = pingTimeoutNs;
    }

    /** From now on the server answers a PING at any time, which it does not while somebody logs in. */
    void watch()
    {
        isWatched = true;
    }

    void onReadBegin(final long nowNs)
    {
        awaitingSinceNs = nowNs;
    }

    void onReadEnd()
    {
        awaitingSinceNs = NULL_TIME;
    }

    /** For how long the reader has waited; where it does not wait, nothing. */
    long durationNs(final long nowNs)
    {
        final long sinceNs = awaitingSinceNs;
        return sinceNs == NULL_TIME ? 0 : nowNs - sinceNs;
    }

    /** Called by the timer now and then. */
    Verdict judge(final long nowNs)
    {
        if (!isWatched)
        {
            return Verdict.WAIT;
        }
        final long sinceNs = awaitingSinceNs;
        final boolean isSilent = sinceNs != NULL_TIME && nowNs - sinceNs > 0;
        if (pingSentNs == NULL_TIME)
        {
            if (!isSilent || nowNs - sinceNs <= pingIntervalNs)
            {
                return Verdict.WAIT;
            }
            pingSentNs = nowNs;
            return Verdict.ASK;
        }
        if (!isSilent || sinceNs - pingSentNs > 0)
        {
            // Something has come since it was asked.
            pingSentNs = NULL_TIME;
            return Verdict.WAIT;
        }
        return nowNs - pingSentNs > pingTimeoutNs ? Verdict.GONE : Verdict.WAIT;
    }
}
