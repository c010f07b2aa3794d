package org.velocitydb.server.node;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.StoreSnapshot;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.sql.RowsStatement;
import org.velocitydb.engine.sql.SelectExecution;
import org.velocitydb.engine.sql.SqlLimits;

/**
 * Finds the rows that a statement changes, some at a time, and sends their changes to the writer as one batch. Nothing
 * is answered before the writer has answered, unless it comes to more than one batch may hold: then nothing is sent.
 */
final class GatherStream implements ResultStream
{
    /** Longest batch, whatever else would be allowed: it is held in memory while rows are found. */
    static final int LENGTH_MAX = 16 * 1024 * 1024;

    private final ResultTarget target;
    private final RowsStatement statement;
    private final StoreSnapshot snapshot;
    private final int keyspace;
    private final Sender sender;
    private final int lengthMax;
    private final SelectExecution execution = new SelectExecution();
    private final WriteBatch batch = new WriteBatch();
    private boolean isDone;
    private boolean isClosed;

    /**
     * Where the batch goes.
     */
    interface Sender
    {
        /**
         * Sends it.
         *
         * @param changes of the rows; none where none were found.
         * @return false: back pressure, nothing was sent.
         */
        boolean trySend(WriteBatch changes);

        /**
         * The stream has come to its end, with or without sending anything.
         */
        void onClosed();
    }

    GatherStream(
        final ResultTarget target,
        final RowsStatement statement,
        final SnapshotSource source,
        final Sender sender,
        final int batchLengthMax)
    {
        this.target = target;
        this.statement = statement;
        this.sender = sender;
        snapshot = source.snapshot();
        keyspace = source.keyspace();
        lengthMax = Math.min(batchLengthMax, LENGTH_MAX);
        execution.begin(statement.rows(), source);
    }

    @Override
    public int doWork(final long nowNs)
    {
        if (!execution.isDone())
        {
            return execution.doWork(ENTRIES_PER_SLICE, this::onRow);
        }
        isDone = sender.trySend(batch);
        return isDone ? 1 : 0;
    }

    private boolean onRow(
        final DirectBuffer keyBuffer,
        final int keyOffset,
        final int keyLength,
        final DirectBuffer valueBuffer,
        final int valueOffset,
        final int valueLength,
        final long version,
        final long expiryMs)
    {
        statement.addRow(batch, keyspace, keyBuffer, keyOffset, keyLength, version);
        if (batch.operationCount() > SqlLimits.MAX_GATHERED_ROWS || batch.lengthBytes() > lengthMax)
        {
            throw RowsStatement.tooMany();
        }
        return true;
    }

    @Override
    public boolean isDone()
    {
        return isDone;
    }

    @Override
    public ResultTarget target()
    {
        return target;
    }

    @Override
    public String kind()
    {
        return "FIND ROWS";
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            execution.close();
            snapshot.close();
            sender.onClosed();
        }
    }
}
