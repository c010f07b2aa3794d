package org.velocitydb.server.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * The last requests that took longer than a threshold. Any thread adds and reads, without a lock; a reader that meets a
 * place just being written again gets the older or the newer request. {@link #drain} is for one thread, which writes
 * them to the server's log, so that no event loop waits for a file.
 */
public final class SlowLog
{
    /** Requests that are kept. */
    static final int CAPACITY = 256;

    private final AtomicReferenceArray<SlowRequest> requests = new AtomicReferenceArray<>(CAPACITY);
    private final AtomicLong count = new AtomicLong();
    /** Owned by the thread that drains. */
    private long drained;

    SlowLog()
    {
    }

    void add(final SlowRequest request)
    {
        final long index = count.getAndIncrement();
        // Release: pairs with the acquire of the readers. Whoever sees the request sees its fields.
        requests.setRelease((int) index % CAPACITY, request);
    }

    /**
     * How many there have been.
     *
     * @return the count, those that are no longer kept included.
     */
    public long count()
    {
        return count.get();
    }

    ShowRows rows()
    {
        final List<SlowRequest> newestFirst = new ArrayList<>();
        final long end = count.get();
        for (long index = end - 1; index >= Math.max(0, end - CAPACITY); index--)
        {
            final SlowRequest request = requests.getAcquire((int) index % CAPACITY);
            if (request != null)
            {
                newestFirst.add(request);
            }
        }
        return new ShowRows(SlowRequest.COLUMNS, newestFirst.size(), (index) -> newestFirst.get(index).texts());
    }

    /**
     * Hands over what has been added since the last call.
     *
     * @param consumer gets each request, the oldest first.
     * @param limit    most requests to hand over; the newest of them are passed over.
     * @return how many were passed over, or overwritten before they could be handed over.
     */
    public long drain(final Consumer<SlowRequest> consumer, final int limit)
    {
        final long end = count.get();
        final long first = Math.max(drained, end - CAPACITY);
        final long last = Math.min(end, first + limit);
        for (long index = first; index < last; index++)
        {
            final SlowRequest request = requests.getAcquire((int) index % CAPACITY);
            if (request != null)
            {
                consumer.accept(request);
            }
        }
        final long passedOver = end - drained - (last - first);
        drained = end;
        return passedOver;
    }
}
