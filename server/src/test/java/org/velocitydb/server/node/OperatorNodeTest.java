package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v1.MessageType;
import org.velocitydb.protocol.v2.ScanRequest;
import org.velocitydb.server.users.LoginLimits;

/**
 * What an operator sees and does, on a node whose agents are stepped.
 */
class OperatorNodeTest
{
    private static final int COLUMN_COUNT = 11;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final ConfigView.Setting SETTING = new ConfigView.Setting("server.bind", "\"x\"", "file", "restart");

    @Test
    void shouldShowTheConnectionsOfAllEventLoopsToBothVersions()
    {
        try (SteppedNode node = new SteppedNode((context) -> context.loopCount(3)))
        {
            final TestClient2 first = node.login();
            final TestClient1 second = node.login1();
            final TestClient2 third = node.connect();
            final TestClient2 fourth = node.login();
            fourth.put("a", "1");
            fourth.take();
            node.advance(2 * SECOND_NS);
            third.pump(3);

            final List<String> cells = rows(first, "SHOW CONNECTIONS");

            assertEquals(4 * COLUMN_COUNT, cells.size(), cells.toString());
            final List<String> users = new ArrayList<>();
            final List<String> protocols = new ArrayList<>();
            final List<String> states = new ArrayList<>();
            for (int i = 0; i < cells.size(); i += COLUMN_COUNT)
            {
                users.add(cells.get(i + 2));
                protocols.add(cells.get(i + 3));
                states.add(cells.get(i + 10));
            }
            users.sort(null);
            protocols.sort(null);
            states.sort(null);
            assertEquals(List.of("", "alice", "alice", "alice"), users);
            assertEquals(List.of("", "1", "2", "2"), protocols);
            assertEquals(List.of("connected", "logged_in", "logged_in", "logged_in"), states);

            final String json = second.command("show connections").text();
            assertTrue(json.contains("\"rows_affected\": 4"), json);
            assertTrue(json.contains("\"columns\": [\"id\", \"address\", \"user\", \"protocol\", \"since\""), json);
        }
    }

    /** As a recursion would that is too deep: the client's other requests must not wait for ever. */
    @Test
    void shouldFailAResultThatBreaksWithAnErrorAndGoOnWithTheNext()
    {
        final List<ConfigView.Setting> broken = new AbstractList<>()
        {
            @Override
            public ConfigView.Setting get(final int index)
            {
                throw new StackOverflowError("on purpose");
            }

            @Override
            public int size()
            {
                return 1;
            }
        };
        try (SteppedNode node = new SteppedNode((context) -> context.loopCount(1).configView(() -> broken)))
        {
            final TestClient2 client = node.login();
            final long first = client.sql("SHOW CONFIG");
            final long second = client.sql("SHOW TABLES");

            final TestClient2.Frame failed = client.take();
            assertEquals(first, failed.correlationId());
            assertEquals(ErrorCode.INTERNAL_ERROR, failed.code());
            final TestClient2.Frame answered = client.take();
            assertEquals(second, answered.correlationId());
            assertFalse(answered.cells().isEmpty());
            assertEquals(List.of("on purpose"), node.takeErrors().stream().map(Throwable::getMessage).toList());
        }
    }

    @Test
    void shouldTellWhatAConnectionHasDone()
    {
        try (SteppedNode node = new SteppedNode((context) -> context.loopCount(1)))
        {
            final TestClient2 client = node.login();
            client.put("a", "1");
            client.take();
            node.advance(5 * SECOND_NS);

            final List<String> row = rows(client, "SHOW CONNECTIONS");

            assertTrue(row.get(1).matches("[0-9.]+:[0-9]+"), row.toString());
            assertTrue(row.get(4).endsWith("Z"), row.toString());
            assertEquals("4", row.get(6), "hello, login, put and this");
            assertTrue(Long.parseLong(row.get(7)) > 100 && Long.parseLong(row.get(8)) > 100, row.toString());
            assertEquals("1", row.get(9), "this result itself");
        }
    }

    @Test
    void shouldKillAConnectionOfAnotherEventLoopAndTellItsClientWhy()
    {
        try (SteppedNode node = new SteppedNode((context) -> context.loopCount(2)))
        {
            final TestClient2 operator = node.login();
            final TestClient1 victim = node.login1();
            final String id = idOfProtocol(rows(operator, "SHOW CONNECTIONS"), "1");

            operator.sql("KILL " + id);

            assertEquals(1, operator.take().sql().rowsAffected());
            assertEquals("the connection was ended by an operator", victim.take().text());
            victim.awaitClosed();
            victim.close();
            node.steps(5);
            assertEquals(COLUMN_COUNT, rows(operator, "SHOW CONNECTIONS").size());
        }
    }

    @Test
    void shouldKillItselfWhenAsked()
    {
        try (SteppedNode node = new SteppedNode((context) -> context.loopCount(1)))
        {
            final TestClient2 client = node.login();
            final String id = rows(client, "SHOW CONNECTIONS").get(0);

            client.sql("KILL " + id);

            assertEquals(ErrorCode.CONNECTION_KILLED, client.take().code());
            client.awaitClosed();
        }
    }

    @Test
    void shouldSayThatThereIsNoSuchConnectionInBothVersions()
    {
        try (SteppedNode node = new SteppedNode((context) -> context.loopCount(2)))
        {
            final TestClient2 client = node.login();
            for (final long id : new long[]{ 0, 77, 1L << 48, 5L << 48, Long.MAX_VALUE })
            {
                client.sql("KILL ?", id);
                final TestClient2.Frame answer = client.take();
                assertEquals(ErrorCode.INVALID_COMMAND, answer.code());
                assertEquals("there is no such connection: id=" + id, answer.error().text());
            }
            final TestClient1 other = node.login1();
            assertEquals("there is no such connection: id=77", other.command("KILL 77").text());
            assertEquals(MessageType.RESPONSE, other.command("SHOW STATUS").type(), "it goes on");
        }
    }

    @Test
    void shouldShowTheConfigurationAsItIsTold()
    {
        try (SteppedNode node = new SteppedNode((context) -> context.configView(() -> List.of(SETTING))))
        {
            assertEquals(List.of("server.bind", "\"x\"", "file", "restart"), rows(node.login(), "SHOW CONFIG"));
        }
    }

    @Test
    void shouldKeepASlowWriteWithItsKeyAndWhereTheTimeWentButNoValue()
    {
        try (SteppedNode node = new SteppedNode((context) -> context.slowLogThresholdNs(1_000_000)))
        {
            final TestClient2 client = node.login();
            node.holdWriter(true);
            client.put("a key that is longer than what is kept of it", "secret value");
            client.pump(5);
            node.advance(7_000_000);
            node.holdWriter(false);
            client.take();
            client.put("quick", "1");
            client.take();

            final List<String> row = rows(client, "SHOW SLOW");

            assertEquals(SlowRequest.COLUMNS.size(), row.size(), row.toString());
            assertEquals(
                List.of("alice", "PUT", "0 \"a key that is longer than what i\"... (44 bytes)"), row.subList(2, 5));
            assertEquals(List.of("7000", "7000", "0", "0", "0", "0", ""), row.subList(5, 12));
            assertFalse(row.toString().contains("secret"));
        }
    }

    @Test
    void shouldCallASlowLoginByItsNameInBothVersions()
    {
        final AtomicLong everLater = new AtomicLong();
        try (SteppedNode node = new SteppedNode((context) -> context
            .slowLogThresholdNs(1_000_000)
            .nanoClock(() -> everLater.addAndGet(1_000_000))))
        {
            node.login1();

            final List<String> row = rows(node.login(), "SHOW SLOW");

            final List<String> requests = new ArrayList<>();
            for (int i = 3; i < row.size(); i += SlowRequest.COLUMNS.size())
            {
                requests.add(row.get(i));
            }
            assertEquals(List.of("AUTH", "HELLO", "AUTH_REQUEST", "HELLO"), requests);
        }
    }

    @Test
    void shouldTellApartWhatWasKeptOfWritesThatAreAnsweredTogether()
    {
        try (SteppedNode node = new SteppedNode((context) -> context.slowLogThresholdNs(1_000_000)))
        {
            final TestClient2 client = node.login();
            for (int round = 0; round < 5; round++)
            {
                node.holdWriter(true);
                client.put("first " + round, "1");
                client.put("second " + round, "2");
                client.pump(5);
                node.advance(2_000_000);
                node.holdWriter(false);
                client.take(2);
            }

            final List<String> row = rows(client, "SHOW SLOW");

            assertEquals(10 * 12, row.size());
            for (int i = 0; i < 10; i++)
            {
                assertEquals("0 \"" + (i % 2 == 0 ? "second " : "first ") + (4 - i / 2) + "\"", row.get(12 * i + 4));
            }
        }
    }

    @Test
    void shouldKeepASlowResultWithTheTimeForWhichItsClientDidNotRead()
    {
        try (SteppedNode node = new SteppedNode((context) -> context.slowLogThresholdNs(1_000_000)))
        {
            final TestClient2 client = node.login();
            for (int i = 0; i < 150; i++)
            {
                client.put("k" + i, "v".repeat(20_000));
                assertTrue(client.take().write().isApplied());
            }
            client.reading(false);
            client.scan(0, ScanRequest.NO_LIMIT, "k", null);
            client.pump(200);
            node.advance(3_000_000);
            client.reading(true);
            TestClient2.Frame frame;
            do
            {
                frame = client.take();
            }
            while (frame.hasMore());

            final List<String> row = rows(node.login(), "SHOW SLOW");

            assertEquals(List.of("alice", "SCAN", "", "3000", "", "", "", "", "", "0"), row.subList(2, 12));
        }
    }

    @Test
    void shouldReadNoClockForGroupsWhileTheSlowLogIsOff()
    {
        try (SteppedNode node = new SteppedNode((context) -> context.loopCount(1)))
        {
            final TestClient2 client = node.login();
            node.holdWriter(true);
            client.put("a", "1");
            client.pump(5);
            node.advance(7_000_000);
            node.holdWriter(false);
            client.take();

            assertTrue(rows(client, "SHOW SLOW").isEmpty());
            assertEquals(0, node.node().slowLog().count());
        }
    }

    @Test
    void shouldObeyChangedSettingsOnConnectionsThatAreOpen()
    {
        try (SteppedNode node = new SteppedNode((context) -> context.loopCount(1)))
        {
            final TestClient2 client = node.login();
            client.get("a");
            client.take();
            node.node().settings(new NodeSettings(
                1, 1, 0, 1_000_000, new NodeLimits(), LoginLimits.NONE, false));
            node.steps(2);
            node.advance(SECOND_NS);

            client.get("a");
            client.get("a");

            client.take().value();
            assertEquals(ErrorCode.RATE_LIMITED, client.take().code());
            final TestClient2 second = node.connect();
            second.hello();
            final TestClient2.Frame refusal = second.take();
            assertEquals(ErrorCode.CONNECTION_LIMIT, refusal.code());
            assertEquals("too many connections: max=1", refusal.error().text());
        }
    }

    // --- the end ---

    @Test
    void shouldFinishWhatIsUnderWayAndRefuseWhatComesLaterWhenItEnds()
    {
        try (SteppedNode node = new SteppedNode((context) -> context.loopCount(1)))
        {
            final TestClient2 client = node.login();
            final TestClient1 other = node.login1();
            node.holdWriter(true);
            final long before = client.put("a", "1");
            client.pump(5);
            final NodeShutdown shutdown = node.node().newShutdown(10 * SECOND_NS);
            assertFalse(shutdown.doWork());
            node.steps(3);
            assertEquals(List.of("shutting down"), node.node().whyNotReady());

            final long after = client.put("b", "2");
            final TestClient2.Frame refusal = client.take();
            assertEquals(after, refusal.correlationId());
            assertEquals(ErrorCode.SHUTTING_DOWN, refusal.code());
            assertEquals(Outcome.NOT_DONE, refusal.error().outcome());
            assertEquals("the server is shutting down", other.command("SHOW STATUS").text());
            assertFalse(shutdown.doWork());

            node.holdWriter(false);
            final TestClient2.Frame answer = client.take();
            assertEquals(before, answer.correlationId());
            assertTrue(answer.write().isApplied());
            assertFalse(shutdown.doWork());
            node.steps(3);
            shutdown.doWork();
            assertEquals(ErrorCode.SHUTTING_DOWN, client.take().code());
            assertEquals("the server is shutting down", other.take().text());
            client.awaitClosed();
            other.awaitClosed();
            client.close();
            other.close();
            node.stepUntil(shutdown::doWork);
        }
    }

    @Test
    void shouldGiveUpWhatIsUnderWayWhenTheTimeIsOver()
    {
        try (SteppedNode node = new SteppedNode((context) -> context.loopCount(1)))
        {
            final TestClient2 client = node.login();
            node.holdWriter(true);
            client.put("a", "1");
            client.pump(5);
            final NodeShutdown shutdown = node.node().newShutdown(SECOND_NS);
            shutdown.doWork();
            node.steps(10);
            assertFalse(shutdown.doWork());

            node.advance(SECOND_NS);
            shutdown.doWork();

            assertTrue(shutdown.doWork());
        }
    }

    private static List<String> rows(final TestClient2 client, final String statement)
    {
        client.sql(statement);
        return client.take().cells();
    }

    private static String idOfProtocol(final List<String> cells, final String protocol)
    {
        for (int i = 0; i < cells.size(); i += COLUMN_COUNT)
        {
            if (cells.get(i + 3).equals(protocol))
            {
                return cells.get(i);
            }
        }
        throw new AssertionError("no connection of protocol " + protocol + ": " + cells);
    }
}
