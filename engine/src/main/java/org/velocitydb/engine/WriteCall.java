package org.velocitydb.engine;

import java.util.concurrent.locks.LockSupport;

import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.CompletionSink;

/**
 * One thread's wait for the answer to the write it has sent. Reused for each write of the thread.
 */
final class WriteCall implements CompletionSink
{
    private static final int SPIN_COUNT = 200;

    private final Completion completion = new Completion();
    private Thread caller;
    private volatile boolean isDone;

    void begin()
    {
        caller = Thread.currentThread();
        isDone = false;
    }

    @Override
    public void onCompletion(final Completion answer)
    {
        completion.copyFrom(answer);
        // Read before the release below: afterwards the caller may begin its next write.
        final Thread waiting = caller;
        // Volatile store: pairs with the load in await(). Whoever sees it set sees the whole completion.
        isDone = true;
        LockSupport.unpark(waiting);
    }

    @Override
    public void onGroupEnd()
    {
        // The caller was woken by its completion already.
    }

    @Override
    public boolean wantsGroupEnd()
    {
        return false;
    }

    /**
     * Waits for the answer. An interrupt does not end the wait, since the write cannot be taken back; it is kept for
     * the caller to find.
     *
     * @return the answer, valid until the thread's next write.
     */
    Completion await()
    {
        for (int i = 0; i < SPIN_COUNT && !isDone; i++)
        {
            Thread.onSpinWait();
        }
        boolean wasInterrupted = false;
        while (!isDone)
        {
            LockSupport.park(this);
            wasInterrupted |= Thread.interrupted();
        }
        if (wasInterrupted)
        {
            Thread.currentThread().interrupt();
        }
        return completion;
    }
}
