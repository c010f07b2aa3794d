package org.velocitydb.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.velocitydb.engine.command.CommandStatus;

/**
 * Keeps the store's memory and files for the calls that are under way: either a call sees that the store is closed, or
 * the closing thread sees the call and waits for it. Any thread; closed by one.
 */
final class CallGate
{
    private static final long PAUSE_NS = 50_000;

    private final AtomicBoolean isClosed = new AtomicBoolean();
    /** Calls that have passed the test of {@link #isClosed}, and for a moment those that are about to fail it. */
    private final AtomicInteger callCount = new AtomicInteger();

    /**
     * Begins a call, which is to {@link #leave()}.
     *
     * @throws StoreException when the store is closed; then there is nothing to leave.
     */
    void enter()
    {
        callCount.incrementAndGet();
        if (isClosed.get())
        {
            callCount.decrementAndGet();
            throw closed();
        }
    }

    void leave()
    {
        callCount.decrementAndGet();
    }

    boolean isClosed()
    {
        return isClosed.get();
    }

    /**
     * Keeps out the calls that come from now on.
     *
     * @return false where that was done before.
     */
    boolean close()
    {
        return isClosed.compareAndSet(false, true);
    }

    /**
     * Waits until no call is under way.
     *
     * @param meanwhile is done again and again.
     */
    void awaitCalls(final Runnable meanwhile)
    {
        while (callCount.get() > 0)
        {
            meanwhile.run();
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    static StoreException closed()
    {
        return new StoreException(CommandStatus.CLOSED, "the store is closed");
    }
}
