package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.v1.MessageType;
import org.velocitydb.server.node.TestClient2.Frame;
import org.velocitydb.server.users.Argon2Phc;
import org.velocitydb.server.users.LoginLimits;
import org.velocitydb.server.users.Principal;
import org.velocitydb.server.users.Role;
import org.velocitydb.server.users.Scope;
import org.velocitydb.server.users.UserDirectory;

/**
 * Users that change while they are logged in, passwords over open networks, and bans.
 */
final class UserChangesNodeTest
{
    private static final String OTHER_MACHINE = "192.0.2.7";
    private static final long BAN_NS = 60_000_000_000L;

    private final List<String> lines = new ArrayList<>();
    private boolean isPlaintextAllowed;
    private SteppedNode node;

    @AfterEach
    void after()
    {
        node.close();
    }

    private void open()
    {
        node = new SteppedNode((context) -> context
            .users(UserDirectory.of(List.of(alice(Role.WRITE, SteppedNode.anyPhc(), false))))
            .loginLimits(new LoginLimits(2, BAN_NS))
            // So that a connection may wait for the end of a ban.
            .limits(new NodeLimits().loginTimeoutNs(2 * BAN_NS))
            .allowPlaintextPasswords(isPlaintextAllowed)
            .securityLog(lines::add));
    }

    private static Principal alice(final Role role, final Argon2Phc phc, final boolean isDisabled)
    {
        return Principal.of(SteppedNode.USER, role, List.of(), phc, isDisabled);
    }

    private void users(final Principal... users)
    {
        node.node().users(UserDirectory.of(List.of(users)));
    }

    private String figure(final String name)
    {
        return node.node().statistics().all().stream().filter((figure) -> figure.name().equals(name))
            .findFirst().orElseThrow().text();
    }

    private void assertSessionsEndAfter(final Principal... changed)
    {
        open();
        final TestClient2 client = node.login();
        final TestClient1 client1 = node.login1();

        users(changed);

        assertEquals(ErrorCode.NOT_AUTHENTICATED, client.take().code());
        assertEquals(MessageType.ERROR, client1.take().type());
        client.awaitClosed();
        client1.awaitClosed();
        assertEquals("2", figure("sessions_ended_by_user_changes"));
    }

    @Test
    void shouldEndTheSessionsOfAUserThatWasDropped()
    {
        assertSessionsEndAfter();
    }

    @Test
    void shouldEndTheSessionsOfAUserThatWasDisabled()
    {
        assertSessionsEndAfter(alice(Role.WRITE, SteppedNode.anyPhc(), true));
    }

    @Test
    void shouldEndTheSessionsOfAUserWhosePasswordChanged()
    {
        assertSessionsEndAfter(alice(Role.WRITE, Argon2Phc.unmatchable(new SecureRandom()), false));
    }

    @Test
    void shouldGiveOpenSessionsTheRightsThatTheirUserHasNow()
    {
        open();
        final TestClient2 client = node.login();
        client.put("a", "1");
        assertTrue(client.take().write().isApplied());

        users(alice(Role.READ, SteppedNode.anyPhc(), false));
        node.steps(3);
        client.put("a", "2");
        assertEquals(ErrorCode.FORBIDDEN, client.take().code());
        client.get("a");
        assertEquals("1", client.take().value());

        users(Principal.of(
            SteppedNode.USER, Role.WRITE, List.of(Scope.parse("kv:b")), SteppedNode.anyPhc(), false));
        node.steps(3);
        client.get("a");
        assertEquals(ErrorCode.FORBIDDEN, client.take().code());
        client.put("b", "2");
        assertTrue(client.take().write().isApplied());
        assertEquals("2", figure("requests_forbidden"));
    }

    @Test
    void shouldEndResultsThatTheNewRightsMayNotAllow()
    {
        open();
        final TestClient2 client = node.login();
        for (int i = 0; i < 60; i++)
        {
            client.put("key" + i, "v".repeat(60_000));
            assertTrue(client.take().write().isApplied());
        }
        client.reading(false);
        client.scan(0, 0, "", null);
        client.pump(40);

        users(alice(Role.READ, SteppedNode.anyPhc(), false));
        node.steps(3);
        client.reading(true);

        Frame frame = client.take();
        while (frame.type() != org.velocitydb.protocol.v2.MessageType.ERROR)
        {
            assertTrue(frame.hasMore(), "the result was not ended");
            frame = client.take();
        }
        assertEquals(ErrorCode.FORBIDDEN, frame.code());
        client.get("key1");
        assertEquals(60_000, client.take().value().length());
    }

    @Test
    void shouldRefuseALoginWhoseUserWasDroppedWhileItWasVerified()
    {
        open();
        final TestClient2 client = node.connect();
        client.hello();
        client.take();
        client.auth(SteppedNode.USER, SteppedNode.PASSWORD);
        client.exchange();
        // The loop takes the frame in the first step and the agent verifies it behind the loop in the same.
        while (figure("logins_accepted").equals("0"))
        {
            node.step();
        }
        users();

        assertEquals(ErrorCode.INVALID_CREDENTIALS, client.take().code());
        client.get("a");
        assertEquals(ErrorCode.NOT_AUTHENTICATED, client.take().code());
    }

    @Test
    void shouldNotLookAtAPasswordFromAnotherMachineInClear()
    {
        open();
        node.network().clientAddress(OTHER_MACHINE);
        for (final String password : List.of(SteppedNode.PASSWORD, "wrong", "", "x".repeat(500)))
        {
            final TestClient2 client = node.connect();
            client.hello();
            client.take();
            client.auth(SteppedNode.USER, password);
            assertEquals(ErrorCode.PLAINTEXT_REFUSED, client.take().code());
            client.get("a");
            assertEquals(ErrorCode.NOT_AUTHENTICATED, client.take().code());
        }
        final TestClient1 client1 = node.connect1();
        client1.send(MessageType.HELLO, "");
        client1.take();
        client1.send(MessageType.AUTH_REQUEST, SteppedNode.USER + '\0' + SteppedNode.PASSWORD);
        assertTrue(client1.take().text().contains("over TLS or from this machine alone"));
        assertEquals("5", figure("logins_plaintext_refused"));
        assertEquals("0", figure("logins_accepted"));
        assertEquals("0", figure("logins_refused"));
    }

    @Test
    void shouldTakePasswordsInClearWhereTheConfigurationSaysSo()
    {
        isPlaintextAllowed = true;
        open();
        node.network().clientAddress(OTHER_MACHINE);

        node.login();
        node.login1();
    }

    @Test
    void shouldTellHowLongABanLastsAndLetTheUserInFromElsewhere()
    {
        isPlaintextAllowed = true;
        open();
        node.network().clientAddress(OTHER_MACHINE);
        final TestClient2 client = node.connect();
        client.hello();
        client.take();
        for (int i = 0; i < 2; i++)
        {
            client.auth(SteppedNode.USER, "wrong");
            assertEquals(ErrorCode.INVALID_CREDENTIALS, client.take().code());
        }
        node.advance(BAN_NS - 5_000_000);
        client.auth(SteppedNode.USER, SteppedNode.PASSWORD);
        final Frame banned = client.take();
        assertEquals(ErrorCode.RATE_LIMITED, banned.code());
        assertEquals(6, banned.error().retryAfterMs());
        final TestClient1 client1 = node.connect1();
        client1.send(MessageType.HELLO, "");
        client1.take();
        client1.send(MessageType.AUTH_REQUEST, SteppedNode.USER + '\0' + SteppedNode.PASSWORD);
        assertEquals("too many failed logins: retry_after_ms=6", client1.take().text());
        assertEquals(
            List.of("logins banned: user=alice, address=" + OTHER_MACHINE + ", failures=2, seconds=60"), lines);

        node.network().clientAddress("192.0.2.8");
        node.login();

        node.advance(5_000_000);
        client.auth(SteppedNode.USER, SteppedNode.PASSWORD);
        assertFalse(client.take().type() == org.velocitydb.protocol.v2.MessageType.ERROR);
        assertEquals("2", figure("logins_banned"));
        assertEquals("1", figure("bans_of_users"));
    }
}
