package org.velocitydb.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.velocitydb.protocol.v2.MessageType;

/**
 * The calls of a {@link VelocityClient} that do not wait for their answers. For any number of threads.
 *
 * <p>Futures fail with a {@link VelocityException}. They are completed by the connection's reader thread: what hangs on
 * them must not wait, and hands longer work to an executor of its own. A call waits only where as many requests are
 * outstanding as the options allow; on a thread of the client's own it fails instead. Arrays that are handed over must
 * not change before the future is completed: a pool may send them again.
 */
public final class AsyncVelocityClient
{
    private final Dispatcher dispatcher;
    private final long timeoutNs;

    AsyncVelocityClient(final Dispatcher dispatcher, final long timeoutNs)
    {
        this.dispatcher = dispatcher;
        this.timeoutNs = timeoutNs;
    }

    /**
     * The same calls with another deadline.
     *
     * @param timeout that each of them may take; the server is told.
     * @return a view of the same client.
     */
    public AsyncVelocityClient within(final Duration timeout)
    {
        return new AsyncVelocityClient(dispatcher, ClientOptions.positive("timeout", timeout).toNanos());
    }

    /**
     * Stores a text under a text.
     *
     * @param key   in UTF-8 1 to 64 KiB.
     * @param value in UTF-8 up to 64 MiB.
     * @return what became of it.
     */
    public CompletableFuture<WriteAnswer> insert(final String key, final String value)
    {
        return put(utf8(key), utf8(value));
    }

    /**
     * Reads the text under a text.
     *
     * @param key to look up.
     * @return the value, if there is one.
     */
    public CompletableFuture<Optional<String>> select(final String key)
    {
        return get(utf8(key)).thenApply(found -> found.map(VersionedValue::text));
    }

    /**
     * Reads the value of a key.
     *
     * @param key to look up.
     * @return the value with its version, if there is one.
     */
    public CompletableFuture<Optional<VersionedValue>> get(final byte[] key)
    {
        return send(Requests.get(key), Answers.Get::new);
    }

    /**
     * Reads the values of many keys as of one snapshot.
     *
     * @param keys to look up, 10,000 at most.
     * @return the values in the order of the keys.
     */
    public CompletableFuture<List<Optional<VersionedValue>>> multiGet(final List<byte[]> keys)
    {
        return send(Requests.multiGet(List.copyOf(keys)), Answers.MultiGet::new);
    }

    /**
     * Stores a value.
     *
     * @param key   of the value.
     * @param value to store.
     * @return what became of it.
     */
    public CompletableFuture<WriteAnswer> put(final byte[] key, final byte[] value)
    {
        return batch(new WriteRequest().put(key, value));
    }

    /**
     * Stores a value that ceases to be after a time.
     *
     * @param key   of the value.
     * @param value to store.
     * @param ttl   a millisecond or more.
     * @return what became of it.
     */
    public CompletableFuture<WriteAnswer> put(final byte[] key, final byte[] value, final Duration ttl)
    {
        return batch(new WriteRequest().put(key, value, ttl));
    }

    /**
     * Adds to a counter; see {@link WriteRequest#increment(byte[], long)}.
     *
     * @param key   of the counter.
     * @param delta to add.
     * @return what the counter came to.
     */
    public CompletableFuture<Long> increment(final byte[] key, final long delta)
    {
        return batch(new WriteRequest().increment(key, delta)).thenApply(WriteAnswer::counterValue);
    }

    /**
     * Deletes a key.
     *
     * @param key that need not exist.
     * @return what became of it.
     */
    public CompletableFuture<WriteAnswer> delete(final byte[] key)
    {
        return batch(new WriteRequest().delete(key));
    }

    /**
     * Does operations together or not at all.
     *
     * @param request with at least one operation.
     * @return what became of them.
     */
    public CompletableFuture<WriteAnswer> batch(final WriteRequest request)
    {
        return send(request.message(), Answers.Write::new);
    }

    /**
     * Runs a statement.
     *
     * @param sql        with a ? for each parameter.
     * @param parameters null, text, byte[], integers, floating-point numbers or Boolean.
     * @return what it did and found.
     */
    public CompletableFuture<QueryResult> query(final String sql, final Object... parameters)
    {
        return send(Requests.sql(sql, parameters), Answers.Query::new);
    }

    /**
     * Asks for the server's statistics.
     *
     * @return a JSON object.
     */
    public CompletableFuture<String> stats()
    {
        return send(RequestMessage.empty(MessageType.STATS), Answers.Text::new);
    }

    /**
     * Asks whether the server is there.
     *
     * @return completed if it is.
     */
    public CompletableFuture<Void> ping()
    {
        return send(RequestMessage.empty(MessageType.PING), Answers.Empty::new);
    }

    private <T> CompletableFuture<T> send(final RequestMessage message, final Supplier<Answer<T>> answers)
    {
        return dispatcher.dispatch(message, answers, timeoutNs);
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
