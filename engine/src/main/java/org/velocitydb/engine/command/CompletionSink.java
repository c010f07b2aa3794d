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
}
