package org.velocitydb.engine.sql;

/**
 * Makes, drops or shows checkpoints, which takes the server as long as files take.
 *
 * @param action what is to be done.
 * @param name   of the checkpoint, which can be one's name; empty where all are shown.
 */
public record CheckpointStatement(Action action, String name) implements Statement
{
    /**
     * What is done.
     */
    public enum Action
    {
        /** Makes one. */
        CREATE,
        /** Drops one. */
        DROP,
        /** Shows all. */
        SHOW
    }
}
