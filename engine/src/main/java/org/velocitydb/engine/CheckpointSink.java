package org.velocitydb.engine;

/**
 * Is told what became of a {@link CheckpointRequest}, once for each that was taken.
 */
@FunctionalInterface
public interface CheckpointSink
{
    /**
     * A request has ended. Called on the maintenance agent's thread, which must not be held up, or on the one that
     * closes the store.
     *
     * @param result what became of it.
     */
    void onCheckpoint(CheckpointResult result);
}
