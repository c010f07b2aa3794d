package org.velocitydb.engine;

import org.velocitydb.engine.command.CheckpointName;

/**
 * What maintenance is asked to do with checkpoints, one after the other. Whoever asks does not wait.
 *
 * @param action     to be done.
 * @param name       of the checkpoint; empty for a list.
 * @param deadlineNs on the store's monotonic clock: where it has passed before the request is begun it is refused.
 * @param sink       is told what became of it.
 */
public record CheckpointRequest(Action action, String name, long deadlineNs, CheckpointSink sink)
{
    /** What is done. */
    public enum Action
    {
        /** One is made of all that is visible when the request is begun. */
        CREATE,
        /** One is removed. */
        DROP,
        /** All are looked at. */
        LIST
    }

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException where {@link CheckpointName#fault} finds something.
     */
    public CheckpointRequest
    {
        final String fault = action == Action.LIST ? null : CheckpointName.fault(name);
        if (fault != null)
        {
            throw new IllegalArgumentException("name of a checkpoint cannot be used: " + fault);
        }
    }

    void reply(final CheckpointResult result)
    {
        sink.onCheckpoint(result);
    }
}
