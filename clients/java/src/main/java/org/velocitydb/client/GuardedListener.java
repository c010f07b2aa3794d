package org.velocitydb.client;

/**
 * Passes on what a pool does, and keeps what a listener throws away from requests and connections, which go on. It goes
 * to the thread's handler of uncaught exceptions, for somebody to see.
 */
final class GuardedListener implements PoolListener
{
    private final PoolListener target;

    GuardedListener(final PoolListener target)
    {
        this.target = target;
    }

    @Override
    public void requestStarted(final RequestKind kind)
    {
        tell(() -> target.requestStarted(kind));
    }

    @Override
    public void requestEnded(final RequestKind kind, final long durationNs, final VelocityException failure)
    {
        tell(() -> target.requestEnded(kind, durationNs, failure));
    }

    @Override
    public void requestRetried(
        final RequestKind kind, final String server, final int attempt, final VelocityException failure)
    {
        tell(() -> target.requestRetried(kind, server, attempt, failure));
    }

    @Override
    public void connected(final String server, final int attempts)
    {
        tell(() -> target.connected(server, attempts));
    }

    @Override
    public void connectFailed(final String server, final int attempt, final VelocityException failure)
    {
        tell(() -> target.connectFailed(server, attempt, failure));
    }

    @Override
    public void connectionLost(final String server, final VelocityException reason)
    {
        tell(() -> target.connectionLost(server, reason));
    }

    private static void tell(final Runnable event)
    {
        try
        {
            event.run();
        }
        catch (final RuntimeException ex)
        {
            final Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, ex);
        }
    }
}
