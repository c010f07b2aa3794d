package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.server.node.TestClient2.Frame;
import org.velocitydb.server.users.LoginLimits;

/**
 * What a node allows one user, one address, one connection, one statement and one stranger.
 */
class LimitsNodeTest
{
    private static final long SECOND_NS = 1_000_000_000L;

    private SteppedNode node;

    private SteppedNode open(final Consumer<NodeLimits> settings)
    {
        final NodeLimits limits = new NodeLimits();
        settings.accept(limits);
        // Some tests log in from other machines, and have no TLS.
        node = new SteppedNode((context) -> context.limits(limits).loopCount(1).allowPlaintextPasswords(true));
        return node;
    }

    @AfterEach
    void close()
    {
        node.close();
    }

    private long count(final String name)
    {
        return node.node().statistics().all().stream()
            .filter((figure) -> figure.name().equals(name))
            .mapToLong((figure) -> Long.parseLong(figure.text()))
            .findFirst()
            .orElseThrow();
    }

    // --- requests a second ---

    @Test
    void shouldLimitAUserOverAllOfItsConnectionsInBothVersions()
    {
        open((limits) -> limits.ratePerUser(10));
        final TestClient2 first = node.login();
        final TestClient1 second = node.login1();
        for (int i = 0; i < 6; i++)
        {
            first.get("a");
        }
        first.take(6).forEach((frame) -> assertEquals(MessageType.GET_RESULT, frame.type()));
        for (int i = 0; i < 4; i++)
        {
            assertTrue(second.command("SELECT * FROM kv").text().contains("true"));
        }

        assertEquals(
            "too many requests a second of this user: retry_after_ms=100", second.command("SELECT * FROM kv").text());
        first.get("a");
        final Frame refused = first.take();
        assertEquals(ErrorCode.RATE_LIMITED, refused.code());
        assertEquals(100, refused.error().retryAfterMs());
        assertEquals(2, count("rate_limited_user"));

        node.advance(SECOND_NS / 10);
        first.get("a");
        assertEquals(MessageType.GET_RESULT, first.take().type());
    }

    @Test
    void shouldLimitAllConnectionsTogetherAndTakeNothingFromAUserForIt()
    {
        open((limits) -> limits.ratePerServer(4).ratePerUser(5));
        final TestClient2 client = node.login();
        for (int i = 0; i < 6; i++)
        {
            client.get("a");
        }
        final List<Frame> answers = client.take(6);
        answers.subList(0, 4).forEach((frame) -> assertEquals(MessageType.GET_RESULT, frame.type()));
        assertEquals(ErrorCode.RATE_LIMITED, answers.get(4).code());
        assertEquals("too many requests a second on this server", answers.get(5).error().text());
        assertEquals(250, answers.get(5).error().retryAfterMs());
        assertEquals(2, count("rate_limited_server"));

        node.advance(SECOND_NS / 4);
        client.get("a");
        assertEquals(MessageType.GET_RESULT, client.take().type());
        assertEquals(0, count("rate_limited_user"));
    }

    // --- requests under way ---

    @Test
    void shouldStopReadingAConnectionWithTooManyRequestsUnderWayAndNoOther()
    {
        open((limits) -> limits.outstandingRequestCountMax(3));
        final TestClient2 greedy = node.login();
        final TestClient2 modest = node.login();
        node.holdWriter(true);
        for (int i = 0; i < 20; i++)
        {
            greedy.put("g" + i, "v");
        }
        greedy.pump(50);
        modest.put("m", "v");
        modest.pump(50);
        assertTrue(count("outstanding_limited") > 0);
        assertEquals(4, count("ring_backlog"));
        modest.get("m");
        assertEquals(MessageType.GET_RESULT, modest.take().type());

        node.holdWriter(false);
        greedy.take(20).forEach((frame) -> assertTrue(frame.write().isApplied()));
        assertTrue(modest.take().write().isApplied());
    }

    // --- results ---

    @Test
    void shouldRefuseAResultWithTooManyRowsInBothVersions()
    {
        open((limits) -> limits.resultRowCountMax(3));
        final TestClient2 client = node.login();
        for (int i = 0; i < 4; i++)
        {
            client.put("k" + i, "v");
        }
        client.take(4);
        client.sql("SELECT * FROM kv");
        final Frame refused = client.take();
        assertEquals(ErrorCode.RESULT_TOO_LARGE, refused.code());
        assertEquals("result has more rows than allowed: max=3; use LIMIT", refused.error().text());
        client.sql("SELECT * FROM kv LIMIT 3");
        assertEquals(6, client.take().cells().size());
        client.sql("SELECT COUNT(*) FROM kv");
        assertEquals(List.of("4"), client.take().cells());

        final TestClient1 old = node.login1();
        assertEquals("result has more rows than allowed: max=3; use LIMIT", old.command("SELECT * FROM kv").text());
        assertTrue(old.command("SELECT * FROM kv LIMIT 3").text().contains("\"rows_affected\": 3"));
        assertEquals(2, count("results_too_large"));
    }

    @Test
    void shouldRefuseAResultWithTooManyBytes()
    {
        open((limits) -> limits.resultBytesMax(20));
        final TestClient2 client = node.login();
        client.put("a", "123456789");
        client.put("b", "123456789");
        client.put("c", "1");
        client.take(3);
        client.sql("SELECT * FROM kv WHERE key <= 'b'");
        assertEquals(4, client.take().cells().size());
        client.sql("SELECT * FROM kv");
        assertEquals(ErrorCode.RESULT_TOO_LARGE, client.take().code());
        client.sql("SELECT key FROM kv");
        assertEquals(List.of("a", "b", "c"), client.take().cells());
    }

    // --- a reload ---

    private void change(final Consumer<NodeLimits> changes, final LoginLimits loginLimits, final boolean isPlaintext)
    {
        final NodeLimits limits = new NodeLimits();
        changes.accept(limits);
        final NodeSettings before = node.node().settings();
        node.node().settings(new NodeSettings(
            before.maxConnections(), before.rateLimitPerSecond(), before.idleTimeoutNs(), before.slowLogThresholdNs(),
            limits, loginLimits, isPlaintext));
        node.steps(3);
    }

    @Test
    void shouldObeyChangedRatesOfUsersAndOfTheServerOnOpenConnections()
    {
        open((limits) ->
        {
        });
        final TestClient2 client = node.login();
        change((limits) -> limits.ratePerUser(2), LoginLimits.NONE, true);
        for (int i = 0; i < 3; i++)
        {
            client.get("a");
        }
        assertEquals(ErrorCode.RATE_LIMITED, client.take(3).get(2).code());
        assertEquals(1, count("rate_limited_user"));

        change((limits) -> limits.ratePerServer(1), LoginLimits.NONE, true);
        client.get("a");
        client.get("a");
        assertEquals(ErrorCode.RATE_LIMITED, client.take(2).get(1).code());
        assertEquals(1, count("rate_limited_server"));

        change((limits) ->
        {
        }, LoginLimits.NONE, true);
        for (int i = 0; i < 50; i++)
        {
            client.get("a");
        }
        client.take(50).forEach((frame) -> assertEquals(MessageType.GET_RESULT, frame.type()));
    }

    @Test
    void shouldObeyChangedLimitsOfRequestsResultsAndConnections()
    {
        open((limits) ->
        {
        });
        final TestClient2 client = node.login();
        client.put("a", "1");
        client.put("b", "1");
        client.take(2);
        change((limits) -> limits.outstandingRequestCountMax(1).resultRowCountMax(1).connectionsPerAddressMax(1),
            LoginLimits.NONE, true);

        client.sql("SELECT * FROM kv");
        assertEquals(ErrorCode.RESULT_TOO_LARGE, client.take().code());
        node.holdWriter(true);
        client.put("c", "1");
        client.put("d", "1");
        client.pump(20);
        assertEquals(1, count("ring_backlog"));
        node.holdWriter(false);
        client.take(2);
        final TestClient2 refused = node.connect();
        refused.hello();
        assertEquals(ErrorCode.CONNECTION_LIMIT, refused.take().code());
    }

    @Test
    void shouldObeyChangedRulesForLogins()
    {
        open((limits) ->
        {
        });
        node.network().clientAddress("192.0.2.1");
        final TestClient2 client = node.connect();
        client.hello();
        client.take();
        for (int i = 0; i < 3; i++)
        {
            client.auth(SteppedNode.USER, "wrong");
            assertEquals(ErrorCode.INVALID_CREDENTIALS, client.take().code());
        }
        change((limits) -> limits.loginTimeoutNs(SECOND_NS), new LoginLimits(1, 10 * SECOND_NS), true);
        client.auth(SteppedNode.USER, "wrong");
        assertEquals(ErrorCode.INVALID_CREDENTIALS, client.take().code());
        client.auth(SteppedNode.USER, SteppedNode.PASSWORD);
        assertEquals(ErrorCode.RATE_LIMITED, client.take().code());
        change((limits) -> limits.loginTimeoutNs(SECOND_NS), LoginLimits.NONE, false);
        client.auth(SteppedNode.USER, SteppedNode.PASSWORD);
        assertEquals(ErrorCode.PLAINTEXT_REFUSED, client.take().code());

        node.advance(2 * SECOND_NS);
        assertEquals("not logged in in time: max_ms=1000", client.take().error().text());
    }

    // --- who is still there ---

    private TestClient2 loginAnsweringPing()
    {
        final TestClient2 client = node.connect();
        client.helloAnsweringPing();
        assertEquals(MessageType.SERVER_HELLO, client.take().type());
        client.auth(SteppedNode.USER, SteppedNode.PASSWORD);
        assertEquals(MessageType.AUTH_OK, client.take().type());
        return client;
    }

    @Test
    void shouldFindAClientThatVanishedAndKeepThoseThatAnswerOrCannot()
    {
        open((limits) -> limits.pingIntervalNs(10 * SECOND_NS).ratePerUser(1));
        final TestClient2 vanished = loginAnsweringPing();
        final TestClient2 alive = loginAnsweringPing();
        final TestClient2 old = node.login();
        final TestClient1 older = node.login1();
        final TestClient2 stranger = node.connect();
        stranger.helloAnsweringPing();
        assertEquals(MessageType.SERVER_HELLO, stranger.take().type());
        for (int i = 0; i < 3; i++)
        {
            node.advance(10 * SECOND_NS - 1);
            alive.pump(5);
            assertEquals(i < 2 ? 0 : 1, count("closed_ping_timeout"));
            node.advance(SECOND_NS / 2);
            final Frame ping = alive.take();
            assertEquals(MessageType.PING, ping.type());
            assertEquals(0, ping.correlationId());
            alive.pong();
            alive.pump(5);
            assertEquals(i < 1 ? 0 : 1, count("closed_ping_timeout"));
        }

        alive.get("a");
        assertEquals(MessageType.GET_RESULT, alive.take().type());
        node.advance(SECOND_NS);
        old.get("a");
        assertEquals(MessageType.GET_RESULT, old.take().type());
        node.advance(SECOND_NS);
        assertTrue(older.command("SELECT * FROM kv").text().contains("true"));
        assertEquals(0, count("rate_limited_user"));
        vanished.close();
    }

    // --- strangers ---

    @Test
    void shouldCloseAConnectionThatDoesNotLogInInTimeWithAWord()
    {
        open((limits) -> limits.loginTimeoutNs(5 * SECOND_NS));
        final TestClient2 stranger = node.connect();
        stranger.hello();
        assertEquals(MessageType.SERVER_HELLO, stranger.take().type());
        final TestClient1 old = node.connect1();
        old.send(org.velocitydb.protocol.v1.MessageType.HELLO, "");
        old.take();
        final TestClient2 client = node.login();
        for (int i = 0; i < 10; i++)
        {
            node.advance(SECOND_NS);
            stranger.empty(MessageType.PING);
            stranger.pump(5);
        }

        Frame last = stranger.take();
        while (last.type() == MessageType.PONG)
        {
            last = stranger.take();
        }
        assertEquals(ErrorCode.NOT_AUTHENTICATED, last.code());
        assertEquals(0, last.correlationId());
        assertEquals("not logged in in time: max_ms=5000", last.error().text());
        assertEquals("not logged in in time: max_ms=5000", old.take().text());
        client.get("a");
        assertEquals(MessageType.GET_RESULT, client.take().type());
        stranger.close();
        old.close();
        node.steps(20);
        assertEquals(2, count("closed_login_timeout"));
    }

    @Test
    void shouldRefuseConnectionsOverTheLimitOfTheirAddressInWords()
    {
        open((limits) -> limits.connectionsPerAddressMax(2));
        node.network().clientAddress("192.0.2.1");
        final TestClient2 first = node.login();
        node.login1();
        final TestClient2 refused = node.connect();
        refused.hello();
        final Frame error = refused.take();
        assertEquals(ErrorCode.CONNECTION_LIMIT, error.code());
        assertEquals("too many connections from this address: max=2", error.error().text());
        node.network().clientAddress("192.0.2.2");
        node.login().get("a");

        first.close();
        refused.close();
        node.steps(20);
        node.network().clientAddress("192.0.2.1");
        node.login();
        assertEquals(1, count("closed_address_refused"));
    }

    // --- many logins at once ---

    @Test
    void shouldLetInAllWhoLogInAtOnceAndVerifyNoMoreAtATimeThanConfigured()
    {
        final int clientCount = 16;
        final List<String> verified = new ArrayList<>();
        node = new SteppedNode((context) -> context.limits(new NodeLimits().loginConcurrency(2))
            .loopCount(1)
            .passwordVerifier((phc, password) -> verified.add(new String(password, StandardCharsets.UTF_8))));
        final List<TestClient2> clients = new ArrayList<>();
        final List<String> passwords = new ArrayList<>();
        for (int i = 0; i < clientCount; i++)
        {
            final TestClient2 client = node.connect();
            client.hello();
            passwords.add("password " + i);
            client.auth(SteppedNode.USER, passwords.get(i));
            client.exchange();
            clients.add(client);
        }
        node.stepUntil(() ->
        {
            final int before = verified.size();
            node.step();
            assertTrue(verified.size() - before <= 2, "more than two at a time");
            return verified.size() == clientCount;
        });

        assertEquals(Set.copyOf(passwords), Set.copyOf(verified));
        for (final TestClient2 client : clients)
        {
            assertEquals(MessageType.SERVER_HELLO, client.take().type());
            assertEquals(MessageType.AUTH_OK, client.take().type());
        }
        assertEquals(clientCount, count("logins_accepted"));
    }

    @Test
    void shouldAnswerALoginWhoseTurnComesAfterItsTimeWithDeadlineExceeded()
    {
        final List<String> verified = new ArrayList<>();
        node = new SteppedNode((context) -> context.limits(new NodeLimits().loginConcurrency(1))
            .loopCount(1)
            .passwordVerifier((phc, password) ->
            {
                node.advance(2 * SECOND_NS);
                return verified.add(new String(password, StandardCharsets.UTF_8));
            }));
        final TestClient2 first = node.connect();
        final TestClient2 impatient = node.connect();
        final TestClient2 patient = node.connect();
        for (final TestClient2 client : List.of(first, impatient, patient))
        {
            client.hello();
            assertEquals(MessageType.SERVER_HELLO, client.take().type());
        }
        first.auth(SteppedNode.USER, "first");
        first.exchange();
        impatient.timeoutUs(1_000_000).auth(SteppedNode.USER, "impatient");
        impatient.exchange();
        patient.timeoutUs(5_000_000).auth(SteppedNode.USER, "patient");
        patient.exchange();

        assertEquals(MessageType.AUTH_OK, first.take().type());
        assertEquals(ErrorCode.DEADLINE_EXCEEDED, impatient.take().code());
        assertEquals(MessageType.AUTH_OK, patient.take().type());
        assertEquals(Set.of("first", "patient"), Set.copyOf(verified));
        assertEquals(1, count("logins_late"));
    }
}
