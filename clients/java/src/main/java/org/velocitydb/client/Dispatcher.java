package org.velocitydb.client;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Where requests go: to one connection, or to a pool that chooses one and tries again. For any number of threads.
 */
interface Dispatcher
{
    /**
     * Sends a request. Waits, at most for its time, where too many are outstanding; on a thread of the client's own it
     * fails then.
     *
     * @param message   of the request.
     * @param answers   makes what reads the answer, for each attempt.
     * @param timeoutNs that all of it may take; the server is told.
     * @return completed on a thread of the client's own.
     */
    <T> CompletableFuture<T> dispatch(RequestMessage message, Supplier<Answer<T>> answers, long timeoutNs);

    /**
     * Sends a request whose answer may go on for as long as frames of it come within a time. It is not tried again: who
     * reads it may have seen a part.
     *
     * @throws VelocityException if it was not sent; nothing is told to the answer then.
     */
    <T> CompletableFuture<T> stream(RequestMessage message, Answer<T> answer, long timeoutNs);

    /**
     * Sends a request whose answer is taken as it comes in, with a time for all of it, of which the server is told. It
     * is not tried again either.
     *
     * @throws VelocityException if it was not sent; nothing is told to the answer then.
     */
    <T> CompletableFuture<T> once(RequestMessage message, Answer<T> answer, long timeoutNs);

    /** Logs in. */
    void authenticate(String user, String password, long timeoutNs);

    /** Lets go of what the client that was handed out holds. */
    void release();
}
