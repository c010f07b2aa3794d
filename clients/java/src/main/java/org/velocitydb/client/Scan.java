package org.velocitydb.client;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.ScanResult;

/**
 * Entries of a scan, all of one snapshot, as they come in. For one thread; close it when it is left early.
 *
 * <p>The server sends as fast as the connection takes it. A bounded number of bytes waits here; when that is full, the
 * connection is not read until the iteration makes room, and a scan that makes none within the time of a request fails.
 * So iterate swiftly, and for long work per entry, or for calls of the same client between entries of a scan that is
 * longer than the bound, use a client of its own.
 */
public final class Scan implements Iterator<Entry>, AutoCloseable
{
    private final int maxBufferedLength;
    private final long timeoutNs;
    private final Answer<Void> answer = new Pages();

    /** Guarded by this object's monitor, as is all that follows. */
    private final ArrayDeque<List<Entry>> pages = new ArrayDeque<>();
    private final ArrayDeque<Integer> pageLengths = new ArrayDeque<>();
    private long bufferedLength;
    private boolean isWhole;
    private boolean isClosed;
    private VelocityException failure;

    /** Of the page that is iterated over; owned by whoever iterates. */
    private Iterator<Entry> page = List.<Entry>of().iterator();

    Scan(final int maxBufferedLength, final long timeoutNs)
    {
        this.maxBufferedLength = maxBufferedLength;
        this.timeoutNs = timeoutNs;
    }

    Answer<Void> answer()
    {
        return answer;
    }

    /**
     * Whether there is another entry; waits for the server where it must.
     *
     * @return false at the end.
     * @throws VelocityException if the scan failed; entries before that were as they should be.
     */
    @Override
    public boolean hasNext()
    {
        while (!page.hasNext())
        {
            final List<Entry> next = nextPage();
            if (next == null)
            {
                return false;
            }
            page = next.iterator();
        }
        return true;
    }

    @Override
    public Entry next()
    {
        if (!hasNext())
        {
            throw new NoSuchElementException("scan is at its end");
        }
        return page.next();
    }

    /**
     * Lets go of what has come and of what is to come. The connection goes on.
     */
    @Override
    public synchronized void close()
    {
        isClosed = true;
        pages.clear();
        pageLengths.clear();
        bufferedLength = 0;
        page = List.<Entry>of().iterator();
        notifyAll();
    }

    private synchronized List<Entry> nextPage()
    {
        while (pages.isEmpty())
        {
            if (failure != null)
            {
                throw failure;
            }
            if (isWhole || isClosed)
            {
                return null;
            }
            waitUninterrupted();
        }
        bufferedLength -= pageLengths.remove();
        notifyAll();
        return pages.remove();
    }

    /** Bounded, since a request without answer is failed by the connection's timer. */
    private void waitUninterrupted()
    {
        try
        {
            wait();
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            throw new VelocityException(
                ErrorCode.DEADLINE_EXCEEDED, Outcome.NOT_DONE, "interrupted while waiting for a scan", ex);
        }
    }

    /** Called by the reader, which waits here while there is no room. */
    private synchronized void add(final List<Entry> entries, final int length)
    {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (isWanted() && bufferedLength > 0 && bufferedLength + length > maxBufferedLength)
        {
            final long remainingMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
            if (remainingMs <= 0)
            {
                failure = new VelocityException(
                    ErrorCode.SERVER_OVERLOADED, Outcome.NOT_DONE,
                    "nobody took the scan's entries: bufferedLength=" + bufferedLength + ", max=" + maxBufferedLength,
                    null);
                notifyAll();
                return;
            }
            try
            {
                wait(remainingMs);
            }
            catch (final InterruptedException ex)
            {
                Thread.currentThread().interrupt();
                return;
            }
        }
        if (isWanted() && !entries.isEmpty())
        {
            pages.add(entries);
            pageLengths.add(length);
            bufferedLength += length;
            notifyAll();
        }
    }

    private boolean isWanted()
    {
        return !isClosed && failure == null;
    }

    private synchronized void end(final VelocityException cause)
    {
        isWhole = cause == null;
        failure = failure == null ? cause : failure;
        notifyAll();
    }

    /** The reader's side. */
    private final class Pages extends Answer<Void>
    {
        private final ScanResult message = new ScanResult();

        @Override
        Fault onMessage(final ByteBuffer buffer, final int offset, final int length)
        {
            final Fault fault = message.tryWrap(buffer, offset, length);
            if (fault == Fault.NONE)
            {
                final List<Entry> entries = new ArrayList<>(message.count());
                while (message.next())
                {
                    entries.add(
                        new Entry(
                            copy(buffer, message.keyOffset(), message.keyLength()),
                            copy(buffer, message.valueOffset(), message.valueLength()), message.version()));
                }
                add(entries, length);
            }
            return fault;
        }

        @Override
        Void result()
        {
            end(null);
            return null;
        }

        @Override
        void onFailure(final VelocityException failure)
        {
            end(failure);
        }
    }
}
