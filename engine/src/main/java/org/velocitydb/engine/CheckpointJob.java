package org.velocitydb.engine;

/**
 * A {@link CheckpointRequest} that maintenance has begun, done a step at a time.
 */
interface CheckpointJob extends AutoCloseable
{
    /**
     * Does a step.
     *
     * @return how much was done; 0 while it waits for something else.
     * @throws CheckpointException                             when it is refused; nothing was done.
     * @throws org.velocitydb.journal.storage.StorageException when a file is in the way; the job has ended.
     */
    int doWork();

    /**
     * The answer.
     *
     * @return null while it is under way.
     */
    CheckpointResult result();

    @Override
    void close();
}
