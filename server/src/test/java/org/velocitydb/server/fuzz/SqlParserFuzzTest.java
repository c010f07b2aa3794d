package org.velocitydb.server.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.sql.BlockStatement;
import org.velocitydb.engine.sql.PrepareStatement;
import org.velocitydb.engine.sql.RowsStatement;
import org.velocitydb.engine.sql.SqlException;
import org.velocitydb.engine.sql.SqlLimits;
import org.velocitydb.engine.sql.SqlParameters;
import org.velocitydb.engine.sql.SqlParser;
import org.velocitydb.engine.sql.Statement;
import org.velocitydb.engine.sql.StatementTemplate;
import org.velocitydb.engine.sql.WriteStatement;

/**
 * Whatever bytes are sent as a statement, parsing them ends: with a statement that the store takes, or with an error
 * whose position lies in the text. What is kept of a statement gives the same one again.
 */
class SqlParserFuzzTest
{
    private static final int KEYSPACE = 1;

    private final SqlParser parser = new SqlParser();

    @FuzzTest(maxDuration = "30s")
    void shouldParseOrRefuseAnyStatement(final byte[] data)
    {
        final UnsafeBuffer text = new UnsafeBuffer(data);
        final SqlParameters parameters = parameters(data);
        final Statement statement = parse(text, parameters);
        final StatementTemplate template = describe(text);
        if (template == null)
        {
            return;
        }
        if (template.parameterCount() == parameters.count())
        {
            assertEquals(statement == null ? null : statement.getClass(), classOf(template, parameters));
        }
        if (template.statement() instanceof final PrepareStatement prepare)
        {
            final StatementTemplate kept = prepare.template();
            final StatementTemplate again = parser.describe(kept.text(), 0, kept.text().capacity());
            assertEquals(kept.parameterCount(), again.parameterCount());
            assertEquals(kept.shape(), again.shape());
            assertEquals(kept.operandCount(), again.operandCount());
        }
    }

    private Class<?> classOf(final StatementTemplate template, final SqlParameters parameters)
    {
        try
        {
            return parser.bind(template, parameters).getClass();
        }
        catch (final SqlException ex)
        {
            return null;
        }
    }

    private Statement parse(final UnsafeBuffer text, final SqlParameters parameters)
    {
        try
        {
            final Statement statement = parser.parse(text, 0, text.capacity(), parameters);
            encode(statement);
            return statement;
        }
        catch (final SqlException ex)
        {
            checkPosition(text, ex);
            return null;
        }
    }

    private StatementTemplate describe(final UnsafeBuffer text)
    {
        try
        {
            return parser.describe(text, 0, text.capacity());
        }
        catch (final SqlException ex)
        {
            checkPosition(text, ex);
            return null;
        }
    }

    private static void checkPosition(final UnsafeBuffer text, final SqlException ex)
    {
        assertTrue(ex.position() >= 0 && ex.position() <= text.capacity(), ex.getMessage());
    }

    private static void encode(final Statement statement)
    {
        final WriteBatch batch = new WriteBatch();
        if (statement instanceof final BlockStatement block)
        {
            block.statements().forEach((part) -> part.encode(batch, KEYSPACE));
        }
        else if (statement instanceof final WriteStatement write &&
            !(statement instanceof final RowsStatement rows && rows.isGathering()))
        {
            write.encode(batch, KEYSPACE);
            assertEquals(write.operationCount(), batch.operationCount());
        }
        assertTrue(batch.lengthBytes() <= SqlLimits.MAX_BATCH_LENGTH, "batch: length=" + batch.lengthBytes());
    }

    /** One for each question mark, of whatever type, so that most statements with some get further. */
    private static SqlParameters parameters(final byte[] data)
    {
        final SqlParameters parameters = new SqlParameters();
        for (int i = 0; i < data.length && parameters.count() < SqlLimits.MAX_PARAMETERS; i++)
        {
            if (data[i] == '?')
            {
                switch (i % 4)
                {
                    case 0 -> parameters.addLong(i);
                    case 1 -> parameters.addText("p" + i);
                    case 2 -> parameters.addBytes(new byte[]{ (byte) i });
                    default -> parameters.addNull();
                }
            }
        }
        return parameters;
    }
}
