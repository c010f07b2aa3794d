package org.velocitydb.client;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.velocitydb.protocol.v2.MessageType;

/**
 * The calls of a {@link VelocityClient} that do not wait for their answers. For any number of threads.
 *
 * <p>Futures fail with a {@link VelocityException}. They are completed by the connection's reader thread: what hangs on
 * them must not wait, and hands longer work to an executor of its own. A call waits only where as many requests are
 * outstanding as the options allow; on the reader thread it fails instead.
 */
public final class AsyncVelocityClient
{
    private final Connection connection;

    AsyncVelocityClient(final Connection connection)
    {
        this.connection = connection;
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
        return connection.send(Requests.get(key), new Answers.Get());
    }

    /**
     * Reads the values of many keys as of one snapshot.
     *
     * @param keys to look up, 10,000 at most.
     * @return the values in the order of the keys.
     */
    public CompletableFuture<List<Optional<VersionedValue>>> multiGet(final List<byte[]> keys)
    {
        return connection.send(Requests.multiGet(List.copyOf(keys)), new Answers.MultiGet());
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
        return connection.send(request.message(), new Answers.Write());
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
        return connection.send(Requests.sql(sql, parameters), new Answers.Query());
    }

    /**
     * Asks for the server's statistics.
     *
     * @return a JSON object.
     */
    public CompletableFuture<String> stats()
    {
        return connection.send(RequestMessage.empty(MessageType.STATS), new Answers.Text());
    }

    /**
     * Asks whether the server is there.
     *
     * @return completed if it is.
     */
    public CompletableFuture<Void> ping()
    {
        return connection.send(RequestMessage.empty(MessageType.PING), new Answers.Empty());
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
