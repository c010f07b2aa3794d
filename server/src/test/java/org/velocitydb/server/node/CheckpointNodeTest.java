package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.StoreVerifier;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v1.MessageType;
import org.velocitydb.server.node.TestClient2.Frame;

/**
 * Checkpoints that are made, shown and dropped over both versions of the protocol.
 */
final class CheckpointNodeTest
{
    private static final int ROW_COUNT = 250;

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

    private static long insertSome(final TestClient2 client)
    {
        long sequence = 0;
        for (int i = 0; i < ROW_COUNT; i++)
        {
            sequence = sql(client, "INSERT INTO kv (key, value) VALUES (?, ?)", "key " + i, (long) i).sql().sequence();
        }
        return sequence;
    }

    private boolean isIntact(final String name)
    {
        return new StoreVerifier(node.storage().within("checkpoints/" + name)).verify().isIntact();
    }

    @Test
    void shouldAnswerBeforeTheNodeEnds()
    {
        final TestClient2 client = node.login();
        insertSome(client);
        client.sql("CHECKPOINT 'monday'");
        client.pump(3);
        assertFalse(client.hasReceived());
        final NodeShutdown shutdown = node.node().newShutdown(10_000_000_000L);

        node.stepUntil(() ->
        {
            client.exchange();
            shutdown.doWork();
            return client.hasReceived();
        });
        assertEquals("monday", client.take().cells().get(0));
        node.stepUntil(() ->
        {
            client.exchange();
            shutdown.doWork();
            return client.hasReceived();
        });
        assertEquals(ErrorCode.SHUTTING_DOWN, client.take().code());
    }

    @Test
    void shouldAnswerWhenTheCheckpointIsThereAndHoldsWhatWasAcknowledged()
    {
        final TestClient2 client = node.login();
        final long sequence = insertSome(client);

        final Frame made = sql(client, "CHECKPOINT 'monday'");

        assertEquals(List.of("monday", "checkpoints/monday", Long.toString(sequence)), made.cells());
        assertEquals(sequence, made.sql().sequence());
        assertEquals(1, made.sql().rowsAffected());
        assertTrue(isIntact("monday"));
        sql(client, "CHECKPOINT ?", "tuesday");
        final List<String> shown = sql(client, "SHOW CHECKPOINTS").cells();
        assertEquals(
            List.of("monday", "1970-01-01T00:00:00.001Z", Long.toString(sequence)), shown.subList(0, 3));
        assertTrue(Long.parseLong(shown.get(3)) > ROW_COUNT);
        assertEquals("tuesday", shown.get(4));
        assertEquals(8, shown.size());
        assertEquals(1, sql(client, "DROP CHECKPOINT 'monday'").sql().rowsAffected());
        assertFalse(node.storage().exists("checkpoints/monday"));
        assertEquals("tuesday", sql(client, "SHOW CHECKPOINTS").cells().get(0));
    }

    @Test
    void shouldAnswerOthersWhileACheckpointIsMade()
    {
        final TestClient2 client = node.login();
        final TestClient2 other = node.login();
        insertSome(client);
        node.holdWriter(true);
        client.sql("CHECKPOINT 'slow'");
        client.sql("SELECT COUNT(*) FROM kv");
        assertEquals(List.of(Integer.toString(ROW_COUNT)), client.take().cells());
        assertEquals(List.of(Integer.toString(ROW_COUNT)), sql(other, "SELECT COUNT(*) FROM kv").cells());
        assertFalse(node.storage().exists("checkpoints/slow"));
        node.holdWriter(false);
        assertEquals("slow", client.take().cells().get(0));
    }

    @Test
    void shouldRefuseWithACodeWhatCannotBeDone()
    {
        final TestClient2 client = node.login();
        sql(client, "CHECKPOINT 'a'");
        for (final String statement : List.of("CHECKPOINT 'a'", "DROP CHECKPOINT 'b'"))
        {
            final Frame refused = sql(client, statement);
            assertEquals(ErrorCode.INVALID_COMMAND, refused.code(), statement);
            assertEquals(Outcome.NOT_DONE, refused.error().outcome());
        }
        final Frame malformed = sql(client, "CHECKPOINT '../a'");
        assertEquals(ErrorCode.SQL_ERROR, malformed.code());
        assertEquals(11, malformed.error().position());
        node.storage().capacityBytes(0);
        assertEquals(ErrorCode.DISK_FULL, sql(client, "CHECKPOINT 'c'").code());
        node.storage().capacityBytes(Long.MAX_VALUE);
        node.advance(1_000_000_000L);
        node.steps(100);
        assertEquals("a", String.join(" ", sql(client, "SHOW CHECKPOINTS").cells()).split(" ")[0]);
        assertEquals("c", sql(client, "CHECKPOINT 'c'").cells().get(0));
    }

    @Test
    void shouldRefuseMoreAtOnceThanMayWait()
    {
        final TestClient2 client = node.login();
        sql(client, "INSERT INTO kv (key, value) VALUES (1, 1)");
        node.holdWriter(true);
        for (int i = 0; i <= CheckpointDesk.UNDER_WAY_MAX; i++)
        {
            client.sql("CHECKPOINT 'c" + i + "'");
        }
        assertEquals(ErrorCode.SERVER_OVERLOADED, client.take().code());
        node.holdWriter(false);
        final List<String> made = new ArrayList<>();
        for (int i = 0; i < CheckpointDesk.UNDER_WAY_MAX; i++)
        {
            made.add(client.take().cells().get(0));
        }
        assertEquals("c15", made.get(15));
        assertEquals("again", sql(client, "CHECKPOINT 'again'").cells().get(0));
    }

    @Test
    void shouldNotBeginWhatHasComeToItsTurnTooLate()
    {
        final TestClient2 client = node.login();
        sql(client, "INSERT INTO kv (key, value) VALUES (1, 1)");
        node.holdWriter(true);
        client.sql("CHECKPOINT 'first'");
        client.timeoutUs(1_000).sql("CHECKPOINT 'late'");
        client.pump(20);
        node.advance(2_000_000);
        node.holdWriter(false);
        assertEquals("first", client.take().cells().get(0));
        assertEquals(ErrorCode.DEADLINE_EXCEEDED, client.take().code());
        assertFalse(node.storage().exists("checkpoints/late"));
    }

    @Test
    void shouldFinishForAConnectionThatHasGone()
    {
        final TestClient2 client = node.login();
        final TestClient2 other = node.login();
        sql(client, "INSERT INTO kv (key, value) VALUES (1, 1)");
        node.holdWriter(true);
        client.sql("CHECKPOINT 'orphan'");
        client.pump(20);
        client.close();
        node.steps(50);
        node.holdWriter(false);
        node.steps(500);
        assertTrue(isIntact("orphan"));
        assertEquals("orphan", sql(other, "SHOW CHECKPOINTS").cells().get(0));
    }

    @Test
    void shouldRefuseWhatIsUnderWayWhenTheNodeIsClosed()
    {
        final TestClient2 client = node.login();
        sql(client, "INSERT INTO kv (key, value) VALUES (1, 1)");
        node.holdWriter(true);
        client.sql("CHECKPOINT 'never'");
        client.pump(20);
        node.holdWriter(false);
        node.reopen();
        assertFalse(node.storage().exists("checkpoints/never"));
    }

    @Test
    void shouldServeCheckpointsInVersion1()
    {
        final TestClient1 client = node.login1();
        client.command("INSERT INTO kv (key, value) VALUES ('a', 'tea')");
        final String made = client.command("CHECKPOINT 'monday'").text();
        assertTrue(made.contains(
            "\"data\": [{\"values\": [{\"String\": \"monday\"}, {\"String\": \"checkpoints/monday\"}, " +
                "{\"String\": \"1\"}]}], \"rows_affected\": 1, \"columns\": [\"name\", \"path\", \"sequence\"]"),
            made);
        assertTrue(isIntact("monday"));
        assertEquals(MessageType.ERROR, client.command("CHECKPOINT 'monday'").type());
        final String shown = client.command("SHOW CHECKPOINTS").text();
        assertTrue(shown.contains("\"columns\": [\"name\", \"created\", \"sequence\", \"bytes\"]"), shown);
        assertTrue(shown.contains("\"rows_affected\": 1") && shown.contains("{\"String\": \"monday\"}"), shown);
        final String dropped = client.command("DROP CHECKPOINT 'monday'").text();
        assertTrue(dropped.contains("\"data\": [], \"rows_affected\": 1, \"columns\": []"), dropped);
        assertTrue(client.command("SHOW CHECKPOINTS").text().contains("\"rows_affected\": 0"));
    }
}
