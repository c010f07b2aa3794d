package org.velocitydb.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;

/**
 * A request on its way through a pool: an attempt at a server, and after a failure that may pass another one, until it
 * is answered, its time or its attempts are used up, or it fails for good.
 *
 * <p>A read may be tried at any server. A write carries a request id, so its server does it once however often it gets
 * it; another server does not know the id. So once an attempt has left a doubt, further ones go to the same server
 * alone, and wait for it to come back. What neither reads nor has an id is tried again only where it certainly was not
 * done.
 *
 * <p>Used by one thread at a time: each attempt hands it to whoever completes that attempt, and each wait to the timer.
 */
final class PooledRequest<T>
{
    private final VelocityPool pool;
    private final RequestMessage message;
    private final RequestIds.RequestId id;
    private final Supplier<Answer<T>> answers;
    private final long beganNs = System.nanoTime();
    private final long deadlineNs;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    /** The only server that may know what became of it, or null. */
    private PooledServer doubtfulAt;
    private int attemptCount;
    /** Waits for a server that cannot be reached. */
    private int waitCount;

    PooledRequest(
        final VelocityPool pool,
        final RequestMessage message,
        final RequestIds.RequestId id,
        final Supplier<Answer<T>> answers,
        final long deadlineNs)
    {
        this.pool = pool;
        this.message = id == null ? message : message.withRequestId(id.clientId(), id.number());
        this.id = id;
        this.answers = answers;
        this.deadlineNs = deadlineNs;
    }

    CompletableFuture<T> future()
    {
        return future;
    }

    RequestIds.RequestId id()
    {
        return id;
    }

    RequestKind kind()
    {
        return RequestKind.ofType(message.type());
    }

    /** Makes an attempt; nothing of this request may be touched by the caller after it. */
    void attempt()
    {
        final long remainingNs = deadlineNs - System.nanoTime();
        if (remainingNs <= 0)
        {
            fail(new RequestTimeoutException(Outcome.NOT_DONE, "no answer in time: attempts=" + attemptCount));
            return;
        }
        if (pool.isStopped())
        {
            fail(VelocityPool.closed());
            return;
        }
        final PooledServer server = doubtfulAt == null ? pool.choose() : doubtfulAt;
        final Connection connection = server == null ? null : server.pick();
        if (connection == null)
        {
            awaitServer();
            return;
        }
        attemptCount++;
        final CompletableFuture<T> answer;
        try
        {
            answer = connection.send(message, answers.get(), remainingNs);
        }
        catch (final VelocityException ex)
        {
            onFailure(server, ex);
            return;
        }
        catch (final RuntimeException | Error ex)
        {
            // Not sent. Nobody but this request's future would ever hear of it on the timer's thread.
            fail(new VelocityException(ErrorCode.INTERNAL_ERROR, Outcome.NOT_DONE, "cannot be sent: " + ex, ex));
            return;
        }
        answer.whenComplete((result, failure) ->
        {
            if (failure == null)
            {
                pool.onEnd(this, System.nanoTime() - beganNs, null, () -> future.complete(result));
            }
            else
            {
                onFailure(server, (VelocityException) failure);
            }
        });
    }

    private void awaitServer()
    {
        final VelocityException unreachable = doubtfulAt == null ? pool.unreachableReason() : null;
        if (unreachable != null)
        {
            fail(
                new ConnectionLostException(
                    unreachable.code(), Outcome.NOT_DONE,
                    "no server can be reached: servers=" + pool.serverNames() + ", reason=" + unreachable.getMessage(),
                    unreachable));
            return;
        }
        waitCount++;
        pool.attemptLater(this, within(pool.backoff().delayNs(waitCount)));
    }

    /** No wait goes beyond the deadline. */
    private long within(final long delayNs)
    {
        return Math.max(0, Math.min(delayNs, deadlineNs - System.nanoTime()));
    }

    private void onFailure(final PooledServer server, final VelocityException failure)
    {
        if (failure.outcome() == Outcome.UNKNOWN)
        {
            doubtfulAt = server;
        }
        final long delayNs = Math.max(
            pool.backoff().delayNs(attemptCount), TimeUnit.MILLISECONDS.toNanos(failure.retryAfterMs()));
        if (!mayPass(failure) || attemptCount >= pool.maxAttempts() || delayNs >= deadlineNs - System.nanoTime())
        {
            fail(failure);
            return;
        }
        pool.listener().requestRetried(kind(), server.name(), attemptCount, failure);
        pool.attemptLater(this, delayNs);
    }

    /** Whether another attempt may have another result, and is safe. */
    private boolean mayPass(final VelocityException failure)
    {
        final boolean isUnknown = failure.outcome() == Outcome.UNKNOWN;
        if (failure instanceof RequestTimeoutException || isUnknown && !message.hasRequestId())
        {
            return false;
        }
        return switch (failure.code())
        {
            case SERVER_OVERLOADED, RATE_LIMITED, SHUTTING_DOWN -> true;
            // The store has stopped in the middle of it; when the server is there again it knows.
            case STORAGE_ERROR -> isUnknown;
            default -> failure instanceof ConnectionLostException;
        };
    }

    /** What an earlier attempt left in doubt stays so, whatever became of the last one. */
    private void fail(final VelocityException failure)
    {
        final VelocityException told = doubtfulAt != null && failure.outcome() == Outcome.NOT_DONE
            ? inDoubt(failure)
            : failure;
        pool.onEnd(this, System.nanoTime() - beganNs, told, () -> future.completeExceptionally(told));
    }

    private VelocityException inDoubt(final VelocityException failure)
    {
        final String text = "an earlier attempt may have been done: server=" + doubtfulAt.name() + ", attempts=" +
            attemptCount + ", last=" + failure.getMessage();
        if (failure instanceof RequestTimeoutException)
        {
            return new RequestTimeoutException(Outcome.UNKNOWN, text);
        }
        return failure instanceof ConnectionLostException || failure.code() == ErrorCode.SHUTTING_DOWN
            ? new ConnectionLostException(failure.code(), Outcome.UNKNOWN, text, failure)
            : new VelocityException(failure.code(), Outcome.UNKNOWN, text, failure);
    }
}
