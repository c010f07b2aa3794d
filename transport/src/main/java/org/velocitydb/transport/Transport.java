package org.velocitydb.transport;

import java.net.InetSocketAddress;

/**
 * A listening address and the event loops that serve it.
 */
public final class Transport implements AutoCloseable
{
    private Transport()
    {
    }

    /**
     * Binds the address and makes the loops, for callers that run them on threads of their own.
     *
     * @param context concluded here.
     * @return the transport, whose loops do nothing until they are run.
     */
    public static Transport open(final TransportContext context)
    {
        throw new UnsupportedOperationException("interface only");
    }

    /**
     * As {@link #open(TransportContext)}, with a thread for each loop.
     *
     * @param context concluded here.
     * @return the running transport.
     */
    public static Transport launch(final TransportContext context)
    {
        throw new UnsupportedOperationException("interface only");
    }

    /**
     * Where it listens.
     *
     * @return the bound address.
     */
    public InetSocketAddress localAddress()
    {
        throw new UnsupportedOperationException("interface only");
    }

    /**
     * How many loops there are.
     *
     * @return 1 or more.
     */
    public int loopCount()
    {
        throw new UnsupportedOperationException("interface only");
    }

    /**
     * One of the loops.
     *
     * @param index from 0.
     * @return the loop.
     */
    public EventLoop loop(final int index)
    {
        throw new UnsupportedOperationException("interface only");
    }

    /**
     * Takes no more connections. Any thread may call.
     */
    public void stopAccepting()
    {
        throw new UnsupportedOperationException("interface only");
    }

    /**
     * Asks every loop to close its sessions once their answers are flushed, each within {@link
     * TransportContext#closeTimeoutNs()}. Any thread may call; {@link #openCount()} tells when it is done.
     */
    public void closeSessions()
    {
        throw new UnsupportedOperationException("interface only");
    }

    /**
     * Sessions that are open now.
     *
     * @return the count over all loops.
     */
    public int openCount()
    {
        throw new UnsupportedOperationException("interface only");
    }

    /**
     * Sum of a counter over all loops; of {@link TransportCounter#LONGEST_CYCLE_NS} the greatest.
     *
     * @param counter which.
     * @return the value.
     */
    public long total(final TransportCounter counter)
    {
        throw new UnsupportedOperationException("interface only");
    }

    /**
     * Stops the threads that {@link #launch(TransportContext)} started and closes everything at once. May be called
     * twice.
     */
    @Override
    public void close()
    {
        throw new UnsupportedOperationException("interface only");
    }
}
