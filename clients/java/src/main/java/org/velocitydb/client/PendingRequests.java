package org.velocitydb.client;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The requests of a connection that wait for their answers, by their numbers, and the room for so many of them. For any
 * number of threads.
 *
 * <p>Room is taken before a request is put in, and given back by whoever takes it out, which only one can.
 */
final class PendingRequests
{
    /** There was none in time. */
    static final long NO_ROOM = -1;

    private final int maxCount;
    private final Semaphore permits;
    private final ConcurrentHashMap<Long, PendingRequest<?>> table = new ConcurrentHashMap<>();
    private final AtomicLong nextCorrelationId = new AtomicLong(1);

    PendingRequests(final int maxCount)
    {
        this.maxCount = maxCount;
        this.permits = new Semaphore(maxCount);
    }

    int maxCount()
    {
        return maxCount;
    }

    /** How many there are, about. */
    int count()
    {
        return maxCount - permits.availablePermits();
    }

    /**
     * Takes room for one. Waits for it, unless on a thread of the client's own: a reader must not wait for room that
     * only it can make.
     *
     * @return how long it waited, less than the timeout; {@link #NO_ROOM} if there was none in time.
     */
    long takeRoom(final long timeoutNs) throws InterruptedException
    {
        if (Thread.interrupted())
        {
            throw new InterruptedException();
        }
        if (permits.tryAcquire())
        {
            return 0;
        }
        if (ClientThread.isCurrent())
        {
            return NO_ROOM;
        }
        final long startNs = System.nanoTime();
        if (!permits.tryAcquire(timeoutNs, TimeUnit.NANOSECONDS))
        {
            return NO_ROOM;
        }
        final long waitedNs = System.nanoTime() - startNs;
        if (waitedNs >= timeoutNs)
        {
            permits.release();
            return NO_ROOM;
        }
        return waitedNs;
    }

    /** Gives back the room of one that was not put in. */
    void giveRoomBack()
    {
        permits.release();
    }

    /** A number that this connection has not had. */
    long nextCorrelationId()
    {
        return nextCorrelationId.getAndIncrement();
    }

    /** Whether somebody has asked, or may be asking, under a number. */
    boolean hasGivenOut(final long correlationId)
    {
        return correlationId > 0 && correlationId < nextCorrelationId.get();
    }

    void put(final PendingRequest<?> request)
    {
        table.put(request.correlationId(), request);
    }

    PendingRequest<?> get(final long correlationId)
    {
        return table.get(correlationId);
    }

    /** Those that there are; others may come and go meanwhile. */
    Collection<PendingRequest<?>> all()
    {
        return table.values();
    }

    /** Makes the caller the one who completes a request. */
    boolean take(final PendingRequest<?> request)
    {
        final boolean isTaken = table.remove(request.correlationId(), request);
        if (isTaken)
        {
            permits.release();
        }
        return isTaken;
    }

    /** Waits until there are none, and keeps the room of all; at most for a time. */
    void awaitNone(final long timeoutNs) throws InterruptedException
    {
        permits.tryAcquire(maxCount, timeoutNs, TimeUnit.NANOSECONDS);
    }

    /** Lets through whoever waits for room, to find that there is no connection any more. */
    void letThrough()
    {
        permits.release(maxCount);
    }
}
