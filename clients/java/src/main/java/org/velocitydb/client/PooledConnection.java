package org.velocitydb.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;

/**
 * A place in a pool for one connection to a server, which is made anew whenever it is lost. At any time it has a
 * connection, or one attempt to make one is under way or due; that attempt owns the fields that are not shared.
 */
final class PooledConnection
{
    /** Before a server that does not let the user in is asked again: it bans who comes back too often. */
    private static final long REFUSED_DELAY_NS = TimeUnit.SECONDS.toNanos(30);

    private final PooledServer server;
    private final AtomicReference<Connection> connection = new AtomicReference<>();
    /** Since there was a connection. Owned by the attempt under way. */
    private int failedAttempts;

    PooledConnection(final PooledServer server)
    {
        this.server = server;
    }

    /** The connection, or null while there is none. */
    Connection get()
    {
        return connection.get();
    }

    /** Has a connection made; not twice. */
    void connectLater(final long delayNs)
    {
        ClientThread.TIMER.schedule(
            () -> ClientThread.WORKERS.execute(this::tryConnect), delayNs, TimeUnit.NANOSECONDS);
    }

    private void tryConnect()
    {
        if (server.isClosed())
        {
            return;
        }
        try
        {
            connect();
        }
        catch (final VelocityException ex)
        {
            onFailure(ex);
        }
        catch (final RuntimeException | Error ex)
        {
            // An Error, too, as where there are no more threads: the place would stay empty for good.
            onFailure(
                new VelocityException(ErrorCode.INTERNAL_ERROR, Outcome.NOT_DONE, "cannot connect: " + ex, ex));
        }
    }

    /**
     * Connects on the caller's thread, in place of the attempt that is due.
     *
     * @return who the server is.
     * @throws VelocityException if it cannot be reached, is not to be trusted, or does not let the user in.
     */
    Handshake.Identity connect()
    {
        final Connection made = Connection.open(server.options());
        final Handshake.Identity identity;
        try
        {
            identity = new Handshake(server.options()).shakeHands(made);
            if (server.pool().user() != null)
            {
                made.authenticate(
                    server.pool().user(), server.pool().password(), server.options().loginTimeout().toNanos());
            }
        }
        catch (final RuntimeException ex)
        {
            made.close(0);
            throw ex;
        }
        final int attempts = failedAttempts + 1;
        failedAttempts = 0;
        // Told once requests find it, and before it can be told to be lost.
        connection.set(made);
        server.onConnected(attempts);
        made.onLost(() -> onLost(made));
        if (server.isClosed())
        {
            close();
        }
        return identity;
    }

    private void onFailure(final VelocityException failure)
    {
        failedAttempts++;
        server.onConnectFailed(failedAttempts, failure);
        connectLater(delayNs(failure));
    }

    private long delayNs(final VelocityException failure)
    {
        final long askedNs = TimeUnit.MILLISECONDS.toNanos(failure.retryAfterMs());
        final long delayNs = Math.max(askedNs, server.pool().backoff().delayNs(failedAttempts));
        return failure.code() == ErrorCode.INVALID_CREDENTIALS ? Math.max(REFUSED_DELAY_NS, delayNs) : delayNs;
    }

    private void onLost(final Connection lost)
    {
        if (connection.compareAndSet(lost, null) && !server.isClosed())
        {
            // A random part of the first wait, since all clients of a server that ends lose it at the same time.
            final long delayNs = server.pool().backoff().delayNs(1);
            server.onLost(lost.loss());
            connectLater(delayNs);
        }
    }

    void close()
    {
        final Connection last = connection.getAndSet(null);
        if (last != null)
        {
            last.close(0);
        }
    }
}
