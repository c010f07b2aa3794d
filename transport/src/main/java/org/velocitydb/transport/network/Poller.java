package org.velocitydb.transport.network;

/**
 * Says which connections are ready. It belongs to one event loop and is called on its thread alone, but for {@link
 * #wakeup()}.
 */
public interface Poller extends AutoCloseable
{
    /** Interest in nothing. */
    int NONE = 0;
    /** Interest in bytes, or connections, that wait to be taken. */
    int READ = 1;
    /** Interest in room for bytes to be sent. */
    int WRITE = 2;

    /**
     * Begins to watch a connection, with interest in {@link #READ}.
     *
     * @param connection of the network that made this poller.
     * @param attachment handed to the {@link ReadyHandler}.
     * @throws NetworkException when it cannot be watched.
     */
    void register(Connection connection, Object attachment);

    /**
     * Begins to watch a listener.
     *
     * @param listener   of the network that made this poller.
     * @param attachment handed to the {@link ReadyHandler}.
     * @throws NetworkException when it cannot be watched.
     */
    void register(Listener listener, Object attachment);

    /**
     * Changes what a registered connection is watched for.
     *
     * @param connection registered here and not closed.
     * @param interestOps {@link #NONE}, {@link #READ}, {@link #WRITE} or both.
     */
    void interest(Connection connection, int interestOps);

    /**
     * Hands over what is ready, without blocking.
     *
     * @param handler called once for each ready connection or listener.
     * @return how many there were.
     * @throws NetworkException when the system's poller failed.
     */
    int poll(ReadyHandler handler);

    /**
     * Blocks until something is ready, {@link #wakeup()} was called, or the time is over; it may return early. What is
     * ready is left for the next {@link #poll(ReadyHandler)}.
     *
     * @param timeoutNs longest wait, more than 0; rounded up to what the system can measure.
     * @throws NetworkException when the system's poller failed.
     */
    void await(long timeoutNs);

    /**
     * Makes the running {@link #await(long)} return, or the next one where none runs. Any thread may call.
     */
    void wakeup();

    /**
     * Ends watching; connections and listeners stay open. May be called twice.
     */
    @Override
    void close();
}
