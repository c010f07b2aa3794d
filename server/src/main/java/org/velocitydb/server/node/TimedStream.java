package org.velocitydb.server.node;

/**
 * A result whose time is taken for the slow log: in all, and what the event loop worked for it. Results are wrapped
 * while the log is on.
 */
final class TimedStream extends ForwardingStream
{
    private final LoopSlowLog log;
    private final ClientState client;
    private final long startNs;
    private long runNs;

    TimedStream(
        final ResultStream stream, final LoopSlowLog log, final ClientState client, final long startNs,
        final long runNs)
    {
        super(stream);
        this.log = log;
        this.client = client;
        this.startNs = startNs;
        this.runNs = runNs;
    }

    @Override
    public int doWork(final long nowNs)
    {
        final long beginNs = log.clockNs();
        try
        {
            return super.doWork(nowNs);
        }
        finally
        {
            runNs += log.clockNs() - beginNs;
        }
    }

    @Override
    public void close()
    {
        super.close();
        log.onDone(client, stream(), log.clockNs() - startNs, runNs);
    }
}
