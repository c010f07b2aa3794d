package org.velocitydb.client;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;

/**
 * What has come of a long answer and waits to be taken: pages of elements, a bounded number of bytes of them. The
 * reader puts pages in, and waits where there is no room; where nobody makes any within a time, the answer has failed.
 * One thread iterates; any may close, after which the iteration is at its end and what is to come is let go of.
 *
 * <p>Whoever waits here is woken by the end of the answer, which a request without one comes to by the connection's
 * timer.
 */
final class PageBuffer<T> implements Iterator<T>
{
    /** Elements, and what they took on the wire. */
    private record Page<T>(List<T> elements, int length)
    {
    }

    private final String name;
    private final Outcome outcomeOfFailure;
    private final long timeoutNs;

    /** Guarded by this object's monitor, as is all that follows. */
    private final ArrayDeque<Page<T>> pages = new ArrayDeque<>();
    private long maxBufferedLength;
    private long bufferedLength;
    private boolean isWhole;
    private VelocityException failure;
    /** Written under the monitor; the iteration looks at it without. */
    private volatile boolean isClosed;

    /** Of the page that is iterated over; owned by whoever iterates. */
    private Iterator<T> page = Collections.emptyIterator();

    /**
     * Makes one that is empty.
     *
     * @param name              of the elements, for messages.
     * @param outcomeOfFailure  what is known of the request where its answer is given up here.
     * @param maxBufferedLength that may wait; a single page may be longer.
     * @param timeoutNs         that the reader waits for room.
     */
    PageBuffer(
        final String name, final Outcome outcomeOfFailure, final int maxBufferedLength, final long timeoutNs)
    {
        this.name = name;
        this.outcomeOfFailure = outcomeOfFailure;
        this.maxBufferedLength = maxBufferedLength;
        this.timeoutNs = timeoutNs;
    }

    @Override
    public boolean hasNext()
    {
        while (!isClosed && !page.hasNext())
        {
            final Page<T> next = nextPage();
            if (next == null)
            {
                return false;
            }
            page = next.elements.iterator();
        }
        return !isClosed;
    }

    @Override
    public T next()
    {
        // Looks at the page first: what hasNext() has promised is given, also if somebody has closed in between.
        if (!page.hasNext() && !hasNext())
        {
            throw new NoSuchElementException("there are no more " + name);
        }
        return page.next();
    }

    /** Waits until something is so, or the answer is at its end; then {@link #throwFailure()} tells how it ended. */
    synchronized void awaitUntil(final BooleanSupplier condition)
    {
        while (!condition.getAsBoolean() && isUnderWay())
        {
            await();
        }
    }

    /** Waits for the end of the answer, and has what is left of it wait here without a bound. */
    synchronized void awaitEnd()
    {
        removeBound();
        while (isUnderWay())
        {
            await();
        }
        throwFailure();
    }

    synchronized void throwFailure()
    {
        if (failure != null)
        {
            throw failure;
        }
    }

    synchronized void removeBound()
    {
        maxBufferedLength = Long.MAX_VALUE;
        notifyAll();
    }

    synchronized void close()
    {
        isClosed = true;
        pages.clear();
        bufferedLength = 0;
        notifyAll();
    }

    private synchronized Page<T> nextPage()
    {
        while (pages.isEmpty() && isUnderWay())
        {
            await();
        }
        if (pages.isEmpty())
        {
            throwFailure();
            return null;
        }
        final Page<T> next = pages.remove();
        bufferedLength -= next.length;
        notifyAll();
        return next;
    }

    private boolean isUnderWay()
    {
        return !isWhole && !isClosed && failure == null;
    }

    private void await()
    {
        try
        {
            wait();
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            throw new VelocityException(
                ErrorCode.DEADLINE_EXCEEDED, outcomeOfFailure, "interrupted while waiting for " + name, ex);
        }
    }

    // --- the reader's side

    /** Puts a page in; waits while there is no room. */
    synchronized void add(final List<T> elements, final int length)
    {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (isUnderWay() && bufferedLength > 0 && bufferedLength + length > maxBufferedLength)
        {
            awaitRoom(deadlineNs);
        }
        if (isUnderWay() && !elements.isEmpty())
        {
            pages.add(new Page<>(elements, length));
            bufferedLength += length;
            notifyAll();
        }
    }

    private void awaitRoom(final long deadlineNs)
    {
        final long remainingMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
        if (remainingMs <= 0)
        {
            end(
                new VelocityException(
                    ErrorCode.SERVER_OVERLOADED, outcomeOfFailure,
                    "nobody took " + name + ": bufferedLength=" + bufferedLength + ", max=" + maxBufferedLength,
                    null));
            return;
        }
        try
        {
            wait(remainingMs);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            end(
                new VelocityException(
                    ErrorCode.INTERNAL_ERROR, outcomeOfFailure, "reader interrupted while it had " + name, ex));
        }
    }

    /** Something has come that is waited for with {@link #awaitUntil}. */
    synchronized void onProgress()
    {
        notifyAll();
    }

    /** The answer is at its end: whole, or failed. The first failure is the one that is told. */
    synchronized void end(final VelocityException cause)
    {
        isWhole = cause == null;
        failure = failure == null ? cause : failure;
        notifyAll();
    }
}
