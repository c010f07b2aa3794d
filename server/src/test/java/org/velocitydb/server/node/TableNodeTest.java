package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.v1.MessageType;
import org.velocitydb.protocol.v2.WriteRequest;
import org.velocitydb.server.node.TestClient2.Frame;

/**
 * Tables that are made, used and dropped over both versions of the protocol.
 */
final class TableNodeTest
{
    private final SteppedNode node = new SteppedNode(context ->
    {
    });

    @AfterEach
    void closeWithoutLeaks()
    {
        node.close();
    }

    private TestClient2 open()
    {
        return node.login();
    }

    private static Frame sql(final TestClient2 client, final String statement, final Object... parameters)
    {
        client.sql(statement, parameters);
        return client.take();
    }

    private static int keyspace(final TestClient2 client, final String table)
    {
        final List<String> cells = sql(client, "SHOW TABLES").cells();
        return Integer.parseInt(cells.get(cells.indexOf(table) + 1));
    }

    @Test
    void shouldServeStatementsOnATableThatWasMade()
    {
        final TestClient2 client = open();
        assertEquals(1, sql(client, "CREATE TABLE orders").sql().rowsAffected());
        assertEquals(0, sql(client, "CREATE TABLE IF NOT EXISTS orders").sql().rowsAffected());
        assertEquals(ErrorCode.INVALID_COMMAND, sql(client, "CREATE TABLE orders").code());
        assertEquals(2,
            sql(client, "INSERT INTO orders (key, value) VALUES (?, 1), ('b', 2)", "a").sql().rowsAffected());
        assertEquals(1, sql(client, "UPDATE orders SET value = 3 WHERE key = 'a'").sql().rowsAffected());
        assertEquals(1, sql(client, "DELETE FROM orders WHERE key = 'b'").sql().rowsAffected());
        assertEquals(List.of("a", "3"), sql(client, "SELECT * FROM Orders").cells());
        assertEquals(List.of("0"), sql(client, "SELECT COUNT(*) FROM kv").cells());
    }

    @Test
    void shouldSayWhereATableIsNamedThatIsNotThere()
    {
        final TestClient2 client = open();
        for (final String statement : new String[]{ "SELECT * FROM orders", "DELETE FROM  orders WHERE key = 1",
            "INSERT INTO orders (key, value) VALUES (1, 2)", "UPDATE orders SET value = 1 WHERE key = 1" })
        {
            final Frame answer = sql(client, statement);
            assertEquals(ErrorCode.SQL_ERROR, answer.code());
            assertEquals(statement.indexOf("orders"), answer.error().position());
        }
        assertEquals(ErrorCode.INVALID_COMMAND, sql(client, "DROP TABLE orders").code());
        assertEquals(0, sql(client, "DROP TABLE IF EXISTS orders").sql().rowsAffected());
        assertEquals(ErrorCode.UNSUPPORTED, sql(client, "DROP TABLE kv").code());
    }

    @Test
    void shouldServeBinaryCallsOnATablesKeyspace()
    {
        final TestClient2 client = open();
        sql(client, "CREATE TABLE orders");
        final int keyspace = keyspace(client, "orders");

        client.put(WriteRequest.CONDITION_NONE, keyspace, "a", "1");
        assertTrue(client.take().write().isApplied());
        client.get(keyspace, "a");
        assertEquals("1", client.take().value());
        client.get("a");
        assertNull(client.take().value());
        client.multiGet(keyspace, List.of("a", "b"));
        final List<String> expected = new ArrayList<>();
        expected.add("1");
        expected.add(null);
        assertEquals(expected, client.take().values());
        client.scan(keyspace, 0, 0, "", null);
        assertEquals(List.of("a"), client.take().keys());
        assertEquals(List.of("a", "1"), sql(client, "SELECT * FROM orders").cells());
    }

    @Test
    void shouldRefuseTheKeyspaceOfATableThatWasDropped()
    {
        final TestClient2 client = open();
        sql(client, "CREATE TABLE orders");
        final int keyspace = keyspace(client, "orders");
        client.put(WriteRequest.CONDITION_NONE, keyspace, "a", "1");
        client.take();
        assertEquals(1, sql(client, "DROP TABLE orders").sql().rowsAffected());
        sql(client, "CREATE TABLE orders");

        client.put(WriteRequest.CONDITION_NONE, keyspace, "a", "1");
        assertEquals(ErrorCode.INVALID_COMMAND, client.take().code());
        client.get(keyspace, "a");
        assertEquals(ErrorCode.INVALID_COMMAND, client.take().code());
        client.multiGet(keyspace, List.of("a"));
        assertEquals(ErrorCode.INVALID_COMMAND, client.take().code());
        client.scan(keyspace, 0, 0, "", null);
        assertEquals(ErrorCode.INVALID_COMMAND, client.take().code());
        assertEquals(List.of(), sql(client, "SELECT * FROM orders").cells());
    }

    @Test
    void shouldRefuseAWriteThatWasOnItsWayWhenItsTableWasDropped()
    {
        final TestClient2 client = open();
        sql(client, "CREATE TABLE orders");
        node.holdWriter(true);
        client.sql("DROP TABLE orders");
        client.sql("INSERT INTO orders (key, value) VALUES (1, 2)");
        client.pump(20);
        node.holdWriter(false);

        assertEquals(1, client.take().sql().rowsAffected());
        assertEquals(ErrorCode.INVALID_COMMAND, client.take().code());
    }

    @Test
    void shouldShowMoreTablesThanAPageHolds()
    {
        final TestClient2 client = open();
        final int count = 2_000;
        for (int i = 0; i < count; i++)
        {
            assertEquals(1, sql(client, "CREATE TABLE " + "t".repeat(50) + i).sql().rowsAffected());
        }
        client.sql("SHOW TABLES");
        final List<String> cells = new ArrayList<>();
        Frame frame;
        int frameCount = 0;
        do
        {
            frame = client.take();
            cells.addAll(frame.cells());
            frameCount++;
        }
        while (frame.hasMore());
        assertTrue(frameCount > 1);
        assertEquals(2 * (count + 1), cells.size());
        assertEquals(count + 1, frame.sql().rowsAffected());
    }

    @Test
    void shouldServeTablesInVersion1()
    {
        final TestClient1 client = node.login1();
        for (final String statement : List.of(
            "CREATE TABLE orders (key TEXT PRIMARY KEY, value TEXT)",
            "INSERT INTO orders (key, value) VALUES ('a', 'tea')"))
        {
            client.send(MessageType.COMMAND, statement);
            assertTrue(client.take().text().contains("\"rows_affected\": 1"), statement);
        }
        client.send(MessageType.COMMAND, "SELECT * FROM orders");
        assertTrue(client.take().text().contains("\"tea\""));
        client.send(MessageType.COMMAND, "SHOW TABLES");
        final String tables = client.take().text();
        assertTrue(tables.contains("\"kv\"") && tables.contains("\"orders\"") && tables.contains("\"keyspace\""),
            tables);
        client.send(MessageType.COMMAND, "DROP TABLE orders");
        assertEquals(MessageType.RESPONSE, client.take().type());
        for (final String statement : List.of("SELECT * FROM orders", "DROP TABLE orders"))
        {
            client.send(MessageType.COMMAND, statement);
            assertEquals(MessageType.ERROR, client.take().type(), statement);
        }
    }
}
