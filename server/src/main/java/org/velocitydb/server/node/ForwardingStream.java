package org.velocitydb.server.node;

/** A result that is another one, and something more. */
abstract class ForwardingStream implements ResultStream
{
    private final ResultStream stream;

    ForwardingStream(final ResultStream stream)
    {
        this.stream = stream;
    }

    /** What this adds to. */
    final ResultStream stream()
    {
        return stream;
    }

    @Override
    public int doWork(final long nowNs)
    {
        return stream.doWork(nowNs);
    }

    @Override
    public final boolean isDone()
    {
        return stream.isDone();
    }

    @Override
    public final ResultTarget target()
    {
        return stream.target();
    }

    @Override
    public final String kind()
    {
        return stream.kind();
    }

    @Override
    public final String shownKey()
    {
        return stream.shownKey();
    }

    @Override
    public void close()
    {
        stream.close();
    }
}
