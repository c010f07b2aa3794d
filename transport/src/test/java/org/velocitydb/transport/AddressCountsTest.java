package org.velocitydb.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.junit.jupiter.api.Test;

class AddressCountsTest
{
    @Test
    void shouldCountAnIpv6NetworkAsOneAddressAndForgetAddressesWithoutConnections() throws UnknownHostException
    {
        final AddressCounts counts = new AddressCounts(2);
        assertTrue(counts.tryAdd(address("2001:db8::1")));
        assertTrue(counts.tryAdd(address("2001:db8::2")));
        assertFalse(counts.tryAdd(address("2001:db8::3")));
        assertTrue(counts.tryAdd(address("2001:db8:0:1::3")));
        assertTrue(counts.tryAdd(address("192.0.2.1")));
        assertTrue(counts.tryAdd(address("192.0.2.2")));
        assertEquals(4, counts.addressCount());

        counts.remove(address("2001:db8::9"));
        assertTrue(counts.tryAdd(address("2001:db8::3")));
        counts.remove(address("2001:db8::1"));
        counts.remove(address("2001:db8::1"));
        counts.remove(address("2001:db8:0:1::3"));
        counts.remove(address("192.0.2.1"));
        counts.remove(address("192.0.2.2"));
        assertEquals(0, counts.addressCount());
    }

    @Test
    void shouldCountThoseThatCameBeforeThereWasALimit() throws UnknownHostException
    {
        final AddressCounts counts = new AddressCounts(AddressCounts.UNLIMITED);
        for (int i = 0; i < 3; i++)
        {
            assertTrue(counts.tryAdd(address("192.0.2.1")));
        }
        counts.maxCount(2);
        assertFalse(counts.tryAdd(address("192.0.2.1")));
        counts.remove(address("192.0.2.1"));
        assertFalse(counts.tryAdd(address("192.0.2.1")));
        counts.remove(address("192.0.2.1"));
        assertTrue(counts.tryAdd(address("192.0.2.1")));

        counts.maxCount(AddressCounts.UNLIMITED);
        assertTrue(counts.tryAdd(address("192.0.2.1")));
    }

    private static InetAddress address(final String text) throws UnknownHostException
    {
        return InetAddress.getByName(text);
    }
}
