package org.velocitydb.engine.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.WriteBatch;

/**
 * Runs statements over a {@link MemorySource} and gives back the rows as text, or how many there were.
 */
final class SqlRunner
{
    private static final int SLICE_LIMIT = 1_000_000;

    private final SqlParser parser = new SqlParser();
    private final WriteBatch batch = new WriteBatch();
    private final SelectExecution execution = new SelectExecution();
    private final MemorySource source;

    SqlRunner(final MemorySource source)
    {
        this.source = source;
    }

    Statement bind(final StatementTemplate template, final SqlParameters parameters)
    {
        return parser.bind(template, parameters);
    }

    StatementTemplate describe(final String statement)
    {
        final byte[] bytes = StatementPrinter.utf8(statement);
        return parser.describe(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    Statement parse(final String statement, final SqlParameters parameters)
    {
        return parser.parse(statement, parameters);
    }

    /**
     * Rows affected by a write.
     */
    int write(final String statement)
    {
        return write((WriteStatement) parser.parse(statement));
    }

    int write(final WriteStatement statement)
    {
        encode(statement);
        return source.apply(batch);
    }

    /**
     * Whether the writer would do a statement of a block.
     */
    boolean holds(final WriteStatement statement)
    {
        encode(statement);
        return source.holds(batch);
    }

    private void encode(final WriteStatement statement)
    {
        batch.clear();
        if (statement instanceof final RowsStatement rows && rows.isGathering())
        {
            gather(rows);
            return;
        }
        statement.encode(batch, MemorySource.KEYSPACE);
        assertEquals(statement.operationCount(), batch.operationCount());
    }

    private void gather(final RowsStatement statement)
    {
        execution.begin(statement.rows(), source);
        while (!execution.isDone())
        {
            execution.doWork(
                3, (keyBuffer, keyOffset, keyLength, valueBuffer, valueOffset, valueLength, version, expiryMs) ->
                {
                    statement.addRow(batch, MemorySource.KEYSPACE, keyBuffer, keyOffset, keyLength, version);
                    return true;
                });
        }
        execution.close();
    }

    /**
     * The number that COUNT(*) gives.
     */
    long count(final String statement)
    {
        final List<String> rows = select((SelectStatement) parser.parse(statement), 2, 0);
        assertTrue(rows.isEmpty());
        return execution.count();
    }

    List<String> select(final String statement)
    {
        return select((SelectStatement) parser.parse(statement), Integer.MAX_VALUE, 0);
    }

    /**
     * Rows as {@code key=value@version}, in slices.
     *
     * @param sliceLength  entries looked at in a slice.
     * @param refusalEvery the consumer has no room for every so many-th row when it is first offered; 0 for never.
     */
    List<String> select(final SelectStatement statement, final int sliceLength, final int refusalEvery)
    {
        final List<String> rows = new ArrayList<>();
        final Consumer consumer = new Consumer(rows, refusalEvery);
        execution.begin(statement, source);
        int slices = 0;
        while (!execution.isDone())
        {
            final int movesBefore = source.moves();
            execution.doWork(sliceLength, consumer);
            final int moves = source.moves() - movesBefore;
            assertTrue(moves <= sliceLength + 1L, "moves=" + moves);
            slices++;
            assertTrue(slices < SLICE_LIMIT, "endless");
        }
        assertEquals(0, execution.doWork(sliceLength, consumer));
        if (!statement.isCount())
        {
            assertEquals(rows.size(), execution.count());
        }
        execution.close();
        execution.close();
        assertFalse(execution.isDone());
        assertEquals(0, source.openCursors());
        return rows;
    }

    private static final class Consumer implements RowConsumer
    {
        private final List<String> rows;
        private final int refusalEvery;
        private int offered;

        Consumer(final List<String> rows, final int refusalEvery)
        {
            this.rows = rows;
            this.refusalEvery = refusalEvery;
        }

        @Override
        public boolean onRow(
            final DirectBuffer keyBuffer,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer valueBuffer,
            final int valueOffset,
            final int valueLength,
            final long version,
            final long expiryMs)
        {
            if (refusalEvery > 0 && ++offered % refusalEvery == 0)
            {
                return false;
            }
            final byte[] key = new byte[keyLength];
            keyBuffer.getBytes(keyOffset, key);
            final byte[] value = new byte[valueLength];
            valueBuffer.getBytes(valueOffset, value);
            rows.add(row(key, value, version));
            return true;
        }
    }

    static String row(final byte[] key, final byte[] value, final long version)
    {
        return StatementPrinter.print(key) + "=" + StatementPrinter.print(value) + "@" + version;
    }
}
