package org.velocitydb.client;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;

/**
 * Connections to one or several servers, which are made anew when they are lost, and a client that uses them. For any
 * number of threads.
 *
 * <p>Requests that fail for a reason that may pass are tried again, within their time: reads anywhere; writes, which
 * all carry an identity, at the server that may have done them, which does each once, also if it crashed and was
 * started again in between. What fails all the same says by its {@link VelocityException#outcome()} whether it
 * certainly was not done. Where no server can be reached, requests fail at once.
 *
 * <p>Servers do not share their data. With several, it is the caller who knows that they hold the same (copies that are
 * read) or that it does not matter where a write goes; by default all requests go to the first that can be reached, and
 * when it is gone to the next, which does not have what the first one was told.
 */
public final class VelocityPool implements AutoCloseable
{
    private final PoolOptions options;
    private final PooledServer[] servers;
    private final Router router = new Router();
    private final RequestIds ids = new RequestIds();
    private final Semaphore permits;
    private final AtomicInteger nextServer = new AtomicInteger();
    /** Requests that wait for their next attempt; the timer and {@link #close} take them out. */
    private final Set<PooledRequest<?>> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private volatile boolean isStopped;
    private final VelocityClient client;

    private VelocityPool(final PoolOptions options)
    {
        this.options = options;
        permits = new Semaphore(options.maxOutstandingRequests());
        servers = new PooledServer[options.servers().size()];
        for (int i = 0; i < servers.length; i++)
        {
            servers[i] = new PooledServer(options.servers().get(i), options);
        }
        final ClientOptions first = options.servers().get(0);
        client = new VelocityClient(first, router, first.requestTimeout().toNanos(), connectFirst());
    }

    /**
     * Connects to one server.
     *
     * @param address        <code>host:port</code>.
     * @param user           who logs in.
     * @param password       of the user.
     * @param maxConnections that there may be.
     * @return a pool with a connection.
     */
    public static VelocityPool connect(
        final String address, final String user, final String password, final int maxConnections)
    {
        return connect(PoolOptions.of(address).login(user, password).connectionsPerServer(maxConnections));
    }

    /**
     * Connects to the first server that can be reached; to the others meanwhile.
     *
     * @param options of the pool.
     * @return a pool with a connection.
     * @throws VelocityException if no server can be reached, or one that can refuses the user.
     */
    public static VelocityPool connect(final PoolOptions options)
    {
        return new VelocityPool(options);
    }

    private Handshake.Identity connectFirst()
    {
        VelocityException failure = null;
        for (int i = 0; i < servers.length; i++)
        {
            try
            {
                final Handshake.Identity identity = servers[i].connect();
                for (int j = i + 1; j < servers.length; j++)
                {
                    servers[j].connectLater();
                }
                return identity;
            }
            catch (final RuntimeException ex)
            {
                if (!mayAnotherDoBetter(ex))
                {
                    stop();
                    throw ex;
                }
                failure = (VelocityException) ex;
            }
        }
        stop();
        throw failure;
    }

    /** A server that has no room or ends is passed over; one that refuses the user is not. */
    private static boolean mayAnotherDoBetter(final RuntimeException failure)
    {
        if (failure instanceof ConnectionLostException || failure instanceof RequestTimeoutException)
        {
            return true;
        }
        return failure instanceof final VelocityException refusal && switch (refusal.code())
        {
            case SERVER_OVERLOADED, SHUTTING_DOWN, CONNECTION_LIMIT, RATE_LIMITED -> true;
            default -> false;
        };
    }

    /**
     * A client whose requests go through this pool. It is not to be logged in, and closing it closes nothing.
     *
     * @return the same client for everybody. Its fingerprint and version are those of the server reached first.
     */
    public VelocityClient client()
    {
        return client;
    }

    /**
     * Takes no further requests, waits for those that are under way, at most for the time that one may take, and closes
     * all connections. What is still under way then fails with a {@link ConnectionLostException}.
     */
    @Override
    public void close()
    {
        close(options.servers().get(0).requestTimeout());
    }

    /**
     * As {@link #close()}, with another bound.
     *
     * @param timeout how long to wait.
     */
    public void close(final Duration timeout)
    {
        if (!isClosed.compareAndSet(false, true))
        {
            return;
        }
        try
        {
            if (!ClientThread.isCurrent())
            {
                permits.tryAcquire(options.maxOutstandingRequests(), timeout.toNanos(), TimeUnit.NANOSECONDS);
            }
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
        stop();
        for (final PooledRequest<?> request : waiting)
        {
            attemptNow(request);
        }
        // Whoever waits for room is let through, to find that the pool is closed.
        permits.release(options.maxOutstandingRequests());
    }

    private void stop()
    {
        isStopped = true;
        for (final PooledServer server : servers)
        {
            server.close();
        }
    }

    // --- what requests ask of their pool

    boolean isStopped()
    {
        return isStopped;
    }

    int maxAttempts()
    {
        return options.maxAttempts();
    }

    Backoff backoff()
    {
        return options.backoff();
    }

    PoolListener listener()
    {
        return options.listener();
    }

    /** The server whose turn it is, or null where none has a connection. */
    PooledServer choose()
    {
        final boolean isRotating = options.balancing() != Balancing.FIRST_REACHABLE;
        final int first = isRotating ? Math.floorMod(nextServer.getAndIncrement(), servers.length) : 0;
        PooledServer chosen = null;
        int leastCount = Integer.MAX_VALUE;
        for (int i = 0; i < servers.length; i++)
        {
            final PooledServer server = servers[(first + i) % servers.length];
            if (server.isConnected())
            {
                if (options.balancing() != Balancing.LEAST_OUTSTANDING)
                {
                    return server;
                }
                final int count = server.outstandingCount();
                chosen = count < leastCount ? server : chosen;
                leastCount = Math.min(leastCount, count);
            }
        }
        return chosen;
    }

    /** Why no server can be reached, or null where one can, or may. */
    VelocityException unreachableReason()
    {
        VelocityException reason = null;
        for (final PooledServer server : servers)
        {
            reason = server.unreachableReason();
            if (reason == null)
            {
                return null;
            }
        }
        return reason;
    }

    List<String> serverNames()
    {
        return Arrays.stream(servers).map(PooledServer::name).toList();
    }

    void attemptLater(final PooledRequest<?> request, final long delayNs)
    {
        waiting.add(request);
        ClientThread.TIMER.schedule(() -> attemptNow(request), delayNs, TimeUnit.NANOSECONDS);
        if (isStopped)
        {
            attemptNow(request);
        }
    }

    private void attemptNow(final PooledRequest<?> request)
    {
        if (waiting.remove(request))
        {
            request.attempt();
        }
    }

    /** A request is settled or given up; then it is completed. */
    void onEnd(
        final PooledRequest<?> request,
        final long durationNs,
        final VelocityException failure,
        final Runnable completion)
    {
        if (request.id() != null)
        {
            ids.giveBack(request.id());
        }
        onEnd(request.kind(), durationNs, failure);
        completion.run();
    }

    private void onEnd(final RequestKind kind, final long durationNs, final VelocityException failure)
    {
        permits.release();
        listener().requestEnded(kind, durationNs, failure);
    }

    static ConnectionLostException closed()
    {
        return new ConnectionLostException(ErrorCode.SHUTTING_DOWN, Outcome.NOT_DONE, "pool is closed", null);
    }

    /** Takes room for a request; waits for it at most for the request's time. Null, or why there is none. */
    private VelocityException refusal(final long timeoutNs)
    {
        if (isClosed.get())
        {
            return closed();
        }
        try
        {
            final boolean hasRoom = ClientThread.isCurrent()
                ? permits.tryAcquire()
                : permits.tryAcquire(timeoutNs, TimeUnit.NANOSECONDS);
            if (!hasRoom)
            {
                return new VelocityException(
                    ErrorCode.SERVER_OVERLOADED, Outcome.NOT_DONE,
                    "too many outstanding requests: max=" + options.maxOutstandingRequests(), null);
            }
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            return new VelocityException(
                ErrorCode.DEADLINE_EXCEEDED, Outcome.NOT_DONE, "interrupted before it was sent", ex);
        }
        if (isClosed.get())
        {
            permits.release();
            return closed();
        }
        return null;
    }

    /** Where the client of this pool sends its requests. */
    private final class Router implements Dispatcher
    {
        @Override
        public <T> CompletableFuture<T> dispatch(
            final RequestMessage message, final Supplier<Answer<T>> answers, final long timeoutNs)
        {
            final long deadlineNs = System.nanoTime() + timeoutNs;
            final VelocityException refusal = refusal(timeoutNs);
            if (refusal != null)
            {
                return CompletableFuture.failedFuture(refusal);
            }
            final boolean needsId = message.effect() == RequestMessage.Effect.WRITES_ONCE && !message.hasRequestId();
            final PooledRequest<T> request = new PooledRequest<>(
                VelocityPool.this, message, needsId ? ids.take() : null, answers, deadlineNs);
            listener().requestStarted(request.kind());
            final CompletableFuture<T> future = request.future();
            request.attempt();
            return future;
        }

        @Override
        public <T> CompletableFuture<T> stream(
            final RequestMessage message, final Answer<T> answer, final long timeoutNs)
        {
            return sendOnce(message, timeoutNs, connection -> connection.stream(message, answer, timeoutNs));
        }

        @Override
        public <T> CompletableFuture<T> once(final RequestMessage message, final Answer<T> answer, final long timeoutNs)
        {
            final long deadlineNs = System.nanoTime() + timeoutNs;
            return sendOnce(
                message, timeoutNs,
                connection -> connection.once(message, answer, Math.max(1, deadlineNs - System.nanoTime())));
        }

        private <T> CompletableFuture<T> sendOnce(
            final RequestMessage message,
            final long timeoutNs,
            final Function<Connection, CompletableFuture<T>> sending)
        {
            final VelocityException refusal = refusal(timeoutNs);
            if (refusal != null)
            {
                throw refusal;
            }
            final long beganNs = System.nanoTime();
            final RequestKind kind = RequestKind.ofType(message.type());
            listener().requestStarted(kind);
            final CompletableFuture<T> future;
            try
            {
                future = sending.apply(connected());
            }
            catch (final RuntimeException | Error ex)
            {
                final VelocityException failure = ex instanceof final VelocityException refused
                    ? refused
                    : new VelocityException(
                        ErrorCode.INTERNAL_ERROR, Outcome.NOT_DONE, "cannot be sent: " + ex, ex);
                onEnd(kind, System.nanoTime() - beganNs, failure);
                throw failure;
            }
            return future.whenComplete(
                (result, failure) -> onEnd(kind, System.nanoTime() - beganNs, (VelocityException) failure));
        }

        private Connection connected()
        {
            final PooledServer server = choose();
            final Connection connection = server == null ? null : server.pick();
            if (connection == null)
            {
                throw new ConnectionLostException(
                    ErrorCode.SERVER_OVERLOADED, Outcome.NOT_DONE,
                    "no server can be reached: servers=" + serverNames(), unreachableReason());
            }
            return connection;
        }

        @Override
        public void authenticate(final String user, final String password, final long timeoutNs)
        {
            throw new VelocityException(
                ErrorCode.INVALID_COMMAND, Outcome.NOT_DONE,
                "a pool logs in by itself: see PoolOptions.login", null);
        }

        @Override
        public void release()
        {
            // The pool is closed by who made it.
        }
    }
}
