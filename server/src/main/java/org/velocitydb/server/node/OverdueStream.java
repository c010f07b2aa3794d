package org.velocitydb.server.node;

/**
 * Stands in for a result whose time is over while its peer has left no room for being told so: what the result held, a
 * snapshot above all, has been let go. {@link ResultSlices} gives it up before it would do any work.
 *
 * @param target whom the result is for.
 * @param kind   of the request.
 */
record OverdueStream(ResultTarget target, String kind) implements ResultStream
{
    @Override
    public int doWork(final long nowNs)
    {
        return 0;
    }

    @Override
    public boolean isDone()
    {
        return false;
    }

    @Override
    public void close()
    {
    }
}
