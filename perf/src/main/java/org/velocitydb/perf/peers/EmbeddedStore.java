package org.velocitydb.perf.peers;

/**
 * An embedded ordered store as the harness uses it. Threads work through a {@link StoreSession} each; the store itself
 * is opened and closed by one thread, after all sessions.
 */
interface EmbeddedStore extends AutoCloseable
{
    /** What the store promises about its writes, where that is decided when it is opened. */
    enum WriteMode
    {
        /** Writes reach the operating system, or memory of the process, and are forced to disk some time later. */
        UNSYNCED,
        /** {@link StoreSession#durablePut} returns when the record is on disk. */
        DURABLE
    }

    /** Who writes, for a store that can make use of it. */
    enum Writers
    {
        /** One thread at a time, which ends with {@link StoreSession#close()} or goes on for good. */
        ONE,
        /** Any number of threads at once. */
        MANY
    }

    /**
     * Gives a thread its way to the store.
     *
     * @return a session for one thread.
     * @throws Exception what the store throws.
     */
    StoreSession newSession() throws Exception;

    /**
     * Whether {@link StoreSession#putAsync} works.
     *
     * @return true where a thread can have many durable puts outstanding.
     */
    default boolean hasAsyncPuts()
    {
        return false;
    }

    /**
     * Called again and again by the thread that wrote, while the store settles.
     *
     * @throws Exception what the store throws.
     */
    default void onIdle() throws Exception
    {
        // Most stores have threads of their own for all that is to do.
    }

    @Override
    void close();
}
