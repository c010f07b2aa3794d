package org.velocitydb.server.node;

/**
 * A result whose time is taken for the slow log: in all, and what the event loop worked for it. Results are wrapped
 * while the log is on.
 */
final class TimedStream implements ResultStream
{
    private final ResultStream stream;
    private final LoopSlowLog log;
    private final ClientState client;
    private final long startNs;
    private long runNs;

    TimedStream(
        final ResultStream stream, final LoopSlowLog log, final ClientState client, final long startNs,
        final long runNs)
    {
        this.stream = stream;
        this.log = log;
        this.client = client;
        this.startNs = startNs;
        this.runNs = runNs;
    }

    /** What is timed. */
    ResultStream stream()
    {
        return stream;
    }

    @Override
    public int doWork(final long nowNs)
    {
        final long beginNs = log.clockNs();
        try
        {
            return stream.doWork(nowNs);
        }
        finally
        {
            runNs += log.clockNs() - beginNs;
        }
    }

    @Override
    public boolean isDone()
    {
        return stream.isDone();
    }

    @Override
    public ResultTarget target()
    {
        return stream.target();
    }

    @Override
    public String kind()
    {
        return stream.kind();
    }

    @Override
    public String shownKey()
    {
        return stream.shownKey();
    }

    @Override
    public void close()
    {
        stream.close();
        log.onDone(client, stream, log.clockNs() - startNs, runNs);
    }
}
