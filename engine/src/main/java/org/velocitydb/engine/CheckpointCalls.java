package org.velocitydb.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.agrona.concurrent.NanoClock;
import org.velocitydb.engine.command.CommandStatus;

/**
 * Callers' requests about checkpoints: sent to maintenance, and waited for. Any thread may call.
 */
final class CheckpointCalls
{
    /** How often a thread that waits for a checkpoint sees whether the store has failed. */
    private static final long POLL_MS = 100;

    private final StoreState state;
    private final CallGate gate;
    private final NanoClock nanoClock;

    CheckpointCalls(final StoreState state, final CallGate gate, final NanoClock nanoClock)
    {
        this.state = state;
        this.gate = gate;
        this.nanoClock = nanoClock;
    }

    /**
     * Has something done and waits for it.
     *
     * @param action to be done.
     * @param name   of the checkpoint, or empty where the action is about all of them.
     * @return what the action is about.
     */
    List<CheckpointInfo> call(final CheckpointRequest.Action action, final String name)
    {
        final CompletableFuture<CheckpointResult> answer = new CompletableFuture<>();
        final CheckpointRequest request = new CheckpointRequest(
            action, name, nanoClock.nanoTime() + Long.MAX_VALUE / 2, answer::complete);
        if (gate.isClosed() || !state.offerCheckpoint(request))
        {
            throw gate.isClosed()
                ? CallGate.closed()
                : new StoreException(CommandStatus.CLOSED, "too many checkpoints at once: name=" + name);
        }
        final CheckpointResult result = await(answer);
        return switch (result.status())
        {
            case DONE -> result.checkpoints();
            case CLOSED -> throw CallGate.closed();
            default -> throw new CheckpointException(result.status(), result.message());
        };
    }

    private CheckpointResult await(final CompletableFuture<CheckpointResult> answer)
    {
        while (true)
        {
            try
            {
                return answer.get(POLL_MS, TimeUnit.MILLISECONDS);
            }
            catch (final TimeoutException ex)
            {
                if (state.failure() != null)
                {
                    throw new StoreException(CommandStatus.STORAGE_FAILED, "the store has failed: " + state.failure());
                }
                if (gate.isClosed())
                {
                    throw CallGate.closed();
                }
            }
            catch (final ExecutionException ex)
            {
                throw ex.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(ex);
            }
            catch (final InterruptedException ex)
            {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a checkpoint is made", ex);
            }
        }
    }
}
