package org.velocitydb.engine.command;

import java.util.function.Consumer;

import org.agrona.BitUtil;
import org.velocitydb.engine.concurrent.PaddedLong;

/**
 * Completions on their way from the writer to one event loop: a bounded queue with one producer and one consumer, whose
 * cells are made once.
 *
 * <p>The consumer never has more commands outstanding than the queue has cells ({@link #tryReserve()}), so the producer
 * always finds room and the writer never waits for a network thread.
 */
public final class CompletionQueue implements CompletionSink
{
    private final Completion[] cells;
    private final int mask;
    private final Runnable wakeConsumer;
    /** Written by the producer. */
    private final PaddedLong tail = new PaddedLong(0);
    /** Written by the consumer. */
    private final PaddedLong head = new PaddedLong(0);
    /** Owned by the consumer. */
    private int outstanding;

    /**
     * A queue.
     *
     * @param capacity     most commands outstanding; rounded up to a power of two.
     * @param wakeConsumer called by the writer at the end of each group that had a completion for this queue.
     */
    public CompletionQueue(final int capacity, final Runnable wakeConsumer)
    {
        final int length = BitUtil.findNextPositivePowerOfTwo(capacity);
        cells = new Completion[length];
        for (int i = 0; i < length; i++)
        {
            cells[i] = new Completion();
        }
        mask = length - 1;
        this.wakeConsumer = wakeConsumer;
    }

    /**
     * Reserves room for one completion, before the command is sent. Consumer only.
     *
     * @return false when as many commands are outstanding as the queue can hold.
     */
    public boolean tryReserve()
    {
        if (outstanding == cells.length)
        {
            return false;
        }
        outstanding++;
        return true;
    }

    /**
     * Takes a reservation back whose command was not sent after all. Consumer only.
     */
    public void unreserve()
    {
        outstanding--;
    }

    /**
     * Commands sent and not yet answered. Consumer only.
     *
     * @return the count.
     */
    public int outstanding()
    {
        return outstanding;
    }

    @Override
    public void onCompletion(final Completion completion)
    {
        final long position = tail.getPlain();
        cells[(int) position & mask].copyFrom(completion);
        // Release: pairs with the acquire in poll(). Whoever sees the new tail sees the whole cell.
        tail.setRelease(position + 1);
    }

    @Override
    public void onGroupEnd()
    {
        wakeConsumer.run();
    }

    /**
     * Takes what has arrived. Consumer only; allocation-free. What the consumer throws passes through; the completion
     * that it threw at is taken.
     *
     * @param consumer gets each completion, valid during the call.
     * @param limit    most completions to take.
     * @return how many were taken.
     */
    public int poll(final Consumer<Completion> consumer, final int limit)
    {
        final long first = head.getPlain();
        final long end = first + Math.min(tail.getAcquire() - first, limit);
        long position = first;
        try
        {
            while (position < end)
            {
                final Completion completion = cells[(int) position & mask];
                position++;
                consumer.accept(completion);
            }
        }
        finally
        {
            // Also where the consumer throws: what it has seen once must not come again for ever, before all others.
            taken(position, (int) (position - first));
        }
        return (int) (end - first);
    }

    private void taken(final long position, final int count)
    {
        if (count > 0)
        {
            outstanding -= count;
            // Opaque is enough: the producer never reads the head, the reservations keep it behind.
            head.setOpaque(position);
        }
    }
}
