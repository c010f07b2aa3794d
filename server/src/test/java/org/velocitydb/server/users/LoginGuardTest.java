package org.velocitydb.server.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class LoginGuardTest
{
    private static final int FAILURES_MAX = 3;
    private static final long BAN_NS = 60_000_000_000L;
    private static final int CAPACITY = 16;
    private static final InetAddress HERE = address("192.0.2.1");
    private static final InetAddress THERE = address("192.0.2.2");

    private final AccessCounters counters = new AccessCounters();
    private final List<String> lines = new ArrayList<>();
    private long nowNs = Long.MAX_VALUE - BAN_NS / 2;
    private final LoginGuard guard = new LoginGuard(
        new LoginLimits(FAILURES_MAX, BAN_NS), CAPACITY, () -> nowNs, counters, lines::add);

    private static InetAddress address(final String text)
    {
        try
        {
            return InetAddress.getByName(text);
        }
        catch (final UnknownHostException ex)
        {
            throw new AssertionError(ex);
        }
    }

    private void fail(final int count, final InetAddress address, final String user)
    {
        for (int i = 0; i < count; i++)
        {
            guard.onFailure(address, user);
        }
    }

    private boolean isBanned(final InetAddress address, final String user)
    {
        return guard.banRemainingNs(address, user) > 0;
    }

    @Test
    void shouldBanAUserAtOneAddressAndNowhereElse()
    {
        fail(FAILURES_MAX - 1, HERE, "alice");
        assertFalse(isBanned(HERE, "alice"));

        fail(1, HERE, "alice");

        assertEquals(BAN_NS, guard.banRemainingNs(HERE, "alice"));
        assertFalse(isBanned(THERE, "alice"));
        assertFalse(isBanned(HERE, "bob"));
        assertEquals(List.of("logins banned: user=alice, address=192.0.2.1, failures=3, seconds=60"), lines);
        assertEquals(1, counters.get(AccessCounter.BANS_OF_USERS));
        assertEquals(0, counters.get(AccessCounter.BANS_OF_ADDRESSES));
    }

    @Test
    void shouldEndABanWhenItsTimeIsOverAndNotBefore()
    {
        fail(FAILURES_MAX, HERE, "alice");

        nowNs += BAN_NS - 1;
        assertEquals(1, guard.banRemainingNs(HERE, "alice"));
        // One that was under way already makes it no longer.
        fail(1, HERE, "alice");
        nowNs += 1;
        assertFalse(isBanned(HERE, "alice"));

        fail(FAILURES_MAX - 1, HERE, "alice");
        assertFalse(isBanned(HERE, "alice"));
        assertEquals(1, lines.size());
    }

    @Test
    void shouldForgetFailuresAfterTheTimeOfABan()
    {
        fail(FAILURES_MAX - 1, HERE, "alice");
        nowNs += BAN_NS;
        fail(FAILURES_MAX - 1, HERE, "alice");

        assertFalse(isBanned(HERE, "alice"));
    }

    @Test
    void shouldForgetAUsersFailuresWithTheRightPasswordButNotThoseOfTheAddress()
    {
        for (int i = 0; i < LoginLimits.USERS_PER_ADDRESS * FAILURES_MAX; i++)
        {
            assertFalse(isBanned(HERE, "alice"), "after " + i);
            fail(1, HERE, "alice");
            guard.onSuccess(HERE, "alice");
        }

        assertTrue(isBanned(HERE, "alice"));
        assertTrue(isBanned(HERE, "bob"));
        assertFalse(isBanned(THERE, "alice"));
        assertEquals(List.of("logins banned: address=192.0.2.1, failures=12, seconds=60"), lines);
    }

    @Test
    void shouldNotEndABanWithARightPasswordThatWasUnderWay()
    {
        fail(FAILURES_MAX, HERE, "alice");
        guard.onSuccess(HERE, "alice");

        assertTrue(isBanned(HERE, "alice"));
    }

    @Test
    void shouldTakeTheAddressesOfOneNetworkForOne()
    {
        fail(FAILURES_MAX, address("2001:db8:0:1::1"), "alice");

        assertTrue(isBanned(address("2001:db8:0:1:ffff::2"), "alice"));
        assertFalse(isBanned(address("2001:db8:0:2::1"), "alice"));
    }

    @Test
    void shouldRememberNoMoreThanItHasRoomForAndLeaveOutWhatIsOldest()
    {
        fail(FAILURES_MAX, HERE, "alice");
        for (int i = 0; i < CAPACITY - 1; i++)
        {
            fail(1, THERE, "user" + i);
        }
        assertEquals(0, counters.get(AccessCounter.BANS_FORGOTTEN));
        // Being asked for it keeps a ban at hand.
        assertTrue(isBanned(HERE, "alice"));
        fail(1, THERE, "one more");
        assertTrue(isBanned(HERE, "alice"));
        assertEquals(1, counters.get(AccessCounter.BANS_FORGOTTEN));

        for (int i = 0; i < CAPACITY; i++)
        {
            fail(1, THERE, "other" + i);
        }
        assertFalse(isBanned(HERE, "alice"));
    }

    @Test
    void shouldBanNobodyWhereThereIsNoLimit()
    {
        final LoginGuard open = new LoginGuard(LoginLimits.NONE, CAPACITY, () -> nowNs, counters, lines::add);
        for (int i = 0; i < 1000; i++)
        {
            open.onFailure(HERE, "alice");
        }

        assertEquals(0, open.banRemainingNs(HERE, "alice"));
        assertEquals(List.of(), lines);
    }
}
