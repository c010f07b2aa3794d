package org.velocitydb.server.node;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.sql.BlockStatement;
import org.velocitydb.engine.sql.Statement;
import org.velocitydb.engine.sql.WriteStatement;

/**
 * What both protocol versions share of executing statements on one event loop.
 */
final class SqlDesk
{
    /** Where more statements that have to find their rows are under way than may be. */
    static final String TOO_MANY_GATHERING = "too many statements that look for their rows at once, try again";

    /**
     * Statements of one event loop that may be finding their rows: each holds its batch in memory meanwhile.
     */
    private static final int GATHERING_MAX = 8;

    /**
     * Large results of version 1 of one event loop that may be gathered at a time: each is held in memory as a whole,
     * and may be as long as a frame.
     */
    private static final int LARGE_RESULTS_MAX = 4;
    /** Results up to this length are not counted. */
    static final int SMALL_RESULT_LENGTH_MAX = 1024 * 1024;

    /** What prepared statements of all connections of one event loop may take in memory. */
    static final long PREPARED_BYTES_MAX = 32 * 1024 * 1024;

    private final UnsafeBuffer anyKey = new UnsafeBuffer(new byte[1]);
    private int gatheringCount;
    private int largeResultCount;
    private long preparedBytes;

    /**
     * Adds the operations of a statement that need not look for its rows.
     *
     * @param loop      that knows the tables.
     * @param batch     to add to.
     * @param statement a WriteStatement, or a block of them.
     * @throws org.velocitydb.engine.sql.SqlException where there is no such table.
     */
    void encode(final LoopServices loop, final WriteBatch batch, final Statement statement)
    {
        batch.clear();
        if (statement instanceof final BlockStatement block)
        {
            for (int i = 0; i < block.statements().size(); i++)
            {
                final WriteStatement part = block.statements().get(i);
                part.encode(batch, loop.keyspace(part));
            }
        }
        else if (statement instanceof final WriteStatement write)
        {
            write.encode(batch, loop.keyspace(write));
        }
    }

    /**
     * Makes a batch that does nothing of one that is empty, so that the writer remembers its request: a retry must get
     * the first answer, whatever it would find.
     *
     * @param batch that is empty.
     */
    void putNothing(final WriteBatch batch)
    {
        batch.add(
            OperationDescriptor.KIND_CHECK, OperationDescriptor.CONDITION_NONE, OperationDescriptor.FLAG_SKIP, 0, 0,
            anyKey, 0, 1, anyKey, 0, 0);
    }

    /**
     * Takes memory for a prepared statement.
     *
     * @param bytes of it.
     * @return false where there is no more.
     */
    boolean tryKeep(final int bytes)
    {
        if (preparedBytes + bytes > PREPARED_BYTES_MAX)
        {
            return false;
        }
        preparedBytes += bytes;
        return true;
    }

    void letGo(final int bytes)
    {
        preparedBytes -= bytes;
    }

    boolean tryBeginLargeResult()
    {
        if (largeResultCount == LARGE_RESULTS_MAX)
        {
            return false;
        }
        largeResultCount++;
        return true;
    }

    void endLargeResult()
    {
        largeResultCount--;
    }

    boolean tryBeginGathering()
    {
        if (gatheringCount == GATHERING_MAX)
        {
            return false;
        }
        gatheringCount++;
        return true;
    }

    void endGathering()
    {
        gatheringCount--;
    }
}
