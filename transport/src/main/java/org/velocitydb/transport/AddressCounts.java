package org.velocitydb.transport;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections each address has. The loops that accept add, each loop removes its own. All are counted, also
 * where there is no limit, since one may be set while they are open.
 *
 * <p>An IPv6 network of 64 bits counts as one address, since that is what one household or machine is given to choose
 * its addresses from. An IPv4 address is a key of 32 bits; as an IPv6 network such keys are reserved (RFC 4291), so
 * the two do not meet.
 */
final class AddressCounts
{
    /** No bound on the connections of one address. */
    static final int UNLIMITED = 0;

    private volatile int maxCount;
    private final ConcurrentHashMap<Long, Integer> counts = new ConcurrentHashMap<>();

    AddressCounts(final int maxCount)
    {
        this.maxCount = maxCount;
    }

    /** Changes the limit. Those that are over it stay. Any thread may call. */
    void maxCount(final int value)
    {
        maxCount = value;
    }

    /**
     * Counts a connection in. Called by the threads that accept.
     *
     * @param address of the peer.
     * @return false where it has as many as it may, and nothing was counted.
     */
    boolean tryAdd(final InetAddress address)
    {
        final Long key = key(address);
        final int max = maxCount;
        final int count = counts.merge(key, 1, Integer::sum);
        if (max == UNLIMITED || count <= max)
        {
            return true;
        }
        remove(address);
        return false;
    }

    /** Counts a connection out that was counted in. */
    void remove(final InetAddress address)
    {
        counts.computeIfPresent(key(address), (key, count) -> count > 1 ? count - 1 : null);
    }

    /** Addresses that have connections. */
    int addressCount()
    {
        return counts.size();
    }

    private static long key(final InetAddress address)
    {
        final ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.capacity() == Integer.BYTES ? bytes.getInt() & 0xFFFF_FFFFL : bytes.getLong();
    }
}
