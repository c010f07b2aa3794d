package org.velocitydb.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of buffers that all loops of a transport may hold together. Any thread may call; the loops do so only when
 * their own {@link BufferPool} has nothing to give, so the counter is not contended.
 */
final class BufferBudget
{
    private final long limitBytes;
    private final AtomicLong reservedBytes = new AtomicLong();

    BufferBudget(final long limitBytes)
    {
        this.limitBytes = limitBytes;
    }

    boolean tryReserve(final int lengthBytes)
    {
        if (reservedBytes.addAndGet(lengthBytes) <= limitBytes)
        {
            return true;
        }
        reservedBytes.addAndGet(-lengthBytes);
        return false;
    }

    /**
     * Reserves also what is not there, for bytes that were received already and have to go somewhere. Reading stops
     * before that, so it happens only when two loops took the last bytes at once: the excess is at most one receive
     * buffer for each loop.
     */
    void reserve(final int lengthBytes)
    {
        reservedBytes.addAndGet(lengthBytes);
    }

    void release(final int lengthBytes)
    {
        reservedBytes.addAndGet(-lengthBytes);
    }

    long availableBytes()
    {
        return limitBytes - reservedBytes.get();
    }

    long reservedBytes()
    {
        return reservedBytes.get();
    }
}
