package org.velocitydb.engine;

import java.util.List;

/**
 * The answer to a {@link CheckpointRequest}.
 *
 * @param status      what became of it.
 * @param message     for people: why it was not done; empty where it was.
 * @param checkpoints the one that was made, or all there are, in the order of names; empty for every other answer.
 */
public record CheckpointResult(CheckpointStatus status, String message, List<CheckpointInfo> checkpoints)
{
    static CheckpointResult done(final List<CheckpointInfo> checkpoints)
    {
        return new CheckpointResult(CheckpointStatus.DONE, "", checkpoints);
    }

    static CheckpointResult refused(final CheckpointStatus status, final String message)
    {
        return new CheckpointResult(status, message, List.of());
    }
}
