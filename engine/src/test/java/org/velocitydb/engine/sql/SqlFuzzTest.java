package org.velocitydb.engine.sql;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Random;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.velocitydb.engine.command.WriteBatch;

/**
 * Whatever bytes come, the parser gives a statement or a SqlException whose position lies in the text.
 */
final class SqlFuzzTest
{
    private static final int ROUNDS = 10_000;
    private static final String[] SEEDS = { "SELECT value FROM kv WHERE key = 'user:1';",
        "INSERT INTO kv (key, value) VALUES ('user:1', 'alice'), (?, x'00ff'), (-1.5e3, TRUE)",
        "UPDATE kv SET value = 'new' WHERE key IN ('a', ?, 5, NULL)", "DELETE FROM kv WHERE key = 'it''s' -- so",
        "SELECT key, value FROM kv WHERE key LIKE 'us_r:\\%%' AND key <> 'x' ORDER BY key DESC LIMIT 100 OFFSET 7",
        "SELECT COUNT(*) FROM kv WHERE (key BETWEEN 'ä' AND '€') /* and */ AND ((key >= '😀'))", "SHOW STATS;",
        "CHECKPOINT 'a.b'" };
    private static final String[] PIECES = { "SELECT", "value", "key", "FROM", "kv", "WHERE", "AND", "=", "<", ">", "!",
        "'", "''", "x'", "(", ")", ",", ";", "?", "*", "--", "/*", "*/", "\n", " ", "1", "-", ".", "e", "LIKE", "IN",
        "BETWEEN", "INSERT", "INTO", "VALUES", "%", "_", "\\", "ORDER", "BY", "LIMIT", "OFFSET", "NULL", "é", "\0" };

    private final SqlParser parser = new SqlParser();
    private final SqlParameters parameters = new SqlParameters();
    private final WriteBatch batch = new WriteBatch();
    private int parsed;

    @ParameterizedTest
    @ValueSource(longs = { 1, 20261121 })
    void shouldSurviveRandomBytes(final long seed)
    {
        final Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++)
        {
            final byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            parse(bytes, seed);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = { 2, 20261122 })
    void shouldSurviveMutatedStatements(final long seed)
    {
        final Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++)
        {
            byte[] bytes = StatementPrinter.utf8(SEEDS[random.nextInt(SEEDS.length)]);
            final int mutations = 1 + random.nextInt(3);
            for (int j = 0; j < mutations; j++)
            {
                bytes = mutate(bytes, random);
            }
            parse(bytes, seed);
        }
        assertTrue(parsed > 0, "no mutation was a statement");
    }

    @ParameterizedTest
    @ValueSource(longs = { 3, 20261123 })
    void shouldSurviveShuffledPieces(final long seed)
    {
        final Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++)
        {
            final StringBuilder text = new StringBuilder("SELECT * FROM kv WHERE key ");
            text.setLength(random.nextBoolean() ? 0 : text.length());
            final int pieces = random.nextInt(20);
            for (int j = 0; j < pieces; j++)
            {
                text.append(PIECES[random.nextInt(PIECES.length)]).append(random.nextInt(3) == 0 ? "" : " ");
            }
            parse(StatementPrinter.utf8(text.toString()), seed);
        }
    }

    private static byte[] mutate(final byte[] bytes, final Random random)
    {
        final int at = random.nextInt(bytes.length + 1);
        final int removed = random.nextInt(4) == 0 ? random.nextInt(bytes.length - at + 1) : random.nextInt(2);
        final int tail = Math.min(bytes.length, at + removed);
        final byte[] added = switch (random.nextInt(3))
        {
            case 0 -> StatementPrinter.utf8(PIECES[random.nextInt(PIECES.length)]);
            case 1 -> new byte[]{ (byte) random.nextInt() };
            default -> new byte[0];
        };
        final byte[] mutated = new byte[at + added.length + bytes.length - tail];
        System.arraycopy(bytes, 0, mutated, 0, at);
        System.arraycopy(added, 0, mutated, at, added.length);
        System.arraycopy(bytes, tail, mutated, at + added.length, bytes.length - tail);
        return mutated;
    }

    /**
     * As many as there are question marks, so that most statements with some get further than to a wrong count.
     */
    private void fillParameters(final byte[] bytes)
    {
        parameters.clear();
        for (final byte letter : bytes)
        {
            if (letter == '?')
            {
                parameters.addLong(parameters.count());
            }
        }
    }

    private void parse(final byte[] bytes, final long seed)
    {
        fillParameters(bytes);
        try
        {
            final Statement statement = parser.parse(new UnsafeBuffer(bytes), 0, bytes.length, parameters);
            assertNotNull(statement);
            parsed++;
            if (statement instanceof final WriteStatement write)
            {
                batch.clear();
                write.encode(batch, 1);
            }
        }
        catch (final SqlException ex)
        {
            assertTrue(ex.position() >= 0 && ex.position() <= bytes.length, ex.getMessage());
        }
        catch (final RuntimeException ex)
        {
            fail("seed=" + seed + ", statement=" + StatementPrinter.print(bytes), ex);
        }
    }
}
