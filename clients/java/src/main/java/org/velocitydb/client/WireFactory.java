package org.velocitydb.client;

import java.io.IOException;
import java.time.Duration;
import java.util.ServiceLoader;

/**
 * Another way to a server than TCP. It is found by {@link ServiceLoader}, so that a client that does not use it does
 * not need it, and named by the scheme of the address: <code>scheme:rest</code>, where the rest does not begin with a
 * digit, as a port would.
 */
public interface WireFactory
{
    /**
     * What its addresses begin with.
     *
     * @return the scheme, without a colon.
     */
    String scheme();

    /**
     * Checks an address, without connecting.
     *
     * @param address with its scheme.
     * @throws IllegalArgumentException if it is none, with what is wrong with it.
     */
    void check(String address);

    /**
     * Connects.
     *
     * @param address with its scheme.
     * @param timeout for all of it.
     * @return the connection.
     * @throws IOException if the server cannot be reached.
     */
    Wire open(String address, Duration timeout) throws IOException;

    /**
     * Finds the way that an address names.
     *
     * @param address of a server.
     * @return the factory, or null for an address of TCP.
     * @throws IllegalArgumentException if nothing on the class path knows the scheme, or the address is none.
     */
    static WireFactory of(final String address)
    {
        final int colon = address.indexOf(':');
        if (colon < 1 || colon + 1 == address.length() || !isLetter(address.charAt(0)) ||
            !isLetter(address.charAt(colon + 1)))
        {
            return null;
        }
        final String scheme = address.substring(0, colon);
        for (final WireFactory factory : ServiceLoader.load(WireFactory.class, WireFactory.class.getClassLoader()))
        {
            if (factory.scheme().equals(scheme))
            {
                factory.check(address);
                return factory;
            }
        }
        if (scheme.equals("aeron"))
        {
            throw new IllegalArgumentException(
                "velocitydb-client-aeron is not on the class path: address=" + address);
        }
        return null;
    }

    private static boolean isLetter(final char character)
    {
        return character >= 'a' && character <= 'z';
    }
}
