package org.velocitydb.client;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A thread of the client's own: a connection's reader, the timer, or a worker. Futures are completed on them, so none
 * of them may wait for an answer, for room, or for a server that takes nothing. The timer and the workers are shared by
 * all connections of the process; they are daemons, as the readers are.
 */
final class ClientThread extends Thread
{
    /** Looks for what is late and sets off what is due. Never does anything that may block. */
    static final ScheduledThreadPoolExecutor TIMER = timer();
    /**
     * Does for the timer and the readers what may block: connecting, and writing. Each connection has at most one such
     * piece of work under way, which bounds their number; idle threads go.
     */
    static final ExecutorService WORKERS = new ThreadPoolExecutor(
        0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(),
        work -> new ClientThread(work, "velocity-client-worker"));

    ClientThread(final Runnable work, final String name)
    {
        super(work, name);
        setDaemon(true);
    }

    /** Whether the caller is one of the client's own threads. */
    static boolean isCurrent()
    {
        return Thread.currentThread() instanceof ClientThread;
    }

    private static ScheduledThreadPoolExecutor timer()
    {
        final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, work -> new ClientThread(work, "velocity-client-timer"));
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
