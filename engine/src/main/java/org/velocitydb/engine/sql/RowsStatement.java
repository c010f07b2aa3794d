package org.velocitydb.engine.sql;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.command.WriteBatch;

/**
 * A statement that changes rows of which it knows only once they are found, by a range or by their values: they are
 * read from one snapshot, and become one batch in which each asks for the version that was read. So the batch changes
 * what the snapshot showed and nothing else: a row that is written meanwhile is left as it is written.
 */
public interface RowsStatement
{
    /**
     * Whether rows are to be found first; else the statement is encoded without looking.
     *
     * @return true where it asks for a range, for values or for a number of rows.
     */
    boolean isGathering();

    /**
     * What finds the rows.
     *
     * @return a SELECT over the statement's table; only where {@link #isGathering()}.
     */
    SelectStatement rows();

    /**
     * Adds the change of a row that was found.
     *
     * @param batch     to add to.
     * @param keyspace  id of the table.
     * @param key       buffer of the key.
     * @param keyOffset of the key.
     * @param keyLength of the key in bytes.
     * @param version   that was found.
     */
    void addRow(WriteBatch batch, int keyspace, DirectBuffer key, int keyOffset, int keyLength, long version);

    /**
     * The error for more rows than one batch holds.
     *
     * @return the exception, to be thrown; nothing was changed.
     */
    static SqlException tooMany()
    {
        return new SqlException(
            SqlException.Kind.LIMIT, SqlException.NULL_POSITION,
            "more rows than one statement changes, nothing was done: max=" + SqlLimits.MAX_GATHERED_ROWS +
                " rows, or as many as fit into a batch; add LIMIT and repeat until 0 rows are affected");
    }
}
