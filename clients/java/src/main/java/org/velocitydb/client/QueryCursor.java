package org.velocitydb.client;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;

import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.SqlValues;

/**
 * What a statement did and found, row by row as it comes in. For one thread, but for {@link #close}, which any thread
 * may call; close it when it is left early.
 *
 * <p>As with a {@link Scan}, a bounded number of bytes waits here. When that is full the connection is not read until
 * rows are taken, and a cursor from which nobody takes any within the time of a request fails. Whoever wants to go on
 * with the same client before the rows are taken calls {@link #buffer} first.
 */
public final class QueryCursor implements Iterator<QueryResult.Row>, AutoCloseable
{
    /** A page of rows, and what it took on the wire. */
    private record Page(List<QueryResult.Row> rows, int length)
    {
    }

    private final long timeoutNs;
    private final Answer<Void> answer = new Pages();

    /** Guarded by this object's monitor, as is all that follows. */
    private final ArrayDeque<Page> pages = new ArrayDeque<>();
    private long maxBufferedLength;
    private long bufferedLength;
    private List<String> columns;
    private long rowsAffected;
    private long sequence;
    private Durability durability = Durability.SERVER_DEFAULT;
    private boolean isWhole;
    private boolean isClosed;
    private VelocityException failure;

    /** Of the page that is iterated over; owned by whoever iterates. */
    private Iterator<QueryResult.Row> page = Collections.emptyIterator();

    QueryCursor(final int maxBufferedLength, final long timeoutNs)
    {
        this.maxBufferedLength = maxBufferedLength;
        this.timeoutNs = timeoutNs;
    }

    Answer<Void> answer()
    {
        return answer;
    }

    /**
     * The names of the columns; waits for the server's answer.
     *
     * @return names; none for a statement that has no rows, or after {@link #close}.
     * @throws VelocityException if the statement failed.
     */
    public synchronized List<String> columns()
    {
        while (columns == null && isUnderWay())
        {
            await();
        }
        if (columns == null)
        {
            throwFailure();
            return List.of();
        }
        return columns;
    }

    /**
     * Whether there is another row; waits for the server where it must.
     *
     * @return false at the end, and after {@link #close}.
     * @throws VelocityException if the statement failed; rows before that were as they should be.
     */
    @Override
    public boolean hasNext()
    {
        while (!page.hasNext())
        {
            final Page next = nextPage();
            if (next == null)
            {
                return false;
            }
            page = next.rows.iterator();
        }
        return true;
    }

    @Override
    public QueryResult.Row next()
    {
        if (!hasNext())
        {
            throw new NoSuchElementException("the result is at its end");
        }
        return page.next();
    }

    /**
     * How many rows the statement changed, or found. Waits for the end of the answer, and has what is left of it wait
     * here without a bound.
     *
     * @return the count.
     * @throws VelocityException if the statement failed.
     */
    public synchronized long rowsAffected()
    {
        awaitEnd();
        return rowsAffected;
    }

    /**
     * Sequence of the snapshot that was read, or of the write. Waits as {@link #rowsAffected} does.
     *
     * @return the sequence.
     * @throws VelocityException if the statement failed.
     */
    public synchronized long sequence()
    {
        awaitEnd();
        return sequence;
    }

    /**
     * How durable what was written is. Waits as {@link #rowsAffected} does.
     *
     * @return {@link Durability#SERVER_DEFAULT} for reads, which have none.
     * @throws VelocityException if the statement failed.
     */
    public synchronized Durability durability()
    {
        awaitEnd();
        return durability;
    }

    /**
     * Lets the rest come in without a bound, so that other requests of the client need not wait for this one.
     */
    public synchronized void buffer()
    {
        maxBufferedLength = Long.MAX_VALUE;
        notifyAll();
    }

    /**
     * Lets go of what has come and of what is to come. The connection goes on; whoever waits for rows finds the end.
     */
    @Override
    public synchronized void close()
    {
        isClosed = true;
        pages.clear();
        bufferedLength = 0;
        notifyAll();
    }

    private synchronized Page nextPage()
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
        final Page next = pages.remove();
        bufferedLength -= next.length;
        notifyAll();
        return next;
    }

    private void awaitEnd()
    {
        buffer();
        while (isUnderWay())
        {
            await();
        }
        throwFailure();
    }

    private boolean isUnderWay()
    {
        return !isWhole && !isClosed && failure == null;
    }

    private void throwFailure()
    {
        if (failure != null)
        {
            throw failure;
        }
    }

    /** Bounded, since a request without answer is failed by the connection's timer. Holds the monitor. */
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
                ErrorCode.DEADLINE_EXCEEDED, Outcome.UNKNOWN, "interrupted while waiting for rows", ex);
        }
    }

    /** Called by the reader, which waits here while there is no room. */
    private synchronized void add(final Page next)
    {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (isUnderWay() && bufferedLength > 0 && bufferedLength + next.length > maxBufferedLength)
        {
            final long remainingMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
            if (remainingMs <= 0)
            {
                failure = new VelocityException(
                    ErrorCode.SERVER_OVERLOADED, Outcome.NOT_DONE,
                    "nobody took the rows: bufferedLength=" + bufferedLength + ", max=" + maxBufferedLength, null);
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
        if (isUnderWay() && !next.rows.isEmpty())
        {
            pages.add(next);
            bufferedLength += next.length;
            notifyAll();
        }
    }

    private synchronized void begin(final List<String> names)
    {
        columns = names;
        notifyAll();
    }

    private synchronized void end(final VelocityException cause)
    {
        isWhole = cause == null;
        failure = failure == null ? cause : failure;
        notifyAll();
    }

    private synchronized void summary(final SqlResult message)
    {
        rowsAffected = message.rowsAffected();
        sequence = message.sequence();
        durability = Durability.of(message.durability());
    }

    /** The reader's side. */
    private final class Pages extends Answer<Void>
    {
        private final SqlResult message = new SqlResult();
        private final SqlValues values = new SqlValues();
        private int columnCount = -1;

        @Override
        Fault onMessage(final ByteBuffer buffer, final int offset, final int length)
        {
            final Fault fault = message.tryWrap(buffer, offset, length);
            if (fault != Fault.NONE)
            {
                return fault;
            }
            if (columnCount < 0)
            {
                columnCount = message.columnCount();
                final List<String> names = new ArrayList<>(columnCount);
                for (int i = 0; i < columnCount; i++)
                {
                    names.add(message.columnName(i));
                }
                begin(Collections.unmodifiableList(names));
            }
            else if (columnCount != message.columnCount())
            {
                return Fault.BAD_FIELD;
            }
            summary(message);
            final List<QueryResult.Row> rows = new ArrayList<>();
            Answers.Query.addRows(message, values, buffer, rows);
            add(new Page(rows, length));
            return Fault.NONE;
        }

        @Override
        Void result()
        {
            end(null);
            return null;
        }

        @Override
        void onFailure(final VelocityException cause)
        {
            end(cause);
        }
    }
}
