package org.velocitydb.client;

/**
 * Is told what a {@link VelocityPool} does, for metrics and logs. Called on the callers' and on the client's own
 * threads, several at a time: it must not wait, and calls no client. What it throws changes nothing, and goes to the
 * thread's handler of uncaught exceptions. All methods do nothing unless overridden; a pool without a listener spends
 * nothing on it.
 */
public interface PoolListener
{
    /**
     * A request begins.
     *
     * @param kind of the request.
     */
    default void requestStarted(final RequestKind kind)
    {
    }

    /**
     * A request has ended, before its future is completed.
     *
     * @param kind       of the request.
     * @param durationNs since it began, attempts and the waits between them included.
     * @param failure    why it failed, or null.
     */
    default void requestEnded(final RequestKind kind, final long durationNs, final VelocityException failure)
    {
    }

    /**
     * An attempt has failed, and another will follow.
     *
     * @param kind    of the request.
     * @param server  that the attempt was made at.
     * @param attempt that failed, from 1.
     * @param failure why.
     */
    default void requestRetried(
        final RequestKind kind, final String server, final int attempt, final VelocityException failure)
    {
    }

    /**
     * A connection is there and logged in.
     *
     * @param server   as <code>host:port</code>.
     * @param attempts that it took; more than 1 after failures.
     */
    default void connected(final String server, final int attempts)
    {
    }

    /**
     * A connection could not be made; another attempt follows.
     *
     * @param server  as <code>host:port</code>.
     * @param attempt that failed, from 1.
     * @param failure why.
     */
    default void connectFailed(final String server, final int attempt, final VelocityException failure)
    {
    }

    /**
     * A connection is gone; another will be made.
     *
     * @param server as <code>host:port</code>.
     * @param reason why.
     */
    default void connectionLost(final String server, final VelocityException reason)
    {
    }
}
