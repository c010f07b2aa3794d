package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.sql.SqlLimits;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.v1.MessageType;
import org.velocitydb.server.node.TestClient2.Frame;

/**
 * Statements that ask for versions, values and times to live, that delete ranges, and that stand together in a block,
 * over both versions of the protocol.
 */
final class SqlNodeTest
{
    private static final String NEW_VALUE = "new";

    private final SteppedNode node = new SteppedNode(context ->
    {
    });

    @AfterEach
    void closeWithoutLeaks()
    {
        node.close();
    }

    private static Frame sql(final TestClient2 client, final String statement, final Object... parameters)
    {
        client.sql(statement, parameters);
        return client.take();
    }

    private static long affected(final TestClient2 client, final String statement, final Object... parameters)
    {
        return sql(client, statement, parameters).sql().rowsAffected();
    }

    /** Keys that begin with {@code k}, then three digits. */
    private static void fill(final TestClient2 client, final int count)
    {
        final String rows = IntStream.range(0, count)
            .mapToObj((i) -> String.format("('k%03d', 'v%d')", i, i % 2)).collect(Collectors.joining(", "));
        assertEquals(count, affected(client, "INSERT INTO kv (key, value) VALUES " + rows));
    }

    // --- columns, values, versions ---

    @Test
    void shouldTellVersionsAndTimesToLive()
    {
        final TestClient2 client = node.login();
        final long version = sql(client, "INSERT INTO kv (key, value) VALUES ('a', 1)").sql().sequence();
        affected(client, "INSERT INTO kv (key, value) VALUES ('b', 2) USING TTL ?", 60_000L);

        assertEquals(
            List.of("a", Long.toString(version), "type 0", "b", Long.toString(version + 1), "60000"),
            sql(client, "SELECT key, version, ttl FROM kv").cells());
        assertEquals(
            List.of(Long.toString(version), "1"),
            sql(client, "SELECT version, value FROM kv WHERE key = ?", "a").cells());
        assertEquals(1, affected(client, "UPDATE kv SET value = 3 WHERE key = 'a' USING TTL 5"));
        assertEquals(List.of("5"), sql(client, "SELECT ttl FROM kv WHERE key = 'a'").cells());
        final TestClient1 client1 = node.login1();
        assertTrue(client1.command("SELECT key, version, ttl FROM kv WHERE key = 'b'").text().contains(
            "[{\"String\": \"b\"}, {\"Integer\": " + (version + 1) + "}, {\"Integer\": 60000}]"));
        client1.command("INSERT INTO kv (key, value) VALUES ('c', 3)");
        assertTrue(client1.command("SELECT ttl FROM kv WHERE key = 'c'").text().contains("[\"Null\"]"));
    }

    @Test
    void shouldFilterByValue()
    {
        final TestClient2 client = node.login();
        fill(client, 10);

        assertEquals(List.of("5"), sql(client, "SELECT COUNT(*) FROM kv WHERE value = 'v0'").cells());
        assertEquals(
            List.of("k001", "k003"),
            sql(client, "SELECT key FROM kv WHERE value LIKE '%1' AND key < ?", "k005").cells());
        assertEquals(List.of(), sql(client, "SELECT key FROM kv WHERE key = 'k001' AND value = ?", "v0").cells());
        assertEquals(1, affected(client, "UPDATE kv SET value = ? WHERE key = 'k001' AND value = 'v1'", NEW_VALUE));
        assertEquals(0, affected(client, "UPDATE kv SET value = ? WHERE key = 'k001' AND value = 'v1'", NEW_VALUE));
        assertEquals(List.of(NEW_VALUE), sql(client, "SELECT value FROM kv WHERE key = 'k001'").cells());
        assertEquals(4, affected(client, "DELETE FROM kv WHERE value = 'v1'"));
    }

    @Test
    void shouldRefuseToMatchPatternsWithValuesThatWouldHoldUpTheLoop()
    {
        final TestClient2 client = node.login();
        affected(client, "INSERT INTO kv (key, value) VALUES ('a', ?)", "x".repeat(200_000));

        final Frame refused = sql(client, "SELECT key FROM kv WHERE value LIKE ?", "%" + "y".repeat(250) + "%");

        assertEquals(ErrorCode.SQL_ERROR, refused.code());
        assertTrue(refused.words().contains("length=200000, max=66576"), refused.words());
        assertEquals(List.of("a"), sql(client, "SELECT key FROM kv WHERE value LIKE '%x%'").cells());
    }

    @Test
    void shouldChangeARowOnlyWhileItHasTheVersion()
    {
        final TestClient2 client = node.login();
        final long version = sql(client, "INSERT INTO kv (key, value) VALUES ('a', 1)").sql().sequence();

        assertEquals(0, affected(client, "UPDATE kv SET value = 2 WHERE key = 'a' AND version = ?", version + 1));
        assertEquals(1, affected(client, "UPDATE kv SET value = 2 WHERE key = 'a' AND version = ?", version));
        assertEquals(0, affected(client, "DELETE FROM kv WHERE key = 'a' AND version = ?", version));
        assertEquals(1, affected(client, "DELETE FROM kv WHERE version = ? AND key = 'a'", version + 1));
        assertEquals(1, affected(client, "INSERT INTO kv (key, value) VALUES ('a', 3) IF NOT EXISTS"));
        assertEquals(1, affected(client, "INSERT INTO kv (key, value) VALUES ('a', 4), ('b', 4) IF NOT EXISTS"));
        assertEquals(List.of("a", "3", "b", "4"), sql(client, "SELECT * FROM kv").cells());
    }

    // --- ranges ---

    @Test
    void shouldDeleteRangesAndPrefixesAsAWhole()
    {
        final TestClient2 client = node.login();
        fill(client, 1000);
        affected(client, "INSERT INTO kv (key, value) VALUES ('j', 1), ('l', 1)");

        assertEquals(100, affected(client, "DELETE FROM kv WHERE key LIKE 'k1%'"));
        assertEquals(5, affected(client, "DELETE FROM kv WHERE key >= ? AND key < 'k005'", "k000"));
        assertEquals(7, affected(client, "DELETE FROM kv WHERE key LIKE 'k%' LIMIT 7"));
        assertEquals(List.of("k012"), sql(client, "SELECT key FROM kv WHERE key > 'k' LIMIT 1").cells());
        assertEquals(0, affected(client, "DELETE FROM kv WHERE key > 'x'"));
        final TestClient1 client1 = node.login1();
        assertTrue(client1.command("DELETE FROM kv WHERE key LIKE 'k%'").text().contains("\"rows_affected\": 888"));
        assertTrue(client1.command("DELETE FROM kv WHERE key LIKE 'k%'").text().contains("\"rows_affected\": 0"));
        assertEquals(List.of("2"), sql(client, "SELECT COUNT(*) FROM kv").cells());
        assertEquals(2, affected(client, "DELETE FROM kv WHERE key >= ''"));
    }

    @Test
    void shouldLeaveWhatIsWrittenWhileARangeIsDeleted()
    {
        final TestClient2 client = node.login();
        final TestClient2 other = node.login();
        fill(client, 10);
        node.holdWriter(true);
        other.put("k005", NEW_VALUE);
        other.put("k0055", NEW_VALUE);
        other.pump(50);
        client.sql("DELETE FROM kv WHERE key LIKE 'k%'");
        client.pump(50);
        node.holdWriter(false);

        assertEquals(9, client.take().sql().rowsAffected());
        other.take();
        other.take();
        assertEquals(List.of("k005", "k0055"), sql(client, "SELECT key FROM kv").cells());
    }

    @Test
    void shouldGiveARetryTheFirstAnswerThoughTheRowsAreGone()
    {
        final TestClient2 client = node.login();
        fill(client, 10);
        client.requestId(7, 1).sql("DELETE FROM kv WHERE key LIKE 'k%'");
        assertEquals(10, client.take().sql().rowsAffected());
        fill(client, 3);

        client.requestId(7, 1).sql("DELETE FROM kv WHERE key LIKE 'k%'");
        assertEquals(10, client.take().sql().rowsAffected());
        assertEquals(List.of("3"), sql(client, "SELECT COUNT(*) FROM kv").cells());
        client.requestId(7, 2).sql("DELETE FROM kv WHERE key > 'x'");
        assertEquals(0, client.take().sql().rowsAffected());
        affected(client, "INSERT INTO kv (key, value) VALUES ('y', 1)");
        client.requestId(7, 2).sql("DELETE FROM kv WHERE key > 'x'");
        assertEquals(0, client.take().sql().rowsAffected());
    }

    @Test
    void shouldRefuseToDeleteMoreRowsThanABatchHoldsAndSayHowToGoOn()
    {
        try (SteppedNode narrow = new SteppedNode(context -> context.maxFrameLength(16 * 1024)))
        {
            final TestClient2 client = narrow.login();
            for (int i = 0; i < 5; i++)
            {
                final String part = "('k" + i + "%03d', 1)";
                affected(client, "INSERT INTO kv (key, value) VALUES " + IntStream.range(0, 100)
                    .mapToObj((j) -> String.format(part, j)).collect(Collectors.joining(", ")));
            }

            final Frame refused = sql(client, "DELETE FROM kv WHERE key LIKE 'k%'");

            assertEquals(ErrorCode.SQL_ERROR, refused.code());
            assertTrue(
                refused.words().contains("max=65536 rows") && refused.words().contains("add LIMIT"), refused.words());
            assertEquals(List.of("500"), sql(client, "SELECT COUNT(*) FROM kv").cells());
            assertEquals(300, affected(client, "DELETE FROM kv WHERE key LIKE 'k%' LIMIT 300"));
            assertEquals(200, affected(client, "DELETE FROM kv WHERE key LIKE 'k%'"));
            assertTrue(narrow.login1().command("DELETE FROM kv WHERE key LIKE 'k%'").text().contains("affected\": 0"));
        }
    }

    @Test
    void shouldDoNothingWherePredicatesContradictEachOther()
    {
        final TestClient2 client = node.login();
        assertEquals(0, affected(client, "DELETE FROM kv WHERE key = 'a' AND key = 'b'"));
        assertEquals(0, affected(client, "UPDATE kv SET value = 1 WHERE key IN (NULL)"));
        assertEquals(0, affected(client, "BEGIN; COMMIT"));
        assertTrue(node.login1().command("DELETE FROM kv WHERE key = NULL").text().contains("\"rows_affected\": 0"));
        assertEquals(1, affected(client, "INSERT INTO kv (key, value) VALUES ('a', 1)"));
    }

    // --- blocks ---

    @Test
    void shouldDoABlockAsAWholeOverSeveralTables()
    {
        final TestClient2 client = node.login();
        affected(client, "CREATE TABLE orders");
        affected(client, "INSERT INTO kv (key, value) VALUES ('old', 1)");

        assertEquals(
            4, affected(
                client, "BEGIN; INSERT INTO kv (key, value) VALUES (?, 1), ('b', 2) IF NOT EXISTS; " +
                    "UPDATE orders SET value = 3 WHERE key = 'absent'; " +
                    "INSERT INTO orders (key, value) VALUES (1, 2); " +
                    "DELETE FROM kv WHERE key = 'old'; CHECK NOT EXISTS orders WHERE key = 'absent'; COMMIT;",
                "a"));

        assertEquals(List.of("a", "1", "b", "2"), sql(client, "SELECT * FROM kv").cells());
        assertEquals(List.of("1", "2"), sql(client, "SELECT * FROM orders").cells());
    }

    @Test
    void shouldDoNothingOfABlockWhoseConditionDoesNotHold()
    {
        final TestClient2 client = node.login();
        final long version = sql(client, "INSERT INTO kv (key, value) VALUES ('a', 1)").sql().sequence();
        for (final String condition : List.of(
            "INSERT INTO kv (key, value) VALUES ('a', 9) IF NOT EXISTS", "CHECK NOT EXISTS kv WHERE key = 'a'",
            "CHECK EXISTS kv WHERE key = 'absent'", "CHECK EXISTS kv WHERE key = 'a' AND version = " + (version + 7),
            "UPDATE kv SET value = 9 WHERE key = 'a' AND version = " + (version + 7),
            "DELETE FROM kv WHERE key = 'absent' AND version = 1"))
        {
            final String block = "BEGIN; INSERT INTO kv (key, value) VALUES ('b', 2); " + condition + "; COMMIT";
            final Frame refused = sql(client, block);

            assertEquals(ErrorCode.CONDITION_FAILED, refused.code(), condition);
            assertTrue(refused.words().contains("row=2"), refused.words());
            assertTrue(node.login1().command(block).text().contains("nothing was done"));
        }
        assertEquals(List.of("a", "1"), sql(client, "SELECT * FROM kv").cells());
        assertEquals(
            ErrorCode.SQL_ERROR,
            sql(client, "BEGIN; DELETE FROM kv WHERE key = 'a'; DELETE FROM nowhere WHERE key = 'a'; COMMIT").code());
        assertEquals(1, affected(client, "BEGIN; DELETE FROM kv WHERE key = 'a' AND version = ?; COMMIT", version));
    }

    @Test
    void shouldKeepABlockOverARestartAsAWhole()
    {
        assertEquals(
            2, affected(
                node.login(), "BEGIN; INSERT INTO kv (key, value) VALUES ('a', 1); " +
                    "INSERT INTO kv (key, value) VALUES ('b', 2); COMMIT"));
        node.reopen();
        assertEquals(List.of("a", "1", "b", "2"), sql(node.login(), "SELECT * FROM kv").cells());
    }

    // --- prepared ---

    @Test
    void shouldExecuteWhatTheConnectionHasPrepared()
    {
        final TestClient2 client = node.login();
        affected(client, "PREPARE put AS INSERT INTO kv (key, value) VALUES (?, ?)");
        affected(client, "PREPARE find AS SELECT value FROM kv WHERE key = ?");
        affected(client, "PREPARE swap AS BEGIN; DELETE FROM kv WHERE key = ?; INSERT INTO kv (key, value) " +
            "VALUES (?, ?); COMMIT");
        for (long i = 0; i < 3; i++)
        {
            assertEquals(1, affected(client, "EXECUTE put", i, i * 0.5));
            assertEquals(1, affected(client, "EXECUTE put", true, -i));
            assertEquals(List.of(Double.toString(i * 0.5)), sql(client, "EXECUTE find", i).cells());
            assertEquals(List.of(Long.toString(-i)), sql(client, "EXECUTE find", "true").cells());
        }
        assertEquals(2, affected(client, "EXECUTE swap (0, 'zero', ?)", NEW_VALUE));
        assertEquals(List.of(NEW_VALUE), sql(client, "EXECUTE Find('zero')").cells());
        assertEquals(List.of(), sql(client, "EXECUTE find", 0L).cells());
        assertEquals(ErrorCode.SQL_ERROR, sql(client, "EXECUTE find").code());
        assertEquals(ErrorCode.SQL_ERROR, sql(client, "EXECUTE find", "a", "b").code());
        assertEquals(ErrorCode.SQL_ERROR, sql(client, "EXECUTE put", "a", null).code());
        assertEquals(ErrorCode.SQL_ERROR, sql(client, "EXECUTE put", "", 1L).code());
        assertEquals(ErrorCode.SQL_ERROR, sql(node.login(), "EXECUTE find", "a").code(), "another connection");
        affected(client, "PREPARE lost AS SELECT * FROM nowhere");
        assertEquals(14, sql(client, "EXECUTE lost").error().position(), "in the statement that was prepared");
        final TestClient1 client1 = node.login1();
        client1.command("PREPARE find AS SELECT value FROM kv WHERE key = ?");
        assertTrue(client1.command("EXECUTE find ('zero')").text().contains(NEW_VALUE));
    }

    @Test
    void shouldBoundWhatAConnectionPrepares()
    {
        final TestClient2 client = node.login();
        for (int i = 0; i < PreparedStatements.COUNT_MAX; i++)
        {
            affected(client, "PREPARE p" + i + " AS SELECT * FROM kv");
        }
        final Frame tooMany = sql(client, "PREPARE another AS SELECT * FROM kv");
        assertTrue(tooMany.words().contains("max=256"), tooMany.words());
        assertEquals(8, tooMany.error().position());
        assertTrue(sql(client, "PREPARE P0 AS SELECT * FROM kv").words().contains("name=p0"));
        affected(client, "DEALLOCATE p7");
        assertEquals(ErrorCode.SQL_ERROR, sql(client, "EXECUTE p7").code());
        assertEquals(ErrorCode.SQL_ERROR, sql(client, "DEALLOCATE p7").code());
        final String blanks = " ".repeat(100_000);
        affected(client, "PREPARE p7 AS SELECT" + blanks + "* FROM kv");
        affected(client, "DEALLOCATE p8");
        affected(client, "PREPARE p8 AS SELECT" + blanks + "* FROM kv");
        affected(client, "DEALLOCATE p9");
        assertTrue(sql(client, "PREPARE p9 AS SELECT" + blanks + "* FROM kv").words().contains("max=524288"));
        assertEquals(List.of(), sql(client, "EXECUTE p8").cells());
    }

    @Test
    void shouldTellTheSameOfAStatementHoweverOftenItsTextComes()
    {
        final TestClient2 client = node.login();
        fill(client, 4);
        for (int i = 0; i < 4; i++)
        {
            assertEquals(List.of("k001"), sql(client, "SELECT key FROM kv WHERE key = 'k001';").cells());
            assertEquals(List.of("k001", "k002"),
                sql(client, "SELECT key FROM kv WHERE key > ? LIMIT 2", "k000").cells());
            assertEquals(ErrorCode.SQL_ERROR, sql(client, "SELECT key FROM kv WHERE key = ?").code());
            assertEquals(29, sql(client, "SELECT * FROM kv WHERE key = ?", "").error().position());
            assertEquals(14, sql(client, "SELECT * FROM nowhere WHERE key = ?", "a").error().position());
            assertEquals(List.of(), sql(client, "SELECT * FROM kv WHERE key = ?", (Object) null).cells());
            assertEquals(List.of("4"), sql(client, "SELECT COUNT(*) FROM kv").cells());
        }
    }

    // --- plans ---

    @Test
    void shouldExplainHowAStatementFindsItsKeys()
    {
        final TestClient2 client = node.login();
        assertEquals(
            List.of(
                "statement", "select", "table", "kv", "keyspace", "0", "access", "point read", "keys", "1",
                "key_filter", "no", "value_filter", "no", "memtables", "1", "tables", "0 of 0", "blocks", "0 of 0",
                "order", "ascending"),
            sql(client, "EXPLAIN SELECT * FROM kv WHERE key = ?", "a").cells());
        assertAccess(client, "full scan", "SELECT * FROM kv WHERE key <> 'a'");
        assertAccess(client, "range", "SELECT * FROM kv WHERE key > 'a' LIMIT 3");
        assertAccess(client, "prefix", "DELETE FROM kv WHERE key LIKE 'user:%' AND value = 3");
        assertAccess(client, "point reads", "UPDATE kv SET value = 1 WHERE key IN ('a', 'b')");
        assertAccess(client, "nothing, the predicates contradict each other", "SELECT * FROM kv WHERE key = NULL");
        assertAccess(client, "one batch, no read", "INSERT INTO kv (key, value) VALUES ('a', 1)");
        assertEquals(List.of("0"), sql(client, "SELECT COUNT(*) FROM kv").cells());
        assertEquals(16 + 8, sql(client, "EXPLAIN SELECT * FROM nowhere").error().position() + 2);
        assertTrue(node.login1().command("EXPLAIN SELECT * FROM kv").text().contains("\"full scan\""));
    }

    private static void assertAccess(final TestClient2 client, final String access, final String statement)
    {
        final List<String> cells = sql(client, "EXPLAIN " + statement).cells();
        assertEquals(access, cells.get(cells.indexOf("access") + 1), statement);
    }

    // --- what is hostile ---

    @Test
    void shouldRefuseHostileStatementsAndServeOthersMeanwhile()
    {
        final TestClient2 client = node.login();
        final TestClient2 other = node.login();
        for (final String statement : List.of(
            "SELECT * FROM kv WHERE key = '" + "a".repeat(SqlLimits.MAX_STATEMENT_LENGTH),
            "SELECT * FROM kv WHERE key IN (" + "?,".repeat(400_000) + "?)",
            "SELECT * FROM kv WHERE " + "(".repeat(500_000) + "key = 'a'" + ")".repeat(500_000),
            "SELECT * FROM kv WHERE key = '" + "''".repeat(400_000),
            "BEGIN;" + "CHECK EXISTS kv WHERE key=1;".repeat(30_000) + "COMMIT",
            "PREPARE a AS ".repeat(60_000), "EXPLAIN ".repeat(100_000), "/*".repeat(400_000),
            "SELECT * FROM kv WHERE value LIKE '" + "%a".repeat(200_000) + "'",
            "SELECT " + "key,".repeat(200_000) + "key FROM kv", "EXECUTE a (" + "1,".repeat(400_000) + "1)"))
        {
            client.sql(statement);
            other.sql("SELECT COUNT(*) FROM kv");
            assertEquals(List.of("0"), other.take().cells());
            final Frame refused = client.take();
            final String shown = statement.substring(0, 40);
            assertTrue(
                List.of(ErrorCode.SQL_ERROR, ErrorCode.UNSUPPORTED).contains(refused.code()),
                () -> shown + ": " + refused.words());
            assertTrue(refused.error().position() <= statement.length(), shown);
        }
        assertEquals(1, affected(client, "INSERT INTO kv (key, value) VALUES ('a', 1)"));
        final TestClient1 client1 = node.login1();
        final TestClient1.Frame answer = client1.command("SELECT * FROM kv WHERE key = '" + "a".repeat(900_000));
        assertEquals(MessageType.ERROR, answer.type());
    }
}
