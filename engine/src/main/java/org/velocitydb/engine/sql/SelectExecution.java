package org.velocitydb.engine.sql;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.sql.SelectStatement.Order;

/**
 * Executes a SELECT in slices. Make one, begin it with a statement and a source, call {@link #doWork} until {@link
 * #isDone()}, close it, and begin again with the next statement: it allocates nothing itself, neither for a row nor for
 * a statement (a source may, for its cursor).
 *
 * <p>Used by one thread. It owns the cursor that it opens, from the first slice that needs one until {@link #close()}.
 * If the source throws, the exception passes through and the execution is still to be closed.
 */
public final class SelectExecution implements AutoCloseable
{
    /**
     * How far the execution is.
     */
    private enum State
    {
        /** No statement. */
        IDLE,
        /** Reads one key after the other. */
        POINTS,
        /** Has a range, whose first entry is not found yet. */
        SEEK,
        /** Stands on an entry that is to be looked at. */
        SCAN,
        /** There is nothing left to find. */
        DONE
    }

    /** Steps of comparing keys or values that count as an entry looked at: about as much work. */
    private static final int STEPS_PER_ENTRY_SHIFT = 12;

    private final UnsafeBuffer point = new UnsafeBuffer(0, 0);
    private final EntryView view = new EntryView();

    private State state = State.IDLE;
    private SelectStatement statement;
    private KeyPredicate predicate;
    /** Null where any value will do. */
    private KeyPredicate values;
    private int stepsPerByte;
    private int stepsPerKeyByte;
    private SqlSource source;
    private EntryCursor cursor;
    private boolean isDescending;

    /** Single keys looked at so far. */
    private int pointsDone;
    /** Whether the entry at hand matches and was not taken yet: it is not compared again each time it is offered. */
    private boolean isOffered;
    private long offsetLeft;
    private long limitLeft;
    private long count;

    /**
     * Begins with a statement. Reads nothing yet.
     *
     * @param selectStatement to execute.
     * @param sqlSource       to read.
     * @throws IllegalStateException if the statement before was not closed.
     */
    public void begin(final SelectStatement selectStatement, final SqlSource sqlSource)
    {
        if (state != State.IDLE)
        {
            throw new IllegalStateException("execution was not closed: state=" + state);
        }
        statement = selectStatement;
        predicate = selectStatement.predicate();
        values = selectStatement.values().isAll() ? null : selectStatement.values();
        stepsPerByte = selectStatement.values().patternTailLength();
        stepsPerKeyByte = predicate.patternTailLength();
        source = sqlSource;
        isDescending = selectStatement.order() == Order.DESCENDING;
        pointsDone = 0;
        isOffered = false;
        offsetLeft = selectStatement.offset();
        limitLeft = selectStatement.limit();
        count = 0;
        final boolean isEmpty = limitLeft == 0 || selectStatement.values().kind() == KeyPredicate.Kind.NONE;
        state = isEmpty ? State.DONE : switch (predicate.kind())
        {
            case NONE -> State.DONE;
            case POINTS -> State.POINTS;
            case RANGE -> State.SEEK;
        };
    }

    /**
     * Goes on for a while. Rows go to the consumer, for COUNT(*) none do.
     *
     * @param maxEntries entries to look at in this slice, at least 1; whether they match or not.
     * @param consumer   of the rows; one that has no room ends the slice.
     * @return entries looked at, 0 if there was nothing to do or no room.
     */
    public int doWork(final int maxEntries, final RowConsumer consumer)
    {
        return switch (state)
        {
            case POINTS -> readPoints(maxEntries, consumer);
            case SEEK, SCAN -> scan(maxEntries, consumer);
            case IDLE, DONE -> 0;
        };
    }

    /**
     * Whether all rows were taken, or all entries counted.
     *
     * @return true if another {@link #doWork} would do nothing.
     */
    public boolean isDone()
    {
        return state == State.DONE;
    }

    /**
     * Rows so far: those taken by the consumer, or those counted for COUNT(*), which is its result once done.
     *
     * @return the count; stays until the next {@link #begin}.
     */
    public long count()
    {
        return count;
    }

    /**
     * Gives up the cursor and the statement, done or not. May be called twice.
     */
    @Override
    public void close()
    {
        state = State.IDLE;
        statement = null;
        predicate = null;
        values = null;
        source = null;
        final EntryCursor closing = cursor;
        cursor = null;
        if (closing != null)
        {
            closing.close();
        }
    }

    private int readPoints(final int maxEntries, final RowConsumer consumer)
    {
        final int pointCount = predicate.pointCount();
        int visited = 0;
        while (visited < maxEntries && state == State.POINTS)
        {
            final byte[] key = predicate.point(isDescending ? pointCount - 1 - pointsDone : pointsDone);
            point.wrap(key);
            if (source.get(point, 0, key.length, view))
            {
                final int valueLength = view.value().capacity();
                if (!isOffered)
                {
                    visited += weight(valueLength);
                    isOffered = isWanted(view.value(), 0, valueLength);
                }
                if (isOffered && !accept(
                    consumer, point, 0, key.length, view.value(), 0, valueLength, view.sequence(), view.expiryMs()))
                {
                    return visited;
                }
            }
            isOffered = false;
            visited++;
            pointsDone++;
            if (pointsDone == pointCount || limitLeft == 0)
            {
                state = State.DONE;
            }
        }
        return visited;
    }

    private int scan(final int maxEntries, final RowConsumer consumer)
    {
        if (state == State.SEEK)
        {
            cursor = source.cursor();
            state = seek() ? State.SCAN : State.DONE;
        }
        final EntryCursor entries = cursor;
        int visited = 0;
        while (visited < maxEntries && state == State.SCAN)
        {
            final DirectBuffer keyBuffer = entries.keyBuffer();
            final int keyOffset = entries.keyOffset();
            final int keyLength = entries.keyLength();
            if (isBeyondRange(keyBuffer, keyOffset, keyLength))
            {
                state = State.DONE;
                break;
            }
            if (!isOffered && !entries.isTombstone())
            {
                visited += judge(entries);
            }
            if (isOffered && !accept(
                consumer, keyBuffer, keyOffset, keyLength, entries.valueBuffer(), entries.valueOffset(),
                entries.valueLength(), entries.sequence(), entries.expiryMs()))
            {
                return visited;
            }
            isOffered = false;
            visited++;
            if (limitLeft == 0 || !move())
            {
                state = State.DONE;
            }
        }
        return visited;
    }

    /**
     * Says by {@link #isOffered} whether the entry at hand matches.
     *
     * @return what comparing it counts beside the entry, so that long ones do not make a slice long.
     */
    private int judge(final EntryCursor entries)
    {
        int weight = (int) ((long) entries.keyLength() * stepsPerKeyByte >>> STEPS_PER_ENTRY_SHIFT);
        if (predicate.matches(entries.keyBuffer(), entries.keyOffset(), entries.keyLength()))
        {
            weight += weight(entries.valueLength());
            isOffered = isWanted(entries.valueBuffer(), entries.valueOffset(), entries.valueLength());
        }
        return weight;
    }

    /**
     * What looking at a value counts beside the entry, so that long values do not make a slice long.
     */
    private int weight(final int valueLength)
    {
        return values == null ? 0 : (int) ((long) valueLength * (1 + stepsPerByte) >>> STEPS_PER_ENTRY_SHIFT);
    }

    private boolean isWanted(final DirectBuffer value, final int offset, final int length)
    {
        if (values == null)
        {
            return true;
        }
        if ((long) length * stepsPerByte > SqlLimits.MAX_PATTERN_STEPS)
        {
            throw new SqlException(
                SqlException.Kind.LIMIT, SqlException.NULL_POSITION,
                "a value is too long for the LIKE patterns: length=" + length + ", max=" +
                    SqlLimits.MAX_PATTERN_STEPS / stepsPerByte);
        }
        return values.admits(value, offset, length);
    }

    private boolean seek()
    {
        if (isDescending)
        {
            final DirectBuffer to = predicate.to();
            return to == null ? cursor.seekLast() : cursor.seekBefore(to, 0, to.capacity());
        }
        final DirectBuffer from = predicate.from();
        return from.capacity() == 0 ? cursor.seekFirst() : cursor.seek(from, 0, from.capacity());
    }

    private boolean move()
    {
        return isDescending ? cursor.previous() : cursor.next();
    }

    private boolean isBeyondRange(final DirectBuffer key, final int offset, final int length)
    {
        return isDescending
            ? !predicate.isAfterBeginning(key, offset, length)
            : !predicate.isBeforeEnd(key, offset, length);
    }

    /**
     * A match: leaves it out, counts it or gives it away.
     *
     * @return false if the consumer had no room for it.
     */
    private boolean accept(
        final RowConsumer consumer,
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength,
        final long version,
        final long expiryMs)
    {
        if (offsetLeft > 0)
        {
            offsetLeft--;
            return true;
        }
        final boolean isTaken = statement.isCount() ||
            consumer.onRow(key, keyOffset, keyLength, value, valueOffset, valueLength, version, expiryMs);
        if (isTaken)
        {
            count++;
            limitLeft--;
        }
        return isTaken;
    }
}
