package org.velocitydb.engine.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.sql.SqlException.Kind;

final class SqlLimitsTest
{
    private static final String SELECT = "SELECT * FROM kv WHERE key ";

    private final SqlParser parser = new SqlParser();
    private final SqlParameters parameters = new SqlParameters();

    @Test
    void shouldRefuseEmptyStatements()
    {
        refused("", Kind.SYNTAX, 0,
            "expected SELECT, INSERT, UPDATE, DELETE, BEGIN, EXPLAIN, PREPARE, EXECUTE, DEALLOCATE, CREATE, DROP, " +
                "CHECKPOINT, SHOW or KILL at character 0, " +
                "found the end");
        refused(
            " -- nothing", Kind.SYNTAX, 11,
            "expected SELECT, INSERT, UPDATE, DELETE, BEGIN, EXPLAIN, PREPARE, EXECUTE, DEALLOCATE, CREATE, DROP, " +
                "CHECKPOINT, SHOW or KILL at character 11, " +
                "found the end");
    }

    @Test
    void shouldTakeStatementsUpToTheirLimit()
    {
        final String shown = "SHOW STATS" + " ".repeat(SqlLimits.MAX_STATEMENT_LENGTH - 10);
        final String message = "statement is too long: length=1048577, max=1048576";

        parser.parse(shown);
        refused(shown + " ", Kind.LIMIT, 0, message);
        final UnsafeBuffer bytes = new UnsafeBuffer(StatementPrinter.utf8(shown + " "));
        final SqlException ex = assertThrows(SqlException.class,
            () -> parser.parse(bytes, 0, bytes.capacity(), parameters));
        assertEquals(message, ex.getMessage());
    }

    @Test
    void shouldMeasureStatementsInBytes()
    {
        final String text = SELECT + "= '" + "€".repeat(SqlLimits.MAX_STATEMENT_LENGTH / 3) + "'";

        refused(text, Kind.LIMIT, 0, "statement is too long: length=1048606, max=1048576");
    }

    @Test
    void shouldRefuseWhatIsNotUtf8()
    {
        final byte[] bytes = StatementPrinter.utf8("SELECT 'ä?' FROM kv");
        bytes[10] = (byte) 0xFF;
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);

        final SqlException ex = assertThrows(SqlException.class,
            () -> parser.parse(buffer, 0, bytes.length, parameters));

        assertEquals("statement is not UTF-8: character=9", ex.getMessage());
        refused("SHOW \uD800", Kind.TYPE, 5, "statement holds half of a surrogate pair: character=5");
        refused("😀\uDC00", Kind.TYPE, 1, "statement holds half of a surrogate pair: character=1");
    }

    @Test
    void shouldRefuseLongStatementsThatNeverClose()
    {
        final String letters = "a".repeat(SqlLimits.MAX_STATEMENT_LENGTH - 100);
        final String quotes = "'".repeat(SqlLimits.MAX_STATEMENT_LENGTH / 2 - 99);

        refused(SELECT + "= '" + letters, Kind.SYNTAX, 29, "string is not closed: character=29");
        refused(SELECT + "= " + quotes, Kind.SYNTAX, 29, "string is not closed: character=29");
        refused(SELECT + "/*" + letters, Kind.SYNTAX, 27, "comment is not closed: character=27");
        refused(SELECT + "/* ".repeat(300_000), Kind.SYNTAX, 27, "comment is not closed: character=27");
    }

    @Test
    void shouldTakeParametersUpToTheirLimit()
    {
        for (int i = 0; i < SqlLimits.MAX_PARAMETERS; i++)
        {
            parameters.addLong(i);
        }
        final String marks = "?" + ", ?".repeat(SqlLimits.MAX_PARAMETERS - 1);

        parser.parse(SELECT + "IN (" + marks + ")", parameters);
        refused(SELECT + "IN (" + marks + ", ?)", Kind.LIMIT, 196_636,
            "too many parameters: max=65535, character=196636");
        final SqlException ex = assertThrows(SqlException.class, () -> parameters.addNull());
        assertEquals("too many parameters: max=65535", ex.getMessage());
        assertEquals(SqlException.NULL_POSITION, ex.position());
    }

    @Test
    void shouldRefuseManyMorePlaceholdersThanValues()
    {
        parameters.addText("a");

        refused(
            SELECT + "IN (" + "?,".repeat(500_000) + "?)", Kind.PARAMETERS, 33,
            "too few parameters: given=1, character=33");
        refused(SELECT + "IN (" + "?,".repeat(1_000_000) + "?)", Kind.LIMIT, 0,
            "statement is too long: length=2000033, max=1048576");
    }

    @Test
    void shouldRefuseMoreValuesThanPlaceholders()
    {
        parameters.addText("a").addText("b").addText("c");

        refused(SELECT + "= ? AND key <> ?;", Kind.PARAMETERS, 44,
            "too many parameters: given=3, used=2, character=44");
        parameters.clear();
        parser.parse(SELECT + "= 'a'", parameters);
    }

    @Test
    void shouldCountParentheses()
    {
        final int max = SqlLimits.MAX_NESTING;

        parser.parse(SELECT.replace("key ", "") + "(".repeat(max) + "key = 'a'" + ")".repeat(max));
        refused(
            SELECT.replace("key ", "") + "(".repeat(1_000_000), Kind.LIMIT, 87,
            "too many open parentheses: max=64, character=87");
        refused(
            SELECT + "= " + "(".repeat(1_000_000), Kind.SYNTAX, 29,
            "expected a literal or '?' at character 29, found '('");
        refused(
            SELECT + "= 'a'" + ")".repeat(1_000_000), Kind.SYNTAX, 32,
            "expected AND, ORDER BY, LIMIT, OFFSET or the end at character 32, found ')'");
    }

    @Test
    void shouldCountPredicates()
    {
        final String more = " AND key <> 1".repeat(SqlLimits.MAX_PREDICATES - 1);

        parser.parse(SELECT + "> 'a'" + more);
        refused(
            SELECT + "> 'a'" + more + " AND key > 'a'", Kind.LIMIT, 13_336,
            "too many predicates: max=1024, character=13336");
    }

    @Test
    void shouldCountValuesInLists()
    {
        final String values = "1" + ",1".repeat(SqlLimits.MAX_IN_VALUES - 1);

        parser.parse(SELECT + "IN (" + values + ")");
        refused(
            SELECT + "IN (" + values + ",1)", Kind.LIMIT, 131_103,
            "too many values in a list: max=65536, character=131103");
    }

    @Test
    void shouldCountRows()
    {
        final String insert = "INSERT INTO kv (key, value) VALUES ";
        final String rows = "(1,2)" + ",(1,2)".repeat(SqlLimits.MAX_ROWS - 1);

        assertEquals(SqlLimits.MAX_ROWS, ((InsertStatement) parser.parse(insert + rows)).operationCount());
        refused(insert + rows + ",(1,2)", Kind.LIMIT, 393_251, "too many rows: max=65536, character=393251");
    }

    @Test
    void shouldHoldKeysToTheirLength()
    {
        final String longest = "k".repeat(Keys.MAX_KEY_LENGTH);
        final String message = "key is too long: length=65537, max=65536, character=";

        parser.parse(SELECT + "= '" + longest + "'");
        refused(SELECT + "= 'k" + longest + "'", Kind.LIMIT, 29, message + 29);
        refused(SELECT + "< 'k" + longest + "'", Kind.LIMIT, 29, message + 29);
        refused(SELECT + "BETWEEN 'a' AND 'k" + longest + "'", Kind.LIMIT, 43, message + 43);
        refused(SELECT + "LIKE 'k" + longest + "%'", Kind.LIMIT, 32, message + 32);
        refused("INSERT INTO kv (key, value) VALUES ('k" + longest + "', 1)", Kind.LIMIT, 36, message + 36);
        parameters.addText("k" + longest);
        refused("DELETE FROM kv WHERE key = ?", Kind.LIMIT, 27, message + 27);
    }

    @Test
    void shouldHoldValuesAndBatchesToTheirLength()
    {
        final String insert = "INSERT INTO kv (key, value) VALUES ('a', ?)";
        final byte[] longest = new byte[Keys.MAX_VALUE_LENGTH];

        parameters.addBytes(longest);
        parser.parse(insert, parameters);
        parser.parse("UPDATE kv SET value = ? WHERE key = 'a'", parameters);
        refused(
            "UPDATE kv SET value = ? WHERE key IN (1, 2)", Kind.LIMIT, 22,
            "statement writes too much: length=134217808, max=134217728, character=22");
        parameters.addBytes(longest);
        refused(
            insert + ", ('b', ?)", Kind.LIMIT, 45,
            "statement writes too much: length=134217808, max=134217728, character=45");
        parameters.clear();
        parameters.addBytes(new byte[Keys.MAX_VALUE_LENGTH + 1]);
        refused(insert, Kind.LIMIT, 41, "value is too long: length=67108865, max=67108864, character=41");
    }

    @Test
    void shouldBoundWhatLikePatternsCost()
    {
        final String tail = "%" + "a%".repeat(63);

        parser.parse(SELECT + "LIKE '" + "a".repeat(5000) + tail + "' AND key LIKE '" + tail + "'");
        refused(
            SELECT + "LIKE '" + tail + "' AND key LIKE '" + tail + "aaa'", Kind.LIMIT, 175,
            "LIKE patterns are too long after their first wildcard: length=257, max=256, character=175");
    }

    /** They are compared while the statement is parsed, in one go. */
    @Test
    void shouldBoundWhatNamedKeysAndValuesCostWithPatterns()
    {
        final String tail = "%" + "a%".repeat(63);
        for (int i = 0; i < 3; i++)
        {
            parameters.addText(i + "a".repeat(Keys.MAX_KEY_LENGTH - 2));
        }
        final String named = " IN (?, ?, ?) AND key LIKE '" + tail + "' AND value LIKE '";
        final String message = "what is named by = and IN is too long for the LIKE patterns: steps=24968835, max=" +
            SqlLimits.MAX_PATTERN_STEPS;

        refused(SELECT.replace("key ", "key") + named + "%'", Kind.LIMIT, SqlException.NULL_POSITION, message);
        refused(
            "SELECT * FROM kv WHERE value IN (?, ?, ?) AND value LIKE '" + tail + "'", Kind.LIMIT,
            SqlException.NULL_POSITION, message);
        parser.parse("SELECT * FROM kv WHERE key IN (?, ?, ?) AND key LIKE '%a%'", parameters);
    }

    private void refused(final String statement, final Kind kind, final int position, final String message)
    {
        final SqlException ex = assertThrows(SqlException.class, () -> parser.parse(statement, parameters));

        assertEquals(message, ex.getMessage());
        assertEquals(kind, ex.kind());
        assertEquals(position, ex.position());
    }
}
