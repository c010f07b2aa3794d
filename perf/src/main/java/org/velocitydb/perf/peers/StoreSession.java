package org.velocitydb.perf.peers;

/**
 * One thread's way to an {@link EmbeddedStore}. What is needed for each call (buffers, statements, read transactions)
 * lives here, so that a call costs what the store costs. Arrays that are passed belong to the caller again when the
 * call returns.
 */
interface StoreSession extends AutoCloseable
{
    /** Answer of {@link #get} for a key that is not there. */
    int ABSENT = -1;

    /** Told when an asynchronous put is on disk; on whatever thread knows it. */
    interface DurableListener
    {
        /**
         * The put is on disk.
         *
         * @param token as given with the put.
         */
        void onDurable(long token);
    }

    /**
     * Stores a record without forcing it to disk.
     *
     * @param key   of {@link PeerRecords#KEY_LENGTH} bytes.
     * @param value of {@link PeerRecords#VALUE_LENGTH} bytes.
     * @throws Exception what the store throws.
     */
    void put(byte[] key, byte[] value) throws Exception;

    /**
     * Stores records together without forcing them to disk.
     *
     * @param keys   of the records.
     * @param values of the records, as many.
     * @throws Exception what the store throws.
     */
    void putBatch(byte[][] keys, byte[][] values) throws Exception;

    /**
     * Stores a record and returns when it is on disk.
     *
     * @param key   of the record.
     * @param value of the record.
     * @throws Exception what the store throws.
     */
    void durablePut(byte[] key, byte[] value) throws Exception;

    /**
     * Stores a record and returns at once. Called where {@link EmbeddedStore#hasAsyncPuts()}.
     *
     * @param key      of the record.
     * @param value    of the record.
     * @param token    for the listener.
     * @param listener told when the record is on disk.
     * @throws Exception what the store throws.
     */
    default void putAsync(final byte[] key, final byte[] value, final long token, final DurableListener listener)
        throws Exception
    {
        throw new UnsupportedOperationException("the store has no asynchronous puts");
    }

    /**
     * Reads a record in its newest state.
     *
     * @param key   of the record.
     * @param value gets the value, from its beginning.
     * @return length of the value, or {@link #ABSENT}.
     * @throws Exception what the store throws.
     */
    int get(byte[] key, byte[] value) throws Exception;

    /**
     * Reads records in the order of their keys, all as of one moment after the call began.
     *
     * @param from   key at or after which the first record is.
     * @param limit  how many records at most.
     * @param keys   gets the keys, one after the other.
     * @param values gets the values, one after the other.
     * @return how many records there were.
     * @throws Exception what the store throws.
     */
    int scan(byte[] from, int limit, byte[] keys, byte[] values) throws Exception;

    @Override
    void close();
}
