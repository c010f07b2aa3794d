package org.velocitydb.client;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

import org.velocitydb.protocol.Durability;
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
    private final Answer<Void> answer = new Pages();
    private final PageBuffer<QueryResult.Row> rows;

    /** Written by the reader, before it tells of progress or of the end, as is all that follows. */
    private volatile List<String> columns;
    private volatile long rowsAffected;
    private volatile long sequence;
    private volatile Durability durability = Durability.SERVER_DEFAULT;

    /**
     * Makes a cursor for an answer that is to come.
     *
     * @param outcomeOfFailure what is known of the statement where the rest of the answer is given up on this side.
     */
    QueryCursor(final Outcome outcomeOfFailure, final int maxBufferedLength, final long timeoutNs)
    {
        rows = new PageBuffer<>("a statement's rows", outcomeOfFailure, maxBufferedLength, timeoutNs);
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
    public List<String> columns()
    {
        rows.awaitUntil(() -> columns != null);
        if (columns == null)
        {
            rows.throwFailure();
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
        return rows.hasNext();
    }

    @Override
    public QueryResult.Row next()
    {
        return rows.next();
    }

    /**
     * How many rows the statement changed, or found. Waits for the end of the answer, and has what is left of it wait
     * here without a bound.
     *
     * @return the count.
     * @throws VelocityException if the statement failed.
     */
    public long rowsAffected()
    {
        rows.awaitEnd();
        return rowsAffected;
    }

    /**
     * Sequence of the snapshot that was read, or of the write. Waits as {@link #rowsAffected} does.
     *
     * @return the sequence.
     * @throws VelocityException if the statement failed.
     */
    public long sequence()
    {
        rows.awaitEnd();
        return sequence;
    }

    /**
     * How durable what was written is. Waits as {@link #rowsAffected} does.
     *
     * @return {@link Durability#SERVER_DEFAULT} for reads, which have none.
     * @throws VelocityException if the statement failed.
     */
    public Durability durability()
    {
        rows.awaitEnd();
        return durability;
    }

    /**
     * Lets the rest come in without a bound, so that other requests of the client need not wait for this one.
     */
    public void buffer()
    {
        rows.removeBound();
    }

    /**
     * Lets go of what has come and of what is to come. The connection goes on; whoever waits for rows finds the end.
     */
    @Override
    public void close()
    {
        rows.close();
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
                columns = Collections.unmodifiableList(names);
                rows.onProgress();
            }
            else if (columnCount != message.columnCount())
            {
                return Fault.BAD_FIELD;
            }
            rowsAffected = message.rowsAffected();
            sequence = message.sequence();
            durability = Durability.of(message.durability());
            final List<QueryResult.Row> page = new ArrayList<>();
            Answers.Query.addRows(message, values, buffer, page);
            rows.add(page, length);
            return Fault.NONE;
        }

        @Override
        Void result()
        {
            rows.end(null);
            return null;
        }

        @Override
        void onFailure(final VelocityException cause)
        {
            rows.end(cause);
        }
    }
}
