package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.WriteRequest;
import org.velocitydb.server.system.RawConnection.Message;

/**
 * A client that was written against the original's specification and knows nothing else.
 */
class Version1Test
{
    private static final List<String> BOTH = List.of("key", "value");

    @TempDir
    private static Path directory;
    private static VelocityProcess server;
    private RawConnection connection;

    @BeforeAll
    static void startServer() throws IOException
    {
        ServerFiles.write(directory, "");
        server = VelocityProcess.startServer(directory);
    }

    @AfterAll
    static void stopServer()
    {
        server.close();
    }

    @BeforeEach
    void login() throws IOException
    {
        connection = new RawConnection(server.port()).login1(ServerFiles.USER, ServerFiles.PASSWORD);
    }

    @AfterEach
    void disconnect() throws IOException
    {
        connection.close();
    }

    @Test
    void shouldIntroduceItselfByVersionAndFingerprint() throws IOException
    {
        final Message info = connection.ask1(RawConnection.HELLO, "");

        assertEquals(RawConnection.SERVER_INFO, info.type());
        final String[] lines = info.text().split("\n");
        assertTrue(lines[0].matches("VelocityDB v\\S+"), info.text());
        assertEquals("Fingerprint: " + server.fingerprint(), lines[1]);
    }

    @Test
    void shouldAnswerTheBytesOfTheWorkedExamples() throws IOException
    {
        try (RawConnection plain = new RawConnection(server.port()))
        {
            plain.send(HexFormat.of().parseHex("4f4c4556010100000000592ed963"));
            assertEquals(RawConnection.SERVER_INFO, plain.read1().type());
            plain.send(HexFormat.of()
                .parseHex("4f4c455601030f000000616c69636500736563726574313233a691fc14"));
            final Message refusal = plain.read1();
            assertEquals(RawConnection.AUTH_RESPONSE, refusal.type());
            assertEquals("invalid user name or password", refusal.text());
        }
        connection
            .send(HexFormat.of().parseHex("4f4c455601102900000053454c4543542076616c75652046524f4d206b76205748455" +
                "245206b6579203d2027757365723a3127a57a1f6e"));
        assertEquals(RawConnection.RESPONSE, connection.read1().type());
    }

    @Test
    void shouldRunEveryStatementOfTheSpecification() throws IOException
    {
        assertResult(1, List.of(), List.of(), "INSERT INTO kv (key, value) VALUES ('user:1', 'alice');");
        assertResult(1, BOTH, List.of(row("user:1", "alice")), "SELECT value FROM kv WHERE key = 'user:1';");
        assertResult(2, List.of(), List.of(),
            "INSERT INTO kv (key, value) VALUES ('user:1', 'alice'), ('user:2', 'bob');");
        assertResult(1, List.of(), List.of(), "UPDATE kv SET value = 'new' WHERE key = 'user:1';");
        assertResult(0, List.of(), List.of(), "UPDATE kv SET value = 'new' WHERE key = 'user:7';");
        assertResult(0, BOTH, List.of(), "SELECT value FROM kv WHERE key = 'user:7'");
        assertResult(2, BOTH, List.of(row("user:1", "new"), row("user:2", "bob")),
            "SELECT key, value FROM kv WHERE key LIKE 'user:%' LIMIT 100;");
        assertResult(2, BOTH, List.of(row("user:1", "new"), row("user:2", "bob")),
            "SELECT key, value FROM kv WHERE key >= 'user:1' AND key <= 'user:9';");
        assertResult(1, List.of(), List.of(), "DELETE FROM kv WHERE key = 'user:1';");
        assertResult(0, List.of(), List.of(), "DELETE FROM kv WHERE key = 'user:1';");
        assertResult(0, BOTH, List.of(), "SELECT value FROM kv WHERE key = 'user:1';");
    }

    @Test
    void shouldCount() throws IOException
    {
        command("INSERT INTO kv (key, value) VALUES ('count:1', 1), ('count:2', 2), ('count:3', 3)");

        final Map<String, Object> all = command("SELECT COUNT(*) FROM kv;");
        final Map<String, Object> some = command("SELECT COUNT(*) FROM kv WHERE key LIKE 'count:%'");

        assertTrue((Long) firstValue(all, "Integer") >= 3, all.toString());
        assertEquals(3L, firstValue(some, "Integer"));
    }

    @Test
    void shouldGuessTheTypeOfAValueFromItsText() throws IOException
    {
        assertEquals(Map.of("Integer", 42L), stored("'42'"));
        assertEquals(Map.of("Integer", -7L), stored("-7"));
        assertEquals(Map.of("Integer", Long.MIN_VALUE), stored("'-9223372036854775808'"));
        assertEquals(Map.of("Float", 1.5), stored("'1.5'"));
        assertEquals(Map.of("Float", 9.223372036854775808E18), stored("'9223372036854775808'"));
        assertEquals(Map.of("Boolean", true), stored("TRUE"));
        assertEquals(Map.of("Boolean", false), stored("'false'"));
        assertEquals(Map.of("String", ""), stored("''"));
        assertEquals(Map.of("String", "NaN"), stored("'NaN'"));
        assertEquals(Map.of("String", " 42"), stored("' 42'"));
        assertEquals(Map.of("String", "null"), stored("'null'"));
        assertEquals(Map.of("String", "\u0001\"\\\n\u2028 \uD83D\uDE00"), stored("'\u0001\"\\\n\u2028 \uD83D\uDE00'"));
        assertEquals(Map.of("Binary", List.of(0L, 255L, 128L)), stored("x'00ff80'"));
    }

    @Test
    void shouldShowKeysThatAreNoTextAsBinary() throws IOException
    {
        try (VelocityClient client = server.login())
        {
            client.batch(new WriteRequest().put(new byte[]{ (byte) 0xFE, 1 }, new byte[]{ 7, (byte) 0x80 }));
        }

        final Map<String, Object> found = command("SELECT * FROM kv WHERE key >= x'fe' AND key < x'ff'");

        assertEquals(
            List.of(Map.of("values",
                List.of(Map.of("Binary", List.of(254L, 1L)), Map.of("Binary", List.of(7L, 128L))))),
            found.get("data"));
    }

    @Test
    void shouldShowStatisticsAsRowsAndAsAnObject() throws IOException
    {
        command("INSERT INTO kv (key, value) VALUES ('stats', 'here')");

        final Map<String, Object> shown = command("SHOW STATS;");
        final Map<String, Object> status = command("SHOW STATUS;");
        final Message stats = connection.ask1(RawConnection.STATS, "");

        assertTrue(shown.get("data").toString().contains("memtable_entries"), shown.toString());
        assertTrue(status.get("data").toString().contains(server.fingerprint()), status.toString());
        assertEquals(RawConnection.RESPONSE, stats.type());
        final Map<String, Object> object = Json.object(stats.text());
        assertTrue((Long) assertInstanceOf(Map.class, object.get("database")).get("sequence") > 0, stats.text());
        assertTrue((Long) assertInstanceOf(Map.class, object.get("server")).get("frames_in") > 0, stats.text());
    }

    @Test
    void shouldGoOnAfterStatementsThatAreWrong() throws IOException
    {
        for (final String wrong : List.of(
            "", ";", "SELECT value FORM kv", "DROP TABLE kv", "SELECT * FROM other", "INSERT INTO kv (key, value)" +
                " VALUES ('', 'x')",
            "INSERT INTO kv (key, value) VALUES ('a', NULL)", "SELECT * FROM kv WHERE key = ?",
            "SELECT * FROM kv; DELETE FROM kv", "SELECT * FROM kv WHERE key = '\0",
            "INSERT INTO kv (key, value) VALUES " +
                "('" + "k".repeat(65_537) + "', 'x')"))
        {
            final Message error = connection.ask1(RawConnection.COMMAND, wrong);
            assertEquals(RawConnection.ERROR, error.type(), wrong + ": " + error.text());
            assertTrue(!error.text().isEmpty(), wrong);
        }
        connection.send(RawConnection.frame1(RawConnection.COMMAND, new byte[]{ (byte) 0xFF, (byte) 0xC0 }));
        assertEquals(RawConnection.ERROR, connection.read1().type());
        assertEquals(RawConnection.PONG, connection.ask1(RawConnection.PING, "").type());
    }

    @Test
    void shouldTakeAKeyOfTheGreatestLengthAndAStatementOfTheGreatestLength() throws IOException
    {
        final String key = "k".repeat(65_536);
        final String head = "INSERT INTO kv (key, value) VALUES ('" + key + "', '";
        final String value = "v".repeat(1_048_576 - head.length() - 2);

        assertResult(1, List.of(), List.of(), head + value + "')");
        assertResult(1, BOTH, List.of(row(key, value)), "SELECT value FROM kv WHERE key = '" + key + "'");
        final Message error = connection.ask1(RawConnection.COMMAND, head + value + "v')");
        assertEquals(RawConnection.ERROR, error.type());
        command("DELETE FROM kv WHERE key = '" + key + "'");
    }

    @Test
    void shouldAnswerNothingButHelloBeforeHelloAndNoCommandBeforeLogin() throws IOException
    {
        try (RawConnection early = new RawConnection(server.port()))
        {
            for (final int type : new int[]{ RawConnection.PING, RawConnection.AUTH_REQUEST, RawConnection.COMMAND })
            {
                assertEquals(RawConnection.ERROR, early.ask1(type, "").type());
            }
            assertEquals(RawConnection.SERVER_INFO, early.ask1(RawConnection.HELLO, "").type());
            assertEquals(RawConnection.PONG, early.ask1(RawConnection.PING, "").type());
            assertEquals(RawConnection.ERROR, early.ask1(RawConnection.STATS, "").type());
            assertEquals(RawConnection.ERROR,
                early.ask1(RawConnection.COMMAND, "SELECT value FROM kv WHERE key = 'user:1'").type());
            for (final String credentials : List.of("", "\0", "tester", ServerFiles.USER + "\0wrong", "x".repeat(65) +
                "\0y", ServerFiles.USER + '\0' + "y".repeat(129)))
            {
                final Message refusal = early.ask1(RawConnection.AUTH_REQUEST, credentials);
                assertEquals(RawConnection.AUTH_RESPONSE, refusal.type());
                assertEquals("invalid user name or password", refusal.text());
            }
            assertEquals("OK", early.ask1(
                RawConnection.AUTH_REQUEST, ServerFiles.USER + '\0' + ServerFiles.PASSWORD).text());
            assertEquals(RawConnection.RESPONSE, early.ask1(RawConnection.STATS, "").type());
        }
    }

    @Test
    void shouldEndTheConnectionOnDisconnect() throws IOException
    {
        connection.send1(RawConnection.DISCONNECT, "");

        assertArrayEquals(new byte[0], connection.readToEnd());
    }

    @Test
    void shouldAnswerThousandsOfRequestsInOrderThoughTheyWereSentAtOnce() throws IOException
    {
        // The protocol does not allow it, but nothing keeps a client from it.
        final StringBuilder expected = new StringBuilder();
        final Thread sender = new Thread(() ->
        {
            try
            {
                for (int i = 0; i < 2_000; i++)
                {
                    connection.send1(RawConnection.COMMAND,
                        "INSERT INTO kv (key, value) VALUES ('order', 'value " + i + "')");
                    connection.send1(RawConnection.COMMAND, "SELECT value FROM kv WHERE key = 'order'");
                }
            }
            catch (final IOException ex)
            {
                expected.append(ex);
            }
        });
        sender.start();
        for (int i = 0; i < 2_000; i++)
        {
            assertEquals(1L, Json.object(connection.read1().text()).get("rows_affected"));
            assertEquals(Map.of("String", "value " + i), firstRow(Json.object(connection.read1().text())).get(1));
        }
        assertEquals("", expected.toString());
    }

    // --- helpers

    private Map<String, Object> command(final String sql) throws IOException
    {
        final Message message = connection.ask1(RawConnection.COMMAND, sql);
        assertEquals(RawConnection.RESPONSE, message.type(), sql + ": " + message.text());
        final Map<String, Object> result = Json.object(message.text());
        assertEquals(true, result.get("success"));
        assertTrue((Long) result.get("execution_time_ms") >= 0);
        assertEquals(5, result.size(), message.text());
        return result;
    }

    private void assertResult(
        final long rowsAffected, final List<String> columns, final List<Object> rows, final String sql)
        throws IOException
    {
        final Map<String, Object> result = command(sql);
        assertEquals(rowsAffected, result.get("rows_affected"), sql);
        assertEquals(columns, result.get("columns"), sql);
        assertEquals(rows, result.get("data"), sql);
    }

    private static Map<String, Object> row(final String key, final String value)
    {
        return Map.of("values", List.of(Map.of("String", key), Map.of("String", value)));
    }

    private Object stored(final String literal) throws IOException
    {
        command("INSERT INTO kv (key, value) VALUES ('typed', " + literal + ")");
        final Map<String, Object> found = command("SELECT value FROM kv WHERE key = 'typed'");
        assertEquals(Map.of("String", "typed"), firstRow(found).get(0));
        return firstRow(found).get(1);
    }

    private static List<?> firstRow(final Map<String, Object> result)
    {
        final Map<?, ?> row = assertInstanceOf(Map.class, assertInstanceOf(List.class, result.get("data")).get(0));
        return assertInstanceOf(List.class, row.get("values"));
    }

    private static Object firstValue(final Map<String, Object> result, final String type)
    {
        return assertInstanceOf(Map.class, firstRow(result).get(0)).get(type);
    }
}
