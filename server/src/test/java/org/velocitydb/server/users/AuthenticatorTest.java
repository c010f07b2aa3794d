package org.velocitydb.server.users;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

class AuthenticatorTest
{
    private static final int CAPACITY = 4;
    private static final int FAILURES_MAX = 3;
    private static final long BAN_NS = 1_000_000;
    private static final InetAddress ADDRESS = InetAddress.getLoopbackAddress();
    private static final Argon2Phc ALICE = Argon2Phc.unmatchable(new SecureRandom());

    private long nowNs;
    private final List<byte[]> verified = new ArrayList<>();
    private final List<String> outcomes = new ArrayList<>();
    private final Set<Long> gone = new HashSet<>();
    private final Set<Long> late = new HashSet<>();
    private final List<Throwable> errors = new ArrayList<>();
    private final AccessCounters counters = new AccessCounters();
    private final List<String> bans = new ArrayList<>();
    private final LoginGuard guard = new LoginGuard(
        new LoginLimits(FAILURES_MAX, BAN_NS), 16, () -> nowNs, counters, bans::add);
    private final Authenticator authenticator = new Authenticator(
        UserDirectory.of(Map.of("alice", ALICE), Set.of("bob")), 2, CAPACITY, this::verify, guard, counters,
        errors::add);

    @Test
    void shouldVerifyOnTheAgentAndNotBefore() throws Exception
    {
        assertEquals(AuthenticationSubmission.QUEUED, submit(7, "alice", "right"));
        assertEquals(1, authenticator.waitingCount());
        assertEquals(List.of(), outcomes);

        assertEquals(1, authenticator.agents().get(1).doWork());

        assertEquals(List.of("7 70 alice ACCEPTED"), outcomes);
        assertEquals(0, authenticator.agents().get(0).doWork());
    }

    @Test
    void shouldVerifyInTheOrderOfArrivalWhicheverAgentIsFree() throws Exception
    {
        final List<String> expected = new ArrayList<>();
        for (int i = 0; i < CAPACITY; i++)
        {
            submit(i, "user" + i, "right");
            expected.add(i + " " + i * 10 + " user" + i + " REFUSED");
        }
        for (int i = 0; i < CAPACITY; i++)
        {
            assertEquals(1, authenticator.agents().get((i + 1) % 2).doWork());
        }

        assertEquals(expected, outcomes);
    }

    @Test
    void shouldAcceptLoginsThatWaitWithTheNameAndThePasswordOfOneThatWasAcceptedAndNoOthers() throws Exception
    {
        submit(1, "alice", "right");
        submit(2, "alice", "righT");
        submit(3, "carol", "right");
        submit(4, "alice", "right");
        assertEquals(1, authenticator.agents().get(0).doWork());

        assertEquals(List.of("1 10 alice ACCEPTED", "4 40 alice ACCEPTED"), outcomes);
        assertEquals(1, verified.size());
        run();
        assertEquals(List.of("2 20 alice REFUSED", "3 30 carol REFUSED"), outcomes.subList(2, 4));
        submit(5, "alice", "right");
        run();
        assertEquals(4, verified.size(), "what was accepted before counts for nobody who comes later");
        assertEquals(3, counters.get(AccessCounter.LOGINS_ACCEPTED));
    }

    @Test
    void shouldVerifyEachOfManyWrongPasswordsThatAreTheSame() throws Exception
    {
        submit(1, "alice", "wrong");
        submit(2, "alice", "wrong");
        run();

        assertEquals(2, verified.size());
        assertEquals(2, counters.get(AccessCounter.LOGINS_REFUSED));
    }

    @Test
    void shouldAcceptNoLoginWithAnotherWhoseClientIsGoneOrWhoseTimeIsOver() throws Exception
    {
        submit(1, "alice", "right");
        submit(2, "alice", "right");
        submit(3, "alice", "right");
        gone.add(2L);
        late.add(3L);
        run();

        assertEquals(List.of("1 10 alice ACCEPTED", "3 30 alice LATE"), outcomes);
        for (int i = 0; i < CAPACITY; i++)
        {
            assertEquals(AuthenticationSubmission.QUEUED, submit(i, "carol", "x"), "a request was lost");
        }
    }

    @Test
    void shouldNotVerifyForConnectionsThatAreGone() throws Exception
    {
        for (int i = 0; i < CAPACITY; i++)
        {
            submit(i, "alice", "right");
        }
        gone.addAll(List.of(0L, 1L, 2L));
        run();

        assertEquals(List.of("3 30 alice ACCEPTED"), outcomes);
        assertEquals(1, verified.size());
        assertEquals(AuthenticationSubmission.QUEUED, submit(4, "alice", "right"));
    }

    @Test
    void shouldAnswerLoginsWhoseTimeIsOverWithoutLookingAtTheirPasswords() throws Exception
    {
        submit(1, "alice", "wrong");
        submit(2, "alice", "right");
        late.add(1L);
        run();

        assertEquals(List.of("1 10 alice LATE", "2 20 alice ACCEPTED"), outcomes);
        assertEquals(1, verified.size());
        assertEquals(1, counters.get(AccessCounter.LOGINS_LATE));
        assertEquals(0, counters.get(AccessCounter.LOGINS_REFUSED));
    }

    @Test
    void shouldRefuseWrongPasswordsUnknownAndDisabledUsersAfterTheSameWork() throws Exception
    {
        submit(1, "alice", "wrong");
        submit(2, "mallory", "right");
        submit(3, "bob", "right");
        run();

        assertEquals(List.of("1 10 alice REFUSED", "2 20 mallory REFUSED", "3 30 bob REFUSED"), outcomes);
        assertEquals(3, verified.size());
    }

    @Test
    void shouldLookAtNoPasswordDuringABanNotEvenAtOnesThatWaitedAlready() throws Exception
    {
        for (int i = 0; i < CAPACITY; i++)
        {
            submit(i, "alice", i == CAPACITY - 1 ? "right" : "wrong");
        }
        run();
        assertEquals(FAILURES_MAX, verified.size());
        assertEquals("3 30 alice BANNED", outcomes.get(CAPACITY - 1));

        assertEquals(AuthenticationSubmission.BANNED, submit(9, "alice", "right"));
        assertEquals(AuthenticationSubmission.QUEUED, submit(10, "bob", "right"));
        assertEquals(BAN_NS, authenticator.banRemainingNs(ADDRESS, "alice"));
        run();

        assertEquals(2, counters.get(AccessCounter.LOGINS_BANNED));
        assertEquals(1, bans.size());
        nowNs += BAN_NS;
        submit(11, "alice", "right");
        run();
        assertEquals("11 110 alice ACCEPTED", outcomes.get(outcomes.size() - 1));
        for (int i = 0; i < CAPACITY; i++)
        {
            assertEquals(AuthenticationSubmission.QUEUED, submit(i, "carol", "x"), "a request was lost");
        }
    }

    @Test
    void shouldBanUnknownUsersAsItBansThoseThatExist() throws Exception
    {
        for (int i = 0; i < FAILURES_MAX; i++)
        {
            submit(i, "mallory", "right");
            run();
        }

        assertEquals(AuthenticationSubmission.BANNED, submit(9, "mallory", "right"));
        assertEquals(FAILURES_MAX, verified.size());
    }

    @Test
    void shouldAnswerFullInsteadOfQueueingWithoutEndAndTakeMoreOnceSomeAreDone() throws Exception
    {
        for (int i = 0; i < CAPACITY; i++)
        {
            assertEquals(AuthenticationSubmission.QUEUED, submit(i, "alice", "right"));
        }
        assertEquals(AuthenticationSubmission.FULL, submit(9, "alice", "right"));

        authenticator.agents().get(0).doWork();

        assertEquals(AuthenticationSubmission.QUEUED, submit(10, "alice", "right"));
        run();
        assertEquals(CAPACITY + 1, outcomes.size());
    }

    @Test
    void shouldRefuseWhatNoUserCanHaveWithoutQueueingIt()
    {
        assertEquals(AuthenticationSubmission.MALFORMED, submit(1, "", "right"));
        assertEquals(AuthenticationSubmission.MALFORMED, submit(1, "alice", ""));
        assertEquals(AuthenticationSubmission.MALFORMED, submit(1, "a".repeat(65), "right"));
        assertEquals(AuthenticationSubmission.MALFORMED, submit(1, "alice", "p".repeat(129)));
        assertEquals(AuthenticationSubmission.MALFORMED, submit(1, "al\nice", "right"));
        final ByteBuffer noText = ByteBuffer.wrap(new byte[]{ (byte) 0xFF, 'p' });
        assertEquals(
            AuthenticationSubmission.MALFORMED,
            authenticator.submit(noText, 0, 1, 1, 1, ADDRESS, 1, 1, this::onOutcome));

        assertEquals(0, authenticator.waitingCount());
        for (int i = 0; i < CAPACITY; i++)
        {
            assertEquals(AuthenticationSubmission.QUEUED, submit(i, "alice", "right"), "a request was lost");
        }
    }

    @Test
    void shouldTakeTheLongestNamesAndPasswords() throws Exception
    {
        assertEquals(AuthenticationSubmission.QUEUED, submit(1, "a".repeat(64), "p".repeat(128)));
        run();

        assertEquals(List.of("1 10 " + "a".repeat(64) + " REFUSED"), outcomes);
    }

    @Test
    void shouldNotKeepPasswordsOnceVerified() throws Exception
    {
        submit(1, "alice", "right");
        run();

        assertArrayEquals(new byte[5], verified.get(0));
        for (int i = 0; i < CAPACITY; i++)
        {
            submit(i, "alice", "wrong");
        }
        for (int i = 0; i < CAPACITY; i++)
        {
            final AuthenticationRequest request = authenticator.poll();
            assertFalse(request.isWiped());
            authenticator.process(request);
            assertTrue(request.isWiped());
        }
    }

    @Test
    void shouldUseNewUsersForLoginsThatWait() throws Exception
    {
        submit(1, "carol", "right");
        authenticator.users(UserDirectory.of(Map.of("carol", ALICE), Set.of()));
        run();

        assertEquals(List.of("1 10 carol ACCEPTED"), outcomes);
    }

    @Test
    void shouldAnswerAndGoOnWhenAVerificationFails() throws Exception
    {
        submit(1, "alice", "fail");
        submit(2, "alice", "right");
        run();

        assertEquals(List.of("1 10 alice FAILED", "2 20 alice ACCEPTED"), outcomes);
        assertEquals(1, errors.size());
    }

    private void run() throws Exception
    {
        while (authenticator.agents().get(0).doWork() > 0)
        {
            // One login a cycle.
        }
    }

    private boolean verify(final Argon2Phc phc, final byte[] password)
    {
        verified.add(password);
        final String text = new String(password, StandardCharsets.UTF_8);
        if ("fail".equals(text))
        {
            throw new IllegalStateException("out of order");
        }
        return "right".equals(text);
    }

    private AuthenticationSubmission submit(final long sessionId, final String name, final String password)
    {
        final byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        final byte[] passwordBytes = password.getBytes(StandardCharsets.UTF_8);
        final ByteBuffer buffer = ByteBuffer.allocate(3 + nameBytes.length + 1 + passwordBytes.length);
        buffer.put(3, nameBytes).put(3 + nameBytes.length + 1, passwordBytes);
        return authenticator.submit(buffer, 3, nameBytes.length, 3 + nameBytes.length + 1, passwordBytes.length,
            ADDRESS, sessionId, sessionId * 10, new Listener());
    }

    /** Tells {@link #outcomes}, and waits for all sessions but those that are gone. */
    private final class Listener implements AuthenticationListener
    {
        @Override
        public void onAuthentication(
            final long sessionId, final long correlationId, final String userName, final Principal principal,
            final AuthenticationOutcome outcome)
        {
            onOutcome(sessionId, correlationId, userName, principal, outcome);
        }

        @Override
        public boolean isAwaited(final long sessionId)
        {
            return !gone.contains(sessionId);
        }

        @Override
        public boolean isLate(final long sessionId)
        {
            return late.contains(sessionId);
        }
    }

    private void onOutcome(
        final long sessionId,
        final long correlationId,
        final String userName,
        final Principal principal,
        final AuthenticationOutcome outcome)
    {
        assertEquals(outcome == AuthenticationOutcome.ACCEPTED, principal != null);
        outcomes.add(sessionId + " " + correlationId + " " + userName + " " + outcome);
    }
}
