package org.velocitydb.transport;

/**
 * How long a session's peer may take for what, in nanoseconds: a part of a {@link TransportContext}, concluded with it.
 */
public final class SessionTimeouts
{
    /** Changed at run time by {@link Transport#idleTimeoutNs(long)}, read by every loop. */
    private volatile long idleTimeoutNs = TransportConfiguration.IDLE_TIMEOUT_NS_DEFAULT;
    /** Changed at run time by {@link Transport#pingIntervalNs(long)}, read by every loop. */
    private volatile long pingIntervalNs = TransportConfiguration.PING_INTERVAL_NS_DEFAULT;
    private long handshakeTimeoutNs = TransportConfiguration.HANDSHAKE_TIMEOUT_NS_DEFAULT;
    private long frameTimeoutNs = TransportConfiguration.FRAME_TIMEOUT_NS_DEFAULT;
    private long outputStallTimeoutNs = TransportConfiguration.OUTPUT_STALL_TIMEOUT_NS_DEFAULT;
    private long closeTimeoutNs = TransportConfiguration.CLOSE_TIMEOUT_NS_DEFAULT;
    /** Changed at run time by {@link Transport#loginTimeoutNs(long)}, read by every loop. */
    private volatile long loginTimeoutNs = TransportConfiguration.LOGIN_TIMEOUT_NS_DEFAULT;
    private long sweepIntervalNs = TransportConfiguration.SWEEP_INTERVAL_NS_DEFAULT;

    /**
     * How long a session may neither send nor receive anything, in nanoseconds; 0 for ever.
     *
     * @return the value.
     */
    public long idleTimeoutNs()
    {
        return idleTimeoutNs;
    }

    /**
     * How long a session may neither send nor receive anything, in nanoseconds; 0 for ever.
     *
     * @param value 0 or more.
     * @return these timeouts.
     */
    public SessionTimeouts idleTimeoutNs(final long value)
    {
        idleTimeoutNs = value;
        return this;
    }

    /**
     * How long a peer that is watched may be silent until it is asked whether it is there, and how long it then has to
     * answer, in nanoseconds; 0 for ever.
     *
     * @return the value.
     */
    public long pingIntervalNs()
    {
        return pingIntervalNs;
    }

    /**
     * How long a peer that is watched may be silent until it is asked whether it is there, and how long it then has to
     * answer, in nanoseconds; 0 for ever.
     *
     * @param value 0 or more.
     * @return these timeouts.
     */
    public SessionTimeouts pingIntervalNs(final long value)
    {
        pingIntervalNs = value;
        return this;
    }

    /**
     * How long a connection may take to send its whole first frame, in nanoseconds.
     *
     * @return the value.
     */
    public long handshakeTimeoutNs()
    {
        return handshakeTimeoutNs;
    }

    /**
     * How long a connection may take to send its whole first frame, in nanoseconds.
     *
     * @param value more than 0.
     * @return these timeouts.
     */
    public SessionTimeouts handshakeTimeoutNs(final long value)
    {
        handshakeTimeoutNs = value;
        return this;
    }

    /**
     * How long a peer that sent a part of a frame may take for its next bytes, in nanoseconds: its part occupies
     * memory.
     *
     * @return the value.
     */
    public long frameTimeoutNs()
    {
        return frameTimeoutNs;
    }

    /**
     * How long a peer that sent a part of a frame may take for its next bytes, in nanoseconds: its part occupies
     * memory.
     *
     * @param value more than 0.
     * @return these timeouts.
     */
    public SessionTimeouts frameTimeoutNs(final long value)
    {
        frameTimeoutNs = value;
        return this;
    }

    /**
     * How long a peer may take none of the answers that wait for it, in nanoseconds.
     *
     * @return the value.
     */
    public long outputStallTimeoutNs()
    {
        return outputStallTimeoutNs;
    }

    /**
     * How long a peer may take none of the answers that wait for it, in nanoseconds.
     *
     * @param value more than 0.
     * @return these timeouts.
     */
    public SessionTimeouts outputStallTimeoutNs(final long value)
    {
        outputStallTimeoutNs = value;
        return this;
    }

    /**
     * Longest time in nanoseconds between the decision to close and the close, in which answers are flushed and the
     * peer may end its stream.
     *
     * @return the value.
     */
    public long closeTimeoutNs()
    {
        return closeTimeoutNs;
    }

    /**
     * Longest time in nanoseconds between the decision to close and the close, in which answers are flushed and the
     * peer may end its stream.
     *
     * @param value more than 0.
     * @return these timeouts.
     */
    public SessionTimeouts closeTimeoutNs(final long value)
    {
        closeTimeoutNs = value;
        return this;
    }

    /**
     * How long a session may take to be admitted by the handler ({@link Session#admit()}), in nanoseconds; 0 where
     * every session is from the beginning.
     *
     * @return the value.
     */
    public long loginTimeoutNs()
    {
        return loginTimeoutNs;
    }

    /**
     * How long a session may take to be admitted by the handler ({@link Session#admit()}), in nanoseconds; 0 where
     * every session is from the beginning.
     *
     * @param value 0 or more.
     * @return these timeouts.
     */
    public SessionTimeouts loginTimeoutNs(final long value)
    {
        loginTimeoutNs = value;
        return this;
    }

    /**
     * How often the loop looks for sessions whose time is over, in nanoseconds; timeouts are exact to this.
     *
     * @return the value.
     */
    public long sweepIntervalNs()
    {
        return sweepIntervalNs;
    }

    /**
     * How often the loop looks for sessions whose time is over, in nanoseconds; timeouts are exact to this.
     *
     * @param value more than 0.
     * @return these timeouts.
     */
    public SessionTimeouts sweepIntervalNs(final long value)
    {
        sweepIntervalNs = value;
        return this;
    }

    /** Checks every value; see {@link TransportContext#conclude()}. */
    void conclude()
    {
        TransportContext.requireAtLeast("idleTimeoutNs", idleTimeoutNs, 0);
        TransportContext.requireAtLeast("pingIntervalNs", pingIntervalNs, 0);
        TransportContext.requireAtLeast("handshakeTimeoutNs", handshakeTimeoutNs, 1);
        TransportContext.requireAtLeast("loginTimeoutNs", loginTimeoutNs, 0);
        TransportContext.requireAtLeast("frameTimeoutNs", frameTimeoutNs, 1);
        TransportContext.requireAtLeast("outputStallTimeoutNs", outputStallTimeoutNs, 1);
        TransportContext.requireAtLeast("closeTimeoutNs", closeTimeoutNs, 1);
        TransportContext.requireAtLeast("sweepIntervalNs", sweepIntervalNs, 1);
    }
}
