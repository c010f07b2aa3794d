package org.velocitydb.server.cli;

import java.util.Iterator;
import java.util.List;

/**
 * What came back of a statement, row by row. For one thread, but for {@link #close}, which any thread may call: whoever
 * reads finds the end then.
 */
interface SqlResult extends AutoCloseable
{
    /**
     * Names of the columns.
     *
     * @return names; none for a statement that has no rows.
     */
    List<String> columns();

    /**
     * Takes the next row.
     *
     * @return values: String, Long, Double, Boolean, byte[] or null; or null at the end.
     */
    List<Object> next();

    /**
     * How many rows a statement without columns has changed.
     *
     * @return the count.
     */
    long rowsAffected();

    @Override
    void close();

    /**
     * A result that is there already.
     *
     * @param columns      their names.
     * @param rows         all of them.
     * @param rowsAffected by a statement without columns.
     * @return the result.
     */
    static SqlResult of(final List<String> columns, final List<List<Object>> rows, final long rowsAffected)
    {
        final Iterator<List<Object>> left = rows.iterator();
        return new SqlResult()
        {
            @Override
            public List<String> columns()
            {
                return columns;
            }

            @Override
            public List<Object> next()
            {
                return left.hasNext() ? left.next() : null;
            }

            @Override
            public long rowsAffected()
            {
                return rowsAffected;
            }

            @Override
            public void close()
            {
                // Nothing is open.
            }
        };
    }
}
