package org.velocitydb.engine.command;

/**
 * Where completions go. The writer thread calls it, so it neither blocks nor throws; whoever implements it makes sure
 * that there is room for every command it has outstanding.
 */
public interface CompletionSink
{
    /**
     * A command is done, and as durable as the completion says.
     *
     * @param completion valid during the call.
     */
    void onCompletion(Completion completion);

    /**
     * The writer has delivered all completions of a group: the moment to wake a waiting thread once for all of them.
     */
    void onGroupEnd();

    /**
     * Whether {@link #onGroupEnd()} is of any use to this sink. One that wakes its thread with each completion says no,
     * which saves the writer from keeping track of it: such sinks are many, one for each thread that waits.
     *
     * @return false if it need not be called; the same always.
     */
    default boolean wantsGroupEnd()
    {
        return true;
    }
}
