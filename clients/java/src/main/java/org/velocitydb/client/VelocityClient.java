package org.velocitydb.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;

/**
 * A client on one connection, for any number of threads. Their requests travel together and are answered as they are
 * ready; a thread sees what it has been told is written.
 *
 * <p>Whatever goes wrong is a {@link VelocityException}. After a {@link ConnectionLostException} this client stays
 * without a connection; make another, or have a {@link VelocityPool} do that.
 */
public final class VelocityClient implements AutoCloseable
{
    private final ClientOptions options;
    private final Dispatcher dispatcher;
    private final long timeoutNs;
    private final AsyncVelocityClient async;
    private final Handshake.Identity server;

    VelocityClient(
        final ClientOptions options,
        final Dispatcher dispatcher,
        final long timeoutNs,
        final Handshake.Identity server)
    {
        this.options = options;
        this.dispatcher = dispatcher;
        this.timeoutNs = timeoutNs;
        this.async = new AsyncVelocityClient(dispatcher, timeoutNs);
        this.server = server;
    }

    /**
     * Connects with default options.
     *
     * @param address <code>host:port</code>.
     * @return a client that has made sure who the server is.
     */
    public static VelocityClient connect(final String address)
    {
        return connect(ClientOptions.of(address));
    }

    /**
     * Connects, and makes sure that the server holds its key and that the key is the one known.
     *
     * @param options of the client.
     * @return a client.
     * @throws FingerprintChangedException if another key is known for the server.
     * @throws VelocityException           if the server cannot be reached or trusted.
     */
    public static VelocityClient connect(final ClientOptions options)
    {
        final Connection connection = Connection.open(options);
        try
        {
            final Handshake.Identity server = new Handshake(options).shakeHands(connection);
            return new VelocityClient(options, connection, options.requestTimeout().toNanos(), server);
        }
        catch (final RuntimeException ex)
        {
            connection.release();
            throw ex;
        }
    }

    /**
     * Says who is asking; until then the server answers nothing else. Takes a tenth of a second and more, and the time
     * of all who asked before; see {@link ClientOptions#loginTimeout}.
     *
     * @param user     of the server.
     * @param password of the user.
     * @throws VelocityException with {@link ErrorCode#INVALID_CREDENTIALS} if one of them is wrong; without asking the
     *                           server, if the password would travel in clear to another machine.
     */
    public void authenticate(final String user, final String password)
    {
        refuseOnOwnThread();
        dispatcher.authenticate(user, password, options.loginTimeout().toNanos());
    }

    /**
     * The same client with another deadline for each call.
     *
     * @param timeout that a call may take; the server is told. For a scan it is the time between two pages.
     * @return a view of this client; closing either closes both.
     */
    public VelocityClient within(final Duration timeout)
    {
        return new VelocityClient(
            options, dispatcher, ClientOptions.positive("timeout", timeout).toNanos(), server);
    }

    /**
     * The calls that do not wait.
     *
     * @return a view of this client.
     */
    public AsyncVelocityClient async()
    {
        return async;
    }

    /**
     * Fingerprint of the server's key.
     *
     * @return 64 hexadecimal digits.
     */
    public String fingerprint()
    {
        return server.fingerprint();
    }

    /**
     * What the server calls its version.
     *
     * @return text.
     */
    public String serverVersion()
    {
        return server.version();
    }

    /**
     * Stores a text under a text.
     *
     * @param key   in UTF-8 1 to 64 KiB.
     * @param value in UTF-8 up to 64 MiB.
     * @return what became of it.
     */
    public WriteAnswer insert(final String key, final String value)
    {
        return call(() -> async.insert(key, value));
    }

    /**
     * Reads the text under a text.
     *
     * @param key to look up.
     * @return the value, if there is one.
     */
    public Optional<String> select(final String key)
    {
        return get(key.getBytes(StandardCharsets.UTF_8)).map(VersionedValue::text);
    }

    /**
     * Reads the value of a key.
     *
     * @param key to look up.
     * @return the value with its version, if there is one.
     */
    public Optional<VersionedValue> get(final byte[] key)
    {
        return read(() -> async.get(key));
    }

    /**
     * Reads the values of many keys as of one snapshot.
     *
     * @param keys to look up, 10,000 at most.
     * @return the values in the order of the keys.
     */
    public List<Optional<VersionedValue>> multiGet(final List<byte[]> keys)
    {
        return read(() -> async.multiGet(keys));
    }

    /**
     * Stores a value.
     *
     * @param key   of the value.
     * @param value to store.
     * @return what became of it.
     */
    public WriteAnswer put(final byte[] key, final byte[] value)
    {
        return call(() -> async.put(key, value));
    }

    /**
     * Stores a value if the key is absent.
     *
     * @param key   of the value.
     * @param value to store.
     * @return what became of it.
     */
    public WriteAnswer putIfAbsent(final byte[] key, final byte[] value)
    {
        return batch(new WriteRequest().putIfAbsent(key, value));
    }

    /**
     * Stores a value if the key is present.
     *
     * @param key   of the value.
     * @param value to store.
     * @return what became of it.
     */
    public WriteAnswer putIfPresent(final byte[] key, final byte[] value)
    {
        return batch(new WriteRequest().putIfPresent(key, value));
    }

    /**
     * Stores a value if the key has a version.
     *
     * @param key     of the value.
     * @param value   to store.
     * @param version that it must have.
     * @return what became of it.
     */
    public WriteAnswer putIfVersion(final byte[] key, final byte[] value, final long version)
    {
        return batch(new WriteRequest().putIfVersion(key, value, version));
    }

    /**
     * Stores a value that ceases to be after a time.
     *
     * @param key   of the value.
     * @param value to store.
     * @param ttl   a millisecond or more.
     * @return what became of it.
     */
    public WriteAnswer put(final byte[] key, final byte[] value, final Duration ttl)
    {
        return call(() -> async.put(key, value, ttl));
    }

    /**
     * Adds to a counter; see {@link WriteRequest#increment(byte[], long)}.
     *
     * @param key   of the counter; absent, it counts as 0.
     * @param delta to add.
     * @return what the counter came to.
     */
    public long increment(final byte[] key, final long delta)
    {
        return call(() -> async.increment(key, delta));
    }

    /**
     * Deletes a key.
     *
     * @param key that need not exist.
     * @return what became of it.
     */
    public WriteAnswer delete(final byte[] key)
    {
        return call(() -> async.delete(key));
    }

    /**
     * Deletes a key if it has a version.
     *
     * @param key     to delete.
     * @param version that it must have.
     * @return what became of it.
     */
    public WriteAnswer deleteIfVersion(final byte[] key, final long version)
    {
        return batch(new WriteRequest().deleteIfVersion(key, version));
    }

    /**
     * Does operations together or not at all.
     *
     * @param request with at least one operation.
     * @return what became of them.
     */
    public WriteAnswer batch(final WriteRequest request)
    {
        return call(() -> async.batch(request));
    }

    /**
     * Finds entries as of one snapshot.
     *
     * @param request says which.
     * @return entries as they come in; see {@link Scan} for its bound.
     */
    public Scan scan(final ScanRequest request)
    {
        refuseOnOwnThread();
        final Scan scan = new Scan(options.scanBufferLength(), timeoutNs);
        dispatcher.stream(request.message(), scan.answer(), timeoutNs);
        return scan;
    }

    /**
     * Runs a statement.
     *
     * @param sql        with a ? for each parameter.
     * @param parameters null, text, byte[], integers, floating-point numbers or Boolean.
     * @return what it did and found.
     */
    public QueryResult query(final String sql, final Object... parameters)
    {
        return Requests.mayChange(sql)
            ? call(() -> async.query(sql, parameters))
            : read(() -> async.query(sql, parameters));
    }

    /**
     * Runs a statement whose rows are taken as they come in. Returns before there is an answer; where the statement
     * fails, the cursor's methods say so. A pool does not try it again.
     *
     * @param timeout    until the answer is whole, which the server is told, too; null for no such limit, but the time
     *                   of a request within which each page has to come.
     * @param sql        with a ? for each parameter.
     * @param parameters null, text, byte[], integers, floating-point numbers or Boolean.
     * @return its rows; see {@link QueryCursor} for their bound.
     * @throws VelocityException if the statement was not sent.
     */
    public QueryCursor queryCursor(final Duration timeout, final String sql, final Object... parameters)
    {
        refuseOnOwnThread();
        final RequestMessage message = Requests.sql(sql, parameters);
        final QueryCursor cursor = new QueryCursor(
            message.mayChange() ? Outcome.UNKNOWN : Outcome.NOT_DONE, options.scanBufferLength(), timeoutNs);
        if (timeout == null)
        {
            dispatcher.stream(message, cursor.answer(), timeoutNs);
        }
        else
        {
            dispatcher.once(message, cursor.answer(), Math.max(1, timeout.toNanos()));
        }
        return cursor;
    }

    /**
     * Asks for the server's statistics.
     *
     * @return a JSON object.
     */
    public String stats()
    {
        return read(() -> async.stats());
    }

    /**
     * Asks whether the server is there.
     */
    public void ping()
    {
        read(() -> async.ping());
    }

    /**
     * Waits for outstanding requests, at most for the time that one may take, and closes the connection. What is still
     * outstanding then fails with a {@link ConnectionLostException}. May be called twice. A client of a
     * {@link VelocityPool} has nothing to close: the pool goes on.
     */
    @Override
    public void close()
    {
        dispatcher.release();
    }

    private static <T> T call(final Supplier<CompletableFuture<T>> request)
    {
        refuseOnOwnThread();
        return await(request.get(), Outcome.UNKNOWN);
    }

    private static <T> T read(final Supplier<CompletableFuture<T>> request)
    {
        refuseOnOwnThread();
        return await(request.get(), Outcome.NOT_DONE);
    }

    private static void refuseOnOwnThread()
    {
        if (ClientThread.isCurrent())
        {
            throw new IllegalStateException("a call that waits must not be made where answers are completed");
        }
    }

    /** Waits for an answer; whoever is interrupted knows of the request what is given here. */
    static <T> T await(final CompletableFuture<T> future, final Outcome outcomeWhenInterrupted)
    {
        try
        {
            return future.get();
        }
        catch (final ExecutionException ex)
        {
            if (ex.getCause() instanceof VelocityException)
            {
                throw (VelocityException) ex.getCause();
            }
            throw new IllegalStateException(ex.getCause());
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            throw new VelocityException(
                ErrorCode.DEADLINE_EXCEEDED, outcomeWhenInterrupted, "interrupted while waiting for an answer", ex);
        }
    }
}
