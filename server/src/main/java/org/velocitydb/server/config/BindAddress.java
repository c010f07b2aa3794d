package org.velocitydb.server.config;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server listens or is found: {@code HOST:PORT}, an IPv6 address in brackets.
 *
 * @param host name or address, without brackets.
 * @param port 0 to 65535; 0 lets the system choose.
 */
public record BindAddress(String host, int port)
{
    /** What may be written, for messages. */
    public static final String ALLOWED = "HOST:PORT, like 127.0.0.1:5432 or [::1]:5432, port 0 to 65535";

    private static final int MAX_PORT = 65_535;
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}");
    private static final Pattern FORMAT = Pattern
        .compile("(?:\\[([0-9A-Fa-f:.%a-z]+)]|([A-Za-z0-9._-]+)):([0-9]{1,5})");

    /**
     * Reads an address. Names are not looked up yet.
     *
     * @param text host, colon, port.
     * @return the address.
     * @throws IllegalArgumentException when it is something else.
     */
    public static BindAddress parse(final String text)
    {
        final Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > MAX_PORT)
        {
            throw new IllegalArgumentException("not an address: " + text + "; allowed: " + ALLOWED);
        }
        final String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return new BindAddress(host, Integer.parseInt(matcher.group(3)));
    }

    /**
     * Looks the host up.
     *
     * @return the address, unresolved where there is no such host.
     */
    public InetSocketAddress resolve()
    {
        return new InetSocketAddress(host, port);
    }

    /**
     * Whether nobody but programs on this machine can reach it, as far as can be told without looking the name up.
     *
     * @return true for {@code localhost} and the loopback addresses.
     */
    public boolean isLoopback()
    {
        return host.equalsIgnoreCase("localhost") || host.equals("::1") || LOOPBACK.matcher(host).matches();
    }

    @Override
    public String toString()
    {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
