package org.velocitydb.engine;

import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;
import org.velocitydb.engine.cache.CacheSize;

/**
 * Reads of the convenient kind: each borrows a reader that others have used before. Any thread.
 */
final class ReadCalls implements AutoCloseable
{
    private static final int IDLE_COUNT_MAX = 64;

    private final CallGate gate;
    private final OpenReaders readers;
    private final ManyToManyConcurrentArrayQueue<ReadCall> idle = new ManyToManyConcurrentArrayQueue<>(IDLE_COUNT_MAX);

    ReadCalls(final CallGate gate, final OpenReaders readers)
    {
        this.gate = gate;
        this.readers = readers;
    }

    /**
     * Begins a call, which ends when it is closed.
     *
     * @return the call.
     * @throws StoreException        when the store is closed.
     * @throws IllegalStateException when there are as many readers as there may be.
     */
    ReadCall begin()
    {
        gate.enter();
        boolean hasBegun = false;
        try
        {
            final ReadCall idleCall = idle.poll();
            final ReadCall call = idleCall != null
                ? idleCall
                : new ReadCall(readers.open(CacheSize.ofEntries(0)), this);
            hasBegun = true;
            return call;
        }
        finally
        {
            if (!hasBegun)
            {
                gate.leave();
            }
        }
    }

    void end(final ReadCall call)
    {
        try
        {
            if (!idle.offer(call))
            {
                call.free();
            }
        }
        finally
        {
            gate.leave();
        }
    }

    /** Frees the readers. No call is under way, and none begins. */
    @Override
    public void close()
    {
        for (ReadCall call = idle.poll(); call != null; call = idle.poll())
        {
            call.free();
        }
    }
}
