package org.velocitydb.client;

import java.util.concurrent.CompletableFuture;

import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.MessageType;

/**
 * A request that waits for its answer. Whoever takes it out of the connection's table completes it, once.
 */
final class PendingRequest<T>
{
    /** Position of a frame that has no place in the outgoing stream yet. */
    private static final long NULL_POSITION = Long.MAX_VALUE;

    private final long correlationId;
    private final int answerType;
    private final boolean mayChange;
    private final Answer<T> answer;
    private final long timeoutNs;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    /** Written by the sender and by the reader, who renews it; read by the timer. */
    private volatile long deadlineNs;
    /** Written by the sender under the connection's lock. */
    private volatile long streamPosition = NULL_POSITION;

    PendingRequest(
        final long correlationId, final RequestMessage message, final Answer<T> answer, final long timeoutNs)
    {
        this.correlationId = correlationId;
        this.answerType = message.type() | MessageType.RESPONSE_BIT;
        this.mayChange = message.mayChange();
        this.answer = answer;
        this.timeoutNs = timeoutNs;
        renewDeadline();
    }

    long correlationId()
    {
        return correlationId;
    }

    int answerType()
    {
        return answerType;
    }

    Answer<T> answer()
    {
        return answer;
    }

    CompletableFuture<T> future()
    {
        return future;
    }

    /** Its time begins anew. */
    void renewDeadline()
    {
        deadlineNs = System.nanoTime() + timeoutNs;
    }

    boolean isLate(final long nowNs)
    {
        return deadlineNs - nowNs < 0;
    }

    void streamPosition(final long position)
    {
        streamPosition = position;
    }

    /**
     * What becomes of it when the connection is closed: bytes before a position may have reached the server, others
     * never will.
     */
    Outcome outcomeWhenLost(final long handedOverPosition)
    {
        return mayChange && streamPosition < handedOverPosition ? Outcome.UNKNOWN : Outcome.NOT_DONE;
    }

    /** What becomes of it when its time is up but the connection lives: its frame has been sent, or will be yet. */
    Outcome outcomeWhenLate()
    {
        return mayChange ? Outcome.UNKNOWN : Outcome.NOT_DONE;
    }

    void complete()
    {
        future.complete(answer.result());
    }

    void fail(final VelocityException failure)
    {
        answer.onFailure(failure);
        future.completeExceptionally(failure);
    }
}
