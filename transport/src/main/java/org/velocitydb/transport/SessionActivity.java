package org.velocitydb.transport;

/**
 * How much a session's peer has sent and taken, when it last got on, and since when something is awaited of it: what
 * {@link SessionSweeper} judges a session by. Used on the loop's thread alone.
 */
final class SessionActivity
{
    /**
     * What a peer has to send of a frame, or take of its answers, in each frame or stall timeout. With the defaults
     * that is 546 bytes a second, less than any line gives, so that only those are let go who hold memory on purpose.
     */
    static final int MIN_PROGRESS_BYTES = 16 * 1024;

    private final long openedNs;
    private long receivedNs;
    private long lastInputNs;
    private long lastOutputNs;
    /** Without what {@link #isAsked} is about. */
    private long activityNs;
    private long inputProgressNs;
    private int inputProgressBytes;
    private int outputProgressBytes;
    /** Since when something is awaited of the peer: the answer to a PING, or once the session is ending its end. */
    private long awaitedSinceNs;
    private boolean isWatched;
    private boolean isAsked;
    private long framesIn;
    private long bytesIn;
    private long bytesOut;

    SessionActivity(final long openedNs)
    {
        this.openedNs = openedNs;
        receivedNs = openedNs;
        lastInputNs = openedNs;
        lastOutputNs = openedNs;
        activityNs = openedNs;
        inputProgressNs = openedNs;
    }

    long openedNs()
    {
        return openedNs;
    }

    long activityNs()
    {
        return activityNs;
    }

    long framesIn()
    {
        return framesIn;
    }

    long bytesIn()
    {
        return bytesIn;
    }

    long bytesOut()
    {
        return bytesOut;
    }

    // --- reading ---

    /** When bytes came last. */
    long receivedNs()
    {
        return receivedNs;
    }

    /** The same, or since when we have read again after we had not. */
    long lastInputNs()
    {
        return lastInputNs;
    }

    /** Since when the frame that was begun has not got on by {@link #MIN_PROGRESS_BYTES}. */
    long inputProgressNs()
    {
        return inputProgressNs;
    }

    /** Bytes came. A peer that sends a frame byte by byte is not let go on for ever by each of them. */
    void onInput(final int lengthBytes, final boolean isFrameBegun, final long nowNs)
    {
        bytesIn += lengthBytes;
        receivedNs = nowNs;
        lastInputNs = nowNs;
        if (isAsked)
        {
            // Any byte answers. Whether it was more than that, the frame tells.
            isAsked = false;
        }
        else
        {
            activityNs = nowNs;
        }
        inputProgressBytes += lengthBytes;
        if (!isFrameBegun || inputProgressBytes >= MIN_PROGRESS_BYTES)
        {
            inputProgressBytes = 0;
            inputProgressNs = nowNs;
        }
    }

    /** A frame was handed over. */
    void onFrameEnd(final boolean isActivity, final long nowNs)
    {
        framesIn++;
        inputProgressBytes = 0;
        inputProgressNs = nowNs;
        if (isActivity)
        {
            activityNs = nowNs;
        }
    }

    /** The handler takes frames again. The time in which the peer waited for us is not held against it. */
    void onReadingResumed(final long nowNs)
    {
        lastInputNs = nowNs;
        inputProgressNs = nowNs;
        activityNs = nowNs;
    }

    // --- writing ---

    /** Since when the peer has neither taken all of its answers nor {@link #MIN_PROGRESS_BYTES} of them. */
    long lastOutputNs()
    {
        return lastOutputNs;
    }

    /** The peer's time to take something begins when there is something. */
    void onOutputBegun(final long nowNs)
    {
        lastOutputNs = nowNs;
        outputProgressBytes = 0;
    }

    /** An answer was appended. */
    void onAnswer(final long nowNs)
    {
        activityNs = nowNs;
    }

    /** Bytes were sent. */
    void onOutput(final int lengthBytes, final boolean isAllSent, final long nowNs)
    {
        bytesOut += lengthBytes;
        outputProgressBytes += lengthBytes;
        if (isAllSent || outputProgressBytes >= MIN_PROGRESS_BYTES)
        {
            outputProgressBytes = 0;
            lastOutputNs = nowNs;
            if (!isAsked)
            {
                activityNs = nowNs;
            }
        }
    }

    // --- what is awaited of the peer ---

    boolean isWatched()
    {
        return isWatched;
    }

    /** From now on the peer is asked whether it is there when nothing comes from it. */
    void watch()
    {
        isWatched = true;
    }

    /** Whether the peer was asked if it is there, and nothing has come from it since. */
    boolean isAsked()
    {
        return isAsked;
    }

    /** The peer was asked now; what the session did last before that stays what it did last. */
    void asked(final long activityBeforeNs, final long nowNs)
    {
        isAsked = true;
        awaitedSinceNs = nowNs;
        activityNs = activityBeforeNs;
    }

    long awaitedSinceNs()
    {
        return awaitedSinceNs;
    }

    /** What is awaited of the peer cannot have come before now. */
    void awaitFrom(final long nowNs)
    {
        awaitedSinceNs = nowNs;
    }
}
