package org.velocitydb.server.users;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.agrona.concurrent.NanoClock;

/**
 * Remembers failed logins and bans those who fail too often, in two tables: of users at addresses, and of addresses
 * alone. A ban of a user at one address does not concern that user at another, so that nobody can lock somebody else
 * out from afar; a ban of an address is for all users there. During a ban no password is looked at, not even the right
 * one, which would tell that it is.
 *
 * <p>Failures count within one length of a ban from the first of them. The right password makes a user's own failures
 * at that address forgotten, and not those of the address: else whoever has one account could try the others without
 * end. An IPv6 address stands for its network of 64 bits, which is what one customer of a provider is given at least.
 *
 * <p>Any thread; an event loop asks once for each login, and the lock is never held for longer than that takes. Both
 * tables are bounded: the entry that has been left alone for longest makes room, which is counted.
 */
public final class LoginGuard
{
    /** Entries of each of the tables: about 2 MiB together at the longest names. */
    public static final int CAPACITY_DEFAULT = 8192;

    private static final int IPV4_LENGTH = 4;
    private static final float LOAD_FACTOR = 0.75f;

    /** Written under the lock; what has been counted is judged by the new ones. */
    private volatile LoginLimits limits;
    private final NanoClock clock;
    private final AccessCounters counters;
    private final Consumer<String> log;
    private final Table<AddressKey> addresses;
    private final Table<LoginKey> logins;

    /** An address, or the network of an IPv6 address. */
    private record AddressKey(boolean isIpv4, long bits)
    {
        static AddressKey of(final InetAddress address)
        {
            final byte[] bytes = address.getAddress();
            return bytes.length == IPV4_LENGTH
                ? new AddressKey(true, ByteBuffer.wrap(bytes).getInt())
                : new AddressKey(false, ByteBuffer.wrap(bytes).getLong());
        }
    }

    /** A user at an address. */
    private record LoginKey(AddressKey address, String userName)
    {
    }

    /** What is known of one key. */
    private static final class Failures
    {
        private int count;
        /** When the first of them was counted, or when the ban began. */
        private long sinceNs;
        private boolean isBanned;
    }

    /** A table whose eldest entry makes room. */
    private final class Table<K> extends LinkedHashMap<K, Failures>
    {
        private static final long serialVersionUID = 1L;

        private final int capacity;

        Table(final int capacity)
        {
            super(16, LOAD_FACTOR, true);
            this.capacity = capacity;
        }

        @Override
        protected boolean removeEldestEntry(final Map.Entry<K, Failures> eldest)
        {
            final boolean isFull = size() > capacity;
            if (isFull)
            {
                counters.increment(AccessCounter.BANS_FORGOTTEN);
            }
            return isFull;
        }
    }

    /**
     * Remembers nothing yet.
     *
     * @param limits   that are kept.
     * @param capacity entries of each table.
     * @param clock    monotonic.
     * @param counters to count in.
     * @param log      gets a line for each ban.
     */
    public LoginGuard(
        final LoginLimits limits,
        final int capacity,
        final NanoClock clock,
        final AccessCounters counters,
        final Consumer<String> log)
    {
        this.limits = Objects.requireNonNull(limits, "limits");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.counters = Objects.requireNonNull(counters, "counters");
        this.log = Objects.requireNonNull(log, "log");
        addresses = new Table<>(capacity);
        logins = new Table<>(capacity);
    }

    /**
     * Changes the limits, for bans that are in force too.
     *
     * @param changed from now on.
     */
    public synchronized void limits(final LoginLimits changed)
    {
        limits = Objects.requireNonNull(changed, "limits");
    }

    /**
     * How long a login has to wait.
     *
     * @param address  that it comes from.
     * @param userName known or not.
     * @return nanoseconds until the last ban that stands in its way is over; 0 where none does.
     */
    public synchronized long banRemainingNs(final InetAddress address, final String userName)
    {
        if (limits.failuresMax() == LoginLimits.UNLIMITED)
        {
            return 0;
        }
        final long nowNs = clock.nanoTime();
        final AddressKey key = AddressKey.of(address);
        return Math.max(
            remainingNs(addresses, key, nowNs), remainingNs(logins, new LoginKey(key, userName), nowNs));
    }

    private <K> long remainingNs(final Table<K> table, final K key, final long nowNs)
    {
        final Failures failures = present(table, key, nowNs);
        return failures != null && failures.isBanned ? limits.banDurationNs() - (nowNs - failures.sinceNs) : 0;
    }

    /** What is known of a key and not over; what is over is forgotten. */
    private <K> Failures present(final Table<K> table, final K key, final long nowNs)
    {
        final Failures failures = table.get(key);
        if (failures != null && nowNs - failures.sinceNs >= limits.banDurationNs())
        {
            table.remove(key);
            return null;
        }
        return failures;
    }

    /**
     * A password was wrong, or there is no such user.
     *
     * @param address  that the login came from.
     * @param userName known or not.
     */
    void onFailure(final InetAddress address, final String userName)
    {
        if (limits.failuresMax() == LoginLimits.UNLIMITED)
        {
            return;
        }
        final boolean isUserBanned;
        final boolean isAddressBanned;
        synchronized (this)
        {
            final long nowNs = clock.nanoTime();
            final AddressKey key = AddressKey.of(address);
            isUserBanned = count(logins, new LoginKey(key, userName), limits.failuresMax(), nowNs);
            isAddressBanned = count(addresses, key, limits.addressFailuresMax(), nowNs);
        }
        if (isUserBanned)
        {
            counters.increment(AccessCounter.BANS_OF_USERS);
            tell("user=" + userName + ", address=" + address.getHostAddress(), limits.failuresMax());
        }
        if (isAddressBanned)
        {
            counters.increment(AccessCounter.BANS_OF_ADDRESSES);
            tell("address=" + address.getHostAddress(), limits.addressFailuresMax());
        }
    }

    private <K> boolean count(final Table<K> table, final K key, final int failuresMax, final long nowNs)
    {
        Failures failures = present(table, key, nowNs);
        if (failures == null)
        {
            failures = new Failures();
            failures.sinceNs = nowNs;
            table.put(key, failures);
        }
        // Of logins that were being verified when the ban began, none makes it longer.
        if (failures.isBanned || ++failures.count < failuresMax)
        {
            return false;
        }
        failures.isBanned = true;
        failures.sinceNs = nowNs;
        return true;
    }

    private void tell(final String who, final int failureCount)
    {
        log.accept("logins banned: " + who + ", failures=" + failureCount + ", seconds=" +
            TimeUnit.NANOSECONDS.toSeconds(limits.banDurationNs()));
    }

    /**
     * A password was right.
     *
     * @param address  that the login came from.
     * @param userName of the user.
     */
    synchronized void onSuccess(final InetAddress address, final String userName)
    {
        final LoginKey key = new LoginKey(AddressKey.of(address), userName);
        final Failures failures = logins.get(key);
        // A login that was being verified when the ban began does not end it.
        if (failures != null && !failures.isBanned)
        {
            logins.remove(key);
        }
    }
}
