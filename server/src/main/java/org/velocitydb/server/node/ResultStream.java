package org.velocitydb.server.node;

/**
 * A result that takes more than one duty cycle: a scan, a large multi-get, a SELECT. It does a bounded amount at a
 * time, between other connections' work, and waits while its peer does not read. It holds a snapshot, so it must be
 * closed.
 */
interface ResultStream extends LoopSlowLog.Request, AutoCloseable
{
    /** Entries looked at in one slice, deleted and expired ones included: some tens of microseconds. */
    int ENTRIES_PER_SLICE = 256;

    /**
     * Does a slice.
     *
     * @param nowNs the present.
     * @return how much was done; 0 while there is no room for the answer.
     * @throws org.velocitydb.journal.storage.CorruptionException when a damaged block stands in the way.
     * @throws ResultTooLargeException                            when a row is longer than a frame may be.
     */
    int doWork(long nowNs);

    /**
     * Whether the last frame has been appended.
     *
     * @return true if the stream is to be closed.
     */
    boolean isDone();

    /**
     * Whom the result is for, and until when.
     *
     * @return the target.
     */
    ResultTarget target();

    @Override
    void close();
}
