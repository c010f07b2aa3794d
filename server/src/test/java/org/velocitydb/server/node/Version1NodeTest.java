package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.protocol.v1.MessageType;
import org.velocitydb.server.node.TestClient1.Frame;

/**
 * What a node answers to clients of version 1: one request, one response, in order.
 */
final class Version1NodeTest
{
    private SteppedNode node;

    private TestClient1 open(final Consumer<NodeContext> settings)
    {
        node = new SteppedNode(settings);
        return node.login1();
    }

    private TestClient1 open()
    {
        return open(context ->
        {
        });
    }

    @AfterEach
    void closeWithoutLeaks()
    {
        node.close();
    }

    private static String insert(final String key, final String value)
    {
        return "INSERT INTO kv (key, value) VALUES ('" + key + "', '" + value + "')";
    }

    @Test
    void shouldAnswerNothingButHelloFirstAndThenNothingBeforeALogin()
    {
        open();
        final TestClient1 client = node.connect1();
        client.send(MessageType.PING, "");
        assertEquals(new Frame(MessageType.ERROR, "say HELLO first"), client.take());
        client.send(MessageType.HELLO, "");
        assertEquals(MessageType.SERVER_INFO, client.take().type());
        client.send(MessageType.PING, "");
        assertEquals(MessageType.PONG, client.take().type());
        assertEquals(new Frame(MessageType.ERROR, "log in first"), client.command("SELECT key FROM kv"));
        client.send(MessageType.AUTH_REQUEST, "alice\0wrong");
        assertEquals("invalid user name or password", client.take().text());
        client.send(MessageType.AUTH_REQUEST, "no zero byte");
        assertEquals("invalid user name or password", client.take().text());
        client.send(MessageType.AUTH_REQUEST, SteppedNode.USER + '\0' + SteppedNode.PASSWORD);
        assertEquals("OK", client.take().text());
        client.send(MessageType.AUTH_REQUEST, SteppedNode.USER + '\0' + SteppedNode.PASSWORD);
        assertEquals(new Frame(MessageType.ERROR, "logged in already"), client.take());
    }

    @Test
    void shouldAnswerPipelinedRequestsOneAtATimeAndInOrder()
    {
        final TestClient1 client = open();
        for (int i = 0; i < 20; i++)
        {
            client.send(MessageType.COMMAND, insert("k", "v" + i));
            client.send(MessageType.COMMAND, "SELECT value FROM kv WHERE key = 'k'");
            client.send(MessageType.COMMAND, "SELECT nonsense");
            client.send(MessageType.PING, "");
        }
        for (int i = 0; i < 20; i++)
        {
            assertTrue(client.take().text().contains("\"rows_affected\": 1"));
            final String found = client.take().text();
            assertTrue(found.contains("\"v" + i + "\""), found);
            assertEquals(MessageType.ERROR, client.take().type());
            assertEquals(MessageType.PONG, client.take().type());
        }
    }

    @Test
    void shouldHoldBackAPingWhileAWriteIsUnderWay()
    {
        final TestClient1 client = open();
        node.holdWriter(true);
        client.send(MessageType.COMMAND, insert("a", "1"));
        client.send(MessageType.PING, "");
        client.pump(30);
        assertFalse(client.hasReceived());
        node.holdWriter(false);

        final List<Frame> answers = client.take(2);
        assertEquals(MessageType.RESPONSE, answers.get(0).type());
        assertEquals(MessageType.PONG, answers.get(1).type());
    }

    @Test
    void shouldAnswerEverythingThatIsValidWithValidJson()
    {
        final TestClient1 client = open();
        for (final String sql : List.of(
            insert("quote \" and \\ and \u00e9", "line\nbreak"), insert("n", "42"), "SELECT key, value FROM kv",
            "SELECT COUNT(*) FROM kv", "SHOW STATUS", "SHOW STATS", "DELETE FROM kv WHERE key = 'n'"))
        {
            final Frame answer = client.command(sql);
            assertEquals(MessageType.RESPONSE, answer.type(), sql + ": " + answer.text());
            JsonChecker.check(answer.text());
        }
        client.send(MessageType.STATS, "");
        final Frame stats = client.take();
        JsonChecker.check(stats.text());
        assertTrue(stats.text().contains("\"database\":{") && stats.text().contains("\"server\":{"));
    }

    @Test
    void shouldSayInWordsThatAResultIsTooLong()
    {
        final TestClient1 client = open(context -> context.maxFrameLength(64 * 1024));
        for (int i = 0; i < 5; i++)
        {
            assertEquals(MessageType.RESPONSE, client.command(insert("k" + i, "x".repeat(20_000))).type());
        }
        final Frame refused = client.command("SELECT key, value FROM kv");
        assertEquals(MessageType.ERROR, refused.type());
        assertTrue(refused.text().contains("use LIMIT"), refused.text());
        assertEquals(MessageType.RESPONSE, client.command("SELECT key, value FROM kv LIMIT 1").type());
    }

    @Test
    void shouldLimitTheRateAndGoOn()
    {
        final TestClient1 client = open(context -> context.rateLimitPerSecond(2));
        client.command(insert("a", "1"));
        client.command(insert("a", "1"));
        final Frame refused = client.command(insert("a", "1"));
        assertEquals(MessageType.ERROR, refused.type());
        assertTrue(refused.text().contains("retry_after_ms=500"), refused.text());
        node.advance(500_000_000);
        assertEquals(MessageType.RESPONSE, client.command(insert("a", "1")).type());
    }

    @Test
    void shouldFinishWhatIsUnderWayForAClientThatHasSentItsLast()
    {
        final TestClient1 client = open();
        node.holdWriter(true);
        client.send(MessageType.COMMAND, insert("a", "1"));
        client.send(MessageType.COMMAND, "SELECT value FROM kv WHERE key = 'a'");
        client.pump(5);
        client.endOutput();
        client.pump(20);
        node.holdWriter(false);

        assertEquals(MessageType.RESPONSE, client.take().type());
        assertEquals(MessageType.RESPONSE, client.take().type());
        client.awaitClosed();
    }

    @Test
    void shouldNotMindAClientThatGoesInTheMiddle()
    {
        final TestClient1 client = open();
        node.holdWriter(true);
        client.send(MessageType.COMMAND, insert("a", "1"));
        client.pump(5);
        client.close();
        node.steps(20);
        node.holdWriter(false);
        node.steps(20);
        assertEquals(0, node.network().openConnectionCount());
        assertTrue(node.login1().command("SELECT value FROM kv WHERE key = 'a'").text().contains("\"Integer\": 1"));
    }
}
