package org.velocitydb.server.audit;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * From where a connection comes and who has logged in on it, as the bytes that its events carry.
 */
final class ConnectionIdentity
{
    static final ConnectionIdentity UNKNOWN = new ConnectionIdentity(new byte[0], 0);

    private final byte[] bytes;
    private final int addressLength;

    private ConnectionIdentity(final byte[] bytes, final int addressLength)
    {
        this.bytes = bytes;
        this.addressLength = addressLength;
    }

    static ConnectionIdentity of(final InetSocketAddress address)
    {
        final String host = address.isUnresolved()
            ? address.getHostString()
            : address.getAddress().getHostAddress();
        final String text = (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + address.getPort();
        final byte[] bytes = limited(text.getBytes(StandardCharsets.US_ASCII));
        return new ConnectionIdentity(bytes, bytes.length);
    }

    ConnectionIdentity withUser(final byte[] userName)
    {
        final byte[] user = limited(userName);
        final byte[] both = Arrays.copyOf(bytes, addressLength + user.length);
        System.arraycopy(user, 0, both, addressLength, user.length);
        return new ConnectionIdentity(both, addressLength);
    }

    private static byte[] limited(final byte[] text)
    {
        return text.length <= AuditEventDescriptor.TEXT_LENGTH_MAX
            ? text
            : Arrays.copyOf(text, AuditEventDescriptor.TEXT_LENGTH_MAX);
    }

    byte[] bytes()
    {
        return bytes;
    }

    int addressLength()
    {
        return addressLength;
    }

    int userLength()
    {
        return bytes.length - addressLength;
    }

    boolean isLoggedIn()
    {
        return userLength() > 0;
    }
}
