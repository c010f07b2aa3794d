package org.velocitydb.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.MessageType;

/**
 * A request that waits for its answer. Whoever takes it out of the connection's table completes it, once.
 *
 * <p>Its frame gets a place in the outgoing stream or is withdrawn, and never both: whoever gives up a request that has
 * no place yet withdraws it, so that it is certain that the server will not see it.
 */
final class PendingRequest<T>
{
    /** Position of a frame that has no place in the outgoing stream yet. Greater than any that has one, as the next. */
    private static final long NULL_POSITION = Long.MAX_VALUE;
    /** Position of a frame that will never have one. */
    private static final long WITHDRAWN = Long.MAX_VALUE - 1;

    private final long correlationId;
    private final int answerType;
    private final boolean mayChange;
    private final Answer<T> answer;
    private final long timeoutNs;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    /** Set once, by the sender under the stream's lock or by whoever gives the request up. */
    private final AtomicLong streamPosition = new AtomicLong(NULL_POSITION);
    /** Written by the sender and by the reader, who renews it; read by the timer. */
    private volatile long deadlineNs;

    /**
     * Makes one.
     *
     * @param timeoutNs  by which each part of an answer that has several renews the deadline.
     * @param deadlineNs of its answer, or the first part of it, by the clock of {@link System#nanoTime}.
     */
    PendingRequest(
        final long correlationId,
        final RequestMessage message,
        final Answer<T> answer,
        final long timeoutNs,
        final long deadlineNs)
    {
        this.correlationId = correlationId;
        this.answerType = message.type() | MessageType.RESPONSE_BIT;
        this.mayChange = message.mayChange();
        this.answer = answer;
        this.timeoutNs = timeoutNs;
        this.deadlineNs = deadlineNs;
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

    /** Gives its frame a place in the outgoing stream; false if the request has been withdrawn. */
    boolean place(final long position)
    {
        return streamPosition.compareAndSet(NULL_POSITION, position);
    }

    /** Sees to it that it is never sent; false if its frame has a place already. */
    boolean withdraw()
    {
        return streamPosition.compareAndSet(NULL_POSITION, WITHDRAWN);
    }

    boolean isWithdrawn()
    {
        return streamPosition.get() == WITHDRAWN;
    }

    /**
     * What becomes of it when the connection is closed: bytes before a position may have reached the server, others
     * never will.
     */
    Outcome outcomeWhenLost(final long handedOverPosition)
    {
        return mayChange && streamPosition.get() < handedOverPosition ? Outcome.UNKNOWN : Outcome.NOT_DONE;
    }

    /**
     * What becomes of it when its time is up but the connection lives: its frame has been sent, or will be yet, unless
     * it was withdrawn.
     */
    Outcome outcomeWhenLate()
    {
        return mayChange && !isWithdrawn() ? Outcome.UNKNOWN : Outcome.NOT_DONE;
    }

    /**
     * Completes it with its answer.
     *
     * @throws RuntimeException where nothing can be made of the answer; the request has failed with it.
     */
    void complete()
    {
        final T result;
        try
        {
            result = answer.result();
        }
        catch (final RuntimeException | Error ex)
        {
            fail(
                new VelocityException(
                    ErrorCode.INTERNAL_ERROR, mayChange ? Outcome.UNKNOWN : Outcome.NOT_DONE,
                    "answer cannot be read: correlationId=" + correlationId, ex));
            throw ex;
        }
        future.complete(result);
    }

    void fail(final VelocityException failure)
    {
        try
        {
            answer.onFailure(failure);
        }
        catch (final RuntimeException ex)
        {
            // Others are to be failed after this one.
            failure.addSuppressed(ex);
        }
        future.completeExceptionally(failure);
    }
}
